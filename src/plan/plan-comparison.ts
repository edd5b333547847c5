// Facts of two files → how they are measured against each other: in one size, one color, one format, on one clock.
import { samplingOf } from '../codecs/index.ts'
import { type ColorPlan, describeSourceColor, planColor, type SdrSpace } from '../color/index.ts'
import { compare, formatRational, HeadendError, type Rational, toNumber } from '../core/index.ts'
import type {
  Choice,
  ColorDescription,
  ComparedPicture,
  ComparisonPlan,
  FilterStep,
  MediaFacts,
  VideoStream,
  VmafEngine,
  VmafModel,
  Warning,
} from '../model/index.ts'
import { sourceRate } from './frame-rate.ts'
import { turnSteps } from './geometry-steps.ts'
import type { ComparisonOptions } from './options.ts'
import { refuseUnusable, uprightSize } from './picture.ts'
import { planVmaf } from './plan-vmaf.ts'

export type ComparisonRequest = {
  readonly reference: MediaFacts
  readonly distorted: MediaFacts
  readonly options: ComparisonOptions
  readonly engine: VmafEngine
}

/** @throws {HE_INPUT_NO_TRACK} {HE_INPUT_UNSUPPORTED} {HE_COMPARE_IMPOSSIBLE} */
export function planComparison({ reference, distorted, options, engine }: ComparisonRequest): ComparisonPlan {
  const pair = [pictureOf(reference, 'reference'), pictureOf(distorted, 'distorted')] as const
  const rate = commonRate(...pair)
  const size = commonSize(...pair, options.at)
  const color = commonColor(...pair, size)
  const { vmaf, choices, warnings } = planVmaf(
    { ...size, frames: 0, gopFrames: 1, hdr: pair[0].hdr },
    { vmafModel: options.model, vmafEvery: options.every },
  )
  if (!vmaf)
    throw impossible(
      `${size.width}x${size.height} is too small for VMAF, which needs 96x80`,
      'Compare larger pictures.',
    )
  const describe = (facts: MediaFacts, video: VideoStream, steps: FilterStep[]): ComparedPicture => ({
    path: facts.path,
    stream: video.index,
    ...uprightSize(video),
    frames: video.frameCount,
    startTime: video.startTime ?? facts.container.startTime ?? '0/1',
    steps,
  })
  const models: VmafModel[] = [...new Set([vmaf.model, ...(vmaf.neg ? [vmaf.neg] : []), ...options.alsoModels])]
  return {
    version: 1,
    kind: 'comparison',
    reference: describe(reference, pair[0], color.reference),
    distorted: describe(distorted, pair[1], color.distorted),
    ...size,
    pixelFormat: color.pixelFormat,
    frameRate: formatRational(rate.rate),
    vmaf,
    models,
    accuracy: options.accuracy,
    engine,
    choices: [sizeChoice(pair, size, options), ...color.choices, ...choices],
    warnings: [...rate.warnings, ...countWarnings(...pair), ...scanWarnings(...pair), ...color.warnings, ...warnings],
  }
}

const impossible = (message: string, hint: string): HeadendError =>
  new HeadendError('HE_COMPARE_IMPOSSIBLE', message, { hint })

function pictureOf({ video, path }: MediaFacts, role: string): VideoStream {
  const picture = video[0]
  if (!picture) throw new HeadendError('HE_INPUT_NO_TRACK', `the ${role} ${path} has no picture`)
  refuseUnusable(picture)
  return picture
}

/** Rates that container clocks of 1 ms tell apart although they are one. */
const SAME_RATE = 0.002

function commonRate(a: VideoStream, b: VideoStream): { rate: Rational; warnings: Warning[] } {
  const [first, second] = [sourceRate(a), sourceRate(b)]
  const rate = first ?? second
  if (!rate) {
    throw impossible(
      'neither file has a constant frame rate',
      'Make one of them constant: headend transcode … --frame-rate 25.',
    )
  }
  if (!first || !second)
    return {
      rate,
      warnings: [
        {
          code: 'frame-rate-varies',
          message:
            'One of the files has no constant frame rate: pictures are paired by their times, others are left out.',
        },
      ],
    }
  if (compare(first, second) !== 0 && Math.abs(toNumber(first) / toNumber(second) - 1) > SAME_RATE) {
    const text = (each: Rational): string => formatRational(each).replace(/\/1$/, '')
    throw impossible(
      `the reference has ${text(first)} frames a second and the distorted ${text(second)}`,
      'Pictures of different moments cannot be compared; convert one first: headend transcode … --frame-rate.',
    )
  }
  return { rate, warnings: [] }
}

