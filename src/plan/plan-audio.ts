// The sound: channels, loudness, exact length, codec.
import {
  type ChannelPolicy,
  type Channels,
  type LoudnessStandard,
  type LoudnessStandardName,
  layoutChannels,
  loudnessStandards,
  type MixOptions,
  planChannels,
  planLoudness,
  trackPurpose,
} from '../audio/index.ts'
import { type AudioCodecRow, audioCodecRows, fdkAac } from '../codecs/index.ts'
import { add, HeadendError, mul, parseRational, rational, round, sub, toNumber } from '../core/index.ts'
import type { AudioCodec, AudioRendition, AudioStream, Choice, LoudnessReading, Warning } from '../model/index.ts'
import type { SoundOptions } from './options.ts'
import { objectWarnings, refuseObjects } from './sound-objects.ts'
import type { TrackOffset } from './sound-offsets.ts'
import { AUDIO_RATE_HZ, type Timeline } from './timeline.ts'

/** Sound and picture that differ by more are told. */
const NOTABLE_S = 0.5

export type AudioRequest = {
  readonly streams: readonly AudioStream[]
  /** By stream index, measured after `measureFilters`. */
  readonly loudness: Readonly<Record<number, LoudnessReading>>
  /** By stream index; see PlanRequest. */
  readonly makeUpDb: Readonly<Record<number, number>>
  readonly standard: LoudnessStandardName
  readonly coding: AudioCoding
  /** By stream index. */
  readonly offsets?: ReadonlyMap<number, TrackOffset>
  readonly timeline: Pick<Timeline, 'startTime' | 'duration' | 'grid'>
}

export type AudioCoding = {
  /** `copy` hands the packets on. */
  readonly codec: AudioCodec | 'copy'
  readonly because: string
  readonly over?: readonly string[]
  readonly channels: ChannelPolicy
  readonly mix?: MixOptions
  readonly aacEncoder?: SoundOptions['aacEncoder']
  /** The most that the targets play, where that is less than the codec carries. */
  readonly maxChannels?: number
  /** Instead of the codec's usual rate. */
  readonly bitrateBps?: number | undefined
  /** Keep the source's sampling rate: for codecs that lose nothing. */
  readonly keepRate?: boolean
}

/** What players of segments decode, all of them. */
export const streamingAudio: AudioCoding = {
  codec: 'aac',
  because: 'the ladder is one for all players',
  over: ['HE-AAC', 'Opus'],
  channels: 'stereo',
}

export const mixOf = ({ downmix, lfe, downmixGain, layout, dualMono }: SoundOptions): MixOptions => ({
  ...{ matrix: downmix, lfeDb: lfe, gain: downmixGain, layout, dualMono },
})

export type PlannedAudio = {
  readonly audio: AudioRendition[]
  readonly choices: Choice[]
  readonly warnings: Warning[]
}

/** @throws {HE_INPUT_UNSUPPORTED} for a channel layout without a down-mix rule. */
export function planAudio(request: AudioRequest): PlannedAudio {
  const { streams, loudness, makeUpDb, standard, coding, offsets, timeline } = request
  refuseIdleLayout(streams, coding.mix)
  const names = nameTracks(streams, coding)
  // One track is the default: the source's own, else the first.
  const first = Math.max(
    0,
    streams.findIndex(({ dispositions }) => dispositions.includes('default')),
  )
  const planned = streams.map((stream, i) =>
    planTrack({
      stream,
      ...names[i]!,
      dispositions: [...(i === first ? ['default'] : []), ...stream.dispositions.filter(each => each !== 'default')],
      measured: loudness[stream.index],
      makeUpDb: makeUpDb[stream.index] ?? 0,
      standard: loudnessStandards[standard],
      coding,
      offset: offsets?.get(stream.index),
      timeline,
    }),
  )
  return {
    audio: planned.map(each => each.rendition),
    choices: planned.flatMap(each => each.choices),
    warnings: planned.flatMap(each => each.warnings),
  }
}

/** A layout for no track would be passed over in silence. @throws {HE_PLAN_IMPOSSIBLE} */
function refuseIdleLayout(streams: readonly AudioStream[], mix: MixOptions | undefined): void {
  const wanted = mix?.layout === undefined ? undefined : layoutChannels[mix.layout]?.length
  if (wanted === undefined || streams.some(({ channels }) => channels === wanted)) return
  throw new HeadendError('HE_PLAN_IMPOSSIBLE', `no track has the ${wanted} channels of ${mix!.layout}`, {
    hint: `Tracks have ${[...new Set(streams.map(({ channels }) => channels))].join(', ') || 'no'} channels.`,
  })
}

