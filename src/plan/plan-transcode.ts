// Facts → the plan of one file: for named targets, by named options, else as the source is.
import { checkContainer, containerRows, muxerFor } from '../codecs/index.ts'
import { HeadendError } from '../core/index.ts'
import type {
  AudioRendition,
  AudioStream,
  ContainerName,
  EncodePlan,
  FileOutput,
  PictureAnalysis,
  SubtitleRendition,
  VideoPlan,
} from '../model/index.ts'
import { checkTargets } from './check-targets.ts'
import { chooseAudio } from './choose-audio.ts'
import { type Chain, chooseDelivery } from './choose-delivery.ts'
import { planCopy } from './copy.ts'
import { planExtras } from './extras.ts'
import type { TranscodeOptions } from './options.ts'
import { planAudio } from './plan-audio.ts'
import { planPicture } from './plan-picture.ts'
import type { PlanRequest } from './plan-vod.ts'
import { qualityTargetOf } from './quality-target.ts'
import { chooseOffsets } from './sound-offsets.ts'
import { chooseStreams, leftOut, streamChoices } from './streams.ts'

export type TranscodeRequest = PlanRequest<TranscodeOptions> & {
  /** What `analysisWants` asked for, as it was seen. */
  readonly analysis?: PictureAnalysis | undefined
  /** Encoders that work on the machine, the preferred one first; software when left out. */
  readonly encoders?: Chain | undefined
}

/** @throws {HE_USAGE} {HE_INPUT_…} {HE_PLAN_IMPOSSIBLE} */
export function planTranscode(request: TranscodeRequest): EncodePlan {
  const { facts, loudness, makeUpDb, alignment, options } = request
  const chosen = chooseStreams(facts, 'all', options)
  const promised = qualityTargetOf(options)
  const delivery = chooseDelivery(chosen.video, options)
  const { container } = delivery
  const streams = { ...chosen, audio: tracksFor(chosen.audio, container) }
  const picture =
    options.codec === 'copy'
      ? planCopy({ facts, streams, options, delivery })
      : planPicture({ ...request, ...streams, delivery })
  const { timeline, video } = picture
  const audio = planAudio({
    streams: streams.audio,
    loudness,
    makeUpDb: makeUpDb ?? {},
    standard: options.loudness,
    coding: chooseAudio(delivery, options),
    offsets: chooseOffsets(streams.audio, options, alignment),
    timeline,
  })
  const extras = planExtras(facts, container, { options, startTime: timeline.startTime })
  refuseContents(container, video, audio.audio, extras.output.subtitles)
  checkTargets(delivery, container, video, audio.audio)
  const output: FileOutput = {
    kind: 'file',
    container,
    muxer: muxerFor(container, { fastStart: true, fragmented: options.fragmented, muxrateBps: options.muxrate }),
    ...extras.output,
    rotation: picture.rotation,
  }
  const delivered = new Set([
    ...(streams.video ? [streams.video.index] : []),
    ...streams.audio.map(({ index }) => index),
    ...extras.output.subtitles.map(({ stream }) => stream),
  ])
  return {
    version: 1,
    kind: 'transcode',
    input: { path: facts.path, sizeBytes: facts.sizeBytes },
    duration: timeline.duration,
    startTime: timeline.startTime,
    video,
    audio: audio.audio,
    output,
    ...(promised && video ? { qualityTarget: promised } : {}),
    choices: [
      ...streamChoices(facts, streams, 'all'),
      ...delivery.choices,
      ...timeline.choices,
      ...picture.choices,
      ...audio.choices,
      ...extras.choices,
    ],
    warnings: [
      ...leftOut(facts, streams, delivered, extras.leftOutBecause),
      ...timeline.warnings,
      ...delivery.warnings,
      ...picture.warnings,
      ...audio.warnings,
      ...extras.warnings,
    ],
  }
}

/** As many tracks as the container has room for, the default one first. */
function tracksFor(streams: readonly AudioStream[], container: ContainerName): readonly AudioStream[] {
  const most = containerRows[container].maxAudioTracks
  if (most === null || streams.length <= most) return streams
  const rank = ({ dispositions }: AudioStream): number => Number(!dispositions.includes('default'))
  return streams.toSorted((a, b) => rank(a) - rank(b) || a.index - b.index).slice(0, most)
}

/** @throws {HE_PLAN_IMPOSSIBLE} */
function refuseContents(
  container: ContainerName,
  video: VideoPlan | null,
  audio: readonly AudioRendition[],
  subtitles: readonly SubtitleRendition[],
): void {
  const findings = checkContainer(container, { video: video?.renditions[0], audio, subtitles })
  const [first] = findings
  if (!first) return
  throw new HeadendError('HE_PLAN_IMPOSSIBLE', findings.map(({ because }) => because).join('; '), {
    hint: `The nearest that is allowed: ${first.nearest} (${first.source}).`,
    details: { findings: [...findings] },
  })
}
