// RTMP's chunk stream, written: each message with a whole header, in chunks of one size.
import type { RtmpMessage } from './chunk-reader.ts'

/** The bytes of one message on a chunk stream of a number from 2 to 63. */
export function formatMessage(chunkStream: number, message: RtmpMessage, chunkBytes: number): Buffer {
  const { type, streamId, timestamp, payload } = message
  const extended = timestamp >= 0xffffff
  const head = Buffer.alloc(extended ? 16 : 12)
  head[0] = chunkStream
  head.writeUIntBE(extended ? 0xffffff : timestamp, 1, 3)
  head.writeUIntBE(payload.length, 4, 3)
  head[7] = type
  head.writeUInt32LE(streamId, 8)
  if (extended) head.writeUInt32BE(timestamp, 12)
  const parts: Buffer[] = [head]
  for (let at = 0; at === 0 || at < payload.length; at += chunkBytes) {
    if (at > 0) {
      // 5.3.1.3: the extended timestamp is repeated in the chunks that follow.
      const next = Buffer.alloc(extended ? 5 : 1)
      next[0] = 0xc0 | chunkStream
      if (extended) next.writeUInt32BE(timestamp, 1)
      parts.push(next)
    }
    parts.push(payload.subarray(at, at + chunkBytes))
  }
  return Buffer.concat(parts)
}
