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
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i)
const reachOf = (scale: number): number => 8 >> scale

/**
 * Taps of the upper (E) and the lower (O) of two neighbouring output rows for pair `j` of the rows that both read, as the two
 * halves of 32 bits. A tap above 32767 does not fit: 65536 less there, and {@link wideCentre} adds the value once, shifted.
 */
function tapPair(scale: number, kind: Row, j: number): number {
  const signed = (k: number): number => {
    const tap = filters[scale]![k] ?? 0
    return (tap > 32767 ? tap - 65536 : tap) & 0xffff
  }
  const first = kind === 'E' ? 2 * j : 2 * j - 1
  return (signed(first + 1) << 16) | signed(first)
}
type Row = 'E' | 'O'

/** What a centre tap above 32767 lacks: scale 3 only, whose centre is the second value of its first pair, or the first of its second. */
function wideCentre(scale: number, kind: Row, j: number, sum: string, value: string): string[] {
  if (scale !== 3) return []
  if (kind === 'E' && j === 0) return [`    ${sum} = i32x4.add(${sum}, v128.and(${value}, upper))`]
  if (kind === 'O' && j === 1) return [`    ${sum} = i32x4.add(${sum}, i32x4.shl(${value}, 16))`]
  return []
}

/** `sum += dot(value, taps)`, or the declaration of `sum` when it is the first. */
function dot(scale: number, kind: Row, j: number, sum: string, value: string): string[] {
  const product = `i32x4.dot_i16x8_s(${value}, t${kind}${j})`
  const line = j === 0 ? `    let ${sum} = ${product}` : `    ${sum} = i32x4.add(${sum}, ${product})`
  return [line, ...wideCentre(scale, kind, j, sum, value)]
}

/** A tap as a local: read from memory, since V8 builds a constant anew, in three instructions, wherever it is used. */
const tapLoad = (scale: number, kind: Row, j: number): string =>
  `  const t${kind}${j} = v128.load_splat<u32>(TAPS_${scale} + ${4 * (j + (kind === 'E' ? 0 : reachOf(scale) + 1))})`

/** All taps at the head of a function: right where they fit the 15 registers that V8 hands out, else they are read where used. */
function tapLocals(scale: number, kinds: readonly Row[]): string {
  const lines = kinds.flatMap(kind => range(reachOf(scale) + 1).map(j => tapLoad(scale, kind, j)))
  if (scale === 3) lines.push('  const upper = v128.load_splat<u32>(MASKS + 4)')
  return lines.join('\n')
}

const pointers = (count: number, offset: string): string =>
  range(count)
    .map(j => `  const p${j} = <usize>load<u32>(pairs, ${4 * j})${offset}`)
    .join('\n')

/** Sums of both output rows, of 16-bit pairs of rows: two quantities side by side, four columns each. */
function deepSums(scale: number): string {
  return range(reachOf(scale) + 1)
    .flatMap(j => [
      `    a = v128.load(p${j} + x)`,
      `    b = v128.load(p${j} + x, 16)`,
      tapLoad(scale, 'E', j),
      tapLoad(scale, 'O', j),
      ...dot(scale, 'E', j, 'upperA', 'a'),
      ...dot(scale, 'E', j, 'upperB', 'b'),
      ...dot(scale, 'O', j, 'lowerA', 'a'),
      ...dot(scale, 'O', j, 'lowerB', 'b'),
    ])
    .join('\n')
}

