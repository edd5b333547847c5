// Facts → EncodePlan. The heart: pure, and every choice says why.
import { createHash } from 'node:crypto'
import { selectTracks } from '../audio/index.ts'
import { HeadendError } from '../core/index.ts'
import type { EncodePlan, LoudnessReading, MediaFacts } from '../model/index.ts'
import type { TranscodeOptions, VodOptions } from './options.ts'
import { planAudio } from './plan-audio.ts'
import { planVideo } from './plan-video.ts'
import { planTimeline } from './timeline.ts'

export type PlanRequest<Options> = {
  readonly facts: MediaFacts
  /** Per audio stream index, measured after `measureFilters`. */
  readonly loudness: Readonly<Record<number, LoudnessReading>>
  readonly options: Options
}

/** An HLS and DASH package: a ladder of H.264 and AAC, aligned on one grid. */
export function planVod({ facts, loudness, options }: PlanRequest<VodOptions>): EncodePlan {
  return plan(facts, loudness, { ...options, kind: 'vod' }, segmentDuration => ({
    kind: 'package',
    segmentDuration,
    hls: true,
    dash: true,
  }))
}

/** One file with one rendition. */
export function planTranscode({ facts, loudness, options }: PlanRequest<TranscodeOptions>): EncodePlan {
  const { container, height, ...rest } = options
  return plan(
    facts,
    loudness,
    { ...rest, maxHeight: height, maxRungs: 1, segmentSeconds: options.gopSeconds, kind: 'transcode' },
    () => ({ kind: 'file', container }),
  )
}

type Settings = Omit<VodOptions, 'maxHeight'> & {
  readonly maxHeight?: number | undefined
  readonly kind: EncodePlan['kind']
}

function plan(
  facts: MediaFacts,
  loudness: PlanRequest<never>['loudness'],
  settings: Settings,
  output: (segmentDuration: string) => unknown,
): EncodePlan {
  if (facts.truncated) throw new HeadendError('HE_INPUT_TRUNCATED', `${facts.path} ends before its own index does`)
  const pictures = facts.video.filter(stream => !stream.dispositions.includes('attached_pic'))
  const source = pictures.find(stream => stream.dispositions.includes('default')) ?? pictures[0] ?? null
  const tracks = selectTracks(facts)
  if (!source && tracks.length === 0)
    throw new HeadendError('HE_INPUT_NO_TRACK', `${facts.path} has neither picture nor sound`)
  const timeline = planTimeline({
    facts,
    video: source,
    audio: tracks,
    gopSeconds: settings.gopSeconds,
    segmentSeconds: settings.segmentSeconds,
  })
  const video = source ? planVideo({ video: source, timeline, ...settings }) : null
  const audio = planAudio({ streams: tracks, loudness, standard: settings.loudness, duration: timeline.duration })
  return {
    version: 1,
    kind: settings.kind,
    input: { path: facts.path, sizeBytes: facts.sizeBytes },
    duration: timeline.duration,
    startTime: timeline.startTime,
    video: video?.video ?? null,
    audio: audio.audio,
    output: output(timeline.segmentDuration) as EncodePlan['output'],
    choices: [...timeline.choices, ...(video?.choices ?? []), ...audio.choices],
    warnings: [...facts.warnings, ...timeline.warnings, ...(video?.warnings ?? []), ...audio.warnings],
  }
}

/** SHA-256 of the plan's canonical JSON, hex: equal plans, equal hashes. */
export function planHash(plan: EncodePlan): string {
  return createHash('sha256').update(canonical(plan)).digest('hex')
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`
}
