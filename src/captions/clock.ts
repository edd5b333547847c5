// Times as subtitle files write them.

const pad = (value: bigint, digits: number): string => value.toString().padStart(digits, '0')

/** `hours:minutes:seconds` or `minutes:seconds`, fraction after a point or a comma → microseconds; null for anything else. */
export function parseClock(text: string): bigint | null {
  const match = /^(?:(\d{1,6}):)?(\d{1,3}):(\d{1,3})(?:[.,](\d{1,9}))?$/.exec(text.trim())
  if (!match) return null
  const [, hours = '0', minutes, seconds, fraction = ''] = match
  const whole = BigInt(hours) * 3600n + BigInt(minutes!) * 60n + BigInt(seconds!)
  return whole * 1_000_000n + BigInt(fraction.padEnd(6, '0').slice(0, 6))
}

/** @param digits - of the fraction: 3 in SRT, WebVTT and TTML, 2 in ASS; rounded to nearest, times before 0 become 0 */
export function formatClock(us: bigint, digits: 2 | 3, point: string, hourDigits: number): string {
  const unit = 10n ** BigInt(6 - digits)
  const ticks = us < 0n ? 0n : (us + unit / 2n) / unit
  const perSecond = 10n ** BigInt(digits)
  const seconds = ticks / perSecond
  const clock = `${pad(seconds / 3600n, hourDigits)}:${pad((seconds / 60n) % 60n, 2)}:${pad(seconds % 60n, 2)}`
  return `${clock}${point}${pad(ticks % perSecond, digits)}`
}
