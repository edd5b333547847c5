// Writes DASH MPDs (ISO/IEC 23009-1).
import { compare, mul, type Rational, rational, round } from '../core/index.ts'
import { formatMicros } from './bitrates.ts'
import {
  type AdaptationSet,
  type ContentProtection,
  type Descriptor,
  type EventStream,
  type LiveFacts,
  type Mpd,
  type Period,
  type Representation,
  schemes,
  type TimelineEntry,
} from './dash-model.ts'
import { escapeXml, formatXmlAttributes } from './xml.ts'

export function formatMpd({ type, profiles, duration, minBufferTime, periods, live }: Mpd): string {
  const isProtected = periods.some(({ adaptationSets }) => adaptationSets.some(set => set.protection.length > 0))
  const attributes = formatXmlAttributes({
    xmlns: 'urn:mpeg:dash:schema:mpd:2011',
    'xmlns:cenc': isProtected ? 'urn:mpeg:cenc:2013' : undefined,
    profiles: profiles.join(','),
    type,
    availabilityStartTime: live?.availabilityStartTime,
    publishTime: live?.publishTime,
    minimumUpdatePeriod: live && formatDuration(live.minimumUpdatePeriod),
    timeShiftBufferDepth: live && formatDuration(live.timeShiftBufferDepth),
    suggestedPresentationDelay: live && formatDuration(live.suggestedPresentationDelay),
    minBufferTime: minBufferTime && formatDuration(minBufferTime),
    mediaPresentationDuration: duration && formatDuration(duration),
  })
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<MPD${attributes}>`,
    ...(live ? formatService(live) : []),
    ...periods.flatMap(formatPeriod),
    ...(live?.utcTiming ?? []).map(each => formatDescriptor('UTCTiming', each).slice(4)),
    '</MPD>',
  ].join('\n')}\n`
}

/** To the nearest microsecond. */
export const formatDuration = (seconds: Rational): string =>
  `PT${formatMicros(round(mul(seconds, rational(1_000_000)))).replace(/\.?0+$/, '')}S`

function formatService({ latency, playbackRate }: LiveFacts): string[] {
  if (!latency && !playbackRate) return []
  const times = latency && { target: latency.targetMs, min: latency.minMs, max: latency.maxMs }
  return [
    '  <ServiceDescription id="0">',
    ...(times ? [`    <Latency${formatXmlAttributes({ referenceId: 0, ...times })}/>`] : []),
    ...(playbackRate ? [`    <PlaybackRate${formatXmlAttributes(playbackRate)}/>`] : []),
    '  </ServiceDescription>',
  ]
}

function formatPeriod({ id, start, duration, adaptationSets, eventStreams }: Period): string[] {
  const attributes = { id, start: formatDuration(start), duration: duration && formatDuration(duration) }
  return [
    `  <Period${formatXmlAttributes(attributes)}>`,
    ...(eventStreams ?? []).flatMap(formatEvents),
    ...adaptationSets.flatMap(formatSet),
    '  </Period>',
  ]
}

const formatEvents = ({ scheme, events }: EventStream): string[] => [
  `    <EventStream${formatXmlAttributes({ schemeIdUri: scheme, timescale: 1000, 'xmlns:scte35': 'http://www.scte.org/schemas/35/2016' })}>`,
  ...events.map(({ id, startMs, durationMs, binary }) => {
    const open = `      <Event${formatXmlAttributes({ presentationTime: startMs, duration: durationMs, id })}`
    return binary === null
      ? `${open}/>`
      : `${open}><scte35:Signal><scte35:Binary>${escapeXml(binary)}</scte35:Binary></scte35:Signal></Event>`
  }),
  '    </EventStream>',
]

function formatSet(set: AdaptationSet): string[] {
  const { contentType, language, label, roles, startsWithSap, representations } = set
  const most = (values: readonly (number | null)[]): number | null =>
    values.reduce<number | null>((a, b) => (b === null ? a : Math.max(a ?? 0, b)), null)
  const rates = representations.flatMap(({ frameRate }) => frameRate ?? [])
  const fastest = rates.reduce<Rational | null>((a, b) => (a === null || compare(b, a) > 0 ? b : a), null)
  const attributes = formatXmlAttributes({
    id: set.id,
    contentType,
    lang: language,
    segmentAlignment: set.segmentAlignment ? 'true' : undefined,
    startWithSAP: startsWithSap ? 1 : undefined,
    maxWidth: most(representations.map(each => each.width)),
    maxHeight: most(representations.map(each => each.height)),
    maxFrameRate: fastest && formatRate(fastest),
    par: pictureAspect(representations[0]),
  })
  return [
    `    <AdaptationSet${attributes}>`,
    // The schema's order: what RepresentationBase has, then Label, Accessibility, Role.
    ...set.protection.flatMap(formatProtection),
    ...set.essential.map(each => formatDescriptor('EssentialProperty', each)),
    ...[...colorDescriptors(set.color), ...set.supplemental].map(each =>
      formatDescriptor('SupplementalProperty', each),
    ),
    ...(label === null ? [] : [`      <Label>${escapeXml(label)}</Label>`]),
    ...set.accessibility.map(each => formatDescriptor('Accessibility', each)),
    ...roles.map(value => formatDescriptor('Role', { scheme: schemes.role, value })),
    ...representations.flatMap(formatRepresentation),
    '    </AdaptationSet>',
  ]
}

