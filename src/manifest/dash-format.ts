// Writes a static DASH MPD of one period (ISO/IEC 23009-1, profile isoff-live).
import { compare, mul, type Rational, rational, round } from '../core/index.ts'
import {
  type AdaptationSet,
  accessibilityScheme,
  colorSchemes,
  type Mpd,
  type Representation,
  type TimelineEntry,
} from './dash.ts'
import { formatMicros } from './hls-media.ts'
import { escapeXml, formatXmlAttributes } from './xml.ts'

export function formatMpd({ duration, minBufferTime, adaptationSets }: Mpd): string {
  const attributes = formatXmlAttributes({
    xmlns: 'urn:mpeg:dash:schema:mpd:2011',
    profiles: 'urn:mpeg:dash:profile:isoff-live:2011',
    type: 'static',
    minBufferTime: minBufferTime && formatDuration(minBufferTime),
    mediaPresentationDuration: duration && formatDuration(duration),
  })
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<MPD${attributes}>`,
    '  <Period id="0" start="PT0S">',
    ...adaptationSets.flatMap(formatSet),
    '  </Period>',
    '</MPD>',
  ].join('\n')}\n`
}

/** To the nearest microsecond. */
export const formatDuration = (seconds: Rational): string =>
  `PT${formatMicros(round(mul(seconds, rational(1_000_000)))).replace(/\.?0+$/, '')}S`

function formatSet(set: AdaptationSet, index: number): string[] {
  const { contentType, language, label, roles, accessibility, startsWithSap, color, representations } = set
  const most = (values: readonly (number | null)[]): number | null =>
    values.reduce<number | null>((a, b) => (b === null ? a : Math.max(a ?? 0, b)), null)
  const rates = representations.flatMap(({ frameRate }) => frameRate ?? [])
  const fastest = rates.reduce<Rational | null>((a, b) => (a === null || compare(b, a) > 0 ? b : a), null)
  const attributes = formatXmlAttributes({
    id: index,
    contentType,
    lang: language,
    segmentAlignment: 'true',
    startWithSAP: startsWithSap ? 1 : undefined,
    maxWidth: most(representations.map(each => each.width)),
    maxHeight: most(representations.map(each => each.height)),
    maxFrameRate: fastest && formatRate(fastest),
    par: pictureAspect(representations[0]),
  })
  return [
    `    <AdaptationSet${attributes}>`,
    // The schema's order: descriptors, Label, Accessibility, Role.
    ...descriptors(color),
    ...(label === null ? [] : [`      <Label>${escapeXml(label)}</Label>`]),
    ...(accessibility
      ? [`      <Accessibility schemeIdUri="${accessibilityScheme}" value="${escapeXml(accessibility)}"/>`]
      : []),
    ...roles.map(role => `      <Role schemeIdUri="urn:mpeg:dash:role:2011" value="${escapeXml(role)}"/>`),
    ...representations.flatMap(formatRepresentation),
    '    </AdaptationSet>',
  ]
}

const descriptors = (color: AdaptationSet['color']): string[] =>
  color
    ? (['primaries', 'transfer', 'matrix'] as const).map(
        field => `      <SupplementalProperty schemeIdUri="${colorSchemes[field]}" value="${color[field]}"/>`,
      )
    : []

/** Shape of the picture as shown, e.g. 16:9. */
function pictureAspect(representation: Representation | undefined): string | null {
  if (!representation?.width || !representation.height) return null
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
    codecs: each.codecs,
    mimeType: each.mimeType,
    width: each.width,
    height: each.height,
    sar: each.sampleAspect?.join(':'),
    frameRate: each.frameRate && formatRate(each.frameRate),
    audioSamplingRate: each.sampleRateHz,
  })
  const template = formatXmlAttributes({
    timescale: each.timescale,
    presentationTimeOffset: each.presentationTimeOffset === 0n ? undefined : `${each.presentationTimeOffset}`,
    initialization: each.initialization,
    media: each.media,
    startNumber: each.startNumber,
  })
  const channels = `<AudioChannelConfiguration schemeIdUri="urn:mpeg:dash:23003:3:audio_channel_configuration:2011" value="${each.channels}"/>`
  return [
    `      <Representation${attributes}>`,
    ...(each.channels === null ? [] : [`        ${channels}`]),
    `        <SegmentTemplate${template}>`,
    '          <SegmentTimeline>',
    ...formatTimeline(each.timeline),
    '          </SegmentTimeline>',
    '        </SegmentTemplate>',
    '      </Representation>',
  ]
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
    return `            <S t="${start}" d="${duration}"${repeat}/>`
  })
}
