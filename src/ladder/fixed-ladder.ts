// A fixed ladder: rungs by size, never above the source.

export type Rung = {
  readonly width: number
  readonly height: number
  readonly maxrateBps: number
  readonly because: string
}

/**
 * Pixels of a 16:9 rung and its bit-rate cap at up to 30 fps, after the H.264 table of Apple's HLS Authoring
 * Specification for Apple Devices (2024), rounded up to the caps of capped CRF.
 */
const table = [
  { name: 2160, pixels: 3840 * 2160, bps: 18_000_000 },
  { name: 1440, pixels: 2560 * 1440, bps: 10_000_000 },
  { name: 1080, pixels: 1920 * 1080, bps: 6_000_000 },
  { name: 720, pixels: 1280 * 720, bps: 3_500_000 },
  { name: 540, pixels: 960 * 540, bps: 2_000_000 },
  { name: 432, pixels: 768 * 432, bps: 1_100_000 },
  { name: 360, pixels: 640 * 360, bps: 800_000 },
  { name: 234, pixels: 416 * 234, bps: 400_000 },
] as const

/** Neighbours must differ by this factor in pixels, or a switch would change nothing. */
const MIN_STEP = 1.4
const HIGH_RATE_FACTOR = 1.5

export type LadderRequest = {
  readonly width: number
  readonly height: number
  readonly fps: number
  readonly maxHeight?: number | undefined
  readonly maxRungs: number
}

/** Rungs from the largest to the smallest, square pixels, even sizes. */
export function planFixedLadder({ width, height, fps, maxHeight, maxRungs }: LadderRequest): Rung[] {
  const even = (value: number): number => Math.max(2, Math.floor(value / 2) * 2)
  const limit = maxHeight && Math.min(width, height) > maxHeight ? maxHeight / Math.min(width, height) : 1
  const top = { width: even(width * limit), height: even(height * limit) }
  const rate = (pixels: number): number => {
    const upper = table.findLast(row => row.pixels >= pixels) ?? table[0]
    const scaled = (upper.bps * pixels) / upper.pixels
    const floor = Math.max(scaled, 150_000) * (fps > 30.5 ? HIGH_RATE_FACTOR : 1)
    return Math.round(floor / 10_000) * 10_000
  }
  const rungs: Rung[] = [
    {
      ...top,
      maxrateBps: rate(top.width * top.height),
      because: limit < 1 ? `limited to ${maxHeight} lines` : 'the source’s own size: never above it',
    },
  ]
  for (const row of table) {
    const last = rungs.at(-1)!
    if (rungs.length >= maxRungs) break
    if (last.width * last.height < row.pixels * MIN_STEP) continue
    const scale = Math.sqrt(row.pixels / (top.width * top.height))
    const size = { width: even(top.width * scale + 1), height: even(top.height * scale + 1) }
    if (Math.min(size.width, size.height) < 32) break
    rungs.push({
      ...size,
      maxrateBps: rate(size.width * size.height),
      because: `the ${row.name} rung of the fixed ladder, by number of pixels`,
    })
  }
  return rungs
}
