// The picture of a package: any number of rungs, of one codec or several, all on one grid. Also what a search for rungs tries out.
import { pixelFormatFor, profilesOf, type ShotQuality } from '../codecs/index.ts'
import { type ColorPlan, planColor } from '../color/index.ts'
import { div, formatRational, HeadendError, type Rational, rational } from '../core/index.ts'
import type { Choice, LadderCodec, VideoPlan, VideoStream, Warning } from '../model/index.ts'
import { ladderLimits } from './ladder-limits.ts'
import { alphaWarnings, referenceSteps, refuseUnusable, samplingChoices, screenSpace, uprightSize } from './picture.ts'
import { type PlannedRendition, planRendition } from './plan-rendition.ts'
import { planVmaf, type VmafWish } from './plan-vmaf.ts'
import { planPrepare } from './prepare.ts'
import type { Grid } from './timeline.ts'

/** One rung as it is wanted. */
export type PackageRung = {
  readonly id: string
  readonly codec: LadderCodec
  readonly width: number
  readonly height: number
  /** Every second frame alone: 50 and 60 frames per second at half the rate. */
  readonly halved?: boolean | undefined
  readonly quality: number
  readonly shots?: readonly ShotQuality[] | undefined
  readonly promisedVmaf?: number | undefined
  readonly maxrateBps?: number | undefined
  readonly bufsizeBits?: number | undefined
  /** Why it has this size. */
  readonly because: string
}

export type PackageVideoRequest = {
  readonly video: VideoStream
  readonly grid: Grid
  /** By size, the largest first; the first one is the top. */
  readonly rungs: readonly PackageRung[]
  readonly preset: string
  /** Names of targets that all rungs of their codec must play on. */
  readonly targets: readonly string[]
  readonly vmaf: VmafWish
}

export type PlannedVideo = {
  readonly video: VideoPlan
  readonly choices: readonly Choice[]
  readonly warnings: readonly Warning[]
}

type StreamedCodec = {
  /** The best first, with the bits a sample that it is used for. */
  readonly profiles: readonly (readonly [name: string, bits: 8 | 10])[]
  readonly tag: string | null
  readonly encoder: string
  readonly because: string
}

/** How each codec is streamed. */
const streamed: Readonly<Record<LadderCodec, StreamedCodec>> = {
  h264: {
    profiles: [
      ['high', 8],
      ['main', 8],
      ['constrained-baseline', 8],
    ],
    tag: null,
    encoder: 'libx264',
    because: 'what every player of HLS and DASH decodes',
  },
  hevc: {
    profiles: [
      ['main10', 10],
      ['main', 8],
      ['main10', 8],
    ],
    tag: 'hvc1',
    encoder: 'libx265',
    because: 'as asked: fewer bits for players that decode it',
  },
  av1: {
    profiles: [
      ['main', 10],
      ['main', 8],
    ],
    tag: null,
    encoder: 'libsvtav1',
    because: 'as asked: fewest bits, for players that decode it',
  },
}

