// The states of a source and of the choice between two, and their times. docs/live-timing.md gives the reasons.

/** `waiting`: nothing came yet. `returning`: units come again, not yet trusted. */
export type SourceState = 'waiting' | 'live' | 'stalled' | 'slate' | 'returning'
/** What the channel shows meanwhile. */
export type SourceOutput = 'picture' | 'last-picture' | 'slate'

export const outputOf: Readonly<Record<SourceState, SourceOutput>> = {
  waiting: 'slate',
  live: 'picture',
  stalled: 'last-picture',
  slate: 'slate',
  returning: 'slate',
}

/** Every change that there is. A test walks the machine and finds no other. */
export const sourceTransitions = [
  { from: 'waiting', to: 'returning', because: 'the first unit came' },
  { from: 'live', to: 'stalled', because: 'no unit for stallUs' },
  { from: 'stalled', to: 'live', because: 'a unit came' },
  { from: 'stalled', to: 'slate', because: 'no unit for slateUs' },
  { from: 'slate', to: 'returning', because: 'a unit came' },
  { from: 'returning', to: 'slate', because: 'no unit for stallUs' },
  { from: 'returning', to: 'live', because: 'a key frame, and units for returnUs' },
] as const satisfies readonly { from: SourceState; to: SourceState; because: string }[]

export type SourceOptions = {
  readonly stallUs: number
  readonly slateUs: number
  readonly returnUs: number
  /** For the very first units: nobody waits for a picture that was never there. */
  readonly firstReturnUs: number
}

export const sourceDefaults: SourceOptions = {
  stallUs: 500_000,
  slateUs: 2_000_000,
  returnUs: 1_000_000,
  firstReturnUs: 0,
}

export type FailoverOptions = {
  /** The active input must have been bad for this long. */
  readonly switchUs: number
  /** The primary must have been good for this long before it is taken again; null: never by itself. */
  readonly revertUs: number | null
  /** No two changes within this time, whatever happens: no flapping. */
  readonly dwellUs: number
}

export const failoverDefaults: FailoverOptions = { switchUs: 300_000, revertUs: 20_000_000, dwellUs: 3_000_000 }
