// The picture of one file: scan, rate, geometry, color, and the one rendition that they lead to.
import { codecLabels, containerRows, encoderLimits, encodersFor, samplingOf } from '../codecs/index.ts'
import { planColor } from '../color/index.ts'
import {
  formatRational,
  HeadendError,
  parseRational,
  type Rational,
  type RationalText,
  rational,
  toNumber,
} from '../core/index.ts'
import type { AudioStream, Choice, CropRectangle, MediaFacts, VideoPlan, VideoStream, Warning } from '../model/index.ts'
import type { Chain, Coding, Delivery } from './choose-delivery.ts'
import { fitModes } from './fit-modes.ts'
import { chooseFrameRate } from './frame-rate.ts'
import { planGeometry } from './geometry.ts'
import type { TranscodeOptions } from './options.ts'
import { alphaWarnings, referenceSteps, refuseUnusable, samplingChoices, screenSpace } from './picture.ts'
import { planRendition, type RateWish } from './plan-rendition.ts'
import type { TranscodeRequest } from './plan-transcode.ts'
import { planVmaf } from './plan-vmaf.ts'
import { planPrepare } from './prepare.ts'
import { qualityTargetOf } from './quality-target.ts'
import { planScan } from './scan.ts'
import { planTimeline, type Timeline } from './timeline.ts'

export type PlannedPicture = {
  readonly timeline: Timeline
  readonly video: VideoPlan | null
  /** Clockwise degrees left for the container to state. */
  readonly rotation: 0 | 90 | 180 | 270
  readonly choices: readonly Choice[]
  readonly warnings: readonly Warning[]
}

export type PictureRequest = Pick<TranscodeRequest, 'facts' | 'options' | 'analysis' | 'encoders'> & {
  readonly video: VideoStream | null
  readonly audio: readonly AudioStream[]
  readonly delivery: Delivery
}

/** What must be seen by decoding before a file can be planned. */
export type AnalysisWants = { readonly crop: boolean; readonly cadence: boolean; readonly light: boolean }

/** Rates at which film is found in interlaced video: 29.97 and, from some cameras, 59.94. */
const TELECINE_RATES = [30000 / 1001, 60000 / 1001]

export function analysisWants({ video }: MediaFacts, options: TranscodeOptions): AnalysisWants {
  const picture = video[0]
  if (!picture || options.codec === 'copy') return { crop: false, cadence: false, light: false }
  const rate = picture.frameRate === null ? 0 : toNumber(rationalOf(picture.frameRate))
  const maybeFilm = TELECINE_RATES.some(each => Math.abs(each - rate) < 0.01)
  const interlaced = picture.scan === 'interlaced' && options.deinterlace === 'auto'
  return {
    crop: options.crop === 'auto',
    cadence: options.inverseTelecine === 'auto' && (maybeFilm || interlaced),
    light: options.measureLightLevel && picture.hdr.format !== 'sdr' && picture.hdr.contentLight === null,
  }
}

const rationalOf = (text: string): Rational => {
  const [num, den] = text.split('/').map(BigInt) as [bigint, bigint]
  return rational(num, den)
}

