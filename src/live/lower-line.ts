// The line below a cloud of delays. Delay has one side: a packet may be late, never early, so the line that says what the
// clock does lies under all points, not through their middle.

export type Point = { readonly x: number; readonly y: number }
/** `y = offset + slope * x`. `error` is how far the slope may be off: the spacing of the points near the line, over its length. */
export type Line = { readonly offset: number; readonly slope: number; readonly error: number }

/**
 * The line under all points with the smallest sum of distances to them: the edge of their lower hull below their mean x (Moon, Skelly
 * and Towsley, "Estimation and Removal of Clock Skew from Network Delay Measurements", INFOCOM 1999). Points by rising x.
 */
export function lowerLine(points: readonly Point[]): Line | undefined {
  const hull = lowerHull(points)
  if (hull.length < 2) return undefined
  const mean = points.reduce((sum, { x }) => sum + x, 0) / points.length
  const at = Math.max(
    1,
    hull.findIndex(({ x }) => x >= mean),
  )
  const [from, to] = [hull[at - 1]!, hull[at]!]
  const slope = (to.y - from.y) / (to.x - from.x)
  const offset = from.y - slope * from.x
  return { slope, offset, error: slopeError(points, offset, slope) }
}

function lowerHull(points: readonly Point[]): Point[] {
  const hull: Point[] = []
  for (const point of points) {
    while (hull.length >= 2 && !turnsUp(hull.at(-2)!, hull.at(-1)!, point)) hull.pop()
    hull.push(point)
  }
  return hull
}

const turnsUp = (a: Point, b: Point, c: Point): boolean => (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x) > 0

/** Each half holds the line by its lowest point; how far that may lie from where it should, the next ones above it tell. */
function slopeError(points: readonly Point[], offset: number, slope: number): number {
  const span = points.at(-1)!.x - points[0]!.x
  const middle = points[0]!.x + span / 2
  const gap = (half: readonly Point[]): number => {
    const residuals = half.map(({ x, y }) => y - offset - slope * x).toSorted((a, b) => a - b)
    const rank = Math.max(1, Math.ceil(Math.sqrt(residuals.length)))
    return (residuals[Math.min(rank, residuals.length - 1)] ?? Infinity) / rank
  }
  const left = gap(points.filter(({ x }) => x < middle))
  const right = gap(points.filter(({ x }) => x >= middle))
  return (left + right) / (span / 2)
}
