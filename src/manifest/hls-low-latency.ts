// Low-latency HLS (draft-pantos-hls-rfc8216bis 4.4.3.7, 4.4.3.8, 4.4.4.9, 4.4.5.2 to 4.4.5.4): what a playlist says of parts.
import { parseRational, type Rational } from '../core/index.ts'
import { formatMicros, toMicros } from './bitrates.ts'
import { damaged } from './bytes.ts'
import { type Attributes, formatAttributes, type PlaylistLine, parseAttributes, readInteger } from './hls-attributes.ts'

/** EXT-X-PART. */
export type PartialSegment = {
  readonly uri: string
  readonly duration: Rational
  readonly independent: boolean
  readonly gap: boolean
}

/** EXT-X-RENDITION-REPORT: how far another rendition is. */
export type RenditionReport = { readonly uri: string; readonly lastMsn: number; readonly lastPart: number | null }

export type LowLatency = {
  readonly partTarget: Rational
  readonly partHoldBack: Rational
  readonly holdBack: Rational | null
  readonly canBlockReload: boolean
  /** How old, counted from the end, segments must be so that a delta update leaves them out; null: there are none. */
  readonly canSkipUntil: Rational | null
  /** EXT-X-SKIP: segments left out before the first that is listed. */
  readonly skippedSegments: number
  /** Of the segment that is not complete. */
  readonly parts: readonly PartialSegment[]
  /** EXT-X-PRELOAD-HINT of the next part. */
  readonly preloadHint: string | null
  readonly reports: readonly RenditionReport[]
}

const seconds = (value: Rational): string => formatMicros(toMicros(value))

export function formatLowLatencyHead(each: LowLatency): string[] {
  const control = formatAttributes({
    'CAN-BLOCK-RELOAD': each.canBlockReload ? 'YES' : undefined,
    'PART-HOLD-BACK': seconds(each.partHoldBack),
    'HOLD-BACK': each.holdBack ? seconds(each.holdBack) : undefined,
    'CAN-SKIP-UNTIL': each.canSkipUntil ? seconds(each.canSkipUntil) : undefined,
  })
  return [
    `#EXT-X-SERVER-CONTROL:${control}`,
    `#EXT-X-PART-INF:PART-TARGET=${seconds(each.partTarget)}`,
    ...(each.skippedSegments > 0 ? [`#EXT-X-SKIP:SKIPPED-SEGMENTS=${each.skippedSegments}`] : []),
  ]
}

export const formatPart = ({ uri, duration, independent, gap }: PartialSegment): string =>
  `#EXT-X-PART:${formatAttributes({
    DURATION: seconds(duration),
    URI: { quoted: uri },
    INDEPENDENT: independent ? 'YES' : undefined,
    GAP: gap ? 'YES' : undefined,
  })}`

export const formatLowLatencyTail = ({ parts, preloadHint, reports }: LowLatency): string[] => [
  ...parts.map(formatPart),
  ...(preloadHint === null
    ? []
    : [`#EXT-X-PRELOAD-HINT:${formatAttributes({ TYPE: 'PART', URI: { quoted: preloadHint } })}`]),
  ...reports.map(
    ({ uri, lastMsn, lastPart }) =>
      `#EXT-X-RENDITION-REPORT:${formatAttributes({
        URI: { quoted: uri },
        'LAST-MSN': lastMsn,
        'LAST-PART': lastPart ?? undefined,
      })}`,
  ),
]

/** @throws {HE_INPUT_DAMAGED} */
export const readPart = (attributes: Attributes): PartialSegment => ({
  uri: text(attributes, 'URI', 'EXT-X-PART'),
  duration: readSeconds(attributes.get('DURATION'), 'EXT-X-PART: DURATION'),
  independent: attributes.get('INDEPENDENT') === 'YES',
  gap: attributes.get('GAP') === 'YES',
})

/** Null where the playlist has no parts. `parts`: those behind the last whole segment. @throws {HE_INPUT_DAMAGED} */
export function readLowLatency(lines: readonly PlaylistLine[], parts: readonly PartialSegment[]): LowLatency | null {
  const tags = lines.flatMap(line => ('tag' in line ? [line] : []))
  const only = (name: string): Attributes | null => {
    const found = tags.findLast(({ tag }) => tag === name)
    return found ? parseAttributes(found.value) : null
  }
  const info = only('#EXT-X-PART-INF')
  if (!info) return null
  const control = only('#EXT-X-SERVER-CONTROL')
  const optional = (name: string): Rational | null => {
    const value = control?.get(name)
    return value === undefined ? null : readSeconds(value, name)
  }
  const hints = tags.filter(({ tag }) => tag === '#EXT-X-PRELOAD-HINT').map(({ value }) => parseAttributes(value))
  const skip = only('#EXT-X-SKIP')
  return {
    partTarget: readSeconds(info.get('PART-TARGET'), 'PART-TARGET'),
    partHoldBack: optional('PART-HOLD-BACK') ?? parseRational('0'),
    holdBack: optional('HOLD-BACK'),
    canBlockReload: control?.get('CAN-BLOCK-RELOAD') === 'YES',
    canSkipUntil: optional('CAN-SKIP-UNTIL'),
    skippedSegments: skip ? readInteger(skip.get('SKIPPED-SEGMENTS'), 'SKIPPED-SEGMENTS') : 0,
    parts,
    preloadHint: hints.find(hint => hint.get('TYPE') === 'PART')?.get('URI') ?? null,
    reports: tags
      .filter(({ tag }) => tag === '#EXT-X-RENDITION-REPORT')
      .map(({ value }) => readReport(parseAttributes(value))),
  }
}

const readReport = (attributes: Attributes): RenditionReport => ({
  uri: text(attributes, 'URI', 'EXT-X-RENDITION-REPORT'),
  lastMsn: readInteger(attributes.get('LAST-MSN'), 'LAST-MSN'),
  lastPart: attributes.has('LAST-PART') ? readInteger(attributes.get('LAST-PART'), 'LAST-PART') : null,
})

function text(attributes: Attributes, name: string, tag: string): string {
  const value = attributes.get(name)
  if (value === undefined) throw damaged(`${tag} without ${name}`)
  return value
}

function readSeconds(value: string | undefined, what: string): Rational {
  if (value === undefined || !/^\d{1,9}(?:\.\d{1,18})?$/.test(value))
    throw damaged(`${what} is not a number of seconds`, { text: value?.slice(0, 100) })
  return parseRational(value)
}
