// Ctrl-C: the first asks the work to stop and clean up, the second quits at once.
import { HeadendError } from '../core/index.ts'

/** A terminal, npx and bin/headend.js may each deliver the same key press; two signals this close are one. */
const SAME_PRESS_MS = 500

export type SignalSource = {
  on(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', listener: (signal: NodeJS.Signals) => void): unknown
  off(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', listener: (signal: NodeJS.Signals) => void): unknown
}

export type InterruptOptions = {
  readonly source: SignalSource
  readonly onFirst: () => void
  /** Ends the process now; `code` is 128 + the signal's number, as shells do. */
  readonly quit: (code: number) => void
  readonly now?: () => number
}

const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const

/** Listens until disposed; `signal` aborts with HE_CANCELLED. */
export function listenForInterrupt(options: InterruptOptions): Disposable & { readonly signal: AbortSignal } {
  const { source, onFirst, quit, now = () => performance.now() } = options
  const controller = new AbortController()
  let firstAt: number | undefined
  const interrupt = (name: NodeJS.Signals): void => {
    const at = now()
    if (firstAt === undefined) {
      firstAt = at
      onFirst()
      controller.abort(new HeadendError('HE_CANCELLED', 'cancelled', { details: { signal: name } }))
    } else if (at - firstAt >= SAME_PRESS_MS) quit(128 + signals[name as keyof typeof signals])
  }
  for (const name of Object.keys(signals)) source.on(name as keyof typeof signals, interrupt)
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const name of Object.keys(signals)) source.off(name as keyof typeof signals, interrupt)
    },
  }
}
