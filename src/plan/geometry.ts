// Size and shape of a picture: crop, turn, pixel aspect, and the size that is coded. The scaling itself is color's affair.
import {
  compare,
  div,
  formatRational,
  HeadendError,
  mul,
  parseRational,
  type Rational,
  type RationalText,
  rational,
  round,
  toNumber,
} from '../core/index.ts'
import type { Choice, CropRectangle, FilterStep, VideoStream, Warning } from '../model/index.ts'
import { alignCrop, cropSteps, type Size, type Turn, turnSteps } from './geometry-steps.ts'

export type GeometryRequest = {
  readonly video: VideoStream
  /** In coded pixels of the source, before any turn. */
  readonly crop: 'none' | CropRectangle
  /** Of the display picture: upright, in square pixels. */
  readonly size: { readonly width?: number | undefined; readonly height?: number | undefined }
  /** `inside` keeps the shape; `exact` makes just this size, and with kept pixels their aspect keeps the shape. */
  readonly fit: 'inside' | 'exact'
  readonly upscale: boolean
  /** `square` scales to pixels of 1:1; `keep` leaves the source's aspect to the container. */
  readonly pixels: 'square' | 'keep'
  readonly rotation: 'apply' | 'keep'
  /** Whether the chroma of what is made needs even sides. */
  readonly evenSides: boolean
  /** Whether the picture still consists of fields when it is cropped; left out: where the source is interlaced. */
  readonly fields?: boolean | undefined
}

export type Geometry = {
  /** Before scaling: crop, then turn. */
  readonly steps: readonly FilterStep[]
  /** Coded size of the output. */
  readonly width: number
  readonly height: number
  /** Size after `steps`, in pixels as they are. */
  readonly prepared: Size
  /** The picture after crop and turn as it is shown: upright, in square pixels, before any scaling. */
  readonly display: Size
  readonly sampleAspectRatio: RationalText
  /** Clockwise degrees that the container must state. */
  readonly rotation: Turn
  readonly choices: readonly Choice[]
  readonly warnings: readonly Warning[]
}

/** Encoders and the quality metrics need this many pixels a side to mean anything. */
const MIN_SIDE = 32

/** @throws {HE_PLAN_IMPOSSIBLE} for a crop outside of the picture, a shape that cannot be kept, or sides below 32 pixels */
export function planGeometry(request: GeometryRequest): Geometry {
  const { video, rotation, fields = video.scan === 'interlaced' } = request
  const asked = alignCrop(video, request.crop, fields)
  const applied = rotation === 'apply' ? video.rotation : 0
  const kept = rotation === 'keep' ? video.rotation : 0
  const { rectangle, trimmed, target } = chooseSize(request, asked, { applied, kept })
  const { width, height, sar } = target
  if (Math.min(width, height) < MIN_SIDE)
    throw new HeadendError('HE_PLAN_IMPOSSIBLE', `a picture of ${width}x${height} is too small`, {
      hint: `The nearest that is allowed: ${MIN_SIDE} pixels a side.`,
      details: { width, height },
    })
  const prepared = turned(rectangle, applied)
  return {
    steps: [...cropSteps(video, rectangle), ...turnSteps(applied)],
    width,
    height,
    prepared: { width: prepared.width, height: prepared.height },
    display: wholePixels(displayOf(video, rectangle)),
    sampleAspectRatio: formatRational(sar),
    rotation: kept,
    choices: [
      ...cropChoices(request.crop, asked),
      ...trimChoices(asked, trimmed ? rectangle : asked),
      ...turnChoices(applied, kept),
      ...pixelChoices(request, target),
    ],
    warnings: [],
  }
}

type Turns = { readonly applied: Turn; readonly kept: Turn }
type Target = Size & { readonly sar: Rational }
type Shape = { readonly width: Rational; readonly height: Rational }

const ONE = rational(1)
const turned = <T extends { width: unknown; height: unknown }>(size: T, turn: Turn): T =>
  turn % 180 === 0 ? size : { ...size, width: size.height, height: size.width }
const wholePixels = ({ width, height }: Shape): Size => ({
  width: Math.max(1, Number(round(width))),
  height: Math.max(1, Number(round(height))),
})