/** Columns of pairs of 16-bit rows: means, squares. The shifts of scales 1 to 3 are fixed. */
function deepColumns(scale: number): string {
  const parameters = scale === 0 ? ', shift: i32' : ''
  const shift = scale === 0 ? 'shift' : '16'
  const half = scale === 0 ? '(1 << (shift - 1))' : '32768'
  const raised = (sum: string): string =>
    scale === 0 ? `i32x4.shl(i32x4.add(${sum}, top), 16 - shift)` : `i32x4.add(${sum}, top)`
  return `
/** Means of both pictures down the columns of scale ${scale}, two rows of them, \`next\` bytes apart. */
export function means${scale}(pairs: usize, w: usize${parameters}, to: usize, pitch: usize, next: usize): void {
${pointers(reachOf(scale) + 1, '')}
${scale === 3 ? '  const upper = v128.load_splat<u32>(MASKS + 4)' : ''}
  const round = i32x4.splat(i32.load(MASKS + 8) + ${half})
  const bias = v128.load_splat<u32>(MASKS)
  let a: v128
  let b: v128
  for (let x: usize = 0; x < w << 3; x += 32) {
${deepSums(scale)}
    const at = to + (x >> 2)
    storeSides(at, pitch, i32x4.shr_u(i32x4.add(upperA, round), ${shift}), i32x4.shr_u(i32x4.add(upperB, round), ${shift}), bias)
    storeSides(at + next, pitch, i32x4.shr_u(i32x4.add(lowerA, round), ${shift}), i32x4.shr_u(i32x4.add(lowerB, round), ${shift}), bias)
  }
}

/** Squares down the columns of scale ${scale}, from their halves at \`offset\` to their halves, a pitch apart. */
export function squares${scale}(pairs: usize, offset: usize, w: usize${parameters}, to: usize, pitch: usize, next: usize): void {
${pointers(reachOf(scale) + 1, ' + offset')}
${scale === 3 ? '  const upper = v128.load_splat<u32>(MASKS + 4)' : ''}
  const top = v128.load_splat<u32>(MASKS + 8)
  const round = i32x4.splat(i32.load(MASKS + 8) + ${half})
  const bias = v128.load_splat<u32>(MASKS)
  const mask = v128.load_splat<u32>(MASKS + 12)
  let a: v128
  let b: v128
  for (let x: usize = 0; x < w << 3; x += 32) {
${deepSums(scale)}
    const at = to + (x >> 2)
    storeHalves(at, pitch, i32x4.add(${raised('upperA')}, i32x4.shr_u(i32x4.add(upperB, round), ${shift})), mask, bias)
    storeHalves(at + next, pitch, i32x4.add(${raised('lowerA')}, i32x4.shr_u(i32x4.add(lowerB, round), ${shift})), mask, bias)
  }
}
`
}

/** The five quantities of 8-bit pictures: few enough bits that squares need no splitting before the columns are filtered. */
function columns8(): string {
  // Ten sums, two taps and three more are the 15 registers there are: the distorted is read twice, not kept.
  const both = (j: number, sum: string, value: string): string[] =>
    (['E', 'O'] as const).flatMap(kind => dot(0, kind, j, `${sum}${kind}`, value))
  const sums = range(9).flatMap(j => [
    tapLoad(0, 'E', j),
    tapLoad(0, 'O', j),
    `    r = v128.load_ext<i8>(p${j} + x)`,
    ...both(j, 'a', 'r'),
    `    s = i16x8.mul(r, v128.load_ext<i8>(p${j} + x, 8))`,
    ...both(j, 'e', 's'),
    '    r = i16x8.mul(r, r)',
    ...both(j, 'c', 'r'),
    `    s = v128.load_ext<i8>(p${j} + x, 8)`,
    ...both(j, 'b', 's'),
    '    s = i16x8.mul(s, s)',
    ...both(j, 'd', 's'),
  ])
  const stores = (kind: Row, at: string): string => `
    storeSides(${at}, pitch, i32x4.shr_u(i32x4.add(a${kind}, round), 8), i32x4.shr_u(i32x4.add(b${kind}, round), 8), bias)
    storeHalves(${at} + 2 * pitch, pitch, i32x4.add(i32x4.add(c${kind}, i32x4.shl(a${kind}, 8)), square), mask, bias)
    storeHalves(${at} + 4 * pitch, pitch, i32x4.add(i32x4.add(d${kind}, i32x4.shl(b${kind}, 8)), square), mask, bias)
    storeHalves(${at} + 6 * pitch, pitch, i32x4.add(i32x4.add(e${kind}, i32x4.shl(i32x4.add(a${kind}, b${kind}), 7)), square), mask, bias)`
  return `
/**
 * The five quantities of 8-bit pictures down the columns, two rows of them. Samples come less 128, so that squares fit 16 bits signed:
 * Σ f·r² = Σ f·(r−128)² + 256·Σ f·(r−128) + 2^30, and likewise for the product.
 */
export function columns8(pairs: usize, w: usize, to: usize, pitch: usize, next: usize): void {
${pointers(9, '')}
  const bias = v128.load_splat<u32>(MASKS)
  const mask = v128.load_splat<u32>(MASKS + 12)
  const round = v128.load_splat<u32>(MASKS + 16)
  const square = v128.load_splat<u32>(MASKS + 20)
  let r: v128
  let s: v128
  for (let x: usize = 0; x < w << 2; x += 16) {
${sums.join('\n')}
    const at = to + (x >> 1)
    const under = at + next${stores('E', 'at')}${stores('O', 'under')}
  }
}
`
}

