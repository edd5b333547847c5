// How an AV1 frame is cut into tiles (5.9.15), and where each of them stands in a tile group (5.11.1).
import { damaged } from '../../manifest/index.ts'
import { readUniform } from './av1-global-motion.ts'
import { BitReader } from './bit-reader.ts'

export type Av1Tiles = {
  readonly count: number
  /** Bits of a tile's number. */
  readonly numberBits: number
  /** Bytes of the size before each tile but the last of a group. */
  readonly sizeBytes: number
}

/** Of width and height 64, in superblocks. */
const MAX_TILES = 64

/** Smallest k with `unit << k` not below `target`. */
function tileLog2(unit: number, target: number): number {
  let log = 0
  while (unit * 2 ** log < target) log++
  return log
}

export function readTiles(bits: BitReader, size: { width: number; height: number }, use128: boolean): Av1Tiles {
  const block = use128 ? 128 : 64
  const blockLog2 = use128 ? 7 : 6
  // MiCols and MiRows count 4×4 blocks in steps of two.
  const columns = Math.ceil((2 * ((size.width + 7) >> 3) * 4) / block)
  const rows = Math.ceil((2 * ((size.height + 7) >> 3) * 4) / block)
  const maxWidth = 4096 >> blockLog2
  const maxArea = (4096 * 2304) >> (2 * blockLog2)
  const minColumnsLog2 = tileLog2(maxWidth, columns)
  const minTilesLog2 = Math.max(minColumnsLog2, tileLog2(maxArea, rows * columns))
  let [across, down, acrossLog2, downLog2] = [0, 0, 0, 0]
  if (bits.flag()) {
    acrossLog2 = readIncrements(bits, minColumnsLog2, tileLog2(1, Math.min(columns, MAX_TILES)))
    across = Math.ceil(columns / Math.ceil(columns / 2 ** acrossLog2))
    downLog2 = readIncrements(bits, Math.max(minTilesLog2 - acrossLog2, 0), tileLog2(1, Math.min(rows, MAX_TILES)))
    down = Math.ceil(rows / Math.ceil(rows / 2 ** downLog2))
  } else {
    const widths = readSizes(bits, columns, maxWidth)
    across = widths.length
    acrossLog2 = tileLog2(1, across)
    const area = minTilesLog2 > 0 ? (rows * columns) >> (minTilesLog2 + 1) : rows * columns
    down = readSizes(bits, rows, Math.max(Math.floor(area / Math.max(...widths)), 1)).length
    downLog2 = tileLog2(1, down)
  }
  if (across > MAX_TILES || down > MAX_TILES) throw damaged('a frame has more tiles than AV1 allows')
  const numberBits = acrossLog2 + downLog2
  if (numberBits === 0) return { count: 1, numberBits, sizeBytes: 0 }
  bits.skip(numberBits)
  return { count: across * down, numberBits, sizeBytes: bits.u(2) + 1 }
}

function readIncrements(bits: BitReader, from: number, most: number): number {
  let log = from
  while (log < most && bits.flag()) log++
  return log
}

function readSizes(bits: BitReader, total: number, most: number): number[] {
  const sizes: number[] = []
  for (let left = total; left > 0; ) {
    const size = readUniform(bits, Math.min(left, most)) + 1
    sizes.push(size)
    left -= size
  }
  return sizes
}

export type ByteRun = { readonly start: number; readonly end: number }

/** The tiles of the group in `bytes[start … end)`, and whether it holds the last one of the frame. */
export function readTileGroup(
  bytes: Uint8Array,
  { start, end }: ByteRun,
  { count, numberBits, sizeBytes }: Av1Tiles,
): { tiles: ByteRun[]; last: boolean } {
  const bits = new BitReader(bytes, { escaped: false, start, end })
  let [first, final] = [0, count - 1]
  if (count > 1 && bits.flag()) [first, final] = [bits.u(numberBits), bits.u(numberBits)]
  if (final >= count || first > final) throw damaged('a tile group names tiles that there are not')
  const tiles: ByteRun[] = []
  let at = bits.byteEnd
  for (let tile = first; tile <= final; tile++) {
    let size = end - at
    if (tile < final) {
      if (at + sizeBytes > end) throw damaged('a tile group is cut off')
      size = 1
      for (let i = 0; i < sizeBytes; i++) size += bytes[at + i]! * 2 ** (8 * i)
      at += sizeBytes
    }
    if (size <= 0 || size > end - at) throw damaged('a tile does not fit into its group')
    tiles.push({ start: at, end: at + size })
    at += size
  }
  return { tiles, last: final === count - 1 }
}
