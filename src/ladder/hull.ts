// The upper convex hull of quality over the logarithm of rate: which size, at which setting, is worth its bits. Pure.

export type RatePoint = { readonly logRate: number; readonly vmaf: number }

/** Points that no other one beats in both rate and quality, by rate; of equals the first. */
export function undominated<T extends RatePoint>(points: readonly T[]): T[] {
  const front: T[] = []
  for (const point of points.toSorted((a, b) => a.logRate - b.logRate || b.vmaf - a.vmaf))
    if (front.length === 0 || point.vmaf > front.at(-1)!.vmaf) front.push(point)
  return front
}

/** The upper hull of the points, by rate, rising; points on a straight stretch between two others are left out. */
export function upperHull<T extends RatePoint>(points: readonly T[]): T[] {
  const hull: T[] = []
  for (const point of undominated(points)) {
    while (hull.length >= 2 && !turnsDown(hull.at(-2)!, hull.at(-1)!, point)) hull.pop()
    hull.push(point)
  }
  return hull
}

/** Whether the slope falls at `b`. */
const turnsDown = (a: RatePoint, b: RatePoint, c: RatePoint): boolean =>
  (b.vmaf - a.vmaf) * (c.logRate - b.logRate) > (c.vmaf - b.vmaf) * (b.logRate - a.logRate)

/** Quality on the hull at a rate, straight between its points; null outside of them. */
export function hullAt(hull: readonly RatePoint[], logRate: number): number | null {
  const after = hull.findIndex(point => point.logRate >= logRate)
  if (after < 0) return null
  const b = hull[after]!
  if (b.logRate === logRate) return b.vmaf
  const a = hull[after - 1]
  if (!a) return null
  return a.vmaf + ((b.vmaf - a.vmaf) * (logRate - a.logRate)) / (b.logRate - a.logRate)
}
