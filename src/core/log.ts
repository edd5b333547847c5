// The shape of a logger. Loggers are passed in, never imported; pino fits it, and the CLI makes one.

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error'

type LogMethod = {
  (data: object, message?: string): void
  (message: string): void
}

export interface Log {
  readonly trace: LogMethod
  readonly debug: LogMethod
  readonly info: LogMethod
  readonly warn: LogMethod
  readonly error: LogMethod
  child(bindings: Record<string, unknown>): Log
}

const nothing = (): void => {}

/** A logger that drops everything: the default of the public API. */
export const silentLog: Log = {
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  child: () => silentLog,
}
