export { delay, isAbort, onAbort } from './abort.ts'
export {
  type ErrorCode,
  type ErrorInfo,
  errorTable,
  HeadendError,
  type HeadendErrorOptions,
  isErrorCode,
} from './errors.ts'
export { type Log, type LogLevel, silentLog } from './log.ts'
export { encodeMessageFrame, type MessageFrame, MessageFrameReader, messageFrameLimits } from './message-frames.ts'
export { nearest } from './nearest.ts'
export type { RunOptions } from './options.ts'
export type { OnProgress, Progress } from './progress.ts'
export {
  add,
  compare,
  div,
  floor,
  formatRational,
  mul,
  parseRational,
  type Rational,
  type RationalText,
  rational,
  rescale,
  round,
  sub,
  toNumber,
} from './rational.ts'
export { Secret } from './secret.ts'
