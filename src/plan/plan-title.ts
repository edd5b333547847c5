// Facts → EncodePlan. Pure, and every choice says why.
import { type LoudnessStandardName, measureFilters, selectTracks } from '../audio/index.ts'
import { add, HeadendError, parseRational, toNumber } from '../core/index.ts'
import type {
  AudioStream,
  Choice,
  EncodePlan,
  FilterStep,
  LoudnessReading,
  MediaFacts,
  VideoStream,
  Warning,
} from '../model/index.ts'
import type { Preset, TranscodeOptions, VodOptions } from './options.ts'
import { planAudio } from './plan-audio.ts'
import { planVideo } from './plan-video.ts'
import { planTimeline, type Timeline } from './timeline.ts'

export type PlanRequest<Options> = {
  readonly facts: MediaFacts
  /** By audio stream index, measured after the chain of `loudnessTracks` or `measureFilters`. */
  readonly loudness: Readonly<Record<number, LoudnessReading>>
  /** By audio stream index: dB of loudness that limiting at the plain gain was measured to take away. */
  readonly makeUpDb?: Readonly<Record<number, number>> | undefined
  readonly options: Options
}

/** Apple HLS 1.3b: the last level that any of its devices decodes. */
const HIGHEST_STREAMED_LEVEL = '5.2'
const HIGHEST_LEVEL = '6.2'

/** An HLS and DASH package: a ladder of H.264 and its sound in AAC, all on one grid. @throws {HE_INPUT_…} {HE_PLAN_IMPOSSIBLE} */
export function planVod({ facts, loudness, makeUpDb, options }: PlanRequest<VodOptions>): EncodePlan {
  const settings = { ...options, kind: 'vod', highestLevel: HIGHEST_STREAMED_LEVEL, makeUpDb } as const
  return plan(facts, loudness, settings, segmentDuration => ({
    kind: 'package',
    segmentDuration,
    hls: true,
    dash: true,
  }))
}

/** One file with one picture and the chosen tracks. @throws {HE_INPUT_…} {HE_PLAN_IMPOSSIBLE} */
export function planTranscode({ facts, loudness, makeUpDb, options }: PlanRequest<TranscodeOptions>): EncodePlan {
  const { container, height, ...rest } = options
  const settings = {
    ...rest,
    maxHeight: height,
    maxRungs: 1,
    segmentSeconds: options.gopSeconds,
    kind: 'transcode',
    highestLevel: HIGHEST_LEVEL,
    makeUpDb,
  } as const
  return plan(facts, loudness, settings, () => ({ kind: 'file', container }))
}

/** What to measure before planning: each delivered track after its down-mix, only where the presentation will be. */
export function loudnessTracks(
  facts: MediaFacts,
): { readonly stream: number; readonly channels: number; readonly filters: readonly FilterStep[] }[] {
  const { video, audio } = chooseStreams(facts)
  const { startTime, duration, grid } = planTimeline({ facts, video, audio, gopSeconds: 2, segmentSeconds: 6 })
  const start = parseRational(startTime)
  const seconds = (value: typeof start): string => toNumber(value).toFixed(6)
  const window: FilterStep[] = grid
    ? [{ name: 'atrim', args: { start: seconds(start), end: seconds(add(start, parseRational(duration))) } }]
    : []
  return audio.map(stream => {
    const { filters, channels } = measureFilters(stream)
    return { stream: stream.index, channels, filters: [...window, ...filters] }
  })
}

type Settings = {
  readonly kind: EncodePlan['kind']
  readonly preset: Preset
  readonly crf: number
  readonly gopSeconds: number
  readonly segmentSeconds: number
  readonly maxHeight?: number | undefined
  readonly maxRungs: number
  readonly loudness: LoudnessStandardName
  readonly highestLevel: string
  readonly makeUpDb: PlanRequest<never>['makeUpDb']
}

