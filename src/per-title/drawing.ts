// Plots as SVG in the page: scales, ticks and the two widths in which each plot is drawn.
import { formatBitrate, type Html, html } from '../pages/index.ts'

export type Canvas = { readonly width: number; readonly height: number; readonly narrow: boolean }

/** A place on a canvas from a value. */
export type Scale = (value: number) => number

export const linear =
  (from: number, to: number, start: number, end: number): Scale =>
  value =>
    start + ((value - from) / (to - from || 1)) * (end - start)

export const logarithmic = (from: number, to: number, start: number, end: number): Scale => {
  const scale = linear(Math.log2(from), Math.log2(to), start, end)
  return value => scale(Math.log2(value))
}

/** One digit after the point is a tenth of a pixel. */
export const px = (value: number): string => value.toFixed(1)

export const path = (points: readonly (readonly [x: number, y: number])[]): string =>
  points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${px(x)} ${px(y)}`).join('')

/** 1, 2 and 5 times powers of ten between two rates. */
export function rateTicks(from: number, to: number): number[] {
  const decades = Array.from({ length: 12 }, (_, i) => 10 ** (i - 3))
  return decades.flatMap(ten => [ten, 2 * ten, 5 * ten]).filter(tick => tick >= from && tick <= to)
}

/** Of rising ticks those whose labels do not touch. */
export function spaced(ticks: readonly number[], scale: Scale, gap: number): number[] {
  const kept: number[] = []
  for (const tick of ticks) if (kept.length === 0 || scale(tick) - scale(kept.at(-1)!) >= gap) kept.push(tick)
  return kept
}

/** Places on a time line: at most `most` of them, at whole seconds, minutes or hours. */
export function timeTicks(seconds: number, most: number): number[] {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 18_000]
  const step = steps.find(each => seconds / each <= most) ?? seconds
  return Array.from({ length: Math.floor(seconds / step) + 1 }, (_, i) => i * step)
}

/** 500 kb/s, 2 Mb/s: a tick's label without needless zeros. */
export const rateLabel = (kbps: number): string => formatBitrate(kbps * 1000).replace(/\.?0+ Mb/, ' Mb')

/** Draws for wide and for narrow screens; the style sheet shows one of both. Text stays readable on either. */
export function drawing(
  words: string,
  heights: { readonly wide: number; readonly narrow: number },
  draw: (canvas: Canvas) => Html,
): Html {
  const one = (name: 'wide' | 'narrow', width: number): Html => {
    const height = heights[name]
    return html`<div class="drawing ${name}" role="img" aria-label="${words}"><svg viewBox="0 0 ${width} ${height}" aria-hidden="true">
${draw({ width, height, narrow: name === 'narrow' })}</svg></div>`
  }
  return html`${one('wide', 1098)}${one('narrow', 338)}`
}
