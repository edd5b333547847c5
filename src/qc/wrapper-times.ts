// Checks of the timestamps of packets: order, holes, where the programme begins, and what the container says of its length.
import { z } from 'zod'
import { parseRational, toNumber } from '../core/index.ts'
import { defineCheck, type Found } from './check.ts'
import type { Evidence } from './evidence.ts'
import type { TimedStream } from './part-times.ts'
import { overall } from './sound-finding.ts'
import { ms, secs, stretchesOf, times } from './wrapper-finding.ts'

const SILENT = 'the file has no pictures and no sound'

/** Containers that say of a picture only when it is decoded. */
const decodingTimesOnly = new Set(['avi', 'flv', 'live_flv'])

const timestamps = defineCheck({
  id: 'wrapper.timestamps',
  layer: 'wrapper',
  title: 'Order of timestamps',
  finds:
    'Decoding times that do not rise, packets shown before they are decoded, two packets for one moment, and packets without a time among others that have one.',
  source: 'ISO/IEC 13818-1 2.4.3.7 (PTS and DTS); ISO/IEC 14496-12 8.6.1',
  limits: z.object({}),
  profiles: { broadcast: { severity: 'fail' }, ott: { severity: 'fail' }, ugc: { severity: 'warn' } },
  judge: ({ times: streams, facts }) => {
    if (streams.length === 0) return { skipped: SILENT }
    return streams.flatMap(({ subject, result: { packets, times: read } }) => {
      const found = [
        ...stretchesOf(subject, read.backwards, ({ worst, count }) => ({
          measured: worst > 0 ? `${ms(worst)} back, ${times(count)}` : `the same time, ${times(count)}`,
          limit: 'rising decoding times',
          message: 'Decoding times do not rise.',
        })),
        ...stretchesOf(subject, read.early, ({ worst, count }) => ({
          measured: `${ms(worst)} early, ${times(count)}`,
          limit: 'not before the decoding time',
          message: 'Packets are to be shown before they are decoded.',
        })),
        ...stretchesOf(subject, read.duplicates, ({ count }) => ({
          measured: `${times(count)}`,
          limit: 'one packet for each moment',
          message: 'Two packets are to be shown at the same moment.',
        })),
      ]
      if (read.missing > 0 && read.missing < packets && !decodingTimesOnly.has(facts.container.demuxer))
        found.push(
          overall(subject, {
            measured: `${read.missing} of ${packets} packets`,
            limit: 'a time for each packet',
            message: 'Packets do not say when they are shown.',
          }),
        )
      return found
    })
  },
})

const gapLimits = z.object({
  maxPictures: z.number().positive().default(0.5).describe('Pictures may be off by so much of what one picture lasts'),
  maxSoundMs: z.number().positive().default(20).describe('Packets of sound may be off by so much'),
  maxHoldS: z
    .number()
    .positive()
    .default(2)
    .describe('Of a stream without a constant rate: so long may one picture stay'),
})

/** A stream with more uneven steps than this is held to have no constant rate: lost pictures are fewer. */
const VARIABLE = 0.05

const gaps = defineCheck<z.infer<typeof gapLimits>>({
  id: 'wrapper.gaps',
  layer: 'wrapper',
  title: 'Holes and overlaps',
  finds:
    'Moments without a picture or sound, and packets that overlap, by their timestamps. In streams of variable rate only pictures that stay very long are found.',
  source: 'ISO/IEC 14496-12 8.6.1.2 and ISO/IEC 13818-1 2.4.3.7 (times of samples); limits by Headend: half a picture',
  limits: gapLimits,
  profiles: {
    broadcast: { severity: 'fail' },
    ott: { severity: 'warn' },
    ugc: { severity: 'info', limits: { maxPictures: 1.5, maxHoldS: 10 } },
  },
  judge: ({ times: streams }, held) => {
    if (streams.length === 0) return { skipped: SILENT }
    return streams.flatMap(stream => gapsOf(stream, held))
  },
})

function gapsOf(
  { subject, type, frameS, result: { times: read } }: TimedStream,
  { maxPictures, maxSoundMs, maxHoldS }: z.infer<typeof gapLimits>,
): Found[] {
  const faults = read.holes.found.length + read.holes.more
  const isVariable = type === 'video' && Math.max(read.unevenSteps, faults) > VARIABLE * Math.max(40, read.steps)
  const limit =
    type === 'audio'
      ? `within ${maxSoundMs} ms`
      : isVariable
        ? `${maxHoldS} s, of a stream without a constant rate`
        : `within ${ms(maxPictures * (frameS ?? 0.04))}`
  const holes = isVariable ? { found: read.holes.found.filter(({ worst }) => worst > maxHoldS), more: 0 } : read.holes
  const overlaps = isVariable ? { found: [], more: 0 } : read.overlaps
  return [
    ...stretchesOf(subject, holes, ({ worst }) => ({
      measured: `${ms(worst)} without ${type === 'audio' ? 'sound' : 'a picture'}`,
      limit,
      message: type === 'audio' ? 'There is a hole in the sound.' : 'Pictures are missing.',
    })),
    ...stretchesOf(subject, overlaps, ({ worst }) => ({
      measured: `${ms(worst)} too early`,
      limit,
      message: 'A packet begins before the one before it ends.',
    })),
  ]
}

