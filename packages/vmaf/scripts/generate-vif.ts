// Writes assembly/simd/vif-rows.ts: the filters of VIF with their taps unrolled, one set of functions for each scale.
// AssemblyScript unrolls no loops, and a loop over taps costs more than the taps. Run: node scripts/generate-vif.ts
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Half of each symmetric filter, the outermost tap first (notes/vmaf-spec.md §2.1). */
const halves = [
  [489, 935, 1640, 2640, 3896, 5274, 6547, 7455, 7784],
  [1244, 3663, 7925, 12590, 14692],
  [3571, 16004, 26386],
  [10904, 43728],
]
const filters = halves.map(half => [...half, ...half.slice(0, -1).toReversed()])

/** Taps above 32767 do not fit a signed dot product: 65536 less there, and the centre shifted by 16 is added afterwards. */
const signed = (tap: number): number => (tap > 32767 ? tap - 65536 : tap)
const pair = (a: number, b: number): string => `i32x4.splat(${((signed(b) & 0xffff) << 16) | (signed(a) & 0xffff)})`
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i)
const lowLanes = '0, 8, 1, 9, 2, 10, 3, 11'
const highLanes = '4, 12, 5, 13, 6, 14, 7, 15'

/** Pointers to the rows that a vertical filter reads, from the table of pointers. */
const rowPointers = (taps: number): string =>
  range(taps)
    .map(k => `  const p${k} = <usize>load<u32>(rows, ${4 * k}) + offset`)
    .join('\n')

/** Weighted sums of 16-bit rows, biased by −32768, down the columns: `lo` and `hi` hold Σ f·x of four columns each. */
function verticalSums(filter: readonly number[], names: readonly [string, string]): string {
  const [lo, hi] = names
  const reach = (filter.length - 1) / 2
  const lines: string[] = []
  for (let k = 0; k < reach; k++) {
    const first = k === 0 ? 'let ' : ''
    lines.push(
      `    a = v128.load(p${k} + x2)`,
      `    b = v128.load(p${filter.length - 1 - k} + x2)`,
      ...[
        [lo, lowLanes],
        [hi, highLanes],
      ].map(([name, lanes]) => {
        const dot = `i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, ${lanes}), ${pair(filter[k]!, filter[k]!)})`
        return `    ${first}${name} = ${first ? dot : `i32x4.add(${name}, ${dot})`}`
      }),
    )
  }
  const centre = filter[reach]!
  lines.push(
    `    a = v128.load(p${reach} + x2)`,
    ...[
      [lo, 'low'],
      [hi, 'high'],
    ].map(
      ([name, half]) =>
        `    ${name} = i32x4.add(${name}, i32x4.extmul_${half}_i16x8_s(a, i16x8.splat(${signed(centre)})))`,
    ),
  )
  if (centre > 32767)
    lines.push(
      `    ${lo} = i32x4.add(${lo}, i32x4.shl(i32x4.extend_low_i16x8_s(a), 16))`,
      `    ${hi} = i32x4.add(${hi}, i32x4.shl(i32x4.extend_high_i16x8_s(a), 16))`,
    )
  // The bias comes off: Σ f·32768 = 2^31.
  lines.push(`    ${lo} = v128.xor(${lo}, TOP)`, `    ${hi} = v128.xor(${hi}, TOP)`)
  return lines.join('\n')
}

/** Means and squares of 8-bit rows down the columns: dot products of the two rows that share a tap. */
function vertical8(filter: readonly number[]): string {
  const reach = (filter.length - 1) / 2
  const sums = ['A', 'B', 'C', 'D', 'E'] as const
  const lines: string[] = []
  for (let k = 0; k <= reach; k++) {
    const mirror = filter.length - 1 - k
    const isCentre = k === reach
    lines.push(
      `    r = v128.load_ext<u8>(p${k} + x)`,
      `    d = v128.load_ext<u8>(p${k} + delta + x)`,
      ...(isCentre
        ? []
        : [`    s = v128.load_ext<u8>(p${mirror} + x)`, `    e = v128.load_ext<u8>(p${mirror} + delta + x)`]),
    )
    for (const [half, lanes] of [
      ['Low', lowLanes],
      ['High', highLanes],
    ] as const) {
      const other = (name: string): string => (isCentre ? 'zero' : name)
      lines.push(
        `    p = v128.shuffle<i16>(r, ${other('s')}, ${lanes})`,
        `    q = v128.shuffle<i16>(d, ${other('e')}, ${lanes})`,
      )
      const terms = {
        A: `i32x4.dot_i16x8_s(p, i16x8.splat(${filter[k]}))`,
        B: `i32x4.dot_i16x8_s(q, i16x8.splat(${filter[k]}))`,
        C: `i32x4.mul(i32x4.dot_i16x8_s(p, p), i32x4.splat(${filter[k]}))`,
        D: `i32x4.mul(i32x4.dot_i16x8_s(q, q), i32x4.splat(${filter[k]}))`,
        E: `i32x4.mul(i32x4.dot_i16x8_s(p, q), i32x4.splat(${filter[k]}))`,
      }
      for (const sum of sums) {
        const name = `${sum.toLowerCase()}${half}`
        lines.push(k === 0 ? `    let ${name} = ${terms[sum]}` : `    ${name} = i32x4.add(${name}, ${terms[sum]})`)
      }
    }
  }
  return lines.join('\n')
}

