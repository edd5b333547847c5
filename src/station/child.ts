// One of the station's processes, kept alive: what ends without being told to is started again, soon, then less soon.
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type ErrorCode, HeadendError, isErrorCode, type Log } from '../core/index.ts'
import type { FromProcess, ToProcess } from './messages.ts'

const FIRST_RETRY_MS = 100
const MAX_RETRY_MS = 10_000
/** Who ran this long had a good start. */
const GOOD_RUN_MS = 30_000
const STOP_GRACE_MS = 4000

export type ChildOptions = {
  readonly name: string
  /** Without extension, beside this file. */
  readonly main: string
  readonly params: unknown
  readonly onMessage: (message: FromProcess) => void
  readonly log: Log
}

export class Child {
  readonly #options: ChildOptions
  readonly #ready = Promise.withResolvers<Readonly<Record<string, number>>>()
  #process: ChildProcess | null = null
  #params: unknown
  #restarts = 0
  #retryMs = FIRST_RETRY_MS
  #timer: NodeJS.Timeout | null = null
  #stopping = false
  #wasReady = false

  constructor(options: ChildOptions) {
    this.#options = options
    this.#params = options.params
    this.#start()
  }

  /** The ports it listens on, once it does for the first time. @throws what it failed with before that. */
  get ready(): Promise<Readonly<Record<string, number>>> {
    return this.#ready.promise
  }

  get pid(): number | null {
    return this.#process?.pid ?? null
  }

  get restarts(): number {
    return this.#restarts
  }

  /** What the next one is started with: the ports that the first found, for instance. */
  set params(params: unknown) {
    this.#params = params
  }

  tell(message: ToProcess): void {
    if (this.#process?.connected) this.#process.send(message, () => {})
  }

  #start(): void {
    const { main, name, log, onMessage } = this.#options
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const child = fork(fileURLToPath(new URL(`./${main}.${extension}`, import.meta.url)), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    const startedMs = performance.now()
    this.#process = child
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => log.warn({ process: name }, text.trim().slice(0, 2000)))
    child.on('message', (message: FromProcess) => {
      if (message.type === 'log') log[message.level]({ ...message.data, process: name }, message.message)
      else if (message.type === 'ready') {
        this.#wasReady = true
        this.#ready.resolve(message.ports)
      } else if (message.type === 'failed') this.#fail(message.code, message.message)
      else onMessage(message)
    })
    child.on('error', error => log.error({ process: name, error: error.message }, 'a process could not be started'))
    child.on('exit', (code, signal) => {
      this.#process = null
      if (this.#stopping) return
      if (!this.#wasReady) this.#fail('HE_ENGINE_CRASHED', `${name} ended before it was ready (${signal ?? code})`)
      log.error({ process: name, code, signal }, 'a process ended and is started again')
      this.#restarts++
      this.#retryMs = performance.now() - startedMs > GOOD_RUN_MS ? FIRST_RETRY_MS : this.#retryMs
      this.#timer = setTimeout(() => this.#start(), this.#retryMs)
      this.#retryMs = Math.min(MAX_RETRY_MS, this.#retryMs * 2)
    })
    child.send({ type: 'start', params: this.#params } satisfies ToProcess, () => {})
  }

  /** Before it was ever ready there is nothing to keep alive: whoever started it is told. */
  #fail(code: string, message: string): void {
    if (this.#wasReady) return
    this.#stopping = true
    this.#ready.reject(new HeadendError(isErrorCode(code) ? (code as ErrorCode) : 'HE_INTERNAL', message))
  }

  async stop(): Promise<void> {
    this.#stopping = true
    if (this.#timer) clearTimeout(this.#timer)
    const child = this.#process
    if (!child || child.exitCode !== null) return
    const gone = new Promise<void>(resolve => child.once('exit', () => resolve()))
    this.tell({ type: 'stop' })
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS)
    await gone
    clearTimeout(timer)
  }
}
