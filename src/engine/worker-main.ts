// The engine worker process: one call, one answer, then exit. Native code lives and dies here.
import { HeadendError, type Log, type LogLevel } from '../core/index.ts'
import { bridgeNativeLog } from './log-bridge.ts'
import type { FromWorker, ToWorker, WireError } from './messages.ts'
import { workerMethods } from './worker-methods.ts'

const send = (message: FromWorker): Promise<void> =>
  new Promise(resolve => {
    // A parent that is gone hears nothing; the disconnect handler ends this process.
    if (process.connected) process.send!(message, () => resolve())
    else resolve()
  })

/** Everything goes to the parent, whose logger knows which levels are wanted. */
function createLog(bindings: object): Log {
  const at =
    (level: LogLevel) =>
    (data: object | string, message?: string): void => {
      const [object, text] = typeof data === 'string' ? [{}, data] : [data, message ?? '']
      void send({ type: 'log', level, data: { ...bindings, ...object }, message: text })
    }
  return {
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: more => createLog({ ...bindings, ...more }),
  }
}

function toWire(error: unknown): WireError {
  const known =
    error instanceof HeadendError
      ? error
      : new HeadendError('HE_INTERNAL', String((error as Error)?.message ?? error), { cause: error })
  const stack = error instanceof Error ? error.stack : undefined
  return { ...known.toJSON(), stack }
}

const log = createLog({})
bridgeNativeLog(log)
const controller = new AbortController()
const listeners: ((value: unknown) => void)[] = []
const told = (listener: (value: unknown) => void): void => void listeners.push(listener)

async function answer(method: string, params: unknown): Promise<void> {
  const run = workerMethods[method]
  try {
    if (!run) throw new HeadendError('HE_INTERNAL', `the engine has no method ${method}`)
    const value = await run(params, { signal: controller.signal, log, send, told })
    await send({ type: 'result', value })
  } catch (error) {
    await send(controller.signal.aborted ? { type: 'cancelled' } : { type: 'error', error: toWire(error) })
  }
  // FFmpeg's log callback aborts the process at a natural exit: always leave by this door.
  process.exit(0)
}

process.on('message', (message: ToWorker) => {
  if (message.type === 'call') void answer(message.method, message.params)
  else if (message.type === 'tell') for (const listener of listeners) listener(message.value)
  else controller.abort(new HeadendError('HE_CANCELLED', 'cancelled'))
})
// The parent died: nobody wants the result, and partial files are its successor's to remove.
process.on('disconnect', () => process.exit(1))
// Ctrl-C reaches the whole process group; the parent decides and tells us.
process.on('SIGINT', () => {})
