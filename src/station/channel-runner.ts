// One channel's worker, kept alive: it begins again with the plan that it had, where the origin says that it stopped.
import { HeadendError, type Log } from '../core/index.ts'
import { type ChannelCommand, type ChannelParams, type ChannelUpdate, callEngine } from '../engine/index.ts'
import type { ChannelStatus } from './messages.ts'

const FIRST_RETRY_MS = 100
const MAX_RETRY_MS = 10_000
const GOOD_RUN_MS = 30_000
const END_GRACE_MS = 5000

export class ChannelRunner {
  readonly #log: Log
  readonly #controller = new AbortController()
  #params: ChannelParams
  #reasons: readonly string[] = []
  #worker: Record<string, unknown> | null = null
  #state: ChannelStatus['state'] = 'waiting'
  #restarts = 0
  #pid: number | null = null
  #error: string | null = null
  #tell: ((value: unknown) => void) | null = null
  readonly #done: Promise<void>

  constructor(params: ChannelParams, log: Log) {
    this.#params = params
    this.#log = log
    this.#done = this.#run()
  }

  get name(): string {
    return this.#params.channel
  }

  get isOver(): boolean {
    return this.#state === 'ended'
  }

  get status(): Omit<ChannelStatus, 'origin'> {
    return {
      name: this.name,
      state: this.#state,
      restarts: this.#restarts,
      pid: this.#pid,
      error: this.#error,
      reasons: this.#reasons,
      worker: this.#worker,
    }
  }

  tell(command: ChannelCommand): void {
    this.#tell?.(command)
  }

  /** Ends the channel for good; resolves when its worker is gone. */
  async end(): Promise<void> {
    if (this.#state === 'ended') return
    this.tell({ type: 'end' })
    const timer = setTimeout(() => this.#controller.abort(cancelled()), END_GRACE_MS)
    // Between two runs nobody hears that it ends.
    if (this.#state === 'restarting') this.#controller.abort(cancelled())
    await this.#done
    clearTimeout(timer)
  }

  async #run(): Promise<void> {
    const { signal } = this.#controller
    let retryMs = FIRST_RETRY_MS
    while (!signal.aborted) {
      const startedMs = performance.now()
      try {
        await callEngine('channel', this.#params, {
          signal,
          log: this.#log,
          onStart: pid => {
            this.#pid = pid
          },
          onOpen: tell => {
            this.#tell = tell
          },
          onUpdate: update => this.#hear(update as ChannelUpdate),
        })
        break
      } catch (error) {
        if (signal.aborted) break
        this.#error = error instanceof HeadendError ? `${error.code}: ${error.message}` : String(error)
        this.#log.error(
          { error: this.#error, details: (error as HeadendError).details },
          'the channel’s worker ended and is started again',
        )
      }
      this.#restarts++
      this.#state = 'restarting'
      this.#pid = null
      this.#tell = null
      if (performance.now() - startedMs > GOOD_RUN_MS) retryMs = FIRST_RETRY_MS
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, retryMs)
        signal.addEventListener(
          'abort',
          () => {
            clearTimeout(timer)
            resolve()
          },
          { once: true },
        )
      })
      retryMs = Math.min(MAX_RETRY_MS, retryMs * 2)
    }
    this.#state = 'ended'
    this.#pid = null
  }

  #hear(update: ChannelUpdate): void {
    if (update.type === 'plan') {
      this.#params = { ...this.#params, plan: update.plan }
      this.#reasons = update.plan.reasons
      return
    }
    this.#worker = update.stats
    this.#state = update.stats.phase === 'running' ? 'running' : 'waiting'
  }
}

const cancelled = (): HeadendError => new HeadendError('HE_CANCELLED', 'the channel ends')