const formatDescriptor = (name: string, { scheme, value }: Descriptor): string =>
  `      <${name}${formatXmlAttributes({ schemeIdUri: scheme, value })}/>`

function formatProtection({ scheme, value, defaultKid, pssh }: ContentProtection): string[] {
  const attributes = formatXmlAttributes({ schemeIdUri: scheme, value, 'cenc:default_KID': defaultKid })
  if (pssh === null) return [`      <ContentProtection${attributes}/>`]
  return [
    `      <ContentProtection${attributes}>`,
    `        <cenc:pssh>${escapeXml(pssh)}</cenc:pssh>`,
    '      </ContentProtection>',
  ]
}

const colorDescriptors = (color: AdaptationSet['color']): Descriptor[] =>
  color
    ? (['primaries', 'transfer', 'matrix'] as const).map(field => ({
        scheme: schemes[field],
        value: `${color[field]}`,
      }))
    : []

/** Shape of the picture as shown, e.g. 16:9. */
function pictureAspect(representation: Representation | undefined): string | null {
  if (!representation?.width || !representation.height || representation.mimeType.startsWith('image/')) return null
  const [x, y] = representation.sampleAspect ?? [1, 1]
  if (x === 0 || y === 0) return null
  const { num, den } = rational(representation.width * x, representation.height * y)
  return `${num}:${den}`
}

const formatRate = ({ num, den }: Rational): string => (den === 1n ? `${num}` : `${num}/${den}`)

function formatRepresentation(each: Representation): string[] {
  const attributes = formatXmlAttributes({
    id: each.id,
    bandwidth: each.bandwidth,
    codecs: each.codecs === '' ? undefined : each.codecs,
    mimeType: each.mimeType,
    width: each.width,
    height: each.height,
    sar: each.sampleAspect?.join(':'),
    frameRate: each.frameRate && formatRate(each.frameRate),
    audioSamplingRate: each.sampleRateHz,
  })
  const channels = formatXmlAttributes({ schemeIdUri: schemes.channels, value: each.channels })
  return [
    `      <Representation${attributes}>`,
    ...(each.channels === null ? [] : [`        <AudioChannelConfiguration${channels}/>`]),
    ...formatAddressing(each.segments).map(line => `        ${line}`),
    '      </Representation>',
  ]
}

function formatAddressing(segments: Representation['segments']): string[] {
  if (segments.kind === 'file') return [`<BaseURL>${escapeXml(segments.url)}</BaseURL>`]
  const { timescale, presentationTimeOffset } = segments
  const shared = {
    timescale,
    presentationTimeOffset: presentationTimeOffset === 0n ? undefined : `${presentationTimeOffset}`,
  }
  if (segments.kind === 'base') {
    const { url, initRange, indexRange } = segments
    const open = `SegmentBase${formatXmlAttributes({ ...shared, indexRange: indexRange?.join('-') })}`
    return [
      `<BaseURL>${escapeXml(url)}</BaseURL>`,
      ...(initRange
        ? [`<${open}>`, `  <Initialization range="${initRange.join('-')}"/>`, '</SegmentBase>']
        : [`<${open}/>`]),
    ]
  }
  const { initialization, media, startNumber, nominal, timeline, availabilityTimeOffset } = segments
  const open = `SegmentTemplate${formatXmlAttributes({
    ...shared,
    duration: nominal === null ? undefined : `${nominal}`,
    initialization,
    media,
    startNumber,
    availabilityTimeOffset:
      availabilityTimeOffset && formatMicros(round(mul(availabilityTimeOffset, rational(1_000_000)))),
    availabilityTimeComplete: availabilityTimeOffset && 'false',
  })}`
  if (nominal !== null) return [`<${open}/>`]
  return [`<${open}>`, '  <SegmentTimeline>', ...formatTimeline(timeline), '  </SegmentTimeline>', '</SegmentTemplate>']
}

/** Runs of equal durations without a gap become one S with a repeat count. */
function formatTimeline(timeline: readonly TimelineEntry[]): string[] {
  const runs: { start: bigint; duration: bigint; count: bigint }[] = []
  for (const { start, duration } of timeline) {
    const run = runs.at(-1)
    if (run && run.duration === duration && run.start + run.duration * run.count === start) run.count++
    else runs.push({ start, duration, count: 1n })
  }
  return runs.map(({ start, duration, count }) => {
    const repeat = count > 1n ? ` r="${count - 1n}"` : ''
    return `    <S t="${start}" d="${duration}"${repeat}/>`
  })
}
