// The sound: down-mix, loudness, exact length, AAC-LC.
import {
  downmixFilters,
  type LoudnessStandard,
  type LoudnessStandardName,
  loudnessStandards,
  planDownmix,
  planLoudness,
  trackPurpose,
} from '../audio/index.ts'
import { aacLcCodecString } from '../codecs/index.ts'
import { add, mul, parseRational, rational, round, sub, toNumber } from '../core/index.ts'
import type { AudioRendition, AudioStream, Choice, LoudnessReading, Warning } from '../model/index.ts'
import { AUDIO_RATE_HZ, type Timeline } from './timeline.ts'

/** AAC-LC is transparent for most ears at 64 kbit/s a channel (EBU Tech 3339 tests). */
const BITRATE_BPS = { 1: 64_000, 2: 128_000 } as const
/** Sound and picture that differ by more are told. */
const NOTABLE_S = 0.5

export type AudioRequest = {
  readonly streams: readonly AudioStream[]
  /** By stream index, measured after `measureFilters`. */
  readonly loudness: Readonly<Record<number, LoudnessReading>>
  /** By stream index; see PlanRequest. */
  readonly makeUpDb: Readonly<Record<number, number>>
  readonly standard: LoudnessStandardName
  readonly timeline: Pick<Timeline, 'startTime' | 'duration' | 'grid'>
}

export type PlannedAudio = {
  readonly audio: AudioRendition[]
  readonly choices: Choice[]
  readonly warnings: Warning[]
}

/** @throws {HE_INPUT_UNSUPPORTED} for a channel layout without a down-mix rule. */
export function planAudio({ streams, loudness, makeUpDb, standard, timeline }: AudioRequest): PlannedAudio {
  const names = nameTracks(streams)
  const planned = streams.map((stream, i) =>
    planTrack({
      stream,
      ...names[i]!,
      measured: loudness[stream.index],
      makeUpDb: makeUpDb[stream.index] ?? 0,
      standard: loudnessStandards[standard],
      timeline,
    }),
  )
  return {
    audio: planned.map(each => each.rendition),
    choices: planned.flatMap(each => each.choices),
    warnings: planned.flatMap(each => each.warnings),
  }
}

type TrackRequest = {
  readonly stream: AudioStream
  readonly id: string
  readonly label: string
  readonly measured: LoudnessReading | undefined
  readonly makeUpDb: number
  readonly standard: LoudnessStandard
  readonly timeline: AudioRequest['timeline']
}

function planTrack({ stream, id, label, measured, makeUpDb, standard, timeline }: TrackRequest) {
  const downmix = planDownmix(stream)
  const level = planLoudness(standard, measured, makeUpDb)
  const samples = Number(round(mul(parseRational(timeline.duration), rational(AUDIO_RATE_HZ))))
  const bitrateBps = BITRATE_BPS[downmix.channels]
  const rendition: AudioRendition = {
    id,
    stream: stream.index,
    language: stream.language,
    label,
    codec: 'aac',
    codecString: aacLcCodecString,
    bitrateBps,
    sampleRateHz: AUDIO_RATE_HZ,
    channels: downmix.channels,
    layout: downmix.layout,
    encoder: { name: 'aac', options: { b: bitrateBps } },
    filters: [
      ...downmixFilters(stream),
      // Fills gaps with silence and begins at zero: silence before a late track, the early part of another cut.
      { name: 'aresample', args: { sample_rate: AUDIO_RATE_HZ, async: 1, first_pts: 0 } },
      ...level.filters,
      ...(level.limiter ? [{ name: 'aresample', args: { sample_rate: AUDIO_RATE_HZ } }] : []),
      { name: 'aformat', args: { sample_fmts: 'fltp', channel_layouts: downmix.layout } },
      { name: 'apad', args: { whole_len: samples } },
      { name: 'atrim', args: { end_sample: samples } },
    ],
    loudness: {
      standard: standard.name,
      targetLufs: standard.targetLufs,
      toleranceLu: standard.toleranceLu,
      maxTruePeakDbtp: standard.maxTruePeakDbtp,
      measured: measured ?? null,
      gainDb: level.gainDb,
      limiter: level.limiter,
    },
  }
  const at = (what: string, pick: string, because: string, over?: string[]): Choice => ({
    what: `audio.${id}.${what}`,
    pick,
    because,
    ...(over ? { over } : {}),
  })
  const follows = timeline.grid ? 'the picture' : 'the presentation'
  const choices = [
    at('codec', `AAC-LC, ${bitrateBps / 1000} kbit/s`, 'what every player decodes (Apple HLS 2.3)', ['HE-AAC', 'Opus']),
    at('channels', downmix.layout, downmix.because),
    at('sampleRate', `${AUDIO_RATE_HZ} Hz`, 'the rate of video production, whole samples at every frame rate'),
    at('loudness', `${level.gainDb} dB${level.limiter ? ', limited' : ''}`, level.because),
    at('length', `${samples} samples`, `exactly as long as ${follows}: filled with silence or cut`),
  ]
  return { rendition, choices, warnings: trackWarnings(stream, downmix.assumedLayout, level.warning, timeline) }
}

