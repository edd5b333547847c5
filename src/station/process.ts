// What the station's processes have in common: they start when they are told how, log to the station, and end with it.
import { HeadendError, type Log } from '../core/index.ts'
import type { FromProcess, ProcessStats, ToProcess } from './messages.ts'

export const say = (message: FromProcess): void => {
  if (process.connected) process.send!(message, () => {})
}

function createLog(bindings: object): Log {
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (data: object | string, message?: string): void => {
      const [object, text] = typeof data === 'string' ? [{}, data] : [data, message ?? '']
      say({ type: 'log', level, data: { ...bindings, ...object }, message: text })
    }
  return {
    trace: () => {},
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: more => createLog({ ...bindings, ...more }),
  }
}

export const processStats = (): ProcessStats => {
  const { user, system } = process.cpuUsage()
  return { pid: process.pid, rssBytes: process.memoryUsage.rss(), cpuSeconds: (user + system) / 1e6 }
}

type Running = AsyncDisposable & { readonly ports: Readonly<Record<string, number>>; told?(message: ToProcess): void }

/** Runs until the station says stop, or is gone. */
export function runProcess<P>(start: (params: P, log: Log) => Promise<Running>): void {
  let running: Running | null = null
  const stop = async (code: number): Promise<never> => {
    await Promise.race([running?.[Symbol.asyncDispose](), new Promise(resolve => setTimeout(resolve, 3000))]).catch(
      () => {},
    )
    process.exit(code)
  }
  process.on('message', (message: ToProcess) => {
    if (message.type === 'stop') void stop(0)
    else if (message.type !== 'start') running?.told?.(message)
    else
      start(message.params as P, createLog({})).then(
        started => {
          running = started
          say({ type: 'ready', ports: started.ports })
        },
        (error: unknown) => {
          const code = error instanceof HeadendError ? error.code : 'HE_INTERNAL'
          const failed: FromProcess = { type: 'failed', code, message: (error as Error).message }
          process.send!(failed, () => process.exit(1))
        },
      )
  })
  // The station decides: Ctrl-C reaches the whole group.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => {})
  process.on('SIGHUP', () => {})
  process.on('disconnect', () => void stop(1))
}
