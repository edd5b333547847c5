// Measurements of `complexitySpec` → Complexity. Pure.
import { HeadendError } from '../core/index.ts'
import type { Complexity, GopComplexity, MeasureResult, Shot, VideoPlan } from '../model/index.ts'
import { findShotStarts, type ShotStart } from '../picture/index.ts'
import { changeKeys, detailKeys, grainKeys, lagOf } from './complexity-spec.ts'
import { readCrop } from './picture-analysis-crop.ts'
import { round } from './thin.ts'

/** What the nodes of `complexitySpec` emitted, by their names; and bytes from each key frame of the proxy on. */
export type ComplexityMeasures = {
  readonly detail: MeasureResult
  readonly changes: MeasureResult
  readonly grain: MeasureResult
  readonly stir: MeasureResult
  readonly bars: MeasureResult
  readonly proxyBytes: readonly number[]
}

/** Codes of 10 bits and limited range to those of 8 bits and full range, in which P.910 speaks. */
const TO_FULL = 255 / (940 - 64)
/** What `grain` and `stir` read for white noise of one 8-bit code; measured, see docs/ladder.md. */
const FINE_GAIN = 11.9
const ALL_GAIN = 4.2
/** Grain as fine as a pixel or two has no more in its coarse parts; texture that a camera moves over has. */
const COARSE = 2
/** Every other picture may be shown twice; where fewer move, it is not grain that moves them. */
const LEAST_MOVING = 0.2

/** Mean SI: slides and cartoons below 20, talking heads 20 to 40, most film up to 70, foliage and crowds above. */
const TEXTURES = [
  ['flat', 20],
  ['low', 40],
  ['medium', 70],
] as const
/** Mean TI without cuts. 8 and 25 are where segment lengths change as well; below 2 stands all but a small part. */
const MOTIONS = [
  ['static', 2],
  ['low', 8],
  ['medium', 25],
] as const
/** Quantiser steps at useful rates are 8 (H.264, QP 22) and more: a noise of an eighth goes unseen, of half stays. */
const GRAINS = [
  ['none', 1],
  ['light', 4],
] as const

/** @throws {HE_INTERNAL} when the proxy does not have the GOPs of the grid */
export function readComplexity(
  { width, height, frameRate, gopFrames }: Pick<VideoPlan, 'width' | 'height' | 'frameRate' | 'gopFrames'>,
  measures: ComplexityMeasures,
): Complexity {
  const { detail, changes, bars, proxyBytes } = measures
  const [num, den] = frameRate.split('/').map(Number) as [number, number]
  const fps = num / den
  const { frames } = changes
  const gopCount = Math.ceil(frames / gopFrames)
  if (gopCount !== proxyBytes.length)
    throw new HeadendError('HE_INTERNAL', `the proxy has ${proxyBytes.length} GOPs where the grid has ${gopCount}`)
  const looks = readDetail(detail, fps)
  const percent = (key: string, scale: number): number[] => changes.series[key]!.map(value => value * scale)
  const luma = changes.series[changeKeys.mean]!
  const starts = findShotStarts({
    near: percent(changeKeys.mafd, 1),
    far: percent(changeKeys.far, 100),
    lag: lagOf(fps),
    si: changes.series[changeKeys.si]!,
    mean: luma,
    low: changes.series[changeKeys.low]!,
    high: changes.series[changeKeys.high]!,
  })
  const shots = starts.map((start, i) => toShot(start, starts[i + 1]?.frame ?? frames, looks))
  const gops = proxyBytes.map((bytes, i): GopComplexity => {
    const frame = i * gopFrames
    const length = Math.min(gopFrames, frames - frame)
    return { frame, frames: length, ...means(looks, frame, frame + length, frame), proxyBits: bytes * 8 }
  })
  const still = shots.reduce((sum, shot) => sum + shot.ti * shot.frames, 0) / frames
  const whole = means(looks, 0, frames, 0)
  const sigma = readGrain(measures, luma, fps)
  return {
    version: 1,
    frames,
    si: { mean: whole.si, max: maximum(looks.map(({ si }) => si)) },
    ti: { mean: whole.ti, max: maximum(looks.flatMap(({ ti }) => ti ?? [])) },
    texture: classOf(TEXTURES, whole.si, 'high'),
    motion: classOf(MOTIONS, still, 'high'),
    grain: { sigma, class: classOf(GRAINS, sigma, 'heavy') },
    letterbox: readCrop(bars, { codedWidth: width, codedHeight: height }).crop,
    shots,
    gops,
  }
}