function plan(
  facts: MediaFacts,
  loudness: Readonly<Record<number, LoudnessReading>>,
  settings: Settings,
  output: (segmentDuration: Timeline['segmentDuration']) => EncodePlan['output'],
): EncodePlan {
  const { video: source, audio: tracks } = chooseStreams(facts)
  const timeline = planTimeline({ facts, video: source, audio: tracks, ...settings })
  const video = source && timeline.grid ? planVideo({ ...settings, video: source, grid: timeline.grid }) : null
  const audio = planAudio({
    streams: tracks,
    loudness,
    makeUpDb: settings.makeUpDb ?? {},
    standard: settings.loudness,
    timeline,
  })
  return {
    version: 1,
    kind: settings.kind,
    input: { path: facts.path, sizeBytes: facts.sizeBytes },
    duration: timeline.duration,
    startTime: timeline.startTime,
    video: video?.video ?? null,
    audio: audio.audio,
    output: output(timeline.segmentDuration),
    choices: [
      ...streamChoices(facts, source, tracks),
      ...timeline.choices,
      ...(video?.choices ?? []),
      ...audio.choices,
    ],
    warnings: [...leftOut(facts, source, tracks), ...timeline.warnings, ...(video?.warnings ?? []), ...audio.warnings],
  }
}

type Chosen = { readonly video: VideoStream | null; readonly audio: AudioStream[] }

const isPicture = ({ dispositions }: VideoStream): boolean =>
  !['attached_pic', 'still_image', 'timed_thumbnails'].some(each => dispositions.includes(each))

/** @throws {HE_INPUT_TRUNCATED} {HE_INPUT_NO_TRACK} */
function chooseStreams(facts: MediaFacts): Chosen {
  if (facts.truncated)
    throw new HeadendError('HE_INPUT_TRUNCATED', `${facts.path} ends before its own index says it does`)
  const pictures = facts.video.filter(isPicture)
  const video = pictures.find(({ dispositions }) => dispositions.includes('default')) ?? pictures[0] ?? null
  const audio = selectTracks(facts)
  if (!video && audio.length === 0)
    throw new HeadendError('HE_INPUT_NO_TRACK', `${facts.path} has neither picture nor sound`)
  return { video, audio }
}

function streamChoices(facts: MediaFacts, video: VideoStream | null, audio: readonly AudioStream[]): Choice[] {
  const others = facts.video.filter(each => isPicture(each) && each !== video)
  return [
    {
      what: 'video.stream',
      pick: video ? String(video.index) : 'none',
      because: !video
        ? 'the source has no moving picture'
        : others.length === 0
          ? 'the only picture'
          : 'the default picture, else the first',
      ...(others.length > 0 ? { over: others.map(({ index }) => String(index)) } : {}),
    },
    {
      what: 'audio.streams',
      pick: audio.length > 0 ? audio.map(({ index }) => index).join(', ') : 'none',
      because:
        audio.length > 0
          ? 'the default track first, then one for each language and purpose'
          : 'the source has no sound',
    },
  ]
}

/** What the source has and the output will not: nothing is lost in silence. */
function leftOut(facts: MediaFacts, video: VideoStream | null, audio: readonly AudioStream[]): Warning[] {
  const kinds = [
    {
      streams: facts.video.filter(each => isPicture(each) && each !== video),
      name: 'video',
      why: 'one picture is delivered',
    },
    {
      streams: facts.audio.filter(each => !audio.includes(each)),
      name: 'audio',
      why: 'of tracks with one language and purpose the first is delivered',
    },
    { streams: facts.subtitles, name: 'subtitle', why: 'subtitles are not delivered yet' },
  ]
  return kinds
    .filter(({ streams }) => streams.length > 0)
    .map(({ streams, name, why }) => ({
      code: `${name}-left-out`,
      message: `The ${name} stream${streams.length > 1 ? 's' : ''} ${streams.map(({ index }) => index).join(', ')} ${streams.length > 1 ? 'are' : 'is'} left out: ${why}.`,
    }))
}
