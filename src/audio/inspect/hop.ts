// Ten milliseconds of a track, and what is known of each of its channels in them.

/** Everything moves by so much: dropouts and clipping are found to the sample, the rest to a hop. */
export const HOPS_PER_S = 100

export type ChannelHop = {
  readonly name: string
  /** The samples of this hop, the first `length` of it; invalid ones are 0. Good until the next hop. */
  readonly samples: Float32Array
  readonly peak: number
  readonly sum: number
  readonly energy: number
  /** Largest size of the second difference, where it is, and the sum of its squares. */
  readonly jump: number
  readonly jumpAt: number
  readonly jumpEnergy: number
}

export type Hop = {
  readonly index: number
  readonly startS: number
  readonly endS: number
  /** Samples per channel; shorter than the others at the end. */
  readonly length: number
  readonly channels: readonly ChannelHop[]
}

/** Looks at hops of one track. */
export interface HopDetector {
  hop(hop: Hop): void
}

/** What digital silence is called. */
const NOTHING_DBFS = -200

export const decibels = (size: number): number =>
  size > 0 ? Math.max(NOTHING_DBFS, 20 * Math.log10(size)) : NOTHING_DBFS

export const sizeOf = (dbfs: number): number => 10 ** (dbfs / 20)