/** Σ f·x along a row of biased 16-bit values for eight outputs, those at even places apart from those at odd ones. */
function horizontalSums(filter: readonly number[], base: string): string {
  const pairs = range((filter.length + 1) / 2).map(j => pair(filter[2 * j]!, filter[2 * j + 1] ?? 0))
  const lines: string[] = []
  for (const [name, shift] of [
    ['even', 0],
    ['odd', 2],
  ] as const) {
    for (const [j, taps] of pairs.entries()) {
      const dot = `i32x4.dot_i16x8_s(v128.load(${base}, ${4 * j + shift}), ${taps})`
      lines.push(j === 0 ? `    ${name} = ${dot}` : `    ${name} = i32x4.add(${name}, ${dot})`)
    }
    const reach = (filter.length - 1) / 2
    if (filter[reach]! > 32767)
      // The centre of even outputs lies at an odd place of the first load, and the other way round.
      lines.push(
        `    ${name} = i32x4.add(${name}, v128.and(${centreAt(base, 2 * reach + shift)}, i32x4.splat(-65536)))`,
      )
  }
  lines.push('    even = v128.xor(even, TOP)', '    odd = v128.xor(odd, TOP)')
  return lines.join('\n')
}

/** Lanes of 32 bits with the 16-bit value at that byte offset in their upper halves. */
const centreAt = (base: string, offset: number): string => `v128.load(${base} + ${offset} - 2)`

