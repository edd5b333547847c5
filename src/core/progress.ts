// How long work tells how far it is.

export type Progress = {
  /** What is being done now, e.g. `encode`. */
  readonly stage: string
  readonly done: number
  /** null while the total is unknown. */
  readonly total: number | null
  readonly unit: 'frames' | 'seconds' | 'bytes' | 'steps'
  /** Frames per second of wall time; null where frames make no sense. */
  readonly fps: number | null
  /** Media seconds per wall second; null while unknown. */
  readonly speed: number | null
  readonly etaSeconds: number | null
}

export type OnProgress = (progress: Progress) => void