function trackWarnings(
  stream: AudioStream,
  assumedLayout: string | null,
  loudness: string | null,
  timeline: AudioRequest['timeline'],
): Warning[] {
  const who = `Audio stream ${stream.index}`
  const warnings: Warning[] = []
  if (assumedLayout !== null)
    warnings.push({
      code: 'layout-assumed',
      message: `${who} does not state its channel layout; its ${stream.channels} channels are taken as ${assumedLayout}.`,
    })
  if (loudness !== null) warnings.push({ code: 'loudness', message: `${who}: ${loudness}.` })
  const gap = lengthGap(stream, timeline)
  if (timeline.grid && Math.abs(gap) > NOTABLE_S)
    warnings.push({
      code: 'audio-length',
      message:
        gap > 0
          ? `${who} ends ${gap.toFixed(2)} s after the picture and is cut there.`
          : `${who} ends ${(-gap).toFixed(2)} s before the picture; silence follows.`,
    })
  return warnings
}

/** Seconds by which the track ends after the presentation; 0 when its length is unknown. */
function lengthGap(stream: AudioStream, { startTime, duration }: AudioRequest['timeline']): number {
  if (stream.duration === null) return 0
  const start = parseRational(startTime)
  const end = add(stream.startTime === null ? start : parseRational(stream.startTime), parseRational(stream.duration))
  return toNumber(sub(end, add(start, parseRational(duration))))
}

const PURPOSE_LABELS: Readonly<Record<string, string>> = {
  comment: 'commentary',
  visual_impaired: 'audio description',
  descriptions: 'audio description',
  hearing_impaired: 'clear dialogue',
  karaoke: 'karaoke',
}

/** Ids and labels, each used once: HLS tells renditions of one group apart by NAME (RFC 8216 4.3.4.1.1). */
function nameTracks(streams: readonly AudioStream[]): { id: string; label: string }[] {
  const ids = new Set<string>()
  const labels = new Set<string>()
  return streams.map(stream => {
    const purpose = trackPurpose(stream)
    const language = stream.language ?? 'und'
    const words = ['a', language, ...(purpose === 'main' ? [] : [purpose]), planDownmix(stream).layout]
    const kind = PURPOSE_LABELS[purpose]
    const plain = [stream.language ?? 'Main', ...(kind ? [`(${kind})`] : [])].join(' ')
    return {
      id: unused(
        words
          .join('_')
          .toLowerCase()
          .replace(/[^a-z0-9_-]+/g, '-'),
        ids,
        '_',
      ),
      label: unused(stream.title ?? plain, labels, ' '),
    }
  })
}

function unused(name: string, taken: Set<string>, separator: string): string {
  let free = name
  for (let n = 2; taken.has(free); n++) free = `${name}${separator}${n}`
  taken.add(free)
  return free
}