/** What is done to the channels of one track; what its loudness is measured after. @throws {HE_INPUT_UNSUPPORTED} */
export function planTrackChannels(stream: AudioStream, { codec, channels, maxChannels, mix }: AudioCoding): Channels {
  const row = audioCodecRows[codec === 'copy' ? 'pcm' : codec]
  const limits = { ...row, maxChannels: Math.min(row.maxChannels, maxChannels ?? row.maxChannels) }
  return planChannels(stream, channels, limits, mix)
}

type TrackRequest = {
  readonly stream: AudioStream
  readonly id: string
  readonly label: string
  readonly dispositions: readonly string[]
  readonly measured: LoudnessReading | undefined
  readonly makeUpDb: number
  readonly standard: LoudnessStandard
  readonly coding: AudioCoding
  readonly offset: TrackOffset | undefined
  readonly timeline: AudioRequest['timeline']
}

type PlannedTrack = { readonly rendition: AudioRendition; readonly choices: Choice[]; readonly warnings: Warning[] }

function planTrack(request: TrackRequest): PlannedTrack {
  const { codec } = request.coding
  return codec === 'copy' ? copyTrack(request) : encodeTrack(request, codec)
}

const choiceFor =
  (id: string) =>
  (what: string, pick: string, because: string, over?: readonly string[]): Choice => ({
    what: `audio.${id}.${what}`,
    pick,
    because,
    ...(over?.length ? { over: [...over] } : {}),
  })

