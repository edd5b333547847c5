// Whatever was thrown → what the user reads: one sentence with its code, one hint. The stack only for those who asked.
import { HeadendError, type LogLevel } from '../core/index.ts'

/** Anything thrown as a HeadendError; what is not one is a bug of ours. */
export function toHeadendError(error: unknown): HeadendError {
  if (error instanceof HeadendError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new HeadendError('HE_INTERNAL', message || 'an error without a message', { cause: error })
}

export function formatError(error: HeadendError, level: LogLevel): string {
  const lines = [`error ${error.code}: ${error.message}`, `hint: ${error.hint}`]
  if (level === 'debug' || level === 'trace') {
    if (Object.keys(error.details).length > 0) lines.push(`details: ${JSON.stringify(error.details)}`)
    for (let each: unknown = error; each instanceof Error; each = each.cause) lines.push(each.stack ?? each.message)
  }
  return lines.join('\n')
}
