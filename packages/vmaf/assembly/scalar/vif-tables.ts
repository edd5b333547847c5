// The constants of VIF in memory: the log2 table in 1/2048 and the four filters. Shared by all instances.

const LOG_ENTRIES: i32 = 32768
const FILTERS: usize = LOG_ENTRIES * 2
/** Bytes kept per filter: 17 taps of 32 bits, rounded up. */
const FILTER_BYTES: usize = 80

/** Bytes of the VIF tables. */
export function vifTablesBytes(): i32 {
  return <i32>(FILTERS + 4 * FILTER_BYTES)
}

/** Fills the tables, once per memory; `tables` 16-byte aligned. */
export function initVifTables(tables: usize): void {
  for (let i = 0; i < LOG_ENTRIES; i++) {
    // libvmaf takes the logarithm in single precision before it scales: round twice, as it does.
    const scaled: f64 = 2048.0 * <f64>(<f32>Math.log2(<f64>(LOG_ENTRIES + i)))
    store<u16>(tables + (<usize>i << 1), <u16>Math.floor(scaled + 0.5))
  }
  symmetric(tables, 0, 489, 935, 1640, 2640, 3896, 5274, 6547, 7455, 7784)
  symmetric(tables, 1, 1244, 3663, 7925, 12590, 14692)
  symmetric(tables, 2, 3571, 16004, 26386)
  symmetric(tables, 3, 10904, 43728)
}

/** Half the taps of the filter of a scale: it reaches this many samples to either side. */
export function vifReach(scale: i32): i32 {
  return 8 >> scale
}

/** Address of the filter's taps (32 bits each, `2·vifReach + 1` of them, sum 65536). */
export function vifFilter(tables: usize, scale: i32): usize {
  return tables + FILTERS + <usize>scale * FILTER_BYTES
}

/** log2 of `x` ≥ 32768 in 1/2048, from its 16 leading bits; what lies below them is cut off, not rounded. */
// @ts-ignore: decorator
@inline
export function log2Of(tables: usize, x: u64): i64 {
  const shift: i64 = 48 - <i64>clz<u64>(x)
  const leading = <usize>(x >> <u64>shift) - LOG_ENTRIES
  return <i64>load<u16>(tables + (leading << 1)) + 2048 * shift
}

/** Writes a symmetric filter given from its outermost tap to its centre; the number of taps follows from the scale. */
function symmetric(tables: usize, scale: i32, a: u32, b: u32, c: u32 = 0, d: u32 = 0, e: u32 = 0, f: u32 = 0, g: u32 = 0, i: u32 = 0, j: u32 = 0): void {
  const base = vifFilter(tables, scale)
  const last = 2 * vifReach(scale)
  put(base, last, 0, a)
  put(base, last, 1, b)
  put(base, last, 2, c)
  put(base, last, 3, d)
  put(base, last, 4, e)
  put(base, last, 5, f)
  put(base, last, 6, g)
  put(base, last, 7, i)
  put(base, last, 8, j)
}

function put(base: usize, last: i32, k: i32, tap: u32): void {
  if (2 * k > last) return
  store<u32>(base + (<usize>k << 2), tap)
  store<u32>(base + (<usize>(last - k) << 2), tap)
}
