// Black bars from what FFmpeg's cropdetect saw of each frame. A crop is made only when it is the same through the title.
import type { CropRectangle, FilterStep, MeasureResult, VideoStream, Warning } from '../model/index.ts'

export type CropReading = {
  /** In coded pixels; null for no crop. */
  readonly crop: CropRectangle | null
  /** Why there is none, where bars were seen. */
  readonly warnings: readonly Warning[]
}

const KEYS = {
  left: 'lavfi.cropdetect.x1',
  right: 'lavfi.cropdetect.x2',
  top: 'lavfi.cropdetect.y1',
  bottom: 'lavfi.cropdetect.y2',
} as const
export const cropKeys: readonly string[] = Object.values(KEYS)

/** Codes of 8 bits that a line's mean must be above black: noise of tape and coding stays below it. */
const ABOVE_BLACK = 4
const BLACK = { tv: 16, pc: 0 } as const

/** `reset=1`: each frame by itself, so that what changes can be told from what stays. */
export function cropChain({ color, pixelFormat, chroma }: VideoStream): FilterStep[] {
  const full = color.effective.range === 'pc' || /^yuvj/.test(pixelFormat) || chroma === 'rgb'
  const limit = (BLACK[full ? 'pc' : 'tv'] + ABOVE_BLACK) / 255
  return [{ name: 'cropdetect', args: { limit: Number(limit.toFixed(5)), round: 2, reset: 1, skip: 0 } }]
}

/** Edges of what is lit, inclusive. */
type Box = { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number }

/** Thinner bars are the blanking of cameras and tapes; to lose them is not worth a change of the picture's size. */
const THINNEST_BAR = 8
/** Edges that differ by less are one edge: noise and soft mattes. */
const SAME_EDGE = 4
/** A shape that holds for this part of the frames is a shape of the title, not a dark scene. */
const SHAPE_PART = 0.1
/** A picture fills its frame in one direction, or most of it in both; a logo on black does neither. */
const LEAST_SIDE = 0.6
/** An upright film of 9:16 in one of 16:9 is 0.32 wide. */
const LEAST_AREA = 0.25
/** Opposite bars differ by no more than this part of the frame. */
const OFF_CENTRE = 0.05

const none = (code?: string, message?: string): CropReading => ({
  crop: null,
  warnings: code && message ? [{ code, message }] : [],
})

/** The union of what is lit in any frame: a dark scene never shrinks it. Black frames say nothing. */
export function readCrop(
  { series }: MeasureResult,
  { codedWidth, codedHeight }: Pick<VideoStream, 'codedWidth' | 'codedHeight'>,
): CropReading {
  const boxes = litBoxes(series)
  if (boxes.length === 0) return none()
  const whole: Box = { left: 0, right: codedWidth - 1, top: 0, bottom: codedHeight - 1 }
  const union = boxes.reduce((a, b) => ({
    left: Math.min(a.left, b.left),
    right: Math.max(a.right, b.right),
    top: Math.min(a.top, b.top),
    bottom: Math.max(a.bottom, b.bottom),
  }))
  const kept = withoutThinBars(union, whole)
  const other = otherShape(boxes, kept, whole)
  if (other)
    return none(
      'aspect-changes',
      `The picture changes its shape: it is ${sizeText(kept)} in parts and ${sizeText(other)} in others. It is not cropped.`,
    )
  if (isSame(kept, whole, 1)) return none()
  const refusal = nonsense(kept, whole)
  if (refusal) return none('crop-refused', `What is lit is ${sizeText(kept)} and ${refusal}. It is not cropped.`)
  return { crop: evenOutward(kept, whole), warnings: [] }
}

function litBoxes(series: MeasureResult['series']): Box[] {
  const of = (key: string): readonly number[] => series[key] ?? []
  const [left, right, top, bottom] = [KEYS.left, KEYS.right, KEYS.top, KEYS.bottom].map(of) as [
    readonly number[],
    readonly number[],
    readonly number[],
    readonly number[],
  ]
  return left
    .map((x, i) => ({ left: x, right: right[i]!, top: top[i]!, bottom: bottom[i]! }))
    .filter(box => box.right > box.left && box.bottom > box.top)
}

const bars = (box: Box, whole: Box): readonly [left: number, right: number, top: number, bottom: number] => [
  box.left - whole.left,
  whole.right - box.right,
  box.top - whole.top,
  whole.bottom - box.bottom,
]

function withoutThinBars(box: Box, whole: Box): Box {
  const [left, right, top, bottom] = bars(box, whole)
  return {
    left: left < THINNEST_BAR ? whole.left : box.left,
    right: right < THINNEST_BAR ? whole.right : box.right,
    top: top < THINNEST_BAR ? whole.top : box.top,
    bottom: bottom < THINNEST_BAR ? whole.bottom : box.bottom,
  }
}

const isSame = (a: Box, b: Box, within: number): boolean => bars(a, b).every(gap => Math.abs(gap) < within)
const width = ({ left, right }: Box): number => right - left + 1
const height = ({ top, bottom }: Box): number => bottom - top + 1
const sizeText = (box: Box): string => `${width(box)}x${height(box)}`

/** Bars that come and go: a shape of its own, centred, that fills one direction of `kept` and holds for many frames. */
function otherShape(boxes: readonly Box[], kept: Box, whole: Box): Box | null {
  const counts = new Map<string, { readonly box: Box; frames: number }>()
  for (const seen of boxes) {
    const box = withoutThinBars(seen, kept)
    const fills = isWithin(width(box), width(kept)) || isWithin(height(box), height(kept))
    if (isSame(box, kept, THINNEST_BAR) || !fills || !isCentred(box, whole)) continue
    const key = [box.left, box.right, box.top, box.bottom].map(edge => Math.round(edge / SAME_EDGE)).join()
    const entry = counts.get(key) ?? { box, frames: 0 }
    entry.frames++
    counts.set(key, entry)
  }
  const most = [...counts.values()].reduce((a, b) => (b.frames > a.frames ? b : a), { box: kept, frames: 0 })
  return most.frames >= boxes.length * SHAPE_PART ? most.box : null
}

const isWithin = (side: number, of: number): boolean => of - side < SAME_EDGE

function isCentred(box: Box, whole: Box): boolean {
  const [left, right, top, bottom] = bars(box, whole)
  const allowed = (side: number): number => Math.max(THINNEST_BAR, side * OFF_CENTRE)
  return Math.abs(left - right) <= allowed(width(whole)) && Math.abs(top - bottom) <= allowed(height(whole))
}

/** Why a rectangle is not the picture of a title; null when it may be. */
function nonsense(box: Box, whole: Box): string | null {
  const [wide, high] = [width(box) / width(whole), height(box) / height(whole)]
  if (wide * high < LEAST_AREA) return 'is less than a quarter of the frame'
  if (wide < 1 && high < 1 && Math.min(wide, high) < LEAST_SIDE) return 'fills the frame in neither direction'
  return isCentred(box, whole) ? null : 'lies off the centre'
}

/** On even columns and lines, outward: a line of black stays rather than a line of picture going. */
function evenOutward(box: Box, whole: Box): CropRectangle {
  const [x, y] = [box.left - (box.left % 2), box.top - (box.top % 2)]
  const end = (edge: number, last: number): number => Math.min(last + 1, edge + 1 + ((edge + 1) % 2))
  return { x, y, width: end(box.right, whole.right) - x, height: end(box.bottom, whole.bottom) - y }
}
