// What the bitstream alone says: the coded picture is taken out of its container by Debian's ffmpeg, its units are parsed
// here, and ffprobe reads the bare stream. Not a test itself.
import { readFile, rm } from 'node:fs/promises'
import {
  av1String,
  avcString,
  type Conformance,
  hevcString,
  ofAv1,
  ofAvc,
  ofHevc,
} from './conformance-codec-strings.ts'
import { type Facts, type Json, stated, tool, under } from './conformance-facts.ts'
import { colorOf, hdrOf } from './conformance-ffprobe.ts'

type Parsed = Conformance & { readonly codecString?: string; readonly closedGops?: number; readonly more?: Facts }

/** By FFmpeg's codec name: the muxer of the bare stream, its extension, and who reads its units. */
const bare: Readonly<Record<string, { format: string; extension: string; parse: (bytes: Buffer) => Parsed }>> = {
  h264: { format: 'h264', extension: 'h264', parse: parseAvc },
  hevc: { format: 'hevc', extension: 'hevc', parse: parseHevc },
  av1: { format: 'obu', extension: 'obu', parse: parseAv1 },
  vp9: { format: 'ivf', extension: 'ivf', parse: parseVp9 },
  mpeg2: { format: 'mpeg2video', extension: 'm2v', parse: parseMpeg2 },
}

/** Facts `bitstream.…` and `closedGops`; null for codecs that are not looked into. */
export async function readBitstream(path: string, codec: string): Promise<Facts | null> {
  const row = bare[codec]
  if (!row) return null
  const file = `${path}.${row.extension}`
  try {
    await tool(
      'ffmpeg',
      ...['-v', 'error', '-nostdin', '-y', '-i', path, '-map', '0:v:0'],
      ...['-c', 'copy', '-f', row.format, file],
    )
    const { closedGops, more, ...parsed } = row.parse(await readFile(file))
    return { ...stated({ closedGops }), ...under('bitstream', { ...stated(parsed), ...more, ...(await probed(file)) }) }
  } finally {
    await rm(file, { force: true })
  }
}

async function probed(file: string): Promise<Facts> {
  const ask = ['-show_streams', '-show_frames', '-read_intervals', '%+#1', '-select_streams', 'v:0']
  const text = await tool('ffprobe', '-v', 'error', '-of', 'json', ...ask, file)
  const { streams, frames } = JSON.parse(text) as { streams: Json[]; frames?: Json[] }
  const [stream = {}] = streams
  // A VP9 or MPEG-2 stream may have no words for some of these; empty texts would accuse it of silence.
  const color = Object.fromEntries(Object.entries(colorOf(stream)).filter(([, value]) => value !== ''))
  return {
    ...stated({ ...color, sampleAspectRatio: (stream.sample_aspect_ratio as string | undefined)?.replace(':', '/') }),
    ...hdrOf(frames?.[0]?.side_data_list),
  }
}

/** Units between start codes (ITU-T H.264 annex B), without the zeros that may follow them. */
function unitsOf(bytes: Buffer): Buffer[] {
  const starts: number[] = []
  for (let at = bytes.indexOf('\0\0\x01', 0, 'latin1'); at >= 0; at = bytes.indexOf('\0\0\x01', at + 3, 'latin1'))
    starts.push(at + 3)
  return starts.map((start, i) => bytes.subarray(start, i + 1 < starts.length ? starts[i + 1]! - 3 : bytes.length))
}

/** Removes the bytes that keep start codes out of the payload. */
function unescaped(unit: Buffer): Buffer {
  const kept = [...unit].filter((byte, i) => !(byte === 3 && i >= 2 && unit[i - 1] === 0 && unit[i - 2] === 0))
  return Buffer.from(kept)
}

/** Type 5 is a slice of an IDR picture; the first slice of a picture begins with first_mb_in_slice 0, a single 1 bit. */
function parseAvc(bytes: Buffer): Parsed {
  const units = unitsOf(bytes)
  const set = units.find(unit => (unit[0]! & 31) === 7)
  const closedGops = units.filter(unit => (unit[0]! & 31) === 5 && unit[1]! & 0x80).length
  if (!set) return { closedGops }
  return { ...ofAvc(set.subarray(1, 4)), codecString: avcString(set.subarray(1, 4)), closedGops }
}

/** 19 and 20 are IDR pictures; after a CRA (21) the leading pictures 8 and 9 look back over it. */
function parseHevc(bytes: Buffer): Parsed {
  const units = unitsOf(bytes)
  const type = (unit: Buffer): number => (unit[0]! >> 1) & 63
  const set = units.find(unit => type(unit) === 33)
  const closedGops = units.filter(unit => [19, 20].includes(type(unit)) && unit[2]! & 0x80).length
  const skipped = units.filter(unit => [8, 9].includes(type(unit))).length
  if (!set) return { closedGops }
  const ptl = unescaped(set.subarray(0, 40)).subarray(3, 15)
  return { ...ofHevc(ptl), codecString: hevcString(ptl), closedGops, more: { skippedLeading: skipped } }
}