function countWarnings(a: VideoStream, b: VideoStream): Warning[] {
  if (a.frameCount === null || b.frameCount === null || a.frameCount === b.frameCount) return []
  return [
    {
      code: 'frame-counts-differ',
      message: `The reference has ${a.frameCount} frames and the distorted ${b.frameCount}; those with a partner at their time are compared.`,
    },
  ]
}

const scanWarnings = (a: VideoStream, b: VideoStream): Warning[] =>
  a.scan === b.scan
    ? []
    : [{ code: 'scan-differs', message: `The reference is ${a.scan}, the distorted ${b.scan}: combs count as errors.` }]

type Size = { readonly width: number; readonly height: number }

/** Shapes further apart than this are different pictures: a crop, bars, or a stretch. */
const SAME_SHAPE = 0.03

function commonSize(a: VideoStream, b: VideoStream, at: ComparisonOptions['at']): Size {
  const shape = ({ displayWidth, displayHeight }: VideoStream): number => displayWidth / displayHeight
  if (Math.abs(shape(a) / shape(b) - 1) > SAME_SHAPE) {
    const text = ({ displayWidth, displayHeight }: VideoStream): string => `${displayWidth}x${displayHeight}`
    throw impossible(
      `the pictures have different shapes: ${text(a)} and ${text(b)}`,
      'Crop or pad one of them first; scaling would compare a stretched picture.',
    )
  }
  const { width, height } = uprightSize(at === 'reference' ? a : b)
  // Whole samples of 4:2:0, which every metric can be computed on.
  return { width: width - (width % 2), height: height - (height % 2) }
}

function sizeChoice(pair: readonly [VideoStream, VideoStream], size: Size, { at }: ComparisonOptions): Choice {
  const [a, b] = pair.map(uprightSize) as [Size, Size]
  const text = ({ width, height }: Size): string => `${width}x${height}`
  const because =
    text(a) === text(b)
      ? 'both have this size'
      : at === 'reference'
        ? `as it is shown: the distorted is scaled from ${text(b)}, bicubic`
        : `as it was coded: the reference is scaled from ${text(a)}, bicubic`
  return { what: 'compare.size', pick: text(size), because }
}

type CommonColor = {
  readonly reference: FilterStep[]
  readonly distorted: FilterStep[]
  readonly pixelFormat: string
  readonly choices: Choice[]
  readonly warnings: Warning[]
}

/** As deep as the deeper of both, in steps that every metric takes; 4:2:0, because luma is what counts. */
function commonFormat(a: VideoStream, b: VideoStream): string {
  const bits = Math.max(samplingOf(a.pixelFormat).bitDepth, samplingOf(b.pixelFormat).bitDepth)
  return bits <= 8 ? 'yuv420p' : bits <= 10 ? 'yuv420p10le' : 'yuv420p12le'
}

