// Facts → the plan of an HLS and DASH package: a ladder of H.264 and its sound in AAC, all on one grid.
import { toNumber } from '../core/index.ts'
import { planFixedLadder } from '../ladder/index.ts'
import type { Choice, EncodePlan, LadderCodec, LoudnessReading, MediaFacts, VideoStream } from '../model/index.ts'
import { packageSubtitles } from './extras.ts'
import { type LadderFile, rungsOfLadder } from './ladder-file.ts'
import { ladderLimits } from './ladder-limits.ts'
import type { VodOptions } from './options.ts'
import { mixOf, planAudio, streamingAudio } from './plan-audio.ts'
import { type PackageRung, type PlannedVideo, planPackageVideo } from './plan-package-video.ts'
import { usualQuality } from './plan-rendition.ts'
import { type Alignment, chooseOffsets } from './sound-offsets.ts'
import { chooseStreams, leftOut, streamChoices } from './streams.ts'
import { type Grid, planTimeline } from './timeline.ts'

export type PlanRequest<Options> = {
  readonly facts: MediaFacts
  /** By audio stream index, measured after the chain of a plan without gain. */
  readonly loudness: Readonly<Record<number, LoudnessReading>>
  /** By audio stream index: dB of loudness that limiting at the plain gain was measured to take away. */
  readonly makeUpDb?: Readonly<Record<number, number>> | undefined
  /** By audio stream index: how it lies against the first track, where that was measured. */
  readonly alignment?: Readonly<Record<number, Alignment>> | undefined
  readonly options: Options
}

/** `ladder`: rungs that were found for the title, or given; left out, the fixed ladder. */
export type VodRequest = PlanRequest<VodOptions> & { readonly ladder?: LadderFile | undefined }

/** @throws {HE_INPUT_…} {HE_PLAN_IMPOSSIBLE} */
export function planVod({ facts, loudness, makeUpDb, alignment, options, ladder }: VodRequest): EncodePlan {
  const streams = chooseStreams(facts, 'first', options)
  const { video: source, audio: tracks } = streams
  const timeline = planTimeline({ facts, video: source, audio: tracks, ...options, ...gridOf(options, ladder) })
  const video = source && timeline.grid ? planLadder(source, timeline.grid, options, ladder ?? null) : null
  const audio = planAudio({
    streams: tracks,
    loudness,
    makeUpDb: makeUpDb ?? {},
    standard: options.loudness,
    coding: { ...streamingAudio, mix: mixOf(options), aacEncoder: options.aacEncoder },
    offsets: chooseOffsets(tracks, options, alignment),
    timeline,
  })
  const subtitles = packageSubtitles(facts)
  const delivered = new Set([
    ...(source ? [source.index] : []),
    ...tracks.map(({ index }) => index),
    ...subtitles.map(({ stream }) => stream),
  ])
  return {
    version: 1,
    kind: 'vod',
    input: { path: facts.path, sizeBytes: facts.sizeBytes },
    duration: timeline.duration,
    startTime: timeline.startTime,
    video: video?.video ?? null,
    audio: audio.audio,
    output: {
      kind: 'package',
      segmentDuration: timeline.segmentDuration,
      hls: true,
      dash: true,
      ...(subtitles.length > 0 ? { subtitles } : {}),
    },
    choices: [
      ...streamChoices(facts, streams, 'first'),
      ...timeline.choices,
      ...(video?.choices ?? []),
      ...audio.choices,
    ],
    warnings: [
      ...leftOut(facts, streams, delivered, 'subtitles that are pictures are not converted to text'),
      ...timeline.warnings,
      ...(video?.warnings ?? []),
      ...audio.warnings,
    ],
  }
}

function planLadder(
  video: VideoStream,
  grid: Grid,
  options: VodOptions,
  ladder: LadderFile | null,
): PlannedVideo & { readonly choices: readonly Choice[] } {
  const rungs = ladder ? rungsOfLadder(ladder, video, grid, options.for) : fixedRungs(video, grid, options)
  const planned = planPackageVideo({
    ...{ video, grid, rungs: nameRungs(rungs) },
    preset: options.preset,
    targets: options.for,
    vmaf: options,
  })
  return {
    ...planned,
    choices: [
      {
        what: 'video.ladder',
        pick: `${rungs.length} rungs`,
        because: ladder ? 'found for this title, or given in a file' : 'the fixed ladder: one table for every title',
        over: ladder ? ['the fixed ladder'] : [],
      },
      ...planned.choices,
    ],
  }
}

/** The same sizes for every codec: H.264 at the setting that was asked for, the others at their usual ones. */
function fixedRungs(video: VideoStream, grid: Grid, options: VodOptions): UnnamedRung[] {
  return [...new Set<LadderCodec>(['h264', ...options.codec])].flatMap(codec =>
    planFixedLadder({
      width: video.displayWidth,
      height: video.displayHeight,
      fps: toNumber(grid.rate),
      maxHeight: options.maxHeight,
      maxRungs: options.maxRungs,
      fits: ladderLimits(options.for, codec, grid.rate).fits,
    }).map(rung => ({ ...rung, codec, quality: codec === 'h264' ? options.crf : usualQuality[codec]! })),
  )
}

/** Apple HLS 7.5: six seconds. */
const SEGMENT_SECONDS = 6

/** What a ladder says of the grid holds: its rungs were measured on it. */
function gridOf(options: VodOptions, ladder: LadderFile | undefined): { gopSeconds: number; segmentSeconds: number } {
  return {
    gopSeconds: ladder?.gopSeconds ?? options.gopSeconds,
    segmentSeconds: ladder?.segmentSeconds ?? options.segmentSeconds ?? SEGMENT_SECONDS,
  }
}

type UnnamedRung = Omit<PackageRung, 'id'>

/**
 * `v` and the lines of the shorter side, the codec where it is not H.264, half the frame rate; what is still the same is told
 * apart by the longer side, then by number.
 */
export function nameRungs(rungs: readonly UnnamedRung[]): PackageRung[] {
  const first = rungs.map(({ width, height, codec, halved }) => {
    const lines = Math.min(width, height)
    return `v${lines}${halved ? 'h' : ''}${codec === 'h264' ? '' : `_${codec}`}`
  })
  const second = first.map((name, i) => {
    const { width, height } = rungs[i]!
    const longs = new Set(rungs.flatMap((rung, k) => (first[k] === name ? [Math.max(rung.width, rung.height)] : [])))
    return longs.size > 1 ? `${name}-${Math.max(width, height)}` : name
  })
  return rungs.map((rung, i) => {
    const same = second.flatMap((name, k) => (name === second[i] ? [k] : []))
    return { ...rung, id: same.length > 1 ? `${second[i]}_${same.indexOf(i) + 1}` : second[i]! }
  })
}
