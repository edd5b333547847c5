// Defaults of the jitter buffer. docs/live-timing.md gives the reasons; a test holds the two together.

/** How a jitter buffer behaves. All times in microseconds. */
export type JitterOptions = {
  /** `adaptive`: released by the media clock. `pass-through`: the transport paces already (SRT with TSBPD, files). */
  readonly mode: 'adaptive' | 'pass-through'
  readonly minDepthUs: number
  readonly maxDepthUs: number
  /** Target depth in multiples of the jitter. */
  readonly jitterFactor: number
  /** The depth also covers this share of the units of the last `memoryUs`, whatever the jitter says. */
  readonly onTimeShare: number
  readonly memoryUs: number
  /** Added to the depth that would have saved a unit that came too late. */
  readonly lateMarginUs: number
  /** How fast the depth may fall, in microseconds per second. */
  readonly fallUsPerSecond: number
  /** How long the depth stays after it was last needed. */
  readonly holdUs: number
  /** How long the shortest transit is remembered: the media clock hangs on it. */
  readonly transitWindowUs: number
  readonly maxUnits: number
  readonly maxBytes: number
}

export const jitterDefaults: JitterOptions = {
  mode: 'adaptive',
  minDepthUs: 20_000,
  maxDepthUs: 1_000_000,
  jitterFactor: 3,
  onTimeShare: 0.998,
  memoryUs: 60_000_000,
  lateMarginUs: 10_000,
  fallUsPerSecond: 5_000,
  holdUs: 10_000_000,
  transitWindowUs: 10_000_000,
  maxUnits: 512,
  maxBytes: 32 * 1024 * 1024,
}
