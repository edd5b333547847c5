// The states of a channel whose encoders cannot keep up, as a table: when each is entered and left, what it drops, what it advises.

export type PressureState = 'normal' | 'light' | 'heavy' | 'severe'

/** What would help for good. `faster-preset` and `lower-rate` are meant for the top rendition; `drop-rendition` gives it up. */
export type PressureAdvice = 'faster-preset' | 'lower-rate' | 'drop-rendition'

/** What a decoder is still given. `no-leaves`: no non-reference units. `heads`: of each GOP its first half. `keys`: only key frames. */
export type DecodeLevel = 'all' | 'no-leaves' | 'heads' | 'keys'

export type PressureRow = {
  readonly state: PressureState
  /** Entered when the encode queue's latency was at least this for `pressureTimes.enterUs`. */
  readonly enterLagUs: number
  /** Left downwards when it was below this for `pressureTimes.leaveUs`. */
  readonly leaveLagUs: number
  /** Of so many raw frames, how many go to the encoders. */
  readonly keep: { readonly frames: number; readonly of: number }
  readonly decode: DecodeLevel
  readonly advice: PressureAdvice | null
}

/** From the least to the most. Each is left at well under half the lag at which it is entered: that is the hysteresis. */
export const pressureRows: readonly PressureRow[] = [
  { state: 'normal', enterLagUs: 0, leaveLagUs: 0, keep: { frames: 1, of: 1 }, decode: 'all', advice: null },
  {
    state: 'light',
    enterLagUs: 100_000,
    leaveLagUs: 40_000,
    keep: { frames: 3, of: 4 },
    decode: 'all',
    advice: 'faster-preset',
  },
  {
    state: 'heavy',
    enterLagUs: 250_000,
    leaveLagUs: 90_000,
    keep: { frames: 1, of: 2 },
    decode: 'no-leaves',
    advice: 'lower-rate',
  },
  {
    state: 'severe',
    enterLagUs: 600_000,
    leaveLagUs: 200_000,
    keep: { frames: 1, of: 4 },
    decode: 'heads',
    advice: 'drop-rendition',
  },
]

export const pressureTimes = {
  enterUs: 300_000,
  leaveUs: 3_000_000,
  /** A state that comes back within this time after it was left is left more reluctantly. */
  relapseUs: 30_000_000,
  maxLeaveUs: 60_000_000,
  /** Advice is given when a state has lasted this long, and again after as long. */
  adviseUs: 5_000_000,
} as const
