// Sizes at rates: whether a picture fits, and what several lists have in common.
import { compare, type Rational, rational } from '../../core/index.ts'
import type { Mode, TargetVideoRule } from './target.ts'

type Shape = { readonly width: number; readonly height: number; readonly frameRate: Rational }
type Modes = Pick<TargetVideoRule, 'modes' | 'exactSize'>

const long = ({ width, height }: { width: number; height: number }): number => Math.max(width, height)
const short = ({ width, height }: { width: number; height: number }): number => Math.min(width, height)

const fitsRate = ({ frameRate }: Shape, { fps }: Mode): boolean => compare(frameRate, rational(fps)) <= 0

const fitsSize = (shape: Shape, mode: Mode, exact: boolean): boolean =>
  exact
    ? shape.width === mode.width && shape.height === mode.height
    : long(shape) <= long(mode) && short(shape) <= short(mode)

/** Whether some mode holds the picture; an empty list holds everything. */
export const fitsModes = (shape: Shape, { modes, exactSize }: Modes): boolean =>
  modes.length === 0 || modes.some(mode => fitsRate(shape, mode) && fitsSize(shape, mode, exactSize))

/** The mode next to a picture that fits none: the largest at its rate, else the fastest for its size, else the largest. */
export function nearestMode(shape: Shape, { modes, exactSize }: Modes): Mode {
  const atRate = modes.filter(mode => fitsRate(shape, mode))
  const ofSize = modes.filter(mode => fitsSize(shape, mode, exactSize))
  if (atRate.length === 0 && ofSize.length > 0) return ofSize.reduce((a, b) => (b.fps > a.fps ? b : a))
  return (atRate.length > 0 ? atRate : modes).toSorted(largestFirst)[0]!
}

const largestFirst = (a: Mode, b: Mode): number => b.width * b.height - a.width * a.height || b.fps - a.fps

const covers = (a: Mode, b: Mode): boolean => a.width >= b.width && a.height >= b.height && a.fps >= b.fps

/**
 * What both lists hold: every pair's overlap, without those inside another one. A picture fits the result exactly when it
 * fits both. null when no picture does.
 */
export function meetModes(a: Modes, b: Modes): Modes | null {
  if (a.modes.length === 0) return b
  if (b.modes.length === 0) return a
  const overlaps = a.modes.flatMap(left =>
    b.modes.flatMap(right => {
      const width = Math.min(left.width, right.width)
      const height = Math.min(left.height, right.height)
      const kept = (exact: Modes, { width: w, height: h }: Mode): boolean =>
        !exact.exactSize || (w === width && h === height)
      return kept(a, left) && kept(b, right) ? [{ width, height, fps: Math.min(left.fps, right.fps) }] : []
    }),
  )
  const exactSize = a.exactSize || b.exactSize
  const inside = (mode: Mode, other: Mode): boolean =>
    covers(other, mode) && (!exactSize || (other.width === mode.width && other.height === mode.height))
  const modes = overlaps.filter(
    (mode, i) => !overlaps.some((other, j) => j !== i && inside(mode, other) && (!inside(other, mode) || j < i)),
  )
  return modes.length > 0 ? { modes: modes.toSorted(largestFirst), exactSize } : null
}

/** `1920x1080 at 30 fps` */
export const formatMode = ({ width, height, fps }: Mode): string => `${width}x${height} at ${fps} fps`
