// Reads DASH MPDs (ISO/IEC 23009-1): periods, SegmentTemplate with or without timeline, SegmentBase, whole files.
import { add, parseRational, type Rational, rational } from '../core/index.ts'
import { damaged } from './bytes.ts'
import type { AdaptationSet, ContentProtection, Descriptor, Mpd, Period, Representation } from './dash-model.ts'
import { schemes } from './dash-model.ts'
import { readAddressing } from './dash-segments.ts'
import { all, first, integer, need } from './dash-xml.ts'
import { parseXml, type XmlElement } from './xml.ts'

/** Reads what formatMpd and other packagers write; elements it does not know are passed over. @throws {HE_INPUT_DAMAGED} */
export function parseMpd(text: string): Mpd {
  const mpd = parseXml(text)
  if (mpd.name !== 'MPD') throw damaged('not a DASH manifest: its root is not MPD')
  const elements = all(mpd, 'Period')
  if (elements.length === 0) throw damaged('a DASH manifest without Period')
  const duration = optionalDuration(mpd, 'mediaPresentationDuration')
  const starts = periodStarts(elements)
  return {
    type: mpd.attributes.get('type') === 'dynamic' ? 'dynamic' : 'static',
    profiles: (mpd.attributes.get('profiles') ?? '')
      .split(',')
      .map(each => each.trim())
      .filter(Boolean),
    duration,
    minBufferTime: optionalDuration(mpd, 'minBufferTime'),
    periods: elements.map((period, i) => readPeriod(period, mpd, starts[i]!, starts[i + 1] ?? duration)),
  }
}

/** ISO/IEC 23009-1 5.3.2.1. */
function periodStarts(periods: readonly XmlElement[]): Rational[] {
  let at = rational(0)
  return periods.map(period => {
    const start = optionalDuration(period, 'start') ?? at
    at = add(start, optionalDuration(period, 'duration') ?? rational(0))
    return start
  })
}

function readPeriod(period: XmlElement, mpd: XmlElement, start: Rational, end: Rational | null): Period {
  const duration = optionalDuration(period, 'duration')
  const long = duration ?? (end && rational(end.num * start.den - start.num * end.den, end.den * start.den))
  return {
    id: period.attributes.get('id') ?? null,
    start,
    duration,
    adaptationSets: all(period, 'AdaptationSet').map(set => readSet(set, [mpd, period], long)),
  }
}

function readSet(set: XmlElement, above: readonly XmlElement[], periodDuration: Rational | null): AdaptationSet {
  const elements = all(set, 'Representation')
  const cicp = (scheme: string): number | undefined => {
    const value = set.children.find(child => child.attributes.get('schemeIdUri') === scheme)?.attributes.get('value')
    return value === undefined ? undefined : integer(value, scheme)
  }
  const primaries = cicp(schemes.primaries)
  const transfer = cicp(schemes.transfer)
  const matrix = cicp(schemes.matrix)
  const color =
    primaries === undefined || transfer === undefined || matrix === undefined ? null : { primaries, transfer, matrix }
  const colors: readonly string[] = color ? [schemes.primaries, schemes.transfer, schemes.matrix] : []
  const mimeType = set.attributes.get('mimeType') ?? elements[0]?.attributes.get('mimeType') ?? ''
  return {
    id: set.attributes.get('id') ?? null,
    // ISO/IEC 23009-1 5.3.3.2: where contentType is absent the media type of mimeType tells.
    contentType: set.attributes.get('contentType') ?? mimeType.split('/')[0] ?? '',
    language: set.attributes.get('lang') ?? null,
    label: first(set, 'Label')?.text ?? null,
    roles: all(set, 'Role').flatMap(role => role.attributes.get('value') ?? []),
    accessibility: all(set, 'Accessibility').map(readDescriptor),
    essential: all(set, 'EssentialProperty').map(readDescriptor),
    supplemental: all(set, 'SupplementalProperty')
      .map(readDescriptor)
      .filter(({ scheme }) => !colors.includes(scheme)),
    protection: [...all(set, 'ContentProtection'), ...(elements[0] ? all(elements[0], 'ContentProtection') : [])].map(
      readProtection,
    ),
    startsWithSap: set.attributes.get('startWithSAP') === '1',
    segmentAlignment: /^(?:true|1)$/.test(set.attributes.get('segmentAlignment') ?? ''),
    color,
    representations: elements.map(each => readRepresentation(each, [...above, set], periodDuration)),
  }
}

const readDescriptor = (element: XmlElement): Descriptor => ({
  scheme: element.attributes.get('schemeIdUri') ?? '',
  value: element.attributes.get('value') ?? null,
})

const readProtection = (element: XmlElement): ContentProtection => ({
  ...readDescriptor(element),
  scheme: (element.attributes.get('schemeIdUri') ?? '').toLowerCase(),
  defaultKid: element.attributes.get('cenc:default_KID')?.toLowerCase() ?? null,
  pssh: first(element, 'cenc:pssh')?.text ?? null,
})

function readRepresentation(
  element: XmlElement,
  above: readonly XmlElement[],
  periodDuration: Rational | null,
): Representation {
  const set = above.at(-1)!
  const own = (name: string): string | undefined => element.attributes.get(name) ?? set.attributes.get(name)
  const number = (name: string): number | null => {
    const value = own(name)
    return value === undefined ? null : integer(value, name)
  }
  const frameRate = own('frameRate')
  const sar = /^(\d{1,9}):(\d{1,9})$/.exec(own('sar') ?? '')
  const channels = first(element, 'AudioChannelConfiguration') ?? first(set, 'AudioChannelConfiguration')
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
    channels: channels?.attributes.get('value') ?? null,
    segments: readAddressing([...above, element], periodDuration),
  }
}

function readRate(text: string): Rational {
  if (!/^\d{1,9}(?:\/0*[1-9]\d{0,8})?$/.test(text))
    throw damaged('frameRate is not a fraction', { text: text.slice(0, 100) })
  return parseRational(text)
}

const optionalDuration = (element: XmlElement, name: string): Rational | null => {
  const text = element.attributes.get(name)
  return text === undefined ? null : parseDuration(text)
}

/** ISO 8601 duration of days, hours, minutes and seconds: `P1DT1H2M3.5S`. */
function parseDuration(text: string): Rational {
  const match = /^P(?:(\d{1,6})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,18})?)S)?)?$/.exec(text)
  if (!match || text.endsWith('P') || text.endsWith('T')) throw damaged('not a duration', { text: text.slice(0, 100) })
  const seconds = parseRational(match[4] ?? '0')
  const whole = BigInt(match[1] ?? 0) * 86_400n + BigInt(match[2] ?? 0) * 3600n + BigInt(match[3] ?? 0) * 60n
  return rational(seconds.num + whole * seconds.den, seconds.den)
}
