// The one place where FFmpeg return codes become HeadendErrors.
import { AVERROR_EAGAIN, AVERROR_ENOSPC, AVERROR_EOF, AVERROR_INVALIDDATA } from 'node-av/constants'
import { FFmpegError } from 'node-av/lib'
import { type ErrorCode, HeadendError, type Rational, rational } from '../core/index.ts'

export const isAgain = (code: number): boolean => code === AVERROR_EAGAIN
export const isEof = (code: number): boolean => code === AVERROR_EOF
export const isInvalidData = (code: number): boolean => code === AVERROR_INVALIDDATA

/** Passes non-negative codes through. @throws {HeadendError} with `code`, or HE_OUTPUT_FULL when the disk is full. */
export function check(ret: number, code: ErrorCode, what: string, details: Record<string, unknown> = {}): number {
  if (ret >= 0) return ret
  const reason = FFmpegError.strerror(ret)
  if (ret === AVERROR_ENOSPC)
    throw new HeadendError('HE_OUTPUT_FULL', `${what}: no space left on the device`, { details })
  throw new HeadendError(code, `${what}: ${reason}`, { details: { ...details, ffmpeg: ret } })
}

/** FFmpeg's AVRational to ours; null for 0/0 and n/0. */
export function toRational(value: { num: number; den: number }): Rational | null {
  return value.den === 0 ? null : rational(value.num, value.den)
}

/** @throws {RangeError} when it does not fit the 32 bits of an AVRational. */
export function toNative(value: Rational): { num: number; den: number } {
  const limit = 2n ** 31n
  if (value.num >= limit || value.den >= limit) throw new RangeError(`${value.num}/${value.den} exceeds 32 bits`)
  return { num: Number(value.num), den: Number(value.den) }
}
