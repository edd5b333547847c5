// Defaults for the recovery of the sender's clock. docs/live-timing.md gives the reasons.

export type SenderClockOptions = {
  /** Of each bucket only the unit with the shortest transit counts. */
  readonly bucketUs: number
  readonly windowUs: number
  /** Before that much was seen the drift is taken as zero. */
  readonly minSpanUs: number
  /** No crystal is worse; beyond it the timestamps are at fault, and the drift is held at the limit. */
  readonly maxPpm: number
  /** The drift counts as known when its error is below this. */
  readonly lockedPpm: number
  /** A shortest transit that moves at once by more than this, and stays, is a new path and not drift. */
  readonly stepUs: number
  /** How long it must stay when the way became longer (a jam looks the same), and when it became shorter (nothing else does). */
  readonly stepUpUs: number
  readonly stepDownUs: number
}

export const senderClockDefaults: SenderClockOptions = {
  bucketUs: 500_000,
  windowUs: 300_000_000,
  minSpanUs: 10_000_000,
  maxPpm: 500,
  lockedPpm: 20,
  stepUs: 15_000,
  stepUpUs: 30_000_000,
  stepDownUs: 5_000_000,
}
