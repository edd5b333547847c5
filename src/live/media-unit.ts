// What every wire protocol becomes: one access unit of video or one frame of audio, with its times and its weight.
// Local times are whole microseconds of a monotonic clock; they come in as arguments, nothing here reads a clock.

/** What would be lost without this unit. `idr`: decoding may start here. `reference`: later units are predicted from it. */
export type Importance = 'idr' | 'reference' | 'non-reference' | 'audio'

/** One access unit or audio frame as it left the transport. `payload` belongs to whoever holds the unit. */
export type MediaUnit<Payload = unknown> = {
  /** Which elementary stream of its source it belongs to. */
  readonly stream: number
  readonly kind: 'video' | 'audio'
  readonly importance: Importance
  /** Ticks of `timescale`, unwrapped (see `TickUnwrapper`). */
  readonly dts: bigint
  readonly pts: bigint
  /** Ticks per second. */
  readonly timescale: number
  readonly durationTicks?: bigint
  readonly sizeBytes: number
  readonly arrivalUs: number
  readonly payload: Payload
}

/** Whether decoding may start here. */
export const isKey = (unit: Pick<MediaUnit, 'importance'>): boolean => unit.importance === 'idr'

/** Whether no pressure of any kind may drop it. */
export const isPrecious = ({ importance }: Pick<MediaUnit, 'importance'>): boolean =>
  importance === 'idr' || importance === 'audio'

/** Ticks as microseconds, rounded down. Of two ticks the later is never the earlier afterwards. */
export function ticksToUs(ticks: bigint, timescale: number): number {
  const scaled = ticks * 1_000_000n
  const den = BigInt(timescale)
  const whole = scaled / den
  return Number(scaled < 0n && whole * den !== scaled ? whole - 1n : whole)
}

/** Microseconds as the nearest tick. */
export const usToTicks = (us: number, timescale: number): bigint => BigInt(Math.round((us / 1_000_000) * timescale))