/** @throws {HE_INPUT_UNSUPPORTED} {HE_PLAN_IMPOSSIBLE} */
export function planPicture(request: PictureRequest): PlannedPicture {
  const { facts, video, audio, options, delivery } = request
  const { gopSeconds } = options
  const lengths = { facts, audio, gopSeconds, segmentSeconds: gopSeconds }
  if (!video || !delivery.coding)
    return { timeline: planTimeline({ ...lengths, video: null }), video: null, rotation: 0, choices: [], warnings: [] }
  refuseUnusable(video)
  const { coding, target } = delivery
  const scan = planScan({
    video,
    cadence: request.analysis?.cadence,
    deinterlace: options.deinterlace,
    inverseTelecine: options.inverseTelecine,
    output: keepsFields(video, coding, delivery, options) ? 'interlaced' : 'progressive',
  })
  if (options.rateConversion === 'blend' && scan.scan !== 'progressive')
    throw new HeadendError('HE_PLAN_IMPOSSIBLE', 'pictures of two fields cannot be mixed to change the frame rate', {
      hint: 'Add --deinterlace frame or field, or use --rate-conversion repeat.',
    })
  const modes = coding.rule?.modes ?? []
  const fastest = modes.length > 0 ? Math.max(...modes.map(({ fps }) => fps)) : null
  const rate = chooseFrameRate(video, {
    factor: scan.rateFactor,
    requested: options.frameRate,
    conversion: options.rateConversion,
    maxFps: least(target?.maxFps ?? null, fastest),
    maxFpsSetBy: delivery.setBy,
  })
  const timeline = planTimeline({ ...lengths, video, rate })
  const grid = timeline.grid
  if (!grid) throw new HeadendError('HE_INTERNAL', 'a picture without a grid')
  const geometry = planPictureSize(request, video, coding, { rate: grid.rate, fields: scan.scan !== 'progressive' })
  const color = planColor({
    video,
    dynamicRange: coding.dynamicRange,
    space: spaceOf(video, coding, options, geometry.exact !== undefined),
    range: coding.codec.name === 'ffv1' && options.range === 'limited' ? 'keep' : options.range,
    pixelFormat: coding.pixelFormat,
    toneMap: { curve: options.toneMap, peakNits: options.peakNits },
    legal: options.legal,
    light: options.light,
    kernel: options.kernel,
    measuredLight: request.analysis?.contentLight,
    encoderHdr: hdrOf(request, video, coding, geometry),
    size: { source: geometry.prepared },
    interlaced: scan.scan !== 'progressive',
  })
  const prepare = planPrepare(video, grid, color, { scan, geometry })
  const size = { width: geometry.width, height: geometry.height, because: geometry.because, ...geometry.exact }
  const planned = planRendition({
    id: `v${Math.min(size.width, size.height)}`,
    size,
    sampleAspectRatio: roundAspect(geometry.sampleAspectRatio),
    scan: scan.scan,
    grid,
    color,
    codec: coding.codec,
    profile: coding.profile,
    pixelFormat: coding.pixelFormat,
    tag: tagOf(coding, delivery),
    highestLevel: lowestLevel(coding, options),
    tier: options.tier ?? coding.rule?.tier ?? undefined,
    rate: rateWish(coding, delivery, options),
    passes: options.passes,
    speed: options.preset,
    keyFrames: options.keyFrames === 'cuts' ? 'grid-and-cuts' : 'grid',
    bFrames: options.bFrames ?? null,
    references: options.refs ?? null,
    chain: request.encoders ?? softwareChain(coding, options),
  })
  const { frames, gopFrames } = grid
  const scored = planVmaf(
    { ...size, frames, gopFrames, hdr: color.hdr },
    options,
    qualityTargetOf(options)?.metric === 'vmaf',
  )
  const plan: VideoPlan = {
    stream: video.index,
    sourceColor: { stated: video.color.effective, used: color.used, assumed: [...color.assumed] },
    color: color.target,
    hdr: color.hdr,
    frameRate: formatRational(grid.rate),
    frames: grid.frames,
    gopFrames: grid.gopFrames,
    segmentFrames: grid.segmentFrames,
    width: size.width,
    height: size.height,
    prepare: prepare.steps,
    reference: referenceSteps(color, size),
    vmaf: scored.vmaf,
    renditions: [planned.rendition],
  }
  return {
    timeline,
    video: plan,
    rotation: geometry.rotation,
    choices: [
      ...scan.choices,
      ...geometry.choices,
      ...color.choices,
      ...prepare.choices,
      ...samplingChoices(video, coding.pixelFormat),
      ...planned.choices,
      ...scored.choices,
    ],
    warnings: [
      ...(request.analysis?.warnings ?? []),
      ...scan.warnings,
      ...geometry.warnings,
      ...color.warnings,
      ...(coding.profile.row.alpha ? [] : alphaWarnings(video, codecLabels[coding.codec.name])),
      ...planned.warnings,
    ],
  }
}

