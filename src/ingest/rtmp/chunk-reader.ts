// RTMP's chunk stream, read: messages of several streams cut into pieces and mixed ("RTMP specification 1.0", Adobe 2012, 5.3).

export type RtmpMessage = {
  readonly type: number
  readonly streamId: number
  /** Milliseconds, 32 bits, wrapping. */
  readonly timestamp: number
  readonly payload: Buffer
}

export type ChunkLimits = {
  readonly messageBytes: number
  readonly chunkStreams: number
  readonly chunkBytes: number
}

/** A key frame of 2160p has less than two megabytes; encoders use a handful of chunk streams, and chunks of up to a whole message. */
export const chunkLimits: ChunkLimits = { messageBytes: 8 << 20, chunkStreams: 64, chunkBytes: 16 << 20 }

type ChunkStream = {
  timestamp: number
  delta: number
  length: number
  type: number
  streamId: number
  extended: boolean
  parts: Buffer[]
  filled: number
  known: boolean
}

const EXTENDED = 0xffffff

export class ChunkReader {
  readonly #limits: ChunkLimits
  #buffer: Buffer = Buffer.alloc(0)
  #chunkBytes = 128
  readonly #streams = new Map<number, ChunkStream>()
  #received = 0

  constructor(limits: ChunkLimits = chunkLimits) {
    this.#limits = limits
  }

  /** All bytes that were pushed, for acknowledgements. */
  get receivedBytes(): number {
    return this.#received
  }

  /** What is held of messages that are not complete. */
  get heldBytes(): number {
    let held = this.#buffer.length
    for (const { filled } of this.#streams.values()) held += filled
    return held
  }

  /** 5.4.1: how long chunks are from here on. @throws {RangeError} */
  setChunkBytes(bytes: number): void {
    if (bytes < 1 || bytes > this.#limits.chunkBytes) throw new RangeError(`chunks of ${bytes} bytes are not taken`)
    this.#chunkBytes = bytes
  }

  /** 5.4.2: the rest of a message will not come. */
  abort(chunkStream: number): void {
    const stream = this.#streams.get(chunkStream)
    if (!stream) return
    stream.parts = []
    stream.filled = 0
  }

  /**
   * The messages that are complete, one by one: what one of them says (the size of chunks) holds for the bytes behind it.
   *
   * @throws {RangeError} it is no chunk stream, or beyond the limits.
   */
  *push(bytes: Buffer): Generator<RtmpMessage> {
    this.#received += bytes.length
    this.#buffer = this.#buffer.length === 0 ? bytes : Buffer.concat([this.#buffer, bytes])
    for (;;) {
      const message = this.#readChunk()
      if (message === 'more') break
      if (message) yield message
    }
    // What is kept must not hold the memory of what was read.
    if (this.#buffer.length > 0) this.#buffer = Buffer.from(this.#buffer)
  }

  #readChunk(): RtmpMessage | null | 'more' {
    const buffer = this.#buffer
    const basic = readBasic(buffer)
    if (!basic) return 'more'
    const { format, id } = basic
    let at = basic.bytes
    const headBytes = [11, 7, 3, 0][format]!
    if (buffer.length < at + headBytes) return 'more'
    const stream = this.#streams.get(id) ?? this.#begin(id, format)
    const inside = stream.filled > 0
    // 5.3.1.2: within a message only headers of type 3 may come; a new one gives the old up.
    if (inside && format !== 3) this.abort(id)
    const stamp = format < 3 ? buffer.readUIntBE(at, 3) : 0
    const extended = format < 3 ? stamp === EXTENDED : stream.extended
    const extendedAt = at + headBytes
    const extendedBytes = extended ? 4 : 0
    if (buffer.length < extendedAt + extendedBytes) return 'more'
    const length = format < 2 ? buffer.readUIntBE(at + 3, 3) : stream.length
    const started = inside && format === 3
    const remaining = length - (started ? stream.filled : 0)
    if (length > this.#limits.messageBytes) throw new RangeError(`a message of ${length} bytes is not taken`)
    const payloadBytes = Math.min(remaining, this.#chunkBytes)
    const payloadAt = extendedAt + extendedBytes
    if (buffer.length < payloadAt + payloadBytes) return 'more'

    const time = extended ? buffer.readUInt32BE(extendedAt) : stamp
    stream.extended = extended
    if (format < 2) {
      stream.length = length
      stream.type = buffer[at + 6]!
    }
    if (format === 0) {
      stream.streamId = buffer.readUInt32LE(at + 7)
      stream.timestamp = time
      stream.delta = 0
    } else if (format < 3) {
      stream.delta = time
      stream.timestamp = (stream.timestamp + time) >>> 0
    } else if (!started) stream.timestamp = (stream.timestamp + stream.delta) >>> 0
    stream.known = true
    at = payloadAt
    stream.parts.push(Buffer.from(buffer.subarray(at, at + payloadBytes)))
    stream.filled += payloadBytes
    this.#buffer = buffer.subarray(at + payloadBytes)
    if (stream.filled < stream.length) return null
    const payload = stream.parts.length === 1 ? stream.parts[0]! : Buffer.concat(stream.parts)
    stream.parts = []
    stream.filled = 0
    return { type: stream.type, streamId: stream.streamId, timestamp: stream.timestamp, payload }
  }

  #begin(id: number, format: number): ChunkStream {
    if (format > 1) throw new RangeError(`chunk stream ${id} begins without a header`)
    if (this.#streams.size >= this.#limits.chunkStreams) throw new RangeError('too many chunk streams')
    const stream: ChunkStream = {
      timestamp: 0,
      delta: 0,
      length: 0,
      type: 0,
      streamId: 0,
      extended: false,
      parts: [],
      filled: 0,
      known: false,
    }
    this.#streams.set(id, stream)
    return stream
  }
}

/** 5.3.1.1: one to three bytes. */
function readBasic(buffer: Buffer): { format: number; id: number; bytes: number } | null {
  const first = buffer[0]
  if (first === undefined) return null
  const format = first >> 6
  const low = first & 63
  if (low >= 2) return { format, id: low, bytes: 1 }
  if (buffer.length < low + 2) return null
  return low === 0 ? { format, id: 64 + buffer[1]!, bytes: 2 } : { format, id: 64 + buffer.readUInt16LE(1), bytes: 3 }
}
