// The DASH manifest of a channel: numbers that follow from the time, so that nobody has to ask again; chunks as they come.
import { type Rational, rational, sub, toNumber } from '../core/index.ts'
import { type ProgramTrack, type Ratio, segmentDuration, videoTicks } from '../live/index.ts'
import {
  type AdaptationSet,
  type EventStream,
  formatMpd,
  type LiveFacts,
  type Period,
  profiles,
  type Representation,
  schemes,
} from '../manifest/index.ts'
import type { ChannelStore, Program } from './channel-store.ts'
import { measuredBitrate } from './measured-bitrate.ts'

export type DashOptions = {
  readonly dvrSeconds: number
  readonly targetLatencyMs: number
  /** Where a player asks for the time, relative to the manifest. */
  readonly timeUrl: string
}

const toRational = ({ num, den }: Ratio): Rational => rational(num, den)

/** Everything a player asks for is a function of this: the first segment of the presentation, and when it begins. */
const firstNumber = (store: ChannelStore, program: Program): number | null => {
  const numbers = program.tracks.flatMap(id => {
    const first = store.tracks.get(id)?.segments.find(({ version }) => version === program.version)
    return first ? [first.number] : []
  })
  return numbers.length === 0 ? null : Math.max(...numbers)
}

/** `nowMs`: when it is asked for. */
export function formatManifest(store: ChannelStore, nowMs: number, options: DashOptions): string {
  const startNumber = store.startNumber ?? 0
  const first = store.programs[0]!
  const startS = at(startNumber, segmentDuration(first.timing))
  const periods = store.programs.flatMap((program): Period[] => {
    const from = firstNumber(store, program)
    if (from === null) return []
    // What the window lost is no reason for a period to begin later: its numbers are what they were.
    const begin = program.version === first.version && !store.ended ? startNumber : from
    const beginS = at(begin, segmentDuration(program.timing))
    return [
      {
        id: `${program.version}`,
        start: sub(beginS, store.ended ? firstShown(store) : startS),
        duration: null,
        adaptationSets: setsOf(store, program, begin),
        eventStreams: eventsOf(store, toNumber(beginS)),
      },
    ]
  })
  return formatMpd({
    type: store.ended ? 'static' : 'dynamic',
    profiles: [profiles.live],
    duration: store.ended ? sub(lastShown(store), firstShown(store)) : null,
    minBufferTime: toRational(segmentDuration(first.timing)),
    periods,
    ...(store.ended ? {} : { live: liveFacts(store, startS, nowMs, options) }),
  })
}

const at = (number: number, duration: Ratio): Rational => rational(BigInt(number) * BigInt(duration.num), duration.den)

const firstShown = (store: ChannelStore): Rational => {
  const program = store.programs.find(each => firstNumber(store, each) !== null)
  return program ? at(firstNumber(store, program)!, segmentDuration(program.timing)) : rational(0)
}

const lastShown = (store: ChannelStore): Rational => {
  const program = store.program!
  const numbers = program.tracks.flatMap(id => store.tracks.get(id)?.segments.at(-1)?.number ?? [])
  return at(Math.min(...numbers) + 1, segmentDuration(program.timing))
}

function liveFacts(store: ChannelStore, startS: Rational, nowMs: number, options: DashOptions): LiveFacts {
  const { targetLatencyMs } = options
  return {
    // To the microsecond, which frame rates of 1001 need.
    availabilityStartTime: isoMicros(startS),
    publishTime: new Date(nowMs).toISOString(),
    minimumUpdatePeriod: toRational(segmentDuration(store.program!.timing)),
    timeShiftBufferDepth: rational(Math.ceil(options.dvrSeconds)),
    suggestedPresentationDelay: rational(targetLatencyMs, 1000),
    utcTiming: [{ scheme: schemes.timeIso, value: options.timeUrl }],
    latency: { targetMs: targetLatencyMs, minMs: Math.round(targetLatencyMs / 2), maxMs: targetLatencyMs * 4 },
    playbackRate: { min: '0.96', max: '1.04' },
  }
}