const startLimits = z.object({
  maxOffsetS: z.number().nonnegative().default(0.1).describe('The first moment may be so far from 0'),
})

const startTime = defineCheck<z.infer<typeof startLimits>>({
  id: 'wrapper.start-time',
  layer: 'wrapper',
  title: 'Start at zero',
  finds:
    'Files whose programme does not begin at 0: players wait, or show another time. Transport streams may begin anywhere.',
  source:
    'ISO/IEC 14496-12 8.6.6 (the presentation begins at 0); limit by Headend: more than reordering and encoder delay',
  limits: startLimits,
  profiles: { broadcast: { severity: 'warn' }, ott: { severity: 'warn' }, ugc: { severity: 'info' } },
  judge: ({ facts: { container } }, { maxOffsetS }) => {
    if (container.format === 'mpegts') return { skipped: 'a transport stream may begin anywhere' }
    if (container.startTime === null) return { skipped: 'the container has no times' }
    const startS = toNumber(parseRational(container.startTime))
    if (Math.abs(startS) <= maxOffsetS) return []
    return [
      overall('file', {
        measured: `begins at ${secs(startS)}`,
        limit: `within ${maxOffsetS} s of 0`,
        message: 'The programme does not begin at 0.',
      }),
    ]
  },
})

const durationLimits = z.object({
  maxDifferenceS: z.number().positive().default(0.25).describe('Stated and real lengths may differ by so much'),
})

const duration = defineCheck<z.infer<typeof durationLimits>>({
  id: 'wrapper.duration',
  layer: 'wrapper',
  title: 'Stated lengths',
  finds:
    'Lengths that the container states for itself and its tracks, and that its packets do not have. Transport streams state none.',
  source: 'ISO/IEC 14496-12 8.2.2, 8.3.2 and 8.4.2 (mvhd, tkhd, mdhd); RFC 9559 5.1.2.10 (Duration); limit by Headend',
  limits: durationLimits,
  profiles: { broadcast: { severity: 'fail' }, ott: { severity: 'warn' }, ugc: { severity: 'info' } },
  judge: (evidence, { maxDifferenceS }) => {
    if (evidence.facts.container.format === 'mpegts') return { skipped: 'a transport stream does not state its length' }
    if (evidence.times.length === 0) return { skipped: SILENT }
    return statedLengths(evidence).flatMap(({ subject, what, statedS, realS, mayBeLonger }) => {
      const longer = statedS - realS
      if (longer > (mayBeLonger ? Number.POSITIVE_INFINITY : maxDifferenceS) || longer < -maxDifferenceS)
        return [
          overall(subject, {
            measured: `${what} says ${secs(statedS)}, there are ${secs(realS)}`,
            limit: `within ${maxDifferenceS} s`,
            message: `The stated length is ${longer > 0 ? 'more' : 'less'} than what is there.`,
          }),
        ]
      return []
    })
  },
})

type Stated = {
  readonly subject: string
  readonly what: string
  readonly statedS: number
  readonly realS: number
  /** Something that is not measured may last longer. */
  readonly mayBeLonger?: boolean
}

function statedLengths({ facts, layout, times: streams }: Evidence): Stated[] {
  const found: Stated[] = []
  const iso = layout?.iso
  for (const { index, subject, result } of streams) {
    const track = iso?.tracks[index]
    if (!track || result.endS === null || result.startS === null) continue
    // Media before the first edit are read and not shown: mdhd counts them, tkhd does not.
    if (track.mediaS !== null && track.sampleS !== null)
      found.push({ subject, what: 'mdhd', statedS: track.mediaS, realS: track.sampleS })
    const isEdited = track.edits.length > 0
    if (track.trackS !== null && !iso.fragments && (track.mediaS !== null || isEdited))
      found.push({
        subject,
        what: 'tkhd',
        statedS: track.trackS,
        realS: isEdited
          ? track.edits.reduce((sum, { durationS }) => sum + durationS, 0)
          : (track.sampleS ?? track.trackS),
      })
  }
  const longest = iso && Math.max(0, ...iso.tracks.map(({ trackS }) => trackS ?? 0))
  if (iso?.movieS && longest && !iso.fragments)
    found.push({ subject: 'file', what: 'mvhd', statedS: iso.movieS, realS: longest })
  const ends = streams.flatMap(({ result }) => (result.endS === null ? [] : [result.endS]))
  const starts = streams.flatMap(({ result }) => (result.startS === null ? [] : [result.startS]))
  if (facts.container.duration !== null && ends.length > 0)
    found.push({
      subject: 'file',
      what: 'the container',
      statedS: toNumber(parseRational(facts.container.duration)),
      realS: Math.max(...ends) - Math.max(0, Math.min(...starts)),
      mayBeLonger: facts.subtitles.length + facts.other.length > 0,
    })
  return found
}

export const timeChecks = [duration, timestamps, gaps, startTime]
