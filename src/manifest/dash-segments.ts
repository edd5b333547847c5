// Where the segments of a Representation are (ISO/IEC 23009-1 5.3.9): template, base, or one whole file.
import { div, floor, mul, type Rational, rational } from '../core/index.ts'
import { damaged } from './bytes.ts'
import type { BaseAddressing, Range, Representation, TemplateAddressing, TimelineEntry } from './dash-model.ts'
import { all, first, integer, need } from './dash-xml.ts'
import type { XmlElement } from './xml.ts'

/** Longer timelines are refused: `r` lets a few bytes ask for any number of segments. */
const MAX_SEGMENTS = 1_000_000

/** `levels` are MPD, Period, AdaptationSet, Representation: what an inner one does not say an outer one may. */
export function readAddressing(
  levels: readonly XmlElement[],
  periodDuration: Rational | null,
): Representation['segments'] {
  const base = baseOf(levels)
  const templates = inherited(levels, 'SegmentTemplate')
  if (templates.length > 0) return readTemplate(templates, base, periodDuration)
  const bases = inherited(levels, 'SegmentBase')
  if (bases.length > 0) return readBase(bases, base)
  if (inherited(levels, 'SegmentList').length > 0) throw damaged('SegmentList is not supported')
  if (base === '') throw damaged('a Representation without SegmentTemplate, SegmentBase or BaseURL')
  return { kind: 'file', url: base }
}

/** Innermost first. */
const inherited = (levels: readonly XmlElement[], name: string): XmlElement[] =>
  levels.toReversed().flatMap(level => first(level, name) ?? [])

/** RFC 3986 5, each BaseURL relative to the one outside of it; the result is relative to the manifest where all are. */
function baseOf(levels: readonly XmlElement[]): string {
  return levels.reduce((base, level) => joinUrl(base, first(level, 'BaseURL')?.text ?? ''), '')
}

/** As a browser joins them, for paths that may have no host. */
export function joinUrl(base: string, path: string): string {
  if (path === '') return base
  if (/^[a-z][a-z0-9+.-]*:/i.test(path) || path.startsWith('/')) return path
  return base.slice(0, base.lastIndexOf('/') + 1) + path
}

function readTemplate(
  elements: readonly XmlElement[],
  base: string,
  periodDuration: Rational | null,
): TemplateAddressing {
  const own = (name: string): string | undefined =>
    elements.map(each => each.attributes.get(name)).find(value => value !== undefined)
  const media = own('media')
  if (media === undefined) throw damaged('SegmentTemplate without media')
  const timescale = integer(own('timescale') ?? '1', 'timescale')
  if (timescale === 0) throw damaged('timescale is 0')
  const timeline = elements.flatMap(each => first(each, 'SegmentTimeline') ?? [])[0]
  const nominal = own('duration')
  if (!timeline && nominal === undefined) throw damaged('SegmentTemplate without SegmentTimeline and duration')
  const presentationTimeOffset = BigInt(integer(own('presentationTimeOffset') ?? '0', 'presentationTimeOffset'))
  const initialization = own('initialization')
  const end = periodDuration && presentationTimeOffset + floor(mul(periodDuration, rational(timescale)))
  return {
    kind: 'template',
    timescale,
    presentationTimeOffset,
    initialization: initialization === undefined ? null : joinUrl(base, initialization),
    media: joinUrl(base, media),
    startNumber: integer(own('startNumber') ?? '1', 'startNumber'),
    nominal: timeline ? null : BigInt(integer(nominal!, 'duration')),
    timeline: timeline
      ? readTimeline(timeline, end)
      : evenTimeline(BigInt(integer(nominal!, 'duration')), presentationTimeOffset, end),
  }
}

