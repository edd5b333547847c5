// The code of the timecode strip: 4 bits to find it by, 44 of the time in milliseconds since 1970, 8 to check it.

const SYNC = [true, false, true, false]
const TIME_BITS = 44
const CHECK_BITS = 8

/** The cells from left to right; true is white. */
export function timecodeCells(unixMs: number): boolean[] {
  return [...SYNC, ...bits(unixMs, TIME_BITS), ...bits(checkOf(unixMs), CHECK_BITS)]
}

/** How many cells there are. */
export const timecodeLength = SYNC.length + TIME_BITS + CHECK_BITS

/** The time that the cells say; null where they say none. */
export function readTimecode(cells: readonly boolean[]): number | null {
  if (cells.length !== timecodeLength || SYNC.some((bit, i) => cells[i] !== bit)) return null
  const time = number(cells.slice(SYNC.length, SYNC.length + TIME_BITS))
  return number(cells.slice(-CHECK_BITS)) === checkOf(time) ? time : null
}

const bits = (value: number, count: number): boolean[] =>
  Array.from({ length: count }, (_, i) => Math.floor(value / 2 ** (count - 1 - i)) % 2 === 1)
const number = (cells: readonly boolean[]): number => cells.reduce((sum, bit) => sum * 2 + (bit ? 1 : 0), 0)

/** The sum of the bytes, and one more, so that nothing but black is no time. */
function checkOf(value: number): number {
  let sum = 1
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) sum += rest % 256
  return sum % 256
}