/** What nobody asked for otherwise: exchange formats of one HD size are BT.709 (EBU R 132), and so is 8-bit SDR on screens. */
function spaceOf(
  video: VideoStream,
  { pixelFormat }: Coding,
  { space }: TranscodeOptions,
  exactHd: boolean,
): TranscodeOptions['space'] {
  if (space !== 'keep') return space
  if (exactHd) return 'bt709'
  return samplingOf(pixelFormat).bitDepth === 8 ? screenSpace(video) : 'keep'
}

const least = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : Math.min(a, b))

/**
 * Fields stay fields only for workflows that know them, in a codec that codes them, and where nothing would scale them:
 * a picture scaled as if it were progressive mixes two moments.
 */
function keepsFields(video: VideoStream, coding: Coding, { target }: Delivery, options: TranscodeOptions): boolean {
  if (video.scan !== 'interlaced' || options.deinterlace === 'frame' || options.deinterlace === 'field') return false
  if (!coding.profile.row.interlaced || options.width !== undefined || options.height !== undefined) return false
  const production = target !== null && !target.progressiveOnly
  return production || (options.deinterlace === 'off' && target === null)
}

/** Pixels that differ from square by less than a pixel of the picture are square: containers cannot even say it. */
function roundAspect(text: RationalText): RationalText {
  return Math.abs(toNumber(parseRational(text)) - 1) < 0.002 ? '1/1' : text
}

type Size = { readonly width: number; readonly height: number }
type SizedGeometry = ReturnType<typeof planGeometry> & {
  readonly because: string
  /** A target that takes one size alone gets bars around pictures of another shape. */
  readonly exact?: Size & { readonly inner: Size }
}

/** Size and shape: as asked, within what the targets show. */
function planPictureSize(
  { options, analysis, delivery }: PictureRequest,
  video: VideoStream,
  coding: Coding,
  { rate, fields }: { readonly rate: Rational; readonly fields: boolean },
): SizedGeometry {
  const keepShape = options.pixels === 'keep' || (delivery.target !== null && !delivery.target.squarePixels)
  const keepTurn = options.rotation === 'keep' && containerRows[delivery.container].rotation
  const base = {
    video,
    fields,
    crop: cropOf(options, analysis?.crop ?? null),
    fit: 'inside',
    upscale: options.upscale,
    pixels: keepShape ? 'keep' : 'square',
    rotation: keepTurn ? 'keep' : 'apply',
    // FFV1 codes any size; the others need whole blocks of chroma.
    evenSides: coding.codec.name !== 'ffv1' && !/444|gbr|rgb|gray/.test(coding.pixelFormat),
  } as const
  const [only] = coding.rule?.exactSize ? (coding.rule.modes ?? []) : []
  if (only) {
    const inner = planGeometry({ ...base, size: { width: only.width, height: only.height }, upscale: true })
    const exact = { width: only.width, height: only.height, inner: { width: inner.width, height: inner.height } }
    return { ...inner, exact, because: `${delivery.setBy} takes ${only.width}x${only.height} and nothing else` }
  }
  const asked = { width: options.width, height: options.height }
  const free = planGeometry({ ...base, size: asked })
  const explicit = options.width !== undefined || options.height !== undefined
  // Modes are sizes as seen; a picture that its container turns is coded lying.
  const lies = free.rotation % 180 === 0
  const seen = lies ? free : { width: free.height, height: free.width }
  const fit = fitModes(coding.rule?.modes ?? [], seen, toNumber(rate))
  if (fit === null) return { ...free, because: explicit ? 'as asked, never more than the source' : 'the source’s own' }
  if (explicit) {
    throw new HeadendError(
      'HE_PLAN_IMPOSSIBLE',
      `${delivery.setBy} does not show ${free.width}x${free.height} at ${toNumber(rate).toFixed(2)} fps`,
      {
        hint: `The nearest that is allowed: ${fit.width}x${fit.height}.`,
        details: { modes: coding.rule?.modes ?? [] },
      },
    )
  }
  const fitted = planGeometry({ ...base, size: fit })
  return {
    ...fitted,
    because: `${delivery.setBy} shows at most ${fit.width}x${fit.height} at ${toNumber(rate).toFixed(2)} fps`,
  }
}

