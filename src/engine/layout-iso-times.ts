// Clocks of a movie and of its media: timescale and duration.
import type { Child } from './iso-moov.ts'

/** mvhd and mdhd begin alike (8.2.2, 8.4.2). All ones and 0 leave the duration open. */
export function readTimes(body: Buffer | undefined): { scale: number; durationS: number | null } | null {
  if (!body || body.length < 24) return null
  const long = body[0] === 1
  if (long && body.length < 36) return null
  const scale = body.readUInt32BE(long ? 20 : 12)
  if (scale === 0) return null
  const ticks = long ? Number(body.readBigUInt64BE(24)) : body.readUInt32BE(16)
  const open = ticks === 0 || ticks >= (long ? 2 ** 64 : 2 ** 32 - 1)
  return { scale, durationS: open ? null : ticks / scale }
}

export const childOf = (boxes: readonly Child[], type: string): Buffer | undefined =>
  boxes.find(box => box.type === type)?.body