function isoMicros(seconds: Rational): string {
  const micros = (seconds.num * 1_000_000n) / seconds.den
  const whole = new Date(Number(micros / 1_000_000n) * 1000).toISOString().slice(0, 19)
  return `${whole}.${String(micros % 1_000_000n).padStart(6, '0')}Z`
}

function setsOf(store: ChannelStore, program: Program, begin: number): AdaptationSet[] {
  const tracks = program.tracks.flatMap(id => {
    const track = store.tracks.get(id)
    const description = track?.descriptions.get(program.version)
    return track && description ? [{ track, description }] : []
  })
  return (['video', 'audio'] as const).flatMap((kind, i): AdaptationSet[] => {
    const own = tracks.filter(({ description }) => description.kind === kind)
    if (own.length === 0) return []
    const first = own[0]!.description
    return [
      {
        id: `${i}`,
        contentType: kind,
        language: first.kind === 'audio' ? (first.language ?? null) : null,
        label: null,
        roles: kind === 'audio' ? ['main'] : [],
        accessibility: [],
        essential: [],
        supplemental: [],
        protection: [],
        startsWithSap: true,
        segmentAlignment: true,
        color: kind === 'video' ? { primaries: 1, transfer: 1, matrix: 1 } : null,
        representations: own.map(({ track, description }) =>
          describe(description, measuredBitrate(track, description.timescale).peak, program, begin, store.ended),
        ),
      },
    ]
  })
}

function describe(
  track: ProgramTrack,
  measuredBps: number,
  program: Program,
  begin: number,
  ended: boolean,
): Representation {
  const { timing } = program
  // Numbers follow from frames of the picture; counted in its ticks they are exact for sound too.
  const { timescale, frameTicks } = videoTicks(timing.frameRate)
  const duration = BigInt(timing.framesPerSegment * frameTicks)
  const early = rational((timing.framesPerSegment - timing.framesPerPart) * timing.frameRate.den, timing.frameRate.num)
  return {
    id: track.id,
    bandwidth: Math.max(track.peakBps, measuredBps),
    codecs: track.codec,
    mimeType: `${track.kind}/mp4`,
    width: track.kind === 'video' ? track.width : null,
    height: track.kind === 'video' ? track.height : null,
    sampleAspect: track.kind === 'video' ? [1, 1] : null,
    frameRate: track.kind === 'video' ? toRational(track.frameRate) : null,
    sampleRateHz: track.kind === 'audio' ? track.sampleRate : null,
    channels: track.kind === 'audio' ? `${track.channels}` : null,
    segments: {
      kind: 'template',
      timescale,
      presentationTimeOffset: BigInt(begin) * duration,
      initialization: `${track.id}/init-${program.version}.mp4`,
      media: `${track.id}/$Number$.m4s`,
      startNumber: begin,
      timeline: [],
      nominal: duration,
      ...(ended ? {} : { availabilityTimeOffset: early }),
    },
  }
}

function eventsOf(store: ChannelStore, periodStartS: number): EventStream[] {
  const ms = (us: number): number => Math.max(0, Math.round(us / 1000 - periodStartS * 1000))
  const text = (section: Uint8Array | null): string | null => section && Buffer.from(section).toString('base64')
  const events = store.cues.all.flatMap(({ id, startUs, plannedUs, endUs, begin, end }) => {
    const lastsUs = endUs === null ? plannedUs : endUs - startUs
    const event = { id, startMs: ms(startUs), durationMs: lastsUs === null ? null : Math.round(lastsUs / 1000) }
    const back =
      endUs === null || !end ? [] : [{ id: `${id}-in`, startMs: ms(endUs), durationMs: null, binary: text(end) }]
    return [{ ...event, binary: text(begin) }, ...back]
  })
  return events.length === 0 ? [] : [{ scheme: schemes.scte35, events }]
}
