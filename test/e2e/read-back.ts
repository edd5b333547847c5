// Reads a finished file by every means that is not ours: ffprobe, mediainfo, its boxes, its bare bitstream. Not a test itself.
import { readBitstream } from './conformance-bitstream.ts'
import { readBoxes } from './conformance-boxes.ts'
import type { Facts, Promised, Reading } from './conformance-facts.ts'
import { readByFfprobe } from './conformance-ffprobe.ts'
import { readByMediainfo } from './conformance-mediainfo.ts'

/**
 * One reading for each means that applies to the file. `grid` is the frame rate by which times are judged; the file's own
 * when left out. @throws when a tool fails on the file
 */
export async function readBack(path: string, { grid }: { readonly grid?: string } = {}): Promise<readonly Reading[]> {
  const [ffprobe, mediainfo, boxes] = await Promise.all([
    readByFfprobe(path, grid),
    readByMediainfo(path),
    readBoxes(path),
  ])
  const bitstream = await readBitstream(path, String(ffprobe.codec ?? ''))
  return [
    { tool: 'ffprobe', facts: ffprobe },
    { tool: 'mediainfo', facts: mediainfo },
    ...(boxes ? [{ tool: 'boxes', facts: boxes }] : []),
    ...(bitstream ? [{ tool: 'bitstream', facts: bitstream }] : []),
  ]
}

export type Disagreement = {
  readonly fact: string
  readonly promised: string | number
  /** `nobody` where no reader knows the fact: a promise without a witness. */
  readonly tool: string
  readonly said: string | number
}

/** What a reader is known to get wrong, or means otherwise, with the reason. */
export type KnownDifference = {
  readonly tool: string
  readonly fact: RegExp
  /** The codecs or containers (as readers name them) for which it holds. */
  readonly of: readonly string[]
  readonly because: string
}

/** Few, and each with its reason: an entry here is seen in every review. */
const knownDifferences: readonly KnownDifference[] = [
  {
    tool: 'mediainfo',
    of: ['flv'],
    fact: /^packets$/,
    because: 'FLV counts nothing: mediainfo multiplies a rounded length by the frame rate',
  },
]

/** Every promise that a reader contradicts, and every one that no reader can speak to. */
export function compare(
  promises: readonly Promised[],
  readings: readonly Reading[],
  known: readonly KnownDifference[] = knownDifferences,
): Disagreement[] {
  const about = readings.flatMap(({ facts }) => [facts.container, facts.codec])
  return promises.flatMap(promise => {
    const { fact, value } = promise
    const unfit = known.filter(each => each.fact.test(fact) && each.of.some(name => about.includes(name)))
    const witnesses = readings.filter(
      ({ tool, facts }) => facts[fact] !== undefined && !unfit.some(each => each.tool === tool),
    )
    // An empty text promises silence.
    if (witnesses.length === 0) return value === '' ? [] : [{ fact, promised: value, tool: 'nobody', said: '' }]
    return witnesses
      .map(({ tool, facts }) => ({ fact, promised: value, tool, said: facts[fact]! }))
      .filter(({ said }) => !meets(promise, said))
  })
}

/** Steps of ST 2086 in bitstreams: 1/50 000 (SEI) and 1/65 536 (AV1) of chromaticity, 1/16 384 cd/m² of darkness (AV1). */
const mastering = { chromaticity: 0.000_03, min: 0.000_07, max: 0.5 }

function meets({ fact, value, within = 0 }: Promised, said: string | number): boolean {
  if (typeof value === 'number' && typeof said === 'number') return Math.abs(value - said) <= within
  if (value !== '' && said !== '' && /masteringDisplay$/.test(fact)) return sameMastering(String(value), String(said))
  if (value !== '' && said !== '' && fact === 'masteringLuminance') return sameLuminance(String(value), String(said))
  // CTA-861.3: 0 means that nobody knows, which is what an absent value means.
  if (/contentLight$/i.test(fact) && value === '' && said === '0,0') return true
  if (/codecString$/i.test(fact)) return plainCodecString(value) === plainCodecString(said)
  return value === said
}

/** RFC 6381 strings are hexadecimal numbers: either case, with or without leading zeros. */
const plainCodecString = (value: string | number): string =>
  String(value)
    .toLowerCase()
    .split('.')
    .map(part => part.replace(/^0+(?=[0-9a-f])/, ''))
    .join('.')

function sameMastering(a: string, b: string): boolean {
  const points = (text: string): number[] => text.split(' ').slice(0, 4).join().split(',').map(Number)
  const theirs = points(b)
  const last = (text: string): string => text.split(' ')[4] ?? ''
  return (
    points(a).every((value, i) => Math.abs(value - theirs[i]!) <= mastering.chromaticity) &&
    sameLuminance(last(a), last(b))
  )
}

function sameLuminance(a: string, b: string): boolean {
  const [min, max] = a.split('-').map(Number) as [number, number]
  const [theirMin, theirMax] = b.split('-').map(Number) as [number, number]
  return Math.abs(min - theirMin) <= mastering.min && Math.abs(max - theirMax) <= mastering.max
}

/** One line per fact: what each reader said. For messages of failing tests. */
export function formatReadings(readings: readonly Reading[], facts?: readonly string[]): string {
  const names = facts ?? [...new Set(readings.flatMap(reading => Object.keys(reading.facts)))].toSorted()
  return names
    .map(name => {
      const said = readings.flatMap(({ tool, facts: all }) => (all[name] === undefined ? [] : [`${tool} ${all[name]}`]))
      return `${name}: ${said.join(' · ') || 'nobody'}`
    })
    .join('\n')
}

/** All facts together, the earlier reader's first: for promises of sources, which need one answer. */
export const merged = (readings: readonly Reading[]): Facts =>
  Object.assign({}, ...readings.toReversed().map(({ facts }) => facts))
