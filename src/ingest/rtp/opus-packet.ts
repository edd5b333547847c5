// Opus over RTP (RFC 7587): a payload is a packet as it is. Its length in time stands in its first bytes (RFC 6716 3.1).

/** Frame sizes of the 32 configurations in samples of 48 kHz (RFC 6716 table 2). */
const frameSamples = (config: number): number =>
  config < 12
    ? [480, 960, 1920, 2880][config & 3]!
    : config < 16
      ? [480, 960][config & 1]!
      : [120, 240, 480, 960][config & 3]!

/** Samples of 48 kHz in a packet; null when it is none: no frames, or more than 120 ms. */
export function opusPacketSamples(packet: Uint8Array): number | null {
  const toc = packet[0]
  if (toc === undefined) return null
  const code = toc & 3
  const count = code === 0 ? 1 : code < 3 ? 2 : (packet[1] ?? 0) & 63
  const samples = count * frameSamples(toc >> 3)
  return samples > 0 && samples <= 5760 ? samples : null
}

/** RFC 7845 5.1: what containers and FFmpeg want to know of a stream; nothing is skipped at its start. */
export function opusHead(channels: number): Uint8Array {
  const head = new Uint8Array(19)
  head.set(new TextEncoder().encode('OpusHead'))
  head.set([1, channels], 8)
  new DataView(head.buffer).setUint32(12, 48_000, true)
  return head
}