/** Dot products along a row: outputs at even places and at odd ones, from the row at \`base\`. */
function rowSums(scale: number, sum: string, base: string, offset = ''): string[] {
  return range(reachOf(scale) + 1).flatMap(j => [
    `    a = v128.load(${base} + x${offset}, ${4 * j})`,
    ...dot(scale, 'E', j, `${sum}Even`, 'a'),
    `    a = v128.load(${base} + x${offset}, ${4 * j + 2})`,
    ...dot(scale, 'E', j, `${sum}Odd`, 'a'),
  ])
}

function alongRows(scale: number): string {
  const names = [
    ['ref', 'ref', '0'],
    ['dis', 'dis', 'out'],
    ['ref', 'dis', '2 * out'],
  ] as const
  return `
/**
 * Filters the two rows of means of scale ${scale} along the row and writes their three products, \`out\` bytes apart: of each eight values
 * those at even places first. \`from\` points to value 0; ${reachOf(scale)} mirrored values lie before it.
 */
export function rowMeans${scale}(from: usize, pitch: usize, w: usize, to: usize, out: usize): void {
  const ref = from - ${2 * reachOf(scale)}
  const dis = ref + pitch
${tapLocals(scale, ['E'])}
  const top = v128.load_splat<u32>(MASKS + 8)
  const half = v128.load_splat<u64>(MASKS + 24)
  let a: v128
  for (let x: usize = 0; x < w << 1; x += 16) {
${rowSums(scale, 'ref', 'ref').join('\n')}
${rowSums(scale, 'dis', 'dis').join('\n')}
    refEven = v128.xor(refEven, top)
    refOdd = v128.xor(refOdd, top)
    disEven = v128.xor(disEven, top)
    disOdd = v128.xor(disOdd, top)
    const at = to + (x << 1)
${names
  .map(
    ([one, other, offset]) => `    v128.store(at + ${offset}, products(${one}Even, ${other}Even, half))
    v128.store(at + ${offset}, products(${one}Odd, ${other}Odd, half), 16)`,
  )
  .join('\n')}
  }
}

/** Filters the halves of squares of scale ${scale} along the row and takes from them the products of means at \`to\`, in place. */
export function rowSquares${scale}(from: usize, pitch: usize, w: usize, to: usize): void {
  const big = from - ${2 * reachOf(scale)}
  const small = big + pitch
${tapLocals(scale, ['E'])}
  const top = v128.load_splat<u32>(MASKS + 8)
  const round = v128.load_splat<u32>(MASKS + 32)
  let a: v128
  for (let x: usize = 0; x < w << 1; x += 16) {
${rowSums(scale, 'small', 'small').join('\n')}
    smallEven = i32x4.shr_u(i32x4.add(smallEven, round), 16)
    smallOdd = i32x4.shr_u(i32x4.add(smallOdd, round), 16)
${rowSums(scale, 'big', 'big').join('\n')}
    const at = to + (x << 1)
    v128.store(at, i32x4.sub(v128.xor(i32x4.add(bigEven, smallEven), top), v128.load(at)))
    v128.store(at, i32x4.sub(v128.xor(i32x4.add(bigOdd, smallOdd), top), v128.load(at, 16)), 16)
  }
}
`
}