/** Upright and in square pixels. Lines stay lines: the width is stretched, as ITU-R BT.601 pictures are shown. */
function displayOf({ sampleAspectRatio, rotation }: VideoStream, { width, height }: Size): Shape {
  const stretched = { width: mul(rational(width), parseRational(sampleAspectRatio)), height: rational(height) }
  return turned(stretched, rotation)
}

/** The coded size and its pixels' aspect; odd sides that nothing scales lose a line instead of all their sharpness. */
function chooseSize(
  request: GeometryRequest,
  asked: CropRectangle,
  turns: Turns,
): { rectangle: CropRectangle; trimmed: boolean; target: Target } {
  const target = targetOf(request, asked, turns)
  const { evenSides } = request
  const source = turned(asked, turns.applied)
  const odd = (side: 'width' | 'height'): boolean =>
    evenSides && source[side] % 2 !== 0 && target.free[side] === source[side]
  if (!odd('width') && !odd('height')) return { rectangle: asked, trimmed: false, target }
  const cut = turned({ width: Number(odd('width')), height: Number(odd('height')) }, turns.applied)
  const rectangle = { ...asked, width: asked.width - cut.width, height: asked.height - cut.height }
  return { rectangle, trimmed: true, target }
}

function targetOf(
  request: GeometryRequest,
  rectangle: CropRectangle,
  { applied, kept }: Turns,
): Target & { readonly free: { readonly width: number; readonly height: number } } {
  const { video, size, upscale, pixels, fit, evenSides } = request
  const display = displayOf(video, rectangle)
  const stated = parseRational(video.sampleAspectRatio)
  const sar = applied % 180 === 0 ? stated : div(ONE, stated)
  const square = pixels === 'square' || compare(sar, ONE) === 0
  if (fit === 'exact' && size.width !== undefined && size.height !== undefined)
    return exactTarget(request, display, { width: size.width, height: size.height }, kept, pixels === 'square')
  const factor = factorOf(size, display, upscale)
  const source = turned(rectangle, applied)
  const coded = square ? turned(display, kept) : { width: rational(source.width), height: rational(source.height) }
  const limits = turned({ width: size.width, height: size.height }, kept)
  const side = (which: 'width' | 'height'): { free: number; made: number } => {
    const free = toNumber(mul(coded[which], factor))
    const most = Math.min(upscale ? Number.POSITIVE_INFINITY : free, square ? (limits[which] ?? Infinity) : Infinity)
    return { free, made: evenSides ? evenSide(free, most) : Math.max(1, Math.round(free)) }
  }
  const [width, height] = [side('width'), side('height')]
  const free = { width: width.free, height: height.free }
  return { width: width.made, height: height.made, sar: square ? ONE : sar, free }
}

function factorOf(size: GeometryRequest['size'], display: Shape, upscale: boolean): Rational {
  const factors = [
    ...(size.width === undefined ? [] : [div(rational(size.width), display.width)]),
    ...(size.height === undefined ? [] : [div(rational(size.height), display.height)]),
  ]
  const [first = ONE, ...rest] = factors
  const least = rest.reduce((a, b) => (compare(a, b) <= 0 ? a : b), first)
  return !upscale && compare(least, ONE) > 0 ? ONE : least
}

/** The nearest even number; never above `most`. */
function evenSide(side: number, most: number): number {
  const nearest = 2 * Math.round(side / 2)
  return Math.max(2, nearest > most + 1e-9 ? 2 * Math.floor((most + 1e-9) / 2) : nearest)
}

/** H.264, H.265 and MPEG-4 pasp: both parts have 16 bits. */
const MAX_ASPECT_PART = 65_535n

