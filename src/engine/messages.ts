// What parent and engine worker say to each other over IPC (advanced serialization).
import type { ErrorCode, LogLevel } from '../core/index.ts'
import type { GraphEvent, GraphStats } from '../graph/index.ts'

export type ToWorker =
  | { readonly type: 'call'; readonly method: string; readonly params: unknown }
  | { readonly type: 'cancel' }
  /** Something for a method that runs on; only that method knows what. */
  | { readonly type: 'tell'; readonly value: unknown }

export type WireError = {
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string
  readonly details: Readonly<Record<string, unknown>>
  readonly stack: string | undefined
}

export type FromWorker =
  | { readonly type: 'result'; readonly value: unknown }
  | { readonly type: 'error'; readonly error: WireError }
  /** The worker obeyed a cancel. */
  | { readonly type: 'cancelled' }
  | { readonly type: 'event'; readonly event: GraphEvent }
  | { readonly type: 'stats'; readonly stats: GraphStats; readonly rssBytes: number }
  /** What a method that runs on has to say meanwhile. */
  | { readonly type: 'update'; readonly value: unknown }
  | { readonly type: 'log'; readonly level: LogLevel; readonly data: object; readonly message: string }