/** @throws {HE_INPUT_UNSUPPORTED} {HE_PLAN_IMPOSSIBLE} */
export function planPackageVideo(request: PackageVideoRequest): PlannedVideo {
  const { video, grid, rungs } = request
  refuseUnusable(video)
  const { displayWidth: width, displayHeight: height } = video
  const colors = new Map<string, ColorPlan>()
  const codecs = [...new Set(rungs.map(({ codec }) => codec))]
  for (const codec of codecs) {
    const format = codingOf(codec, request).pixelFormat
    if (!colors.has(format)) colors.set(format, colorFor(video, format))
  }
  const deepest = [...colors].toSorted(([a], [b]) => depthOf(b) - depthOf(a))[0]!
  const color = deepest[1]
  const prepare = planPrepare(video, grid, color)
  const planned = rungs.map(rung => planRung(request, rung, colors.get(codingOf(rung.codec, request).pixelFormat)!))
  const size = { width, height, frames: grid.frames, gopFrames: grid.gopFrames, hdr: color.hdr }
  const scored = planVmaf(size, request.vmaf)
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
      ...samplingChoices(video, deepest[0]),
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

type Coding = { readonly profile: string; readonly bits: 8 | 10; readonly pixelFormat: string }

/** 4:2:0 everywhere; H.264 in 8 bit, the others in the source's depth up to 10; the best profile that all targets have. */
function codingOf(codec: LadderCodec, { video, grid, targets }: PackageVideoRequest): Coding {
  const { profiles } = ladderLimits(targets, codec, grid.rate)
  const [profile, bits] =
    streamed[codec].profiles.find(
      ([name, depth]) => (profiles?.includes(name) ?? true) && (depth === 8 || video.bitDepth > 8),
    ) ?? []
  if (!profile || !bits)
    throw new HeadendError('HE_PLAN_IMPOSSIBLE', `${targets.join(' and ')} have no ${codec} profile in common`, {
      hint: 'headend targets shows what each of them plays.',
    })
  return { profile, bits, pixelFormat: pixelFormatFor({ codec, profile, chroma: '4:2:0', bitDepth: bits }) }
}

const depthOf = (format: string): number => (format.endsWith('10le') ? 10 : 8)

const colorFor = (video: VideoStream, pixelFormat: string): ColorPlan =>
  planColor({
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

function planRung(request: PackageVideoRequest, rung: PackageRung, color: ColorPlan): PlannedRendition {
  const { grid, preset, targets } = request
  const { codec, halved = false } = rung
  const how = streamed[codec]
  const { profile: name, bits, pixelFormat } = codingOf(codec, request)
  const profile = profilesOf(codec).find(row => row.name === name)!
  const own = halved ? halfOf(grid) : grid
  const limits = ladderLimits(targets, codec, own.rate)
  const made = planRendition({
    id: rung.id,
    size: rung,
    sampleAspectRatio: '1/1',
    scan: 'progressive',
    grid: own,
    color,
    codec: {
      name: codec,
      because: how.because,
      over: codec === 'h264' ? ['HEVC', 'AV1'] : [],
    },
    profile: { row: profile, because: profileReason(codec, name, bits) },
    pixelFormat,
    tag: how.tag,
    highestLevel: limits.highestLevel,
    rate: {
      quality: rung.quality,
      maxrateBps: rung.maxrateBps,
      bufsizeBits: rung.bufsizeBits,
      ceiling: limits.ceiling ?? undefined,
    },
    shots: rung.shots,
    passes: 1,
    speed: preset,
    keyFrames: 'grid',
    bFrames: own.gopFrames === 1 && codec !== 'av1' ? 0 : null,
    references: null,
    chain: {
      names: [how.encoder],
      because: 'one encoder for all rungs of a title, the same on every machine',
      over: [],
    },
  })
  const planned = rung.promisedVmaf === undefined ? made : withPromise(made, rung.promisedVmaf)
  if (!halved) return planned
  const { rendition, choices, warnings } = planned
  const rate = formatRational(own.rate)
  return {
    rendition: {
      ...rendition,
      frameRate: rate,
      filters: [{ name: 'framestep', args: { step: 2 } }, ...rendition.filters],
    },
    choices: [
      ...choices,
      {
        what: `video.renditions.${rung.id}.frameRate`,
        pick: rate,
        because: 'every second frame: at this rate the others would cost the rest too much',
        over: [formatRational(grid.rate)],
      },
    ],
    warnings,
  }
}

const withPromise = (planned: PlannedRendition, promisedVmaf: number): PlannedRendition => ({
  ...planned,
  rendition: { ...planned.rendition, promisedVmaf },
})

const profileReason = (codec: LadderCodec, name: string, bits: number): string =>
  codec === 'h264'
    ? `8 bit, 4:2:0: the most efficient profile that ${name === 'high' ? 'every player has' : 'all targets have'}`
    : `${bits} bit, 4:2:0: ${bits > 8 ? 'the source has more than 8' : 'as the source'}`

type HalfGrid = { readonly rate: Rational; readonly gopFrames: number }

/** Key frames stay where they are: `gopFrames` must be even. */
const halfOf = ({ rate, gopFrames }: Grid): HalfGrid => ({
  rate: div(rate, rational(2)),
  gopFrames: gopFrames / 2,
})

/** Whether every second frame may be left out: key frames must not fall between. */
export const canHalve = ({ rate, gopFrames }: Pick<Grid, 'rate' | 'gopFrames'>): boolean =>
  Number(rate.num) / Number(rate.den) > 47 && gopFrames % 2 === 0
