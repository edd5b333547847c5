// The parent's side of the engine worker: starts it, hears it out, and survives it.
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { HeadendError, type Log, onAbort } from '../core/index.ts'
import type { GraphEvent, GraphStats } from '../graph/index.ts'
import type { GraphSpec } from '../model/index.ts'
import type { FromWorker, ToWorker, WireError } from './messages.ts'

/** How long a worker may take to obey a cancel before it is killed. */
const CANCEL_GRACE_MS = 3000
const KEPT_STDERR_LINES = 12

export type CallOptions = {
  readonly signal: AbortSignal
  readonly log: Log
  readonly onEvent?: (event: GraphEvent) => void
  readonly onStats?: (stats: GraphStats, rssBytes: number) => void
  /** Told the worker's process id; for tests that kill it and for monitors. */
  readonly onStart?: (pid: number) => void
  /** What a method that runs on says meanwhile. */
  readonly onUpdate?: (value: unknown) => void
  /** Given what tells the worker something while it runs. */
  readonly onOpen?: (tell: (value: unknown) => void) => void
}

/**
 * Runs one method in a fresh engine worker. @throws {HE_ENGINE_CRASHED} when the process dies, the worker's own
 * HeadendError when the method fails, or the signal's reason when it is cancelled.
 */
export async function callEngine<T>(method: string, params: unknown, options: CallOptions): Promise<T> {
  const { signal, log } = options
  signal.throwIfAborted()
  const child = startWorker()
  if (child.pid !== undefined) options.onStart?.(child.pid)
  const stderr = keepLines(child, log)
  let lastStats: GraphStats | undefined
  let answer: Extract<FromWorker, { type: 'result' | 'error' | 'cancelled' }> | undefined
  let killTimer: NodeJS.Timeout | undefined

  using _cancel = onAbort(signal, () => {
    tell(child, { type: 'cancel' })
    killTimer = setTimeout(() => child.kill('SIGKILL'), CANCEL_GRACE_MS)
  })
  child.on('message', (message: FromWorker) => {
    if (message.type === 'event') options.onEvent?.(message.event)
    else if (message.type === 'update') options.onUpdate?.(message.value)
    else if (message.type === 'log') log[message.level]({ ...message.data, engine: child.pid }, message.message)
    else if (message.type === 'stats') {
      lastStats = message.stats
      options.onStats?.(message.stats, message.rssBytes)
    } else answer = message
  })
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null; error?: Error }>(resolve => {
    child.on('error', error => resolve({ code: null, signal: null, error }))
    child.on('exit', (code, exitSignal) => resolve({ code, signal: exitSignal }))
  })
  tell(child, { type: 'call', method, params })
  options.onOpen?.(value => tell(child, { type: 'tell', value }))
  const exit = await ended
  clearTimeout(killTimer)
  if (answer?.type === 'result') return answer.value as T
  signal.throwIfAborted()
  if (answer?.type === 'error') throw fromWire(answer.error)
  const busy = lastStats?.nodes.filter(node => node.state === 'running').map(node => node.id) ?? []
  throw new HeadendError(
    'HE_ENGINE_CRASHED',
    `the engine worker died (${exit.signal ?? `exit code ${exit.code}`}) during ${method}`,
    {
      details: { signal: exit.signal, exitCode: exit.code, busyNodes: busy, stderr },
      ...(exit.error ? { cause: exit.error } : {}),
    },
  )
}

export type GraphOutcome = { readonly liveItems: number; readonly peakRssBytes: number }

/** Runs a media graph in a worker. Files it was writing when it failed are the caller's to remove. */
export function runSpec(spec: GraphSpec, options: CallOptions): Promise<GraphOutcome> {
  return callEngine<GraphOutcome>('graph', spec, options)
}

function startWorker(): ChildProcess {
  // The same file in another form: .ts from a clone, .js when published.
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return fork(fileURLToPath(new URL(`./worker-main.${extension}`, import.meta.url)), [], {
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // SVT-AV1 prints to stderr by itself. Each native call that waits holds a thread of libuv's pool: a graph has many.
    env: { ...process.env, SVT_LOG: '1', UV_THREADPOOL_SIZE: '16' },
  })
}

function tell(child: ChildProcess, message: ToWorker): void {
  if (child.connected) child.send(message, () => {})
}

function keepLines(child: ChildProcess, log: Log): string[] {
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\n')) {
        if (!line.trim()) continue
        log.debug({ engine: child.pid }, line)
        lines.push(line)
        if (lines.length > KEPT_STDERR_LINES) lines.shift()
      }
    })
  }
  return lines
}

function fromWire({ code, message, hint, details, stack }: WireError): HeadendError {
  const error = new HeadendError(code, message, { hint, details })
  // Where it happened, in the worker: the parent's own stack would only name the message handler.
  if (stack) error.stack = stack
  return error
}