function classOf<Name extends string, Last extends string>(
  table: readonly (readonly [Name, number])[],
  value: number,
  last: Last,
): Name | Last {
  return table.find(([, below]) => value < below)?.[0] ?? last
}

/** One picture that was measured at its own size; `ti` null where the one before was not. */
type Look = { readonly frame: number; readonly si: number; readonly ti: number | null }

function readDetail({ timeS, series }: MeasureResult, fps: number): Look[] {
  const frameOf = (i: number): number => Math.round(timeS[i]! * fps)
  return timeS.map((_, i) => {
    const frame = frameOf(i)
    const hasNeighbour = i > 0 && frameOf(i - 1) === frame - 1
    return {
      frame,
      si: series[detailKeys.si]![i]! * TO_FULL,
      ti: hasNeighbour ? series[detailKeys.ti]![i]! * TO_FULL : null,
    }
  })
}

function toShot({ frame, transition }: ShotStart, end: number, looks: readonly Look[]): Shot {
  // The difference to another shot is no motion.
  return { frame, frames: end - frame, transition, ...means(looks, frame, end, frame + 1) }
}

/** Mean SI of frames from `from` on, mean TI from `moving` on, both up to `to`; those of the next one where none was measured. */
function means(looks: readonly Look[], from: number, to: number, moving: number): { si: number; ti: number } {
  const inside = looks.slice(placeOf(looks, from), placeOf(looks, to))
  const si = inside.length > 0 ? inside : nextTo(looks, from)
  const moves = inside.filter(({ frame, ti }) => ti !== null && frame >= moving)
  const ti = moves.length > 0 ? moves : nextTo(looks, moving).filter(look => look.ti !== null)
  return { si: mean(si.map(look => look.si)), ti: mean(ti.map(look => look.ti!)) }
}

/** Of the first at or after `frame`. */
function placeOf(looks: readonly Look[], frame: number): number {
  let [low, high] = [0, looks.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (looks[middle]!.frame < frame) low = middle + 1
    else high = middle
  }
  return low
}

/** A pair is measured at once, so that one of two has a TI. */
function nextTo(looks: readonly Look[], frame: number): readonly Look[] {
  const at = Math.min(looks.length - 1, placeOf(looks, frame))
  return looks.slice(Math.max(0, at - 1), at + 1)
}

/** Not by Math.max: there are more of them than a call takes arguments. */
const maximum = (values: readonly number[]): number =>
  round(
    values.reduce((a, b) => Math.max(a, b), 0),
    3,
  )

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : round(values.reduce((a, b) => a + b, 0) / values.length, 3)

/** Black and white hold no grain, and pictures that are shown again repeat theirs: neither says that there is none. */
function readGrain({ grain, stir }: ComplexityMeasures, luma: readonly number[], fps: number): number {
  const seen = grain.timeS.map((time, i) => ({
    fine: grain.series[grainKeys.low]![i]! / FINE_GAIN,
    all: stir.series[grainKeys.low]![i]! / ALL_GAIN,
    moves: grain.series[grainKeys.mean]![i]! > 0,
    luma: luma[Math.round(time * fps)] ?? 0,
  }))
  const lit = seen.filter(each => each.luma >= 13 && each.luma <= 242)
  const moving = lit.filter(({ moves }) => moves)
  if (moving.length === 0 || moving.length < lit.length * LEAST_MOVING) return 0
  // Grain is in all shots, what is taken for it in some: the lower quartile.
  const sigmas = moving.map(({ fine, all }) => (all > COARSE * fine ? 0 : fine)).toSorted((a, b) => a - b)
  return round(sigmas[(sigmas.length - 1) >> 2]!, 2)
}