function commonColor(a: VideoStream, b: VideoStream, size: Size): CommonColor {
  const pixelFormat = commonFormat(a, b)
  const [first, second] = describeBoth(a, b)
  if (kindOf(first) !== kindOf(second))
    throw impossible(
      `the reference is ${kindOf(first)} and the distorted ${kindOf(second)}`,
      'Tone mapping is no distortion that a metric could judge; compare with a reference of the same kind.',
    )
  const alike = (['primaries', 'matrix', 'range'] as const).every(field => first[field] === second[field])
  const toSize = (video: VideoStream): FilterStep[] => {
    const own = uprightSize(video)
    const scaled = own.width !== size.width || own.height !== size.height
    return [
      ...turnSteps(video.rotation),
      ...(scaled ? [{ name: 'scale', args: { w: size.width, h: size.height, flags: 'bicubic' } }] : []),
      { name: 'setsar', args: { sar: '1/1' } },
      { name: 'format', args: { pix_fmts: pixelFormat } },
    ]
  }
  if (alike && first.matrix !== 'gbr') {
    const depths = samplingOf(a.pixelFormat).bitDepth !== samplingOf(b.pixelFormat).bitDepth
    return {
      reference: toSize(a),
      distorted: toSize(b),
      pixelFormat,
      choices: [
        {
          what: 'compare.color',
          pick: `${first.matrix}, ${first.range}, ${samplingOf(pixelFormat).bitDepth} bit`,
          because: depths
            ? 'both are coded alike, one in fewer bits'
            : 'both are coded alike: luma is compared as it is',
        },
      ],
      warnings: [],
    }
  }
  const made = [toColor(tagged(a, first), first, pixelFormat), toColor(tagged(b, second), first, pixelFormat)]
  const [to, from] = made.map(({ target }) => target) as [ColorDescription, ColorDescription]
  if (to.matrix !== from.matrix || to.range !== from.range || to.primaries !== from.primaries)
    throw impossible(
      `the colors of the files have nothing in common: ${text(first)} and ${text(second)}`,
      'Convert one of them first: headend transcode … --space.',
    )
  const steps = (video: VideoStream, color: ColorPlan): FilterStep[] => [
    ...turnSteps(video.rotation),
    ...color.convert,
    ...color.scale(size.width, size.height),
    { name: 'setsar', args: { sar: '1/1' } },
    ...color.finish,
  ]
  return {
    reference: steps(a, made[0]!),
    distorted: steps(b, made[1]!),
    pixelFormat,
    choices: [
      { what: 'compare.color', pick: text(to), because: `the files differ: ${text(first)} and ${text(second)}` },
    ],
    warnings: [
      {
        code: 'color-differs',
        message: `The files are coded differently (${text(first)}; ${text(second)}): both are compared in ${text(to)}.`,
      },
    ],
  }
}

/**
 * What a file does not state it has in common with the other one: guesses by size would make two colors of one programme,
 * whose small copy looks like another standard's.
 */
function describeBoth(a: VideoStream, b: VideoStream): [reference: ColorDescription, distorted: ColorDescription] {
  const [first, second] = [describeSourceColor(a), describeSourceColor(b)]
  const reference = { ...first.used }
  // RGB has a matrix and a range of its own.
  if (a.chroma === 'rgb' || b.chroma === 'rgb') return [reference, second.used]
  for (const field of COLOR_FIELDS)
    if (first.assumed.includes(field) && !second.assumed.includes(field))
      Object.assign(reference, { [field]: second.used[field] })
  const distorted = { ...second.used }
  for (const field of COLOR_FIELDS)
    if (second.assumed.includes(field)) Object.assign(distorted, { [field]: reference[field] })
  return [reference, distorted]
}
const COLOR_FIELDS = ['primaries', 'transfer', 'matrix', 'range', 'chromaLocation'] as const

const tagged = (video: VideoStream, color: ColorDescription): VideoStream => ({
  ...video,
  color: { ...video.color, effective: color },
})

const kindOf = ({ transfer }: ColorDescription): string =>
  transfer === 'smpte2084' ? 'HDR (PQ)' : transfer === 'arib-std-b67' ? 'HDR (HLG)' : 'SDR'
const text = ({ primaries, matrix, range }: ColorDescription): string => `${primaries}/${matrix}, ${range}`

const spaces: Readonly<Record<string, SdrSpace>> = {
  bt709: 'bt709',
  smpte170m: 'bt601-525',
  bt470bg: 'bt601-625',
  bt2020: 'bt2020',
}

/** Into the reference's color; what has no Y′CbCr of its own becomes BT.709 in limited range. */
function toColor(video: VideoStream, reference: ColorDescription, pixelFormat: string): ColorPlan {
  return planColor({
    video,
    dynamicRange: 'keep',
    space: spaces[reference.primaries] ?? 'bt709',
    range: reference.matrix === 'gbr' || reference.range === 'tv' ? 'limited' : 'full',
    pixelFormat,
    size: { source: uprightSize(video) },
    toneMap: { curve: 'bt2390' },
    legal: false,
    light: 'gamma',
    kernel: 'bicubic',
    encoderHdr: { hdr10Plus: false, dolbyVision: [] },
  })
}