function scaleFunctions(filter: readonly number[], scale: number): string {
  const taps = filter.length
  const reach = (taps - 1) / 2
  const rows16 = `
/** Means of one picture down the columns of scale ${scale}, biased, from biased rows at \`offset\`. */
export function means${scale}(rows: usize, offset: usize, w: usize, half: i32, shift: i32, to: usize): void {
${rowPointers(taps)}
  const round = i32x4.splat(half)
  let a: v128
  let b: v128
  for (let x2: usize = 0; x2 < w << 1; x2 += 16) {
${verticalSums(filter, ['lo', 'hi'])}
    lo = i32x4.shr_u(i32x4.add(lo, round), shift)
    hi = i32x4.shr_u(i32x4.add(hi, round), shift)
    v128.store(to + x2, v128.xor(i16x8.narrow_i32x4_u(lo, hi), BIAS))
  }
}

/** Squares down the columns of scale ${scale}: both halves of the rows at \`offset\`, a pitch apart, to both halves at \`to\`. */
export function squares${scale}(rows: usize, offset: usize, pitch: usize, w: usize, half: i32, shift: i32, to: usize): void {
${rowPointers(taps)}
  const round = i32x4.splat(half)
  const up = 16 - shift
  let a: v128
  let b: v128
  for (let x2: usize = 0; x2 < w << 1; x2 += 16) {
${verticalSums(filter, ['lo', 'hi'])}
    const upperLo = lo
    const upperHi = hi
    {
      const next = x2 + pitch
${verticalSums(filter, ['lowLo', 'lowHi']).replaceAll('+ x2)', '+ next)')}
      lo = i32x4.add(i32x4.shl(upperLo, up), i32x4.shr_u(i32x4.add(lowLo, round), shift))
      hi = i32x4.add(i32x4.shl(upperHi, up), i32x4.shr_u(i32x4.add(lowHi, round), shift))
    }
    storeHalves(to + x2, pitch, lo, hi)
  }
}
`
  const rows8 =
    scale === 0
      ? `
/** The five quantities of 8-bit rows down the columns; \`delta\` leads from the reference to the distorted. */
export function columns8(rows: usize, delta: usize, w: usize, pitch: usize, to: usize): void {
  const offset: usize = 0
${rowPointers(taps)}
  const round = i32x4.splat(128)
  const zero = i32x4.splat(0)
  let r: v128
  let d: v128
  let s: v128
  let e: v128
  let p: v128
  let q: v128
  for (let x: usize = 0; x < w; x += 8) {
${vertical8(filter)}
    const at = to + (x << 1)
    aLow = i32x4.shr_u(i32x4.add(aLow, round), 8)
    aHigh = i32x4.shr_u(i32x4.add(aHigh, round), 8)
    v128.store(at, v128.xor(i16x8.narrow_i32x4_u(aLow, aHigh), BIAS))
    bLow = i32x4.shr_u(i32x4.add(bLow, round), 8)
    bHigh = i32x4.shr_u(i32x4.add(bHigh, round), 8)
    v128.store(at + pitch, v128.xor(i16x8.narrow_i32x4_u(bLow, bHigh), BIAS))
    storeHalves(at + 2 * pitch, pitch, cLow, cHigh)
    storeHalves(at + 4 * pitch, pitch, dLow, dHigh)
    storeHalves(at + 6 * pitch, pitch, eLow, eHigh)
  }
}
`
      : ''
  const quantity = (index: number): string => horizontalSums(filter, `at${index}`)
  const rows = `
/**
 * Filters the eight rows of scale ${scale} along the row and writes variances and covariance, 32 bits each, \`out\` bytes apart.
 * \`from\` points to value 0; ${reach} mirrored values lie before it.
 */
export function variances${scale}(from: usize, pitch: usize, w: usize, to: usize, out: usize): void {
  const start = from - ${2 * reach}
  let even: v128
  let odd: v128
  for (let x2: usize = 0; x2 < w << 1; x2 += 16) {
${range(8)
  .map(i => `    const at${i} = start + ${i} * pitch + x2`)
  .join('\n')}
${quantity(0)}
    const refEven = even
    const refOdd = odd
${quantity(1)}
    const disEven = even
    const disOdd = odd
${[
  ['Ref', 2, 'ref', 'ref'],
  ['Dis', 4, 'dis', 'dis'],
  ['Both', 6, 'ref', 'dis'],
]
  .map(
    ([name, index, one, other]) => `${quantity(Number(index))}
    let even${name} = even
    let odd${name} = odd
${quantity(Number(index) + 1)}
    even${name} = i32x4.sub(joined(even${name}, even), products(${one}Even, ${other}Even))
    odd${name} = i32x4.sub(joined(odd${name}, odd), products(${one}Odd, ${other}Odd))`,
  )
  .join('\n')}
    const target = to + (x2 << 1)
${['Ref', 'Dis', 'Both']
  .map(
    (name, i) => `    v128.store(target + ${i} * out, v128.shuffle<i32>(even${name}, odd${name}, 0, 4, 1, 5))
    v128.store(target + ${i} * out, v128.shuffle<i32>(even${name}, odd${name}, 2, 6, 3, 7), 16)`,
  )
  .join('\n')}
  }
}
`
  const halve =
    scale === 0
      ? ''
      : `${
          scale === 1
            ? `
/** Filters 8-bit rows down the columns for scale 1, biased. */
export function halveColumns8(rows: usize, w: usize, to: usize): void {
  const offset: usize = 0
${rowPointers(taps)}
  const round = i32x4.splat(128)
  let a: v128
  let b: v128
  for (let x: usize = 0; x < w; x += 8) {
    const x2 = x
${verticalSums(filter, ['lo', 'hi'])
  .replaceAll('v128.load(', 'v128.load_ext<u8>(')
  .replaceAll(/^ {4}(lo|hi) = v128\.xor.*\n?/gm, '')}
    lo = i32x4.shr_u(i32x4.add(lo, round), 8)
    hi = i32x4.shr_u(i32x4.add(hi, round), 8)
    v128.store(to + (x << 1), v128.xor(i16x8.narrow_i32x4_u(lo, hi), BIAS))
  }
}
`
            : ''
        }
/** Filters unsigned 16-bit rows down the columns for scale ${scale}, biased. */
export function halveColumns${scale}(rows: usize, w: usize, half: i32, shift: i32, to: usize): void {
  const offset: usize = 0
${rowPointers(taps)}
  const round = i32x4.splat(half)
  let a: v128
  let b: v128
  for (let x2: usize = 0; x2 < w << 1; x2 += 16) {
${verticalSums(filter, ['lo', 'hi']).replaceAll(/v128\.load\((p\d+ \+ x2)\)/g, 'v128.xor(v128.load($1), BIAS)')}
    lo = i32x4.shr_u(i32x4.add(lo, round), shift)
    hi = i32x4.shr_u(i32x4.add(hi, round), shift)
    v128.store(to + x2, v128.xor(i16x8.narrow_i32x4_u(lo, hi), BIAS))
  }
}

/** Every second value of a biased row, filtered for scale ${scale}, as unsigned 16 bits; \`w\` values come out. */
export function halveRow${scale}(from: usize, w: usize, to: usize): void {
  const start = from - ${2 * reach}
  const round = i32x4.splat(32768)
  for (let x2: usize = 0; x2 < w << 1; x2 += 16) {
    const at = start + (x2 << 1)
${['first', 'second']
  .map((name, i) => {
    const sums = horizontalSums(filter, 'at')
      .split('\n')
      .filter(line => /^ {4}even = /.test(line))
      .map(line =>
        line
          .replace(/^ {4}even = /, line.includes('i32x4.add(even') ? `    ${name} = ` : `    let ${name} = `)
          .replaceAll('add(even', `add(${name}`)
          .replaceAll('xor(even', `xor(${name}`)
          .replaceAll(/load\(at, (\d+)\)/g, (_, offset: string) => `load(at, ${Number(offset) + 16 * i})`)
          .replaceAll(/load\(at \+ (\d+) - 2\)/g, (_, offset: string) => `load(at + ${Number(offset) + 16 * i} - 2)`),
      )
    // The last one takes the bias off.
    sums[sums.length - 1] = `    ${name} = v128.xor(${name}, TOP)`
    return sums.join('\n')
  })
  .join('\n')}
    first = i32x4.shr_u(i32x4.add(first, round), 16)
    second = i32x4.shr_u(i32x4.add(second, round), 16)
    v128.store(to + x2, i16x8.narrow_i32x4_u(first, second))
  }
}
`
  return `${rows8}${rows16}${rows}${halve}`
}

const text = `// Made by scripts/generate-vif.ts: do not edit. The filters of VIF over rows of 16-bit values that are biased by −32768, so that
// unsigned values fit signed dot products: every filter sums to 65536, so the bias comes to 2^31, one bit.

const BIAS: v128 = i16x8.splat(-32768)
const TOP: v128 = i32x4.splat(0x80000000)

/** Upper and lower halves of eight 32-bit values, biased, to two rows a pitch apart. */
// @ts-ignore: decorator
@inline
function storeHalves(to: usize, pitch: usize, lo: v128, hi: v128): void {
  v128.store(to, v128.xor(i16x8.narrow_i32x4_u(i32x4.shr_u(lo, 16), i32x4.shr_u(hi, 16)), BIAS))
  const mask = i32x4.splat(0xffff)
  v128.store(to + pitch, v128.xor(i16x8.narrow_i32x4_u(v128.and(lo, mask), v128.and(hi, mask)), BIAS))
}

/** (upper·65536 + lower + 32768) >> 16 of filtered halves. */
// @ts-ignore: decorator
@inline
function joined(upper: v128, lower: v128): v128 {
  return i32x4.add(upper, i32x4.shr_u(i32x4.add(lower, i32x4.splat(32768)), 16))
}

/** (a·b + 2^31) >> 32 of unsigned lanes. */
// @ts-ignore: decorator
@inline
function products(a: v128, b: v128): v128 {
  const half = i64x2.splat(0x80000000)
  const low = i64x2.add(i64x2.extmul_low_i32x4_u(a, b), half)
  const high = i64x2.add(i64x2.extmul_high_i32x4_u(a, b), half)
  return v128.shuffle<i32>(low, high, 1, 3, 5, 7)
}
${filters.map(scaleFunctions).join('')}`

const target = join(import.meta.dirname, '../assembly/simd/vif-rows.ts')
if (process.argv.includes('--check')) {
  if ((await readFile(target, 'utf8')) !== text) throw new Error(`${target} is not what this script makes`)
} else {
  await writeFile(target, text)
}