function exactTarget(
  { upscale, evenSides }: GeometryRequest,
  display: Shape,
  wanted: Size,
  kept: Turn,
  square: boolean,
): Target & { readonly free: Size } {
  const impossible = (message: string, hint: string): never => {
    throw new HeadendError('HE_PLAN_IMPOSSIBLE', message, { hint, details: { wanted, shown: wholePixels(display) } })
  }
  const text = `${wanted.width}x${wanted.height}`
  const shown = wholePixels(display)
  if (!upscale && (wanted.height > shown.height || wanted.width > shown.width))
    impossible(
      `${text} is larger than the picture`,
      `The nearest that is allowed: ${shown.width}x${shown.height}; or pass --upscale.`,
    )
  if (evenSides && (wanted.width % 2 !== 0 || wanted.height % 2 !== 0))
    impossible(
      `${text} has an odd side, which 4:2:0 and 4:2:2 do not have`,
      `The nearest that is allowed: ${wanted.width - (wanted.width % 2)}x${wanted.height - (wanted.height % 2)}.`,
    )
  const aspect = div(div(display.width, display.height), div(rational(wanted.width), rational(wanted.height)))
  if (square && !isWithinAPixel(aspect, wanted)) {
    const factor = factorOf(wanted, display, upscale)
    const near = wholePixels({ width: mul(display.width, factor), height: mul(display.height, factor) })
    impossible(
      `${text} has another shape than the picture, and its pixels are to be square`,
      `The nearest that keeps the shape: ${near.width}x${near.height}.`,
    )
  }
  const coded = turned(wanted, kept)
  const sar = square ? ONE : shorten(kept % 180 === 0 ? aspect : div(ONE, aspect))
  return { ...coded, sar, free: coded }
}

const isWithinAPixel = (aspect: Rational, { width, height }: Size): boolean =>
  Math.abs(toNumber(aspect) - 1) <= 1 / Math.min(width, height)

function shorten(aspect: Rational): Rational {
  const most = compare(aspect, ONE) > 0 ? aspect.num : aspect.den
  if (most <= MAX_ASPECT_PART) return aspect
  const part = (value: bigint): bigint => round(rational(value * MAX_ASPECT_PART, most))
  return rational(part(aspect.num), part(aspect.den))
}

const sizeText = ({ x, y, width, height }: CropRectangle): string => `${width}x${height}+${x}+${y}`

function cropChoices(crop: GeometryRequest['crop'], used: CropRectangle): Choice[] {
  if (crop === 'none') return []
  const [given, taken] = [sizeText(crop), sizeText(used)]
  return [
    {
      what: 'video.crop',
      pick: taken,
      because:
        given === taken
          ? 'what lies outside is not part of the picture'
          : 'what lies outside is not part of the picture; moved inward to whole samples of chroma',
      ...(given === taken ? {} : { over: [given] }),
    },
  ]
}

function trimChoices(before: CropRectangle, after: CropRectangle): Choice[] {
  if (before === after) return []
  return [
    {
      what: 'video.trim',
      pick: `${after.width}x${after.height}`,
      because: 'chroma needs even sides; a line is cut off rather than the whole picture scaled by a hair',
      over: [`${before.width}x${before.height}`],
    },
  ]
}

function turnChoices(applied: Turn, kept: Turn): Choice[] {
  const what = 'video.rotation'
  return [
    ...(applied === 0
      ? []
      : [
          {
            what,
            pick: `turned by ${applied}° clockwise`,
            because: 'the source asks for it, and not every player would do it',
            over: ['a display matrix'],
          },
        ]),
    ...(kept === 0
      ? []
      : [
          {
            what,
            pick: `display matrix of ${kept}° clockwise`,
            because: 'asked for: the pixels stay as they were coded',
            over: ['turning the pixels'],
          },
        ]),
  ]
}

function pixelChoices({ video, pixels }: GeometryRequest, { width, height, sar }: Target): Choice[] {
  if (video.sampleAspectRatio === '1/1' && compare(sar, ONE) === 0) return []
  const from = video.sampleAspectRatio.replace('/', ':')
  const to = formatRational(sar).replace('/', ':')
  const what = 'video.pixels'
  return pixels === 'square'
    ? [
        {
          what,
          pick: `square, ${width}x${height}`,
          because: `the source’s pixels are ${from}; not every player stretches them`,
          over: [from],
        },
      ]
    : [
        {
          what,
          pick: to,
          because:
            from === to
              ? 'the source’s own, stated in the file'
              : 'keeps the shape of the picture at the size asked for',
          over: ['square pixels'],
        },
      ]
}
