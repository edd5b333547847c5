// Reads the boxes of an ISO base media or QuickTime file by itself (ISO/IEC 14496-12, -15; the codecs' own bindings): what
// the container alone states, by code that shares nothing with FFmpeg, mediainfo or Headend.
import { readFile } from 'node:fs/promises'
import { av1String, avcString, hevcString, vp9String } from './conformance-codec-strings.ts'
import { type Facts, formatDolby, formatMastering, stated, under } from './conformance-facts.ts'

type Box = { readonly type: string; readonly at: number; readonly body: Buffer }

/** Boxes that stand one after the other in `bytes`; `offset` is the place of `bytes` in the file. */
function boxes(bytes: Buffer, offset = 0): Box[] {
  const found: Box[] = []
  for (let at = 0; at + 8 <= bytes.length; ) {
    const short = bytes.readUInt32BE(at)
    const header = short === 1 ? 16 : 8
    const size = short === 0 ? bytes.length - at : short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short
    if (size < header || at + size > bytes.length) break
    const type = bytes.toString('latin1', at + 4, at + 8)
    found.push({ type, at: offset + at, body: bytes.subarray(at + header, at + size) })
    at += size
  }
  return found
}

const child = (bytes: Buffer, ...path: readonly string[]): Buffer | undefined =>
  path.reduce<Buffer | undefined>((inside, type) => inside && boxes(inside).find(box => box.type === type)?.body, bytes)

/** The facts of the first video track and of the file; null when the file has no boxes. */
export async function readBoxes(path: string): Promise<Facts | null> {
  const file = await readFile(path)
  const top = boxes(file)
  const moov = top.find(({ type }) => type === 'moov')
  if (top[0]?.type !== 'ftyp' || !moov) return null
  const data = top.find(({ type }) => type === 'mdat')
  const tracks = boxes(moov.body).filter(({ type }) => type === 'trak')
  const picture = tracks.find(({ body }) => child(body, 'mdia', 'hdlr')?.toString('latin1', 8, 12) === 'vide')
  return {
    ...stated({
      container: top[0].body.toString('latin1', 0, 4) === 'qt  ' ? 'mov' : 'mp4',
      fastStart: data ? String(moov.at < data.at) : undefined,
      fragmented: String(top.some(({ type }) => type === 'moof')),
    }),
    ...(picture ? ofPicture(picture.body) : {}),
  }
}

function ofPicture(track: Buffer): Facts {
  const descriptions = child(track, 'mdia', 'minf', 'stbl', 'stsd')
  const entry = descriptions && boxes(descriptions.subarray(8))[0]
  if (!entry) return {}
  // VisualSampleEntry: 78 bytes, then boxes; size at 24, whatever stands in the track header.
  const inside = entry.body.subarray(78)
  const count = descriptions.readUInt32BE(4)
  return stated({
    tag: entry.type,
    'container.entries': count,
    'container.width': entry.body.readUInt16BE(24),
    'container.height': entry.body.readUInt16BE(26),
    'container.codecString': codecString(entry.type, inside),
    'container.sampleAspectRatio': aspect(child(inside, 'pasp')),
    rotation: rotation(child(track, 'tkhd')),
    ...under('container', color(child(inside, 'colr'))),
    'container.masteringDisplay': mastering(child(inside, 'mdcv')),
    'container.contentLight': light(child(inside, 'clli')),
    'container.dolbyVision': dolby(child(inside, 'dvcC') ?? child(inside, 'dvvC') ?? child(inside, 'dvwC')),
  })
}

function codecString(tag: string, inside: Buffer): string | undefined {
  const [avcC, hvcC, av1C, vpcC] = ['avcC', 'hvcC', 'av1C', 'vpcC'].map(type => child(inside, type))
  if (avcC) return avcString(avcC.subarray(1, 4))
  if (hvcC) return hevcString(hvcC.subarray(1, 13), tag)
  if (av1C) {
    const [, first, second] = av1C as unknown as [number, number, number]
    const bits = second & 0x40 ? (second & 0x20 ? 12 : 10) : 8
    return av1String({ profile: first >> 5, level: first & 31, tier: second >> 7, bits })
  }
  if (vpcC) return vp9String({ profile: vpcC[4]!, level: vpcC[5]!, bits: vpcC[6]! >> 4 })
  return undefined
}

