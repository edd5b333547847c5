// Facts → a plan of trial encodes: the picture of a package with any rungs, without sound. What a search for a ladder runs.
import { formatRational, HeadendError, type Rational } from '../core/index.ts'
import type { EncodePlan, MediaFacts, VideoStream } from '../model/index.ts'
import { type PackageRung, planPackageVideo } from './plan-package-video.ts'
import type { VmafWish } from './plan-vmaf.ts'
import { chooseStreams } from './streams.ts'
import { type Grid, planTimeline } from './timeline.ts'

export type TrialOptions = VmafWish & {
  readonly preset: string
  readonly gopSeconds: number
  readonly segmentSeconds: number
  readonly targets: readonly string[]
}

export type TrialTitle = {
  readonly video: VideoStream
  readonly grid: Grid
  readonly rate: Rational
}

/** The picture that a ladder is found for, on the grid that the package will have. @throws {HE_INPUT_…} */
export function trialTitle(facts: MediaFacts, options: TrialOptions): TrialTitle {
  const { video, timeline } = frame(facts, options)
  return { video, grid: timeline.grid!, rate: timeline.grid!.rate }
}

/** @throws {HE_INPUT_…} {HE_PLAN_IMPOSSIBLE} */
export function planTrials(facts: MediaFacts, options: TrialOptions, rungs: readonly PackageRung[]): EncodePlan {
  const { video, timeline } = frame(facts, options)
  const planned = planPackageVideo({
    ...{ video, grid: timeline.grid!, rungs, preset: options.preset, targets: options.targets, vmaf: options },
  })
  return {
    version: 1,
    kind: 'vod',
    input: { path: facts.path, sizeBytes: facts.sizeBytes },
    duration: formatRational(timelineLength(timeline.grid!)),
    startTime: timeline.startTime,
    video: planned.video,
    audio: [],
    output: { kind: 'package', segmentDuration: timeline.segmentDuration, hls: false, dash: false },
    choices: [...planned.choices],
    warnings: [...planned.warnings],
  }
}

const timelineLength = ({ frames, rate }: Grid): Rational => ({ num: BigInt(frames) * rate.den, den: rate.num })

/** With the sound's tracks, since they may begin before the picture: the grid must be the package's. */
function frame(facts: MediaFacts, options: TrialOptions) {
  const { video, audio } = chooseStreams(facts, 'first')
  if (!video)
    throw new HeadendError('HE_INPUT_NO_TRACK', `${facts.path} has no picture to find a ladder for`, {
      hint: 'A ladder is about pictures; sound alone has one rendition for each track.',
    })
  return { video, timeline: planTimeline({ facts, video, audio, ...options }) }
}
