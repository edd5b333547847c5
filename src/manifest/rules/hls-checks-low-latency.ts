// What low-latency HLS demands of a live playlist (draft-pantos-hls-rfc8216bis 4.4.3, 4.4.4.9, 4.4.5 and its appendix B.1; Apple 14).
import { add, compare, mul, type Rational, rational } from '../../core/index.ts'
import type { LowLatency, PartialSegment } from '../hls-low-latency.ts'
import type { Check, Found, HlsEntry, HlsFacts } from './facts.ts'
import { entriesOf } from './hls-view.ts'
import { differs, few, show } from './shared-checks.ts'

type LowLatencyEntry = HlsEntry & { readonly lowLatency: LowLatency }

const lowLatencyEntries = (facts: HlsFacts): LowLatencyEntry[] =>
  entriesOf(facts).flatMap(entry => {
    const { lowLatency, ended } = entry.playlist
    return lowLatency && !ended ? [{ ...entry, lowLatency }] : []
  })

const each = (facts: HlsFacts, found: (entry: LowLatencyEntry) => string | null): Found[] =>
  lowLatencyEntries(facts).flatMap(entry => {
    const message = found(entry)
    return message === null ? [] : [{ subject: entry.uri, message }]
  })

/** With whether a part is the last of its segment; of the one that is not complete nobody knows. */
const partsOf = ({ playlist, lowLatency }: LowLatencyEntry): (PartialSegment & { readonly ends: boolean })[] => [
  ...playlist.segments.flatMap(({ parts = [] }) => parts.map((part, i) => ({ ...part, ends: i === parts.length - 1 }))),
  ...lowLatency.parts.map(part => ({ ...part, ends: false })),
]

const seconds = (value: number): Rational => rational(value)
const times = (value: Rational, factor: number): Rational => mul(value, rational(factor))

export const partTarget: Check<HlsFacts> = facts =>
  lowLatencyEntries(facts).flatMap(entry =>
    few(
      partsOf(entry).flatMap(({ uri, duration }) =>
        compare(duration, entry.lowLatency.partTarget) > 0
          ? [
              {
                subject: entry.uri,
                message: `${uri} lasts ${show(duration)}, PART-TARGET is ${show(entry.lowLatency.partTarget)}`,
              },
            ]
          : [],
      ),
    ),
  )

const SHORTEST = rational(85, 100)

export const partShort: Check<HlsFacts> = facts =>
  lowLatencyEntries(facts).flatMap(entry =>
    few(
      partsOf(entry).flatMap(({ uri, duration, gap, ends }) =>
        gap || ends || compare(duration, mul(entry.lowLatency.partTarget, SHORTEST)) >= 0
          ? []
          : [
              {
                subject: entry.uri,
                message: `${uri} lasts ${show(duration)}, less than 85 % of ${show(entry.lowLatency.partTarget)}`,
              },
            ],
      ),
    ),
  )

/** Durations are printed to the microsecond. */
const ROUNDING = rational(1, 10_000)

export const partSum: Check<HlsFacts> = facts =>
  lowLatencyEntries(facts).flatMap(({ uri: subject, playlist }) =>
    few(
      playlist.segments.flatMap(({ uri, duration, parts }) => {
        if (!parts) return []
        const sum = parts.reduce((total, part) => add(total, part.duration), rational(0))
        return differs(sum, duration, ROUNDING)
          ? [{ subject, message: `the parts of ${uri} last ${show(sum)}, its EXTINF is ${show(duration)}` }]
          : []
      }),
    ),
  )

export const partHoldBack: Check<HlsFacts> = facts =>
  each(facts, ({ lowLatency: { partHoldBack: said, partTarget: target } }) =>
    compare(said, times(target, 2)) < 0
      ? `PART-HOLD-BACK is ${show(said)}, PART-TARGET ${show(target)}: twice that is the least`
      : null,
  )

export const partHoldBackApple: Check<HlsFacts> = facts =>
  each(facts, ({ lowLatency: { partHoldBack: said, partTarget: target } }) =>
    compare(said, times(target, 3)) < 0
      ? `PART-HOLD-BACK is ${show(said)}, PART-TARGET ${show(target)}: Apple asks for three times that`
      : null,
  )

export const holdBack: Check<HlsFacts> = facts =>
  each(facts, ({ playlist, lowLatency: { holdBack: said } }) =>
    said && compare(said, seconds(3 * playlist.targetDurationS)) < 0
      ? `HOLD-BACK is ${show(said)}, three target durations are ${3 * playlist.targetDurationS} s`
      : null,
  )

export const skipUntil: Check<HlsFacts> = facts =>
  each(facts, ({ playlist, lowLatency: { canSkipUntil: said } }) =>
    said && compare(said, seconds(6 * playlist.targetDurationS)) < 0
      ? `CAN-SKIP-UNTIL is ${show(said)}, six target durations are ${6 * playlist.targetDurationS} s`
      : null,
  )

const LONG_WINDOW = rational(120)

export const deltaUpdates: Check<HlsFacts> = facts =>
  each(facts, ({ playlist, lowLatency: { canSkipUntil } }) => {
    const window = playlist.segments.reduce((sum, { duration }) => add(sum, duration), rational(0))
    return canSkipUntil === null && compare(window, LONG_WINDOW) > 0
      ? `it lists ${show(window)} and has no CAN-SKIP-UNTIL`
      : null
  })

export const blockReload: Check<HlsFacts> = facts =>
  each(facts, ({ lowLatency }) => (lowLatency.canBlockReload ? null : 'CAN-BLOCK-RELOAD is missing'))

export const preloadHint: Check<HlsFacts> = facts =>
  each(facts, ({ lowLatency }) => (lowLatency.preloadHint === null ? 'EXT-X-PRELOAD-HINT of a part is missing' : null))

const OLD_PARTS = 3

export const oldParts: Check<HlsFacts> = facts =>
  each(facts, ({ playlist, lowLatency }) => {
    // From the end: what is not whole, then whole segments.
    let behind = lowLatency.parts.reduce((sum, part) => add(sum, part.duration), rational(0))
    for (const { uri, duration, parts } of playlist.segments.toReversed()) {
      if (parts && compare(behind, seconds(OLD_PARTS * playlist.targetDurationS)) > 0)
        return `${uri} still has parts, ${show(behind)} behind the end`
      behind = add(behind, duration)
    }
    return null
  })

/** Addresses that may have no host, in one form. */
const absolute = (uri: string, base = ''): string => new URL(uri, new URL(base, 'http://host/')).href

/** B.1: a client that changes the rendition asks for the right part at once. */
export const renditionReports: Check<HlsFacts> = facts => {
  const entries = lowLatencyEntries(facts)
  return entries.flatMap(({ uri, lowLatency }) => {
    const told = new Set(lowLatency.reports.map(report => absolute(report.uri, uri)))
    const missing = entries.filter(other => other.uri !== uri && !told.has(absolute(other.uri)))
    return missing.length === 0
      ? []
      : [
          {
            subject: uri,
            message: `EXT-X-RENDITION-REPORT is missing for ${missing.map(other => other.uri).join(', ')}`,
          },
        ]
  })
}
