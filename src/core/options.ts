import type { Log } from './log.ts'
import type { OnProgress } from './progress.ts'

/** What every long operation below the public API is given. */
export type RunOptions = {
  readonly signal: AbortSignal
  readonly log: Log
  readonly onProgress?: OnProgress
}
