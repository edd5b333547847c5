// Curves as reports carry them: few enough points, few enough digits. Pure.

const MAX_POINTS = 2000

/** Indexes of at most MAX_POINTS points; of each bin the one with the lowest value stays, so that the worst is seen. */
export function thin(length: number, value: (index: number) => number): number[] {
  if (length <= MAX_POINTS) return Array.from({ length }, (_, i) => i)
  const size = length / MAX_POINTS
  return Array.from({ length: MAX_POINTS }, (_, bin) => {
    let best = Math.floor(bin * size)
    for (let i = best; i < Math.min(length, Math.floor((bin + 1) * size)); i++) if (value(i) < value(best)) best = i
    return best
  })
}

/** To so many digits after the point: reports are read by people. */
export const round = (value: number, digits: number): number => Number(value.toFixed(digits))
