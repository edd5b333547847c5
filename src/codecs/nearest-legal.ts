// A limit that is broken → the setting next to the one asked for that keeps it.
import { floor, type Rational, rational } from '../core/index.ts'
import type { Level, Limit, PictureShape } from './level-rules.ts'

/** What to change `shape` to, so that `level` allows what `limit` says it does not. */
export function nearestLegal(shape: PictureShape, limit: Limit, level: Level): string {
  switch (limit.change) {
    case 'size':
      return nearestSize(shape, level)
    case 'rate': {
      const rate = nearestRate(shape, level)
      return rate > 0n ? `${rate} fps` : nearestSize(shape, level)
    }
    case 'references':
      return `${limit.allowed} reference frames`
    case 'bits':
      return `${limit.allowed} bit/s`
    case 'buffer':
      return `${limit.allowed} bit of buffer`
    case 'scan':
      return 'progressive pictures'
  }
}

const allows = (level: Level, shape: PictureShape): boolean => level.picture(shape).every(({ broken }) => !broken)

/** The largest even size of the same shape that keeps every limit on the picture at its rate; the rate too where none does. */
function nearestSize(shape: PictureShape, level: Level): string {
  const longer = Math.max(shape.width, shape.height)
  const even = (side: number): number => Math.max(2, Math.round(side / 2) * 2)
  const sized = (side: number): PictureShape => ({
    ...shape,
    width: even((shape.width * side) / longer),
    height: even((shape.height * side) / longer),
  })
  // Every limit grows with the size: the largest that is allowed is found by halving.
  let small = 0
  let large = Math.ceil(longer / 2)
  while (large - small > 1) {
    const middle = Math.floor((small + large) / 2)
    if (allows(level, sized(middle * 2))) small = middle
    else large = middle
  }
  const { width, height } = sized(small * 2)
  return small > 0 ? `${width}x${height}` : `${nearestRate({ ...shape, width: 16, height: 16 }, level)} fps`
}

/** The highest whole number of frames a second, 0 when there is none. */
function nearestRate(shape: PictureShape, level: Level): bigint {
  const at = (fps: bigint): Rational => rational(fps)
  let small = 0n
  let large = floor(shape.frameRate) + 1n
  while (large - small > 1n) {
    const middle = (small + large) / 2n
    if (allows(level, { ...shape, frameRate: at(middle) })) small = middle
    else large = middle
  }
  return small
}
