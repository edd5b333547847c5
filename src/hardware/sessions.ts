// How many encoders may run on a device at once: the driver's count of sessions, and the memory that each one takes. Pure.
import type { Candidate } from './candidates.ts'
import { defaultBudgets, type SessionBudget } from './families.data.ts'

/** Macroblocks and coding units are padded to this many pixels. */
const ALIGNMENT = 64
/** An encoded frame waits in a buffer of its own: at most as large as half the picture. */
const BITSTREAM_SHARE = 0.5
/** Tables of motion and of rate control beside the pictures; an estimate, not a measurement. */
const OVERHEAD_BYTES = 32 << 20

/**
 * An estimate from above of the device memory of one session, in bytes: the surfaces that wait to be encoded, the
 * pictures that others refer to, and the buffers of what comes out.
 */
export function sessionBytes({ settings, width, height, pixelFormat }: Candidate): number {
  if (settings.family === 'cpu') return 0
  const option = (name: string, otherwise: number): number => Number(settings.options[name] ?? otherwise)
  const bFrames = option('bf', 2)
  const lookAhead = Math.max(option('rc-lookahead', 0), option('look_ahead_depth', 0))
  // FFmpeg's nvenc.c keeps four surfaces for each step between references, or all of the look-ahead and some to work on.
  const waiting = Math.max(4 * (bFrames + 1), lookAhead + bFrames + 6)
  const references = option('dpb_size', option('refs', 4)) + 1
  const surface = surfaceBytes(width, height, pixelFormat)
  return Math.ceil((waiting + references) * surface + waiting * surface * BITSTREAM_SHARE + OVERHEAD_BYTES)
}

function surfaceBytes(width: number, height: number, pixelFormat: string): number {
  const padded = (side: number): number => Math.ceil(side / ALIGNMENT) * ALIGNMENT
  const samples = /444|gbr/.test(pixelFormat) ? 3 : /422/.test(pixelFormat) ? 2 : 1.5
  const bytes = /(9|10|12|14|16)(le|be)?$/.test(pixelFormat) ? 2 : 1
  return padded(width) * padded(height) * samples * bytes
}

export type SessionPlan = {
  /** Indices of the sessions that run on the device. */
  readonly fit: readonly number[]
  /** Indices of those that must wait or go to the next encoder, with the reason. */
  readonly rest: readonly { readonly index: number; readonly because: string }[]
}

/** Which of the sessions, the first first, a device takes at once. */
export function fitSessions(
  sessions: readonly Candidate[],
  budgets: Readonly<Partial<Record<string, SessionBudget>>> = defaultBudgets,
): SessionPlan {
  const used = new Map<string, { sessions: number; bytes: number }>()
  const fit: number[] = []
  const rest: { index: number; because: string }[] = []
  for (const [index, session] of sessions.entries()) {
    const { family, name } = session.settings
    const budget = budgets[family] ?? defaultBudgets[family]
    const device = used.get(family) ?? { sessions: 0, bytes: 0 }
    const bytes = sessionBytes(session)
    if (budget.sessions !== null && device.sessions >= budget.sessions) {
      rest.push({ index, because: `${name}: ${budget.sessions} sessions run already (${budget.source})` })
    } else if (budget.memoryBytes !== null && device.bytes + bytes > budget.memoryBytes) {
      const mebibytes = (count: number): number => Math.round(count / (1 << 20))
      const free = mebibytes(budget.memoryBytes - device.bytes)
      rest.push({ index, because: `${name}: needs about ${mebibytes(bytes)} MiB of the device, ${free} MiB are free` })
    } else {
      used.set(family, { sessions: device.sessions + 1, bytes: device.bytes + bytes })
      fit.push(index)
    }
  }
  return { fit, rest }
}
