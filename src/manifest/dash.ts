// A static DASH MPD of one period (ISO/IEC 23009-1) with SegmentTemplate and SegmentTimeline, as objects. Writing: dash-format.ts.
import { div, parseRational, type Rational, rational } from '../core/index.ts'
import { damaged } from './bytes.ts'
import { parseXml, type XmlElement } from './xml.ts'

export type TimelineEntry = { readonly start: bigint; readonly duration: bigint }

export type Representation = {
  readonly id: string
  readonly bandwidth: number
  readonly codecs: string
  readonly mimeType: string
  readonly width: number | null
  readonly height: number | null
  readonly sampleAspect: readonly [number, number] | null
  readonly frameRate: Rational | null
  readonly sampleRateHz: number | null
  /** ChannelConfiguration of ISO/IEC 23091-3, or the number of channels; as written. */
  readonly channels: string | null
  readonly timescale: number
  readonly presentationTimeOffset: bigint
  /** Path of the init segment. */
  readonly initialization: string
  /** Template with `$Number…$`. */
  readonly media: string
  readonly startNumber: number
  /** In ticks of `timescale`, relative to the period's start plus presentationTimeOffset. */
  readonly timeline: readonly TimelineEntry[]
}

export type AdaptationSet = {
  readonly contentType: string
  readonly language: string | null
  readonly label: string | null
  readonly roles: readonly string[]
  /** Who it is for, by TV-Anytime's AudioPurposeCS: 1 visually impaired, 2 hard of hearing. */
  readonly accessibility?: string | null
  /** Whether every segment begins with a picture at which decoding can begin, and nothing before it is shown. */
  readonly startsWithSap: boolean
  /** CICP code points (ISO/IEC 23091-2) of primaries, transfer and matrix. */
  readonly color: { readonly primaries: number; readonly transfer: number; readonly matrix: number } | null
  readonly representations: readonly Representation[]
}

export type Mpd = {
  readonly duration: Rational | null
  readonly minBufferTime: Rational | null
  readonly adaptationSets: readonly AdaptationSet[]
}

export const accessibilityScheme = 'urn:tva:metadata:cs:AudioPurposeCS:2007'

export const colorSchemes = {
  primaries: 'urn:mpeg:mpegB:cicp:ColourPrimaries',
  transfer: 'urn:mpeg:mpegB:cicp:TransferCharacteristics',
  matrix: 'urn:mpeg:mpegB:cicp:MatrixCoefficients',
} as const

/** Longer timelines are refused: `r` lets a few bytes ask for any number of segments. */
const MAX_SEGMENTS = 1_000_000

/** Reads what formatMpd and Shaka Packager write. @throws {HE_INPUT_DAMAGED} */
export function parseMpd(text: string): Mpd {
  const mpd = parseXml(text)
  if (mpd.name !== 'MPD') throw damaged('not a DASH manifest: its root is not MPD')
  const periods = all(mpd, 'Period')
  if (periods.length !== 1) throw damaged(`one Period was expected, there are ${periods.length}`)
  const duration = mpd.attributes.get('mediaPresentationDuration')
  const minBuffer = mpd.attributes.get('minBufferTime')
  return {
    duration: duration === undefined ? null : parseDuration(duration),
    minBufferTime: minBuffer === undefined ? null : parseDuration(minBuffer),
    adaptationSets: all(periods[0]!, 'AdaptationSet').map(readSet),
  }
}

const all = (element: XmlElement, name: string): XmlElement[] => element.children.filter(child => child.name === name)
const first = (element: XmlElement, name: string): XmlElement | undefined =>
  element.children.find(child => child.name === name)

function readSet(set: XmlElement): AdaptationSet {
  const cicp = (scheme: string): number | undefined => {
    const value = set.children.find(child => child.attributes.get('schemeIdUri') === scheme)?.attributes.get('value')
    return value === undefined ? undefined : integer(value, scheme)
  }
  const primaries = cicp(colorSchemes.primaries)
  const transfer = cicp(colorSchemes.transfer)
  const matrix = cicp(colorSchemes.matrix)
  return {
    contentType: set.attributes.get('contentType') ?? '',
    language: set.attributes.get('lang') ?? null,
    label: first(set, 'Label')?.text ?? null,
    roles: all(set, 'Role').flatMap(role => role.attributes.get('value') ?? []),
    accessibility: first(set, 'Accessibility')?.attributes.get('value') ?? null,
    startsWithSap: set.attributes.get('startWithSAP') === '1',
    color:
      primaries === undefined || transfer === undefined || matrix === undefined
        ? null
        : { primaries, transfer, matrix },
    representations: all(set, 'Representation').map(each => readRepresentation(each, set)),
  }
}

