// Luma at its own size, and the lines of it that checks of detail look at. Pure.

export type LumaPlane = {
  readonly width: number
  readonly height: number
  /** Samples from line to line. */
  readonly stride: number
  readonly data: Uint8Array | Uint16Array
  readonly bits: 8 | 10
}

/** Lines of 10-bit codes. One object serves all pictures: `lines` are overwritten by the next one. */
export type Lines = { readonly length: number; readonly lines: readonly Int16Array[] }

/** So many rows in threes, and so many columns, say as much of a picture as all of them. */
const ROWS = 60
const COLUMNS = 80

export class LineSampler {
  readonly #rows: Int16Array[] = []
  readonly #columns: Int16Array[] = []

  /** Groups of three neighbours: `lines[3n]` to `lines[3n + 2]`, spread over the height. */
  rows(plane: LumaPlane): Lines {
    const { width, height, stride, data, bits } = plane
    const groups = Math.min(ROWS, Math.floor(height / 4))
    const lines = sized(this.#rows, 3 * groups, width)
    const shift = 10 - bits
    for (let group = 0; group < groups; group++) {
      const first = Math.floor(((group + 0.5) * (height - 3)) / groups)
      for (let row = 0; row < 3; row++) {
        const into = lines[3 * group + row]!
        const at = (first + row) * stride
        for (let x = 0; x < width; x++) into[x] = data[at + x]! << shift
      }
    }
    return { length: width, lines }
  }

  columns(plane: LumaPlane): Lines {
    const { width, height, stride, data, bits } = plane
    const count = Math.min(COLUMNS, width)
    const lines = sized(this.#columns, count, height)
    const shift = 10 - bits
    const places = Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * width) / count))
    // Row by row: memory is read in its order.
    for (let y = 0; y < height; y++) {
      const at = y * stride
      for (let i = 0; i < count; i++) lines[i]![y] = data[at + places[i]!]! << shift
    }
    return { length: height, lines }
  }
}

function sized(lines: Int16Array[], count: number, length: number): Int16Array[] {
  if (lines.length !== count || lines[0]?.length !== length)
    lines.splice(0, lines.length, ...Array.from({ length: count }, () => new Int16Array(length)))
  return lines
}
