// Units of a test source as an FLV stream, for ffmpeg to publish: H.264 in Annex B and AAC (Adobe FLV 10.1 E.3, E.4).
import type { FeedEvent } from '../../src/live/index.ts'

export class FlvWriter {
  #audioConfig: Uint8Array | null = null
  #sentConfig = false
  #started = false

  /** The bytes of one event; none before the first IDR. */
  write(event: FeedEvent): Buffer {
    if (event.type === 'track') {
      if (event.track.kind === 'audio') this.#audioConfig = event.track.config
      return Buffer.alloc(0)
    }
    if (event.type !== 'unit') return Buffer.alloc(0)
    const { kind, importance, payload, dts, timescale } = event.unit
    const ms = Number((dts * 1000n) / BigInt(timescale))
    if (kind === 'audio') {
      if (!this.#started) return Buffer.alloc(0)
      return tag(8, ms, Buffer.concat([Buffer.of(0xaf, 1), payload]))
    }
    const nals = nalsOf(Buffer.from(payload))
    const parts: Buffer[] = []
    if (!this.#started) {
      if (importance !== 'idr') return Buffer.alloc(0)
      this.#started = true
      parts.push(Buffer.from([0x46, 0x4c, 0x56, 1, 5, 0, 0, 0, 9, 0, 0, 0, 0]))
    }
    if (!this.#sentConfig) {
      this.#sentConfig = true
      const sps = nals.find(nal => (nal[0]! & 31) === 7)!
      const pps = nals.find(nal => (nal[0]! & 31) === 8)!
      const avcC = Buffer.concat([
        Buffer.of(1, sps[1]!, sps[2]!, sps[3]!, 0xff, 0xe1, sps.length >> 8, sps.length & 255),
        sps,
        Buffer.of(1, pps.length >> 8, pps.length & 255),
        pps,
        ...((sps[1] ?? 0) >= 100 ? [Buffer.of(0xfd, 0xf8, 0xf8, 0)] : []),
      ])
      parts.push(tag(9, ms, Buffer.concat([Buffer.of(0x17, 0, 0, 0, 0), avcC])))
      if (this.#audioConfig) parts.push(tag(8, ms, Buffer.concat([Buffer.of(0xaf, 0), this.#audioConfig])))
    }
    const body = nals.flatMap(nal => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(nal.length)
      return [length, nal]
    })
    parts.push(tag(9, ms, Buffer.concat([Buffer.of(importance === 'idr' ? 0x17 : 0x27, 1, 0, 0, 0), ...body])))
    return Buffer.concat(parts)
  }
}

function tag(type: number, ms: number, body: Buffer): Buffer {
  const head = Buffer.alloc(11)
  head[0] = type
  head.writeUIntBE(body.length, 1, 3)
  head.writeUIntBE(ms & 0xffffff, 4, 3)
  head[7] = (ms >>> 24) & 255
  const size = Buffer.alloc(4)
  size.writeUInt32BE(11 + body.length)
  return Buffer.concat([head, body, size])
}

function nalsOf(unit: Buffer): Buffer[] {
  const nals: Buffer[] = []
  const start = Buffer.of(0, 0, 1)
  for (let at = unit.indexOf(start); at >= 0; ) {
    const next = unit.indexOf(start, at + 3)
    let end = next < 0 ? unit.length : next
    while (end > at + 3 && unit[end - 1] === 0) end--
    nals.push(unit.subarray(at + 3, end))
    at = next
  }
  return nals
}