function encodeTrack(request: TrackRequest, codec: AudioCodec): PlannedTrack {
  const { stream, id, label, dispositions, measured, makeUpDb, standard, coding, offset, timeline } = request
  refuseObjects(stream, codec)
  const row = { ...audioCodecRows[codec], ...(codec === 'aac' && coding.aacEncoder === 'fdk' ? fdkAac : {}) }
  const mix = planTrackChannels(stream, coding)
  const level = planLoudness(standard, measured, makeUpDb)
  const rateHz = coding.keepRate && standard.targetLufs === null ? stream.sampleRateHz : AUDIO_RATE_HZ
  const samples = Number(round(mul(parseRational(timeline.duration), rational(rateHz))))
  const bitrateBps = bitrateOf(row, mix.channels, coding.bitrateBps)
  const rendition: AudioRendition = {
    id,
    stream: stream.index,
    language: stream.language,
    label,
    dispositions: [...dispositions],
    codec,
    codecString: row.codecString,
    bitrateBps,
    sampleRateHz: rateHz,
    channels: mix.channels,
    layout: mix.layout,
    encoder: {
      name: row.encoder,
      family: 'cpu',
      options: { ...(bitrateBps === null ? {} : { b: bitrateBps }), ...row.options },
      filters: [],
    },
    filters: [
      ...mix.filters,
      ...(offset?.seconds ? [{ name: 'asetpts', args: { expr: `PTS+${offset.seconds}/TB` } }] : []),
      // Fills gaps with silence and begins at zero: silence before a late track, the early part of another cut.
      { name: 'aresample', args: { sample_rate: rateHz, async: 1, first_pts: 0 } },
      ...level.filters,
      ...(level.limiter ? [{ name: 'aresample', args: { sample_rate: rateHz } }] : []),
      { name: 'aformat', args: { sample_fmts: row.sampleFormat, channel_layouts: mix.layout } },
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
  const at = choiceFor(id)
  const follows = timeline.grid ? 'the picture' : 'the presentation'
  const rate = bitrateBps === null ? '' : `, ${bitrateBps / 1000} kbit/s`
  const choices = [
    at('codec', `${row.label}${rate}`, `${coding.because}; ${row.because}`, coding.over),
    at('channels', mix.layout, mix.because),
    at(
      'sampleRate',
      `${rateHz} Hz`,
      rateHz === AUDIO_RATE_HZ
        ? 'the rate of video production, whole samples at every frame rate'
        : 'the source’s own: nothing is resampled where nothing is to be lost',
    ),
    at('loudness', `${level.gainDb} dB${level.limiter ? ', limited' : ''}`, level.because),
    ...(offset ? [at('offset', formatOffset(offset.seconds), offset.because)] : []),
    at('length', `${samples} samples`, `exactly as long as ${follows}: filled with silence or cut`),
  ]
  const warnings = [
    ...trackWarnings(request, mix, level.warning),
    ...objectWarnings(stream),
    ...(offset?.warning ? [{ code: 'not-aligned', message: offset.warning }] : []),
  ]
  return { rendition, choices, warnings }
}

const formatOffset = (seconds: number): string => `${seconds > 0 ? '+' : ''}${Number((seconds * 1000).toFixed(3))} ms`

/** The rate that is listed for so many channels, else for the next listed number above. */
function bitrateOf({ bitrateBps }: AudioCodecRow, channels: number, asked: number | undefined): number | null {
  if (bitrateBps === null) return null
  const listed = Object.entries(bitrateBps).find(([count]) => Number(count) >= channels)
  return asked ?? listed?.[1] ?? Math.max(...Object.values(bitrateBps))
}

/** FFmpeg's codec names of the tracks that can be handed on. */
const COPIED: Readonly<Record<string, AudioCodec>> = {
  aac: 'aac',
  ac3: 'ac3',
  eac3: 'eac3',
  opus: 'opus',
  flac: 'flac',
  alac: 'alac',
  mp3: 'mp3',
}
const copiedCodec = ({ codec }: AudioStream): AudioCodec | undefined =>
  COPIED[codec] ?? (/^pcm_[su]\d+(le|be)?$/.test(codec) ? 'pcm' : undefined)

/** @throws {HE_PLAN_IMPOSSIBLE} when the loudness is to be changed, or the codec is none that is known here. */
function copyTrack({ stream, id, label, dispositions, standard, offset }: TrackRequest): PlannedTrack {
  const codec = copiedCodec(stream)
  if (offset?.seconds)
    throw new HeadendError('HE_PLAN_IMPOSSIBLE', 'a copied track cannot be moved: its packets keep their times', {
      hint: 'Leave --audio-offset and --align-audio off, or name a codec with --audio-codec.',
    })
  if (!codec)
    throw new HeadendError('HE_PLAN_IMPOSSIBLE', `audio stream ${stream.index} (${stream.codec}) cannot be copied`, {
      hint: 'Name a codec with --audio-codec.',
    })
  if (standard.targetLufs !== null)
    throw new HeadendError('HE_PLAN_IMPOSSIBLE', 'the loudness of a copied track cannot be changed', {
      hint: 'Leave --loudness off, or name a codec with --audio-codec.',
    })
  return {
    rendition: {
      id,
      stream: stream.index,
      language: stream.language,
      label,
      dispositions: [...dispositions],
      codec,
      codecString: stream.codecString,
      bitrateBps: null,
      sampleRateHz: stream.sampleRateHz,
      channels: stream.channels,
      layout: stream.layout,
      encoder: { name: 'copy', family: 'cpu', options: {}, filters: [] },
      filters: [],
      loudness: {
        standard: standard.name,
        targetLufs: null,
        toleranceLu: 0,
        maxTruePeakDbtp: 0,
        measured: null,
        gainDb: 0,
        limiter: false,
      },
    },
    choices: [choiceFor(id)('codec', `copy of ${stream.codec}`, 'asked for: no sample is touched, and none is cut')],
    warnings: [],
  }
}

function trackWarnings(
  { stream, timeline, standard, offset }: TrackRequest,
  { assumedLayout, mayReach }: Channels,
  loudness: string | null,
): Warning[] {
  const who = `Audio stream ${stream.index}`
  const warnings: Warning[] = []
  if (assumedLayout !== null)
    warnings.push({
      code: 'layout-assumed',
      message: `${who} does not state its channel layout; its ${stream.channels} channels are taken as ${assumedLayout}.`,
    })
  if (loudness !== null) warnings.push({ code: 'loudness', message: `${who}: ${loudness}.` })
  if (mayReach > 1 && standard.targetLufs === null)
    warnings.push({
      code: 'downmix-may-clip',
      message: `${who}: coefficients are left as they are, so that sums may reach ${mayReach.toFixed(2)} of full scale and clip.`,
    })
  const gap = lengthGap(stream, timeline) + (offset?.seconds ?? 0)
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
function nameTracks(streams: readonly AudioStream[], coding: AudioCoding): { id: string; label: string }[] {
  const ids = new Set<string>()
  const labels = new Set<string>()
  const layoutOf = (stream: AudioStream): string =>
    coding.codec === 'copy' ? `${stream.channels}ch` : planTrackChannels(stream, coding).layout
  return streams.map(stream => {
    const purpose = trackPurpose(stream)
    const language = stream.language ?? 'und'
    const words = ['a', language, ...(purpose === 'main' ? [] : [purpose]), layoutOf(stream)]
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