/** closed_gop is the 26th bit of a group header (ISO/IEC 13818-2 6.2.2.6); profile and level stand in the extension. */
function parseMpeg2(bytes: Buffer): Parsed {
  const units = unitsOf(bytes)
  const groups = units.filter(unit => unit[0] === 0xb8)
  const extension = units.find(unit => unit[0] === 0xb5 && unit[1]! >> 4 === 1)
  const indication = extension ? ((extension[1]! & 15) << 4) | (extension[2]! >> 4) : 0
  // Table 8-4: 4:2:2 Profile escapes the usual numbering.
  const escaped: Record<number, [string, string]> = { 130: ['422', 'high'], 133: ['422', 'main'] }
  const profile = ({ 1: 'high', 4: 'main', 5: 'simple' } as Record<number, string>)[(indication >> 4) & 7]
  const level = ({ 4: 'high', 6: 'high-1440', 8: 'main', 10: 'low' } as Record<number, string>)[indication & 15]
  const [p, l] = escaped[indication] ?? [profile, level]
  return {
    ...(p ? { profile: p } : {}),
    ...(l ? { level: l } : {}),
    closedGops: groups.filter(unit => unit[4]! & 0x40).length,
  }
}

/** Big-endian bits of a buffer. */
class Bits {
  readonly #bytes: Buffer
  #at = 0
  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }
  read(count: number): number {
    let value = 0
    for (let i = 0; i < count; i++, this.#at++)
      value = value * 2 + ((this.#bytes[this.#at >> 3]! >> (7 - (this.#at & 7))) & 1)
    return value
  }
}

type Unit = { readonly type: number; readonly body: Buffer }

/** OBUs that all carry their size (AV1 5.3), as FFmpeg's `obu` muxer writes them. */
function obusOf(bytes: Buffer): Unit[] {
  const found: Unit[] = []
  for (let at = 0; at < bytes.length; ) {
    const header = bytes[at++]!
    if (header & 4) at++
    let size = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!
      size += (byte & 127) * 2 ** shift
      if (byte < 128) break
    }
    found.push({ type: (header >> 3) & 15, body: bytes.subarray(at, at + size) })
    at += size
  }
  return found
}

/** A key frame that is shown at once resets every reference (AV1 7.20): only such a one closes the group before it. */
function parseAv1(bytes: Buffer): Parsed {
  const units = obusOf(bytes)
  const sequence = units.find(({ type }) => type === 1)
  const closedGops = units.filter(({ type, body }) => {
    if (type !== 3 && type !== 6) return false
    const bits = new Bits(body)
    const [existing, kind, show] = [bits.read(1), bits.read(2), bits.read(1)]
    return existing === 0 && kind === 0 && show === 1
  }).length
  const numbers = sequence && sequenceNumbers(new Bits(sequence.body))
  return numbers ? { ...ofAv1(numbers), codecString: av1String(numbers), closedGops } : { closedGops }
}

/** AV1 5.5.1, up to the bit depth; null for what SVT-AV1 does not write (timing info, reduced still pictures). */
function sequenceNumbers(bits: Bits): { profile: number; level: number; tier: number; bits: number } | null {
  const profile = bits.read(3)
  const [, reduced, timing, delay] = [bits.read(1), bits.read(1), bits.read(1), bits.read(1)]
  if (reduced || timing) return null
  const points = Array.from({ length: bits.read(5) + 1 }, () => {
    bits.read(12)
    const level = bits.read(5)
    const tier = level > 7 ? bits.read(1) : 0
    if (delay && bits.read(1)) bits.read(4)
    return { level, tier }
  })
  const [width, height] = [bits.read(4) + 1, bits.read(4) + 1]
  bits.read(width)
  bits.read(height)
  if (bits.read(1)) bits.read(7)
  // 128 superblocks, filter intra, intra edge; interintra, masked, warped, dual filter.
  bits.read(3 + 4)
  if (bits.read(1)) bits.read(2)
  const chooseTools = bits.read(1)
  const forceTools = chooseTools ? 2 : bits.read(1)
  if (forceTools > 0 && !bits.read(1)) bits.read(1)
  // order_hint_bits is there because enable_order_hint was read before; superres, cdef, restoration.
  bits.read(3 + 3)
  const high = bits.read(1)
  const depth = profile === 2 && high ? (bits.read(1) ? 12 : 10) : high ? 10 : 8
  return { profile, ...points[0]!, bits: depth }
}

/** Frame headers of an IVF file (VP9 bitstream 6.2); the first frame of a superframe decides. */
function parseVp9(bytes: Buffer): Parsed {
  let keys = 0
  let profile: string | undefined
  let more: Facts = {}
  for (let at = bytes.readUInt16LE(6); at + 12 <= bytes.length; ) {
    const size = bytes.readUInt32LE(at)
    const bits = new Bits(bytes.subarray(at + 12, at + 12 + size))
    at += 12 + size
    bits.read(2)
    const number = bits.read(1) + 2 * bits.read(1)
    if (number === 3) bits.read(1)
    const [existing, kind] = [bits.read(1), bits.read(1)]
    if (existing || kind !== 0) continue
    keys++
    bits.read(2 + 24)
    const depth = number >= 2 ? (bits.read(1) ? 12 : 10) : 8
    const space = bits.read(3)
    profile = String(number)
    // 7 is RGB; 1 BT.601, 2 BT.709, 5 BT.2020.
    const range = space === 7 ? 'pc' : bits.read(1) ? 'pc' : 'tv'
    more = { bitDepth: depth, ...stated({ matrix: { 2: 'bt709', 5: 'bt2020nc' }[space] }), range }
  }
  return { ...(profile ? { profile } : {}), closedGops: keys, more }
}
