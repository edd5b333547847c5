// Time expressions of TTML2 (W3C) 12.3: clock times, with frames too, and offsets with a unit.
import { parseRational, type Rational, rational, round } from '../core/index.ts'
import { parseClock } from './clock.ts'
import type { XmlElement } from './xml.ts'

export type TtmlRates = { readonly frameRate: Rational; readonly tickRate: Rational }

/** ttp:frameRate, frameRateMultiplier, tickRate of the root, with the defaults of TTML2 7.2. */
export function parseTtmlRates(root: XmlElement | undefined): TtmlRates {
  const { frameRate = '', frameRateMultiplier = '', tickRate = '' } = root?.attributes ?? {}
  const [, num = '1', den = '1'] = /^(\d+)\s+(\d+)$/.exec(frameRateMultiplier.trim()) ?? []
  const frames = whole(frameRate) ?? 30n
  const rate = Number(num) > 0 && Number(den) > 0 ? rational(frames * BigInt(num), BigInt(den)) : rational(frames)
  return { frameRate: rate, tickRate: rational(whole(tickRate) ?? (frameRate === '' ? 1n : frames)) }
}

const whole = (text: string): bigint | null => (/^[1-9]\d{0,9}$/.test(text.trim()) ? BigInt(text.trim()) : null)

const UNITS = { h: 3_600_000_000n, m: 60_000_000n, s: 1_000_000n, ms: 1000n } as const

/** Microseconds; null for what is no time expression. */
export function parseTtmlTime(text: string | undefined, { frameRate, tickRate }: TtmlRates): bigint | null {
  const value = text?.trim() ?? ''
  const frames = /^(\d+:\d{1,2}:\d{1,2}):(\d{1,4})(?:\.\d+)?$/.exec(value)
  if (frames) {
    const clock = parseClock(frames[1]!)
    return clock === null ? null : clock + micros(BigInt(frames[2]!), frameRate)
  }
  const offset = /^(\d{1,12})(\.\d{1,9})?(h|ms|m|s|f|t)$/.exec(value)
  if (!offset) return parseClock(value)
  const amount = parseRational(offset[1]! + (offset[2] ?? ''))
  const unit = offset[3]!
  if (unit === 'f' || unit === 't') {
    const rate = unit === 'f' ? frameRate : tickRate
    return round(rational(amount.num * rate.den * 1_000_000n, amount.den * rate.num))
  }
  return round(rational(amount.num * UNITS[unit as keyof typeof UNITS], amount.den))
}

const micros = (count: bigint, rate: Rational): bigint => round(rational(count * rate.den * 1_000_000n, rate.num))
