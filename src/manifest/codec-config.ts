// RFC 6381 codec strings from the configuration boxes of a sample entry: what a manifest must say of this very init segment.
import { type Box, Cursor } from './bytes.ts'

type Boxes = ReadonlyMap<string, Box>

const hex = (value: number): string => value.toString(16).padStart(2, '0')
const two = (value: number): string => String(value).padStart(2, '0')

/** null where the box that would tell is missing. */
type Reader = (entry: string, boxes: Boxes) => string | null

const from =
  (box: string, read: (entry: string, cursor: Cursor) => string): Reader =>
  (entry, boxes) => {
    const found = boxes.get(box)
    return found ? read(entry, new Cursor(found.body, box)) : null
  }

/** RFC 6381 3.3: profile, constraint flags, level. */
const avc = from('avcC', (entry, cursor) => {
  cursor.skip(1)
  return `${entry}.${[cursor.u8(), cursor.u8(), cursor.u8()].map(hex).join('')}`
})

/** ISO/IEC 14496-15 E.3. */
const hevc = from('hvcC', (entry, cursor) => {
  cursor.skip(1)
  const general = cursor.u8()
  const compatibility = cursor.u32()
  const constraints = [...cursor.take(6)]
  const level = cursor.u8()
  while (constraints.length > 0 && constraints.at(-1) === 0) constraints.pop()
  let reversed = 0
  for (let bit = 0; bit < 32; bit++) if ((compatibility >>> bit) & 1) reversed |= 1 << (31 - bit)
  const space = ['', 'A', 'B', 'C'][general >> 6]!
  const flags = constraints.map(byte => hex(byte).toUpperCase())
  return [
    entry,
    `${space}${general & 31}`,
    (reversed >>> 0).toString(16),
    `${general & 32 ? 'H' : 'L'}${level}`,
    ...flags,
  ].join('.')
})

/** AV1 ISOBMFF binding 2.3.3 and 5: the short form; the long one adds the color, which `colr` says too. */
const av1 = from('av1C', (entry, cursor) => {
  cursor.skip(1)
  const profile = cursor.u8()
  const flags = cursor.u8()
  const depth = flags & 0x40 ? (flags & 0x20 ? 12 : 10) : 8
  return `${entry}.${profile >> 5}.${two(profile & 31)}${flags & 0x80 ? 'H' : 'M'}.${two(depth)}`
})

const vp9 = from('vpcC', (entry, cursor) => {
  cursor.skip(4)
  return `${entry}.${two(cursor.u8())}.${two(cursor.u8())}.${two(cursor.u8() >> 4)}`
})

/** Dolby Vision ISOBMFF binding: seven bits of profile, six of level. */
function readDolby(cursor: Cursor): { profile: number; level: number; compatibility: number } {
  cursor.skip(2)
  const word = cursor.u16()
  return { profile: word >> 9, level: (word >> 3) & 63, compatibility: cursor.u8() >> 4 }
}

const dolby: Reader = (entry, boxes) => {
  const box = boxes.get('dvcC') ?? boxes.get('dvvC')
  if (!box) return null
  const { profile, level } = readDolby(new Cursor(box.body, box.type))
  return `${entry}.${two(profile)}.${two(level)}`
}

/** ISO/IEC 14496-1 7.2.6: object type indication, and for MPEG-4 sound the audio object type (14496-3 1.6.2.1). */
const mpeg4Sound = from('esds', (entry, cursor) => {
  cursor.skip(4)
  const stream = descriptor(cursor, 3)
  stream.skip(2)
  const flags = stream.u8()
  if (flags & 0x80) stream.skip(2)
  if (flags & 0x40) stream.skip(stream.u8())
  if (flags & 0x20) stream.skip(2)
  const config = descriptor(stream, 4)
  const indication = config.u8()
  if (indication !== 0x40) return `${entry}.${hex(indication)}`
  config.skip(12)
  const special = descriptor(config, 5)
  const head = special.u8()
  const type = head >> 3
  return `${entry}.40.${type === 31 ? 32 + ((head & 7) << 3) + (special.u8() >> 5) : type}`
})

/** The next descriptor must be of this tag; its length is 7 bits a byte. */
function descriptor(cursor: Cursor, tag: number): Cursor {
  if (cursor.u8() !== tag) return new Cursor(new Uint8Array(0), `descriptor ${tag}`)
  let length = 0
  for (let i = 0; i < 4; i++) {
    const byte = cursor.u8()
    length = (length << 7) | (byte & 0x7f)
    if (byte < 0x80) break
  }
  return new Cursor(cursor.take(Math.min(length, cursor.remaining)), `descriptor ${tag}`)
}

const always =
  (text: string): Reader =>
  () =>
    text

const readers: Readonly<Record<string, Reader>> = {
  avc1: avc,
  avc3: avc,
  hvc1: hevc,
  hev1: hevc,
  av01: av1,
  vp08: vp9,
  vp09: vp9,
  dvh1: dolby,
  dvhe: dolby,
  mp4a: mpeg4Sound,
  Opus: always('opus'),
  fLaC: always('fLaC'),
  alac: always('alac'),
  'ac-3': always('ac-3'),
  'ec-3': always('ec-3'),
  stpp: always('stpp'),
  wvtt: always('wvtt'),
}

/** null for sample entries that it does not know. @throws {HE_INPUT_DAMAGED} */
export const codecOfEntry = (entry: string, boxes: Boxes): string | null => readers[entry]?.(entry, boxes) ?? null

/** By compatibility id: HDR10, SDR, HLG. Apple HLS authoring, SUPPLEMENTAL-CODECS. */
const dolbyBrands: Readonly<Record<number, string>> = { 1: 'db1p', 2: 'db2g', 4: 'db4h' }
const dolbyEntries: Readonly<Record<string, string>> = { hvc1: 'dvh1', hev1: 'dvhe', av01: 'dav1' }

/** What a Dolby Vision decoder may make of a stream that others play too; null for every other stream. */
export function supplementalCodecOf(entry: string, boxes: Boxes): string | null {
  const box = boxes.get('dvcC') ?? boxes.get('dvvC')
  const name = dolbyEntries[entry]
  if (!box || !name) return null
  const { profile, level, compatibility } = readDolby(new Cursor(box.body, box.type))
  const brand = dolbyBrands[compatibility]
  return brand ? `${name}.${two(profile)}.${two(level)}/${brand}` : null
}