function aspect(pasp: Buffer | undefined): string | undefined {
  return pasp && `${pasp.readUInt32BE(0)}/${pasp.readUInt32BE(4)}`
}

/** ISO/IEC 14496-12 8.3.2; only quarter turns are named. */
function rotation(tkhd: Buffer | undefined): number | undefined {
  if (!tkhd) return undefined
  const matrix = tkhd.subarray(tkhd[0] === 1 ? 52 : 40)
  const [a, b, c, d] = [0, 4, 12, 16].map(at => Math.sign(matrix.readInt32BE(at)))
  return { '1,0,0,1': 0, '0,1,-1,0': 90, '-1,0,0,-1': 180, '0,-1,1,0': 270 }[[a, b, c, d].join()]
}

/** ITU-T H.273 code points, the ones that plans here use. */
export const codePoints = {
  primaries: { 1: 'bt709', 5: 'bt470bg', 6: 'smpte170m', 9: 'bt2020' },
  transfer: {
    1: 'bt709',
    6: 'smpte170m',
    13: 'iec61966-2-1',
    14: 'bt2020-10',
    15: 'bt2020-12',
    16: 'smpte2084',
    18: 'arib-std-b67',
  },
  matrix: { 0: 'gbr', 1: 'bt709', 5: 'bt470bg', 6: 'smpte170m', 9: 'bt2020nc' },
} as const satisfies Record<string, Readonly<Record<number, string>>>

const named = (table: Readonly<Record<number, string>>, code: number): string | undefined =>
  code === 2 ? undefined : (table[code] ?? `code ${code}`)

/** `nclx` of ISO files ends with the range; `nclc` of QuickTime has none. */
function color(colr: Buffer | undefined): Facts {
  const kind = colr?.toString('latin1', 0, 4)
  if (!colr || (kind !== 'nclx' && kind !== 'nclc')) return {}
  return stated({
    primaries: named(codePoints.primaries, colr.readUInt16BE(4)),
    transfer: named(codePoints.transfer, colr.readUInt16BE(6)),
    matrix: named(codePoints.matrix, colr.readUInt16BE(8)),
    range: kind === 'nclx' ? (colr[10]! & 0x80 ? 'pc' : 'tv') : undefined,
  })
}

/** Order green, blue, red, white; 0.00002 and 0.0001 cd/m² (ISO/IEC 23001-8, 14496-12 12.1.5). */
function mastering(mdcv: Buffer | undefined): string | undefined {
  if (!mdcv) return undefined
  const point = (at: number): [number, number] => [mdcv.readUInt16BE(at) / 50_000, mdcv.readUInt16BE(at + 2) / 50_000]
  return formatMastering({
    green: point(0),
    blue: point(4),
    red: point(8),
    whitePoint: point(12),
    maxLuminance: mdcv.readUInt32BE(16) / 10_000,
    minLuminance: mdcv.readUInt32BE(20) / 10_000,
  })
}

const light = (clli: Buffer | undefined): string | undefined =>
  clli && `${clli.readUInt16BE(0)},${clli.readUInt16BE(2)}`

/** Dolby Vision streams within ISO base media files 3.2: 7 bits of profile, 6 of level, three flags, 4 of compatibility. */
function dolby(record: Buffer | undefined): string | undefined {
  if (!record) return undefined
  const bits = record.readUInt16BE(2)
  return formatDolby({
    profile: bits >> 9,
    level: (bits >> 3) & 63,
    rpu: Boolean(bits & 4),
    enhancementLayer: Boolean(bits & 2),
    baseLayer: Boolean(bits & 1),
    compatibilityId: record[4]! >> 4,
  })
}