/** Down the columns and along the row to half the size; the pairs of rows are those of the scale above. */
function halving(scale: number): string {
  // Scale 3 reaches one row: its window begins at the second row of a pair.
  const kind = scale === 3 ? 'O' : 'E'
  const pairs = reachOf(scale) + 1
  const columns = (load: (j: number) => string[]): string =>
    range(pairs)
      .flatMap(j => [...load(j), ...dot(scale, kind, j, 'sumA', 'a'), ...dot(scale, kind, j, 'sumB', 'b')])
      .join('\n')
  const body = (shift: string): string =>
    `    storeSides(at, pitch, i32x4.shr_u(i32x4.add(sumA, round), ${shift}), i32x4.shr_u(i32x4.add(sumB, round), ${shift}), bias)`
  const from8 =
    scale === 1
      ? `
/** Filters pairs of 8-bit rows, less 128, down the columns for scale 1: a row of both pictures. */
export function halveColumns8(pairs: usize, w: usize, to: usize, pitch: usize): void {
${pointers(pairs, '')}
${tapLocals(scale, [kind])}
  const round = v128.load_splat<u32>(MASKS + 16)
  const bias = v128.load_splat<u32>(MASKS)
  let a: v128
  let b: v128
  for (let x: usize = 0; x < w << 2; x += 16) {
${columns(j => [`    a = v128.load_ext<i8>(p${j} + x)`, `    b = v128.load_ext<i8>(p${j} + x, 8)`])}
    const at = to + (x >> 1)
${body('8')}
  }
}
`
      : ''
  const second = range(pairs).flatMap(j =>
    (['first', 'second'] as const).flatMap((name, i) => [
      `    a = v128.load(at, ${4 * j + 16 * i})`,
      ...dot(scale, 'E', j, name, 'a'),
    ]),
  )
  return `${from8}
/** Filters pairs of 16-bit rows down the columns for scale ${scale}: a row of both pictures. */
export function halveColumns${scale}(pairs: usize, w: usize${scale === 1 ? ', shift: i32' : ''}, to: usize, pitch: usize): void {
${pointers(pairs, '')}
${tapLocals(scale, [kind])}
  const round = i32x4.splat(i32.load(MASKS + 8) + ${scale === 1 ? '(1 << (shift - 1))' : '32768'})
  const bias = v128.load_splat<u32>(MASKS)
  let a: v128
  let b: v128
  for (let x: usize = 0; x < w << 3; x += 32) {
${columns(j => [`    a = v128.load(p${j} + x)`, `    b = v128.load(p${j} + x, 16)`])}
    const at = to + (x >> 2)
${body(scale === 1 ? 'shift' : '16')}
  }
}

/** Every second value of a row, filtered for scale ${scale}, as unsigned 16 bits; \`w\` values come out. */
export function halveRow${scale}(from: usize, w: usize, to: usize): void {
  const start = from - ${2 * reachOf(scale)}
${tapLocals(scale, ['E'])}
  const round = v128.load_splat<u32>(MASKS + 32)
  let a: v128
  for (let x: usize = 0; x < w << 1; x += 16) {
    const at = start + (x << 1)
${second.join('\n')}
    first = i32x4.shr_u(i32x4.add(first, round), 16)
    second = i32x4.shr_u(i32x4.add(second, round), 16)
    v128.store(to + x, i16x8.narrow_i32x4_u(first, second))
  }
}
`
}

function tapData(scale: number): string {
  const values = (['E', 'O'] as const).flatMap(kind => range(reachOf(scale) + 1).map(j => tapPair(scale, kind, j)))
  return `const TAPS_${scale}: usize = memory.data<i32>([${values.join(', ')}], 16)`
}

const text = `// Made by scripts/generate-vif.ts: do not edit. The filters of VIF over 16-bit values that are biased by −32768, so that unsigned
// values fit signed dot products: every filter sums to 65536, so the bias comes to 2^31, one bit.

// In turn: bias of both 16-bit halves; the upper half; the top bit; the lower half; what turns Σ f·(r−128) into (Σ f·r + 128);
// 2^30; 2^31 as 64 bits; the top bit and a rounding half of 65536.
const MASKS: usize = memory.data<u32>([0x80008000, 0xffff0000, 0x80000000, 0xffff, 0x800080, 0x40000000, 0x80000000, 0, 0x80008000], 16)
${range(4).map(tapData).join('\n')}

/** Four 32-bit values below 65536 of two quantities, biased, to two rows of 16 bits a pitch apart. */
// @ts-ignore: decorator
@inline
function storeSides(to: usize, pitch: usize, a: v128, b: v128, bias: v128): void {
  const both = v128.xor(i16x8.narrow_i32x4_u(a, b), bias)
  v128.store_lane<u64>(to, both, 0)
  v128.store_lane<u64>(to + pitch, both, 1)
}

/** Upper and lower halves of four 32-bit values, biased, to two rows of 16 bits a pitch apart. */
// @ts-ignore: decorator
@inline
function storeHalves(to: usize, pitch: usize, a: v128, mask: v128, bias: v128): void {
  storeSides(to, pitch, i32x4.shr_u(a, 16), v128.and(a, mask), bias)
}

/** (a·b + 2^31) >> 32 of unsigned lanes. */
// @ts-ignore: decorator
@inline
function products(a: v128, b: v128, half: v128): v128 {
  const low = i64x2.add(i64x2.extmul_low_i32x4_u(a, b), half)
  const high = i64x2.add(i64x2.extmul_high_i32x4_u(a, b), half)
  return v128.shuffle<i32>(low, high, 1, 3, 5, 7)
}
${columns8()}${range(4)
  .map(scale => `${deepColumns(scale)}${alongRows(scale)}${scale > 0 ? halving(scale) : ''}`)
  .join('')}`

const target = join(import.meta.dirname, '../assembly/simd/vif-rows.ts')
if (process.argv.includes('--check')) {
  if ((await readFile(target, 'utf8')) !== text) throw new Error(`${target} is not what this script makes`)
} else {
  await writeFile(target, text)
}
