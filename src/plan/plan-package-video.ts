// The picture of a package: any number of rungs, of one codec or several, all on one grid. Also what a search for rungs tries out.
import { pixelFormatFor, profilesOf, type ShotQuality } from '../codecs/index.ts'
import { type ColorPlan, planColor } from '../color/index.ts'
import { div, formatRational, type Rational, rational } from '../core/index.ts'
import type { Choice, LadderCodec, VideoPlan, VideoStream, Warning } from '../model/index.ts'
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
  readonly vmaf: VmafWish
}

export type PlannedVideo = {
  readonly video: VideoPlan
  readonly choices: readonly Choice[]
  readonly warnings: readonly Warning[]
}

type StreamedCodec = {
  readonly profile: (bits: number) => string
  readonly most: number
  readonly highestLevel: string
  readonly tag: string | null
  readonly encoder: string
  readonly because: string
}

/** How each codec is streamed. Levels: the last that Apple's devices decode (HLS Authoring Specification 1.3b, 1.4) and 4K at 60. */
const streamed: Readonly<Record<LadderCodec, StreamedCodec>> = {
  h264: {
    profile: () => 'high',
    most: 8,
    highestLevel: '5.2',
    tag: null,
    encoder: 'libx264',
    because: 'what every player of HLS and DASH decodes',
  },
  hevc: {
    profile: bits => (bits > 8 ? 'main10' : 'main'),
    most: 10,
    highestLevel: '5.1',
    tag: 'hvc1',
    encoder: 'libx265',
    because: 'as asked: fewer bits for players that decode it',
  },
  av1: {
    profile: () => 'main',
    most: 10,
    highestLevel: '5.3',
    tag: null,
    encoder: 'libsvtav1',
    because: 'as asked: fewest bits, for players that decode it',
  },
}

/** The last level in which a codec is streamed. */
export const highestStreamedLevel = (codec: LadderCodec): string => streamed[codec].highestLevel

/** @throws {HE_INPUT_UNSUPPORTED} {HE_PLAN_IMPOSSIBLE} */
export function planPackageVideo(request: PackageVideoRequest): PlannedVideo {
  const { video, grid, rungs } = request
  refuseUnusable(video)
  const { displayWidth: width, displayHeight: height } = video
  const colors = new Map<string, ColorPlan>()
  const codecs = [...new Set(rungs.map(({ codec }) => codec))]
  for (const codec of codecs) {
    const format = formatOf(codec, video)
    if (!colors.has(format)) colors.set(format, colorFor(video, format))
  }
  const deepest = [...colors].toSorted(([a], [b]) => depthOf(b) - depthOf(a))[0]!
  const color = deepest[1]
  const prepare = planPrepare(video, grid, color)
  const planned = rungs.map(rung => planRung(request, rung, colors.get(formatOf(rung.codec, video))!))
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

/** 4:2:0 everywhere; H.264 in 8 bit, the others in the source's depth up to 10. */
function formatOf(codec: LadderCodec, video: VideoStream): string {
  const bitDepth = video.bitDepth > 8 ? streamed[codec].most : 8
  return pixelFormatFor({ codec, profile: streamed[codec].profile(bitDepth), chroma: '4:2:0', bitDepth })
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

function planRung({ video, grid, preset }: PackageVideoRequest, rung: PackageRung, color: ColorPlan): PlannedRendition {
  const { codec, halved = false } = rung
  const how = streamed[codec]
  const pixelFormat = formatOf(codec, video)
  const profile = profilesOf(codec).find(({ name }) => name === how.profile(depthOf(pixelFormat)))!
  const own = halved ? halfOf(grid) : grid
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
    profile: { row: profile, because: profileReason(codec, depthOf(pixelFormat)) },
    pixelFormat,
    tag: how.tag,
    highestLevel: how.highestLevel,
    rate: { quality: rung.quality, maxrateBps: rung.maxrateBps, bufsizeBits: rung.bufsizeBits },
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

const profileReason = (codec: LadderCodec, bits: number): string =>
  codec === 'h264'
    ? '8 bit, 4:2:0: the most efficient profile that every player has'
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
