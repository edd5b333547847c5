// How a single picture was treated: blocks, blur, bands, noise. Each figure is of one picture; no reference is needed. Pure.
import type { Lines } from './luma-plane.ts'

/** Blocks of every codec before H.264, and the transforms of those after it, lie on a grid of eight. */
const GRID = 8
/** Codes of 10 bits: a larger step is an edge of the scene. */
const EDGE = 80
/** Codes of 10 bits that steps on and off the grid are counted from: what is flat has neither, and a code of 8 bits now and then is not seen. */
const FLOOR = 1.2

/** How much larger steps are on a grid of eight lines than between: 1 is none, by the weaker of both directions. */
export const blockRatio = (rows: Lines, columns: Lines): number => Math.min(gridRatio(rows), gridRatio(columns))

function gridRatio({ length, lines }: Lines): number {
  const sums = new Float64Array(GRID)
  const counts = new Float64Array(GRID)
  for (const line of lines) {
    let before = Math.abs(line[1]! - line[0]!)
    let step = Math.abs(line[2]! - line[1]!)
    for (let at = 3; at < length; at++) {
      const after = Math.abs(line[at]! - line[at - 1]!)
      // `step` is between at − 2 and at − 1.
      if (step <= EDGE) {
        const phase = (at - 1) & (GRID - 1)
        const more = step - (before + after) / 2
        if (more > 0) sums[phase] = sums[phase]! + more
        counts[phase] = counts[phase]! + 1
      }
      before = step
      step = after
    }
  }
  const means = Array.from(sums, (sum, phase) => sum / (counts[phase]! || 1))
  const best = means.indexOf(Math.max(...means))
  // What was scaled up by two or four has several phases that are alike; a grid of eight has one.
  const next = Math.max(...means.filter((_, phase) => phase !== best))
  return (means[best]! + FLOOR) / (next + FLOOR)
}

/** Nine neighbours, as Crété-Roffet, Dolmière, Ladret and Nicolas have it ("The blur effect", 2007). */
const REACH = 4
/** Codes of 10 bits by which nine neighbours must differ on average: what is empty is not blurred. */
const EMPTY = 16

/** 0 is sharp, 1 has nothing left that blurring could take; null where there is nothing to see. */
export function blurOf({ length, lines }: Lines): number | null {
  let [all, lost, coarse, pixels] = [0, 0, 0, 0]
  for (let i = 1; i < lines.length; i += 3) {
    const line = lines[i]!
    const width = 2 * REACH + 1
    for (let at = REACH + 1; at + REACH < length; at++) {
      const step = Math.abs(line[at]! - line[at - 1]!)
      // The step between two means of nine neighbours.
      const across = Math.abs(line[at + REACH]! - line[at - REACH - 1]!)
      const blurred = across / width
      coarse += across
      all += step
      if (step > blurred) lost += step - blurred
      pixels++
    }
  }
  return coarse / pixels < EMPTY ? null : 1 - lost / all
}

/** Codes of 10 bits: one of 8 bits is a step that can be seen, more than three are an edge. */
const LEAST_STEP = 4
const LARGEST_STEP = 12
/** Between two bands coding leaves a few pixels that are neither. */
const SEAM = 3
/** Bands of a staircase. */
const LEAST_BANDS = 4
/** A band is at least so long, as a part of the line; longer than the second it is a surface. */
const SHORTEST = 1 / 100
const LONGEST = 1 / 4

/** Percent of the lines that are staircases of flat bands: gradients with too few codes. */
export function bandingPercent(rows: Lines, columns: Lines): number {
  const [across, down] = [stairs(rows, 3), stairs(columns, 1)]
  return Math.max(across, down)
}

function stairs({ length, lines }: Lines, every: number): number {
  const shortest = Math.max(8, Math.round(length * SHORTEST))
  const longest = Math.round(length * LONGEST)
  let [inside, all] = [0, 0]
  for (let i = 0; i < lines.length; i += every) {
    const line = lines[i]!
    all += length
    // The staircase that is being walked: bands, pixels, the level and end of the last band, and its direction.
    let [bands, pixels, level, end, way] = [0, 0, 0, 0, 0]
    const close = (): void => {
      if (bands >= LEAST_BANDS) inside += pixels
      bands = 0
    }
    for (let from = 0; from < length; ) {
      let to = from + 1
      while (to < length && line[to] === line[from]) to++
      const run = to - from
      if (run >= shortest) {
        const step = line[from]! - level
        const size = Math.abs(step)
        const goesOn =
          bands > 0 && from - end <= SEAM && size >= LEAST_STEP && size <= LARGEST_STEP && (way === 0 || step * way > 0)
        if (!goesOn) close()
        if (run > longest) close()
        else {
          way = goesOn ? Math.sign(step) : 0
          pixels = goesOn ? pixels + run : run
          bands = goesOn ? bands + 1 : 1
          level = line[from]!
          end = to
        }
      }
      from = to
    }
    close()
  }
  return all > 0 ? (100 * inside) / all : 0
}

const BLOCK = 32
/** Quiet blocks have the noise and little else. */
const QUIET = 0.1
/** What the quietest tenth of blocks of pure noise falls below its mean by (measured on generated noise). */
const BIAS = 1.2
/** Codes of 10 bits: black and white are clipped, noise there is less. */
const CLIPPED_LOW = 84
const CLIPPED_HIGH = 920

/** Standard deviation of noise in 8-bit codes, after Immerkær ("Fast Noise Variance Estimation", 1996); null where all is clipped. */
export function noiseSigma({ length, lines }: Lines): number | null {
  const blocks: number[] = []
  for (let i = 0; i + 2 < lines.length; i += 3) {
    const [above, here, below] = [lines[i]!, lines[i + 1]!, lines[i + 2]!]
    for (let start = 1; start + BLOCK < length; start += BLOCK) {
      let [sum, luma] = [0, 0]
      for (let x = start; x < start + BLOCK; x++) {
        const corners = above[x - 1]! + above[x + 1]! + below[x - 1]! + below[x + 1]!
        const sides = above[x]! + below[x]! + here[x - 1]! + here[x + 1]!
        sum += Math.abs(corners - 2 * sides + 4 * here[x]!)
        luma += here[x]!
      }
      if (luma > CLIPPED_LOW * BLOCK && luma < CLIPPED_HIGH * BLOCK) blocks.push(sum / BLOCK)
    }
  }
  if (blocks.length < 20) return null
  const quiet = blocks.sort((a, b) => a - b)[Math.floor(QUIET * blocks.length)]!
  return (quiet * BIAS * Math.sqrt(Math.PI / 2)) / 6 / 4
}

/** Codes of 10 bits by which a line of one field stands out of the two around it, and by which those may differ. */
const COMB = 40
const ALIKE = 20

/** Percent of the picture in which every other line is of another moment. */
export function combPercent({ length, lines }: Lines): number {
  let [combs, all] = [0, 0]
  for (let i = 0; i + 2 < lines.length; i += 3) {
    const [above, here, below] = [lines[i]!, lines[i + 1]!, lines[i + 2]!]
    for (let x = 0; x < length; x++) {
      const up = above[x]! - here[x]!
      const down = below[x]! - here[x]!
      const apart = up - down
      if (apart > -ALIKE && apart < ALIKE && ((up > COMB && down > COMB) || (up < -COMB && down < -COMB))) combs++
    }
    all += length
  }
  return all > 0 ? (100 * combs) / all : 0
}
