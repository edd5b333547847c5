// Facts → the plan of an HLS and DASH package: a ladder of H.264 and its sound in AAC, all on one grid.
import { isPictureSize, pixelFormatFor, profilesOf } from '../codecs/index.ts'
import { planColor } from '../color/index.ts'
import { formatRational, toNumber } from '../core/index.ts'
import { planFixedLadder, type Rung } from '../ladder/index.ts'
import type {
  Choice,
  EncodePlan,
  LoudnessReading,
  MediaFacts,
  VideoPlan,
  VideoStream,
  Warning,
} from '../model/index.ts'
import type { VodOptions } from './options.ts'
import { alphaWarnings, referenceSteps, refuseUnusable, samplingChoices, screenSpace, uprightSize } from './picture.ts'
import { planAudio, streamingAudio } from './plan-audio.ts'
import { planRendition } from './plan-rendition.ts'
import { planVmaf } from './plan-vmaf.ts'
import { planPrepare } from './prepare.ts'
import { chooseStreams, leftOut, streamChoices } from './streams.ts'
import { type Grid, planTimeline } from './timeline.ts'

export type PlanRequest<Options> = {
  readonly facts: MediaFacts
  /** By audio stream index, measured after the chain of a plan without gain. */
  readonly loudness: Readonly<Record<number, LoudnessReading>>
  /** By audio stream index: dB of loudness that limiting at the plain gain was measured to take away. */
  readonly makeUpDb?: Readonly<Record<number, number>> | undefined
  readonly options: Options
}

/** Apple HLS 1.3b: the last level that any of its devices decodes. */
const HIGHEST_STREAMED_LEVEL = '5.2'

/** @throws {HE_INPUT_…} {HE_PLAN_IMPOSSIBLE} */
export function planVod({ facts, loudness, makeUpDb, options }: PlanRequest<VodOptions>): EncodePlan {
  const streams = chooseStreams(facts, 'first')
  const { video: source, audio: tracks } = streams
  const timeline = planTimeline({ facts, video: source, audio: tracks, ...options })
  const video = source && timeline.grid ? planLadder(source, timeline.grid, options) : null
  const audio = planAudio({
    streams: tracks,
    loudness,
    makeUpDb: makeUpDb ?? {},
    standard: options.loudness,
    coding: streamingAudio,
    timeline,
  })
  const delivered = new Set([...(source ? [source.index] : []), ...tracks.map(({ index }) => index)])
  return {
    version: 1,
    kind: 'vod',
    input: { path: facts.path, sizeBytes: facts.sizeBytes },
    duration: timeline.duration,
    startTime: timeline.startTime,
    video: video?.video ?? null,
    audio: audio.audio,
    output: { kind: 'package', segmentDuration: timeline.segmentDuration, hls: true, dash: true },
    choices: [
      ...streamChoices(facts, streams, 'first'),
      ...timeline.choices,
      ...(video?.choices ?? []),
      ...audio.choices,
    ],
    warnings: [
      ...leftOut(facts, delivered, 'subtitles are not delivered in packages yet'),
      ...timeline.warnings,
      ...(video?.warnings ?? []),
      ...audio.warnings,
    ],
  }
}

type PlannedVideo = { readonly video: VideoPlan; readonly choices: Choice[]; readonly warnings: Warning[] }

function planLadder(video: VideoStream, grid: Grid, options: VodOptions): PlannedVideo {
  refuseUnusable(video)
  const { displayWidth: width, displayHeight: height } = video
  const profile = profilesOf('h264').find(({ name }) => name === 'high')!
  const pixelFormat = pixelFormatFor({ codec: 'h264', profile: profile.name, chroma: '4:2:0', bitDepth: 8 })
  const color = planColor({
    video,
    dynamicRange: 'sdr',
    space: screenSpace(video),
    size: { source: uprightSize(video) },
    range: 'limited',
    pixelFormat,
    toneMap: { curve: 'bt2390' },
    legal: false,
    light: 'gamma',
    kernel: 'bicubic',
    encoderHdr: { hdr10Plus: false, dolbyVision: [] },
  })
  const prepare = planPrepare(video, grid, color)
  const rungs = planFixedLadder({
    width,
    height,
    fps: toNumber(grid.rate),
    maxHeight: options.maxHeight,
    maxRungs: options.maxRungs,
    fits: (w, h) => isPictureSize('h264', w, h, grid.rate, HIGHEST_STREAMED_LEVEL),
  })
  const planned = nameRungs(rungs).map(({ id, rung }) =>
    planRendition({
      id,
      size: rung,
      sampleAspectRatio: '1/1',
      scan: 'progressive',
      grid,
      color,
      codec: { name: 'h264', because: 'what every player of HLS and DASH decodes', over: ['HEVC', 'AV1'] },
      profile: { row: profile, because: '8 bit, 4:2:0: the most efficient profile that every player has' },
      pixelFormat,
      tag: null,
      highestLevel: HIGHEST_STREAMED_LEVEL,
      rate: {
        quality: options.crf,
        maxrateBps: rung.maxrateBps,
      },
      passes: 1,
      speed: options.preset,
      keyFrames: 'grid',
      bFrames: grid.gopFrames === 1 ? 0 : null,
      references: null,
      chain: {
        names: ['libx264'],
        because: 'one encoder for all rungs of a title, the same on every machine',
        over: [],
      },
    }),
  )
  const size = { width, height, frames: grid.frames, gopFrames: grid.gopFrames, hdr: color.hdr }
  const scored = planVmaf(size, options)
  return {
    video: {
      stream: video.index,
      sourceColor: { stated: video.color.effective, used: color.used, assumed: [...color.assumed] },
      color: color.target,
      hdr: color.hdr,
      frameRate: formatRational(grid.rate),
      frames: grid.frames,
      gopFrames: grid.gopFrames,
      segmentFrames: grid.segmentFrames,
      width,
      height,
      prepare: prepare.steps,
      reference: referenceSteps(color, { width, height }),
      vmaf: scored.vmaf,
      renditions: planned.map(each => each.rendition),
    },
    choices: [
      ...color.choices,
      ...prepare.choices,
      ...samplingChoices(video, pixelFormat),
      ...planned.flatMap(each => each.choices),
      ...scored.choices,
    ],
    warnings: [
      ...color.warnings,
      ...alphaWarnings(video, 'H.264'),
      ...planned.flatMap(each => each.warnings),
      ...scored.warnings,
    ],
  }
}

/** `v` and the lines of the shorter side; with the longer one where two rungs share them. */
function nameRungs(rungs: readonly Rung[]): { id: string; rung: Rung }[] {
  const lines = ({ width, height }: Rung): number => Math.min(width, height)
  return rungs.map(rung => {
    const shared = rungs.filter(other => lines(other) === lines(rung)).length > 1
    const id = shared ? `v${lines(rung)}-${Math.max(rung.width, rung.height)}` : `v${lines(rung)}`
    return { id, rung }
  })
}
