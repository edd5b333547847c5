// Messages between our own processes on one machine: a JSON head and, behind it, raw bytes. Media is never put into JSON.

/** A message as it travels: what it says, and the bytes that it carries. */
export type MessageFrame = { readonly head: Record<string, unknown>; readonly body: Uint8Array }

/** The largest head and the largest frame that a reader takes, in bytes: beyond them the other side is broken. */
export const messageFrameLimits = { headBytes: 1 << 20, frameBytes: 64 << 20 } as const

const prefixBytes = 8

/**
 * One frame: two 32-bit lengths (big endian: head, body), the head as UTF-8 JSON, the body. Big integers become decimal strings.
 * The body is copied.
 */
export function encodeMessageFrame(head: Readonly<Record<string, unknown>>, body?: Uint8Array): Buffer {
  const text = Buffer.from(JSON.stringify(head, (_, value) => (typeof value === 'bigint' ? value.toString() : value)))
  const frame = Buffer.allocUnsafe(prefixBytes + text.length + (body?.length ?? 0))
  frame.writeUInt32BE(text.length, 0)
  frame.writeUInt32BE(body?.length ?? 0, 4)
  text.copy(frame, prefixBytes)
  if (body !== undefined) frame.set(body, prefixBytes + text.length)
  return frame
}

/** Takes bytes as they come and gives whole frames. */
export class MessageFrameReader {
  #chunks: Uint8Array[] = []
  #held = 0

  /** Bytes that wait for the rest of their frame. */
  get heldBytes(): number {
    return this.#held
  }

  /**
   * The frames that are complete with this chunk. Bodies are views of their own memory, never of the chunk.
   *
   * @throws {RangeError} a frame is longer than `messageFrameLimits`.
   * @throws {SyntaxError} a head is not a JSON object.
   */
  push(chunk: Uint8Array): MessageFrame[] {
    this.#chunks.push(chunk)
    this.#held += chunk.length
    const frames: MessageFrame[] = []
    for (;;) {
      if (this.#held < prefixBytes) return frames
      const prefix = this.#peek(prefixBytes)
      const headBytes = prefix.readUInt32BE(0)
      const bodyBytes = prefix.readUInt32BE(4)
      const total = prefixBytes + headBytes + bodyBytes
      if (headBytes > messageFrameLimits.headBytes || total > messageFrameLimits.frameBytes)
        throw new RangeError(`a message of ${total} bytes is longer than ${messageFrameLimits.frameBytes}`)
      if (this.#held < total) return frames
      const whole = this.#take(total)
      const head: unknown = JSON.parse(whole.toString('utf8', prefixBytes, prefixBytes + headBytes))
      if (typeof head !== 'object' || head === null || Array.isArray(head))
        throw new SyntaxError('the head of a message is no object')
      frames.push({ head: head as Record<string, unknown>, body: whole.subarray(prefixBytes + headBytes) })
    }
  }

  #peek(bytes: number): Buffer {
    const first = this.#chunks[0]
    if (first !== undefined && first.length >= bytes) return Buffer.from(first.buffer, first.byteOffset, bytes)
    return Buffer.concat(this.#chunks, bytes)
  }

  #take(bytes: number): Buffer {
    const whole = Buffer.allocUnsafe(bytes)
    let filled = 0
    while (filled < bytes) {
      const chunk = this.#chunks[0] as Uint8Array
      const part = chunk.subarray(0, bytes - filled)
      whole.set(part, filled)
      filled += part.length
      if (part.length === chunk.length) this.#chunks.shift()
      else this.#chunks[0] = chunk.subarray(part.length)
    }
    this.#held -= bytes
    return whole
  }
}
