// The CLI's logger: pino to stderr, JSON lines for machines, short lines on a terminal. Names that smell of secrets are blanked.
import { type DestinationStream, pino } from 'pino'
import type { Log, LogLevel } from '../core/index.ts'
import type { Screen } from './screen.ts'

const SECRET_NAMES = [
  'key',
  'keys',
  'password',
  'passphrase',
  'secret',
  'token',
  'authorization',
  'cookie',
  'credentials',
]

export function createLogger(level: LogLevel, screen: Screen): Log {
  const destination: DestinationStream = {
    write: line => screen.line(screen.isTerminal ? formatLine(line) : line.trimEnd()),
  }
  return pino(
    {
      level,
      // Neither process id nor host name: the reader knows where he started it.
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
      redact: { paths: SECRET_NAMES.flatMap(name => [name, `*.${name}`, `*.*.${name}`]), censor: '[secret]' },
    },
    destination,
  )
}

function formatLine(line: string): string {
  const { level, time: _time, msg, ...data } = JSON.parse(line) as Record<string, unknown>
  const rest = Object.entries(data).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return [`${level}:`, msg ?? '', ...rest].join(' ')
}