function cropOf({ crop }: TranscodeOptions, detected: CropRectangle | null): 'none' | CropRectangle {
  if (crop === 'none') return 'none'
  if (crop === 'auto') return detected ?? 'none'
  const [width, height, x, y] = crop.split(':').map(Number) as [number, number, number, number]
  return { width, height, x, y }
}

/** What of dynamic metadata the first encoder writes, the targets show, and the picture still fits. */
function hdrOf(
  { encoders, delivery }: PictureRequest,
  { hdr, codedWidth, codedHeight }: VideoStream,
  { codec }: Coding,
  { width, height }: Size,
): { hdr10Plus: boolean; dolbyVision: readonly number[] } {
  const limits = encoderLimits(encoders?.names[0] ?? encodersFor(codec.name).at(-1)!.name)
  const shown = delivery.target === null || delivery.target.hdr.includes('dolby-vision')
  // The RPU counts its active area in pixels, and x265 signals profile 8.1 with a mastering display alone.
  const fits = width === codedWidth && height === codedHeight && hdr.masteringDisplay !== null
  return {
    hdr10Plus: limits?.hdr10Plus ?? false,
    dolbyVision: limits?.dolbyVision && shown && fits ? (DOLBY_PROFILES[codec.name] ?? []) : [],
  }
}

/** The single-layer profiles over HDR10 that FFmpeg's encoders write from a source's RPU. */
const DOLBY_PROFILES: Partial<Record<Coding['codec']['name'], readonly number[]>> = { hevc: [8], av1: [10] }

/** Where the profile has a sample entry of its own, it counts in QuickTime; else the container's. */
function tagOf({ codec, profile }: Coding, { container }: Delivery): string | null {
  if (container === 'mov' && profile.row.fourCc) return profile.row.fourCc
  return containerRows[container].video[codec.name]?.tag ?? null
}

/** The lower of what was asked for and what the targets decode. */
function lowestLevel({ rule }: Coding, { level }: TranscodeOptions): string | undefined {
  const limit = rule?.highestLevel ?? undefined
  if (level === undefined || limit === undefined) return level ?? limit
  return Number.parseFloat(level) <= Number.parseFloat(limit) ? level : limit
}

function rateWish({ rule, profile }: Coding, { setBy }: Delivery, options: TranscodeOptions): RateWish {
  if (options.crf !== undefined && options.bitrate !== undefined)
    throw new HeadendError('HE_USAGE', '--crf and --bitrate are two ways to say how many bits to spend', {
      hint: 'Use --crf with --maxrate for quality under a cap, or --bitrate for an average.',
    })
  if (options.cbr && options.bitrate === undefined)
    throw new HeadendError('HE_USAGE', '--cbr needs --bitrate', { hint: 'Say which rate is to be filled.' })
  const most = rule?.maxBitrateBps ?? null
  const wanted = Math.max(options.bitrate ?? 0, options.maxrate ?? 0)
  if (most !== null && wanted > most)
    throw new HeadendError('HE_PLAN_IMPOSSIBLE', `${setBy} takes at most ${most} bit/s, and ${wanted} are asked for`, {
      hint: `The nearest that is allowed: ${most} bit/s.`,
    })
  // XDCAM HD422 is 50 Mbit/s, neither more nor less.
  const constant = profile.row.codec === 'mpeg2' && most !== null
  return {
    quality: options.crf,
    averageBps: options.bitrate ?? (constant ? most : undefined),
    maxrateBps: options.maxrate,
    bufsizeBits: options.bufsize,
    cbr: options.cbr || constant,
    ceiling: most === null ? undefined : { bps: most, setBy },
  }
}

function softwareChain({ codec }: Coding, { hw }: TranscodeOptions): Chain {
  const names = encodersFor(codec.name).filter(({ family }) => family === 'cpu')
  return {
    names: names.map(({ name }) => name),
    because: hw === 'none' ? 'hardware is switched off' : 'the encoder that is the same on every machine',
    over: [],
  }
}