/** ISO/IEC 23009-1 5.3.9.6: S@t continues where the one before ended when absent; S@r repeats, −1 to the next or the end. */
function readTimeline(element: XmlElement, end: bigint | null): TimelineEntry[] {
  const entries: TimelineEntry[] = []
  const elements = all(element, 'S')
  let at = 0n
  for (const [i, s] of elements.entries()) {
    const t = s.attributes.get('t')
    if (t !== undefined) at = BigInt(integer(t, 'S@t'))
    const duration = BigInt(integer(need(s, 'd'), 'S@d'))
    const r = s.attributes.get('r') ?? '0'
    const repeats = r.startsWith('-') ? fill(at, duration, elements[i + 1], end) : integer(r, 'S@r')
    if (entries.length + repeats >= MAX_SEGMENTS) throw damaged('SegmentTimeline is too long', { repeats })
    for (let k = 0; k <= repeats; k++, at += duration) entries.push({ start: at, duration })
  }
  return entries
}

function fill(at: bigint, duration: bigint, next: XmlElement | undefined, end: bigint | null): number {
  const t = next?.attributes.get('t')
  const limit = t === undefined ? end : BigInt(integer(t, 'S@t'))
  if (limit === null || duration === 0n) throw damaged('S@r is negative and no end is known')
  return Math.max(0, Number((limit - at + duration - 1n) / duration) - 1)
}

function evenTimeline(duration: bigint, start: bigint, end: bigint | null): TimelineEntry[] {
  if (duration === 0n) throw damaged('SegmentTemplate@duration is 0')
  const count = end === null ? 0 : Number((end - start + duration - 1n) / duration)
  if (count > MAX_SEGMENTS) throw damaged('SegmentTemplate@duration asks for too many segments', { count })
  return Array.from({ length: Math.max(0, count) }, (_, i) => {
    const at = start + BigInt(i) * duration
    return { start: at, duration: end !== null && at + duration > end ? end - at : duration }
  })
}

function readBase(elements: readonly XmlElement[], url: string): BaseAddressing {
  const own = (name: string): string | undefined =>
    elements.map(each => each.attributes.get(name)).find(value => value !== undefined)
  const initialization = elements.flatMap(each => first(each, 'Initialization') ?? [])[0]
  const timescale = integer(own('timescale') ?? '1', 'timescale')
  if (timescale === 0) throw damaged('timescale is 0')
  return {
    kind: 'base',
    url,
    timescale,
    presentationTimeOffset: BigInt(integer(own('presentationTimeOffset') ?? '0', 'presentationTimeOffset')),
    initRange: readRange(initialization?.attributes.get('range')),
    indexRange: readRange(own('indexRange')),
  }
}

function readRange(text: string | undefined): Range | null {
  if (text === undefined) return null
  const match = /^(\d{1,15})-(\d{1,15})$/.exec(text)
  if (!match || BigInt(match[2]!) < BigInt(match[1]!)) throw damaged('not a byte range', { text: text.slice(0, 100) })
  return [BigInt(match[1]!), BigInt(match[2]!)]
}

/** The path of segment `index` (from 0). ISO/IEC 23009-1 5.3.9.4.4. */
export function segmentPath({ id, bandwidth }: Representation, template: TemplateAddressing, index: number): string {
  const values: Readonly<Record<string, string | number | bigint>> = {
    RepresentationID: id,
    Bandwidth: bandwidth,
    Number: template.startNumber + index,
    Time: template.timeline[index]?.start ?? 0n,
  }
  return expand(template.media, values)
}

/** The path of the init segment. */
export const initializationPath = (
  { id, bandwidth }: Representation,
  { initialization }: TemplateAddressing,
): string | null =>
  initialization === null ? null : expand(initialization, { RepresentationID: id, Bandwidth: bandwidth })

function expand(template: string, values: Readonly<Record<string, string | number | bigint>>): string {
  return template.replace(
    /\$(?:(RepresentationID|Number|Bandwidth|Time)(?:%0(\d{1,2})d)?)?\$/g,
    (whole, name, width) =>
      name === undefined ? '$' : name in values ? `${values[name as string]}`.padStart(Number(width ?? 1), '0') : whole,
  )
}

/** Seconds of a number of ticks. */
export const ticksToSeconds = (ticks: bigint, timescale: number): Rational => div(rational(ticks), rational(timescale))