function readRepresentation(element: XmlElement, set: XmlElement): Representation {
  const own = (name: string): string | undefined => element.attributes.get(name) ?? set.attributes.get(name)
  const number = (name: string): number | null => {
    const value = own(name)
    return value === undefined ? null : integer(value, name)
  }
  const template = first(element, 'SegmentTemplate') ?? first(set, 'SegmentTemplate')
  const timeline = template && first(template, 'SegmentTimeline')
  if (!template || !timeline) throw damaged('a Representation without SegmentTemplate and SegmentTimeline')
  const frameRate = own('frameRate')
  const sar = /^(\d{1,9}):(\d{1,9})$/.exec(own('sar') ?? '')
  return {
    id: need(element, 'id'),
    bandwidth: integer(need(element, 'bandwidth'), 'bandwidth'),
    codecs: own('codecs') ?? '',
    mimeType: own('mimeType') ?? '',
    width: number('width'),
    height: number('height'),
    sampleAspect: sar ? [Number(sar[1]), Number(sar[2])] : null,
    frameRate: frameRate === undefined ? null : readRate(frameRate),
    sampleRateHz: number('audioSamplingRate'),
    channels: first(element, 'AudioChannelConfiguration')?.attributes.get('value') ?? null,
    timescale: integer(template.attributes.get('timescale') ?? '1', 'timescale'),
    presentationTimeOffset: BigInt(integer(template.attributes.get('presentationTimeOffset') ?? '0', 'offset')),
    initialization: need(template, 'initialization'),
    media: need(template, 'media'),
    startNumber: integer(template.attributes.get('startNumber') ?? '1', 'startNumber'),
    timeline: readTimeline(timeline),
  }
}

function need(element: XmlElement, name: string): string {
  const value = element.attributes.get(name)
  if (value === undefined) throw damaged(`${element.name} without ${name}`)
  return value
}

function integer(text: string, what: string): number {
  if (!/^\d{1,15}$/.test(text)) throw damaged(`${what} is not a whole number`, { text: text.slice(0, 100) })
  return Number(text)
}

function readRate(text: string): Rational {
  if (!/^\d{1,9}(?:\/0*[1-9]\d{0,8})?$/.test(text))
    throw damaged('frameRate is not a fraction', { text: text.slice(0, 100) })
  return parseRational(text)
}

/** ISO/IEC 23009-1 5.3.9.6: S@t continues where the one before ended when absent; S@r repeats. */
function readTimeline(element: XmlElement): TimelineEntry[] {
  const entries: TimelineEntry[] = []
  let at = 0n
  for (const s of all(element, 'S')) {
    const t = s.attributes.get('t')
    if (t !== undefined) at = BigInt(integer(t, 'S@t'))
    const duration = BigInt(integer(need(s, 'd'), 'S@d'))
    const repeats = integer(s.attributes.get('r') ?? '0', 'S@r')
    if (entries.length + repeats >= MAX_SEGMENTS) throw damaged('SegmentTimeline is too long', { repeats })
    for (let i = 0; i <= repeats; i++, at += duration) entries.push({ start: at, duration })
  }
  return entries
}

/** ISO 8601 duration of hours, minutes and seconds: `PT1H2M3.5S`. */
function parseDuration(text: string): Rational {
  const match = /^PT(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,18})?)S)?$/.exec(text)
  if (!match) throw damaged('not a duration', { text: text.slice(0, 100) })
  const seconds = parseRational(match[3] ?? '0')
  const whole = BigInt(match[1] ?? 0) * 3600n + BigInt(match[2] ?? 0) * 60n
  return rational(seconds.num + whole * seconds.den, seconds.den)
}

/** The path of segment `index` (from 0) of a representation. ISO/IEC 23009-1 5.3.9.4.4. */
export function segmentPath({ media, startNumber }: Representation, index: number): string {
  return media.replace(/\$Number(?:%0(\d{1,2})d)?\$/g, (_, width: string | undefined) =>
    `${startNumber + index}`.padStart(Number(width ?? 1), '0'),
  )
}

/** Seconds of a number of ticks. */
export const ticksToSeconds = (ticks: bigint, timescale: number): Rational => div(rational(ticks), rational(timescale))
