// Bounds-checked reading of ISO BMFF bytes: every short or senseless field is HE_INPUT_DAMAGED, never a RangeError.
import { HeadendError } from '../core/index.ts'

export function damaged(message: string, details: Readonly<Record<string, unknown>> = {}): HeadendError {
  return new HeadendError('HE_INPUT_DAMAGED', message, { details })
}

/** Reads big-endian fields one after the other. */
export class Cursor {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #what: string
  #at = 0

  /** `what` names the structure in errors. */
  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#what = what
  }

  get remaining(): number {
    return this.#bytes.length - this.#at
  }

  #take(size: number): number {
    if (size > this.remaining) throw damaged(`${this.#what} ends too early`, { needed: size, left: this.remaining })
    const at = this.#at
    this.#at += size
    return at
  }

  skip(size: number): void {
    this.#take(size)
  }
  u8(): number {
    return this.#view.getUint8(this.#take(1))
  }
  u16(): number {
    return this.#view.getUint16(this.#take(2))
  }
  u32(): number {
    return this.#view.getUint32(this.#take(4))
  }
  i32(): number {
    return this.#view.getInt32(this.#take(4))
  }
  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8))
  }
  i64(): bigint {
    return this.#view.getBigInt64(this.#take(8))
  }
  fourcc(): string {
    return String.fromCharCode(...this.take(4))
  }
  /** The next `size` bytes, not copied. */
  take(size: number): Uint8Array {
    const at = this.#take(size)
    return this.#bytes.subarray(at, at + size)
  }
  rest(): Uint8Array {
    return this.take(this.remaining)
  }
  /** ISO/IEC 14496-12 4.2.2: version and flags of a FullBox. */
  fullBox(): { version: number; flags: number } {
    const word = this.u32()
    return { version: word >>> 24, flags: word & 0xffffff }
  }
}

export type Box = {
  readonly type: string
  /** Offset of the box in the bytes given. */
  readonly start: number
  /** Offset behind its last byte. */
  readonly end: number
  /** What follows the header. */
  readonly body: Uint8Array
}

/** The boxes that stand side by side in `bytes`. @throws {HE_INPUT_DAMAGED} when one reaches beyond the end. */
export function readBoxes(bytes: Uint8Array): Box[] {
  const boxes: Box[] = []
  let start = 0
  while (start < bytes.length) {
    const cursor = new Cursor(bytes.subarray(start), 'box header')
    const short = cursor.u32()
    const type = cursor.fourcc()
    // ISO/IEC 14496-12 4.2: 1 = 64-bit size follows, 0 = to the end.
    const size = short === 1 ? Number(cursor.u64()) : short === 0 ? bytes.length - start : short
    const header = short === 1 ? 16 : 8
    if (size < header || size > bytes.length - start)
      throw damaged(`box ${printable(type)} of ${size} bytes does not fit`, { start, left: bytes.length - start })
    boxes.push({ type, start, end: start + size, body: bytes.subarray(start + header, start + size) })
    start += size
  }
  return boxes
}

const printable = (text: string): string => text.replace(/[^ -~]/g, '?')

/** The first box of `type` under `path`, e.g. `findBox(bytes, 'moov', 'trak', 'tkhd')`. */
export function findBox(bytes: Uint8Array, ...path: readonly string[]): Box | undefined {
  let inside = bytes
  let found: Box | undefined
  for (const type of path) {
    found = readBoxes(inside).find(box => box.type === type)
    if (!found) return undefined
    inside = found.body
  }
  return found
}

/** As findBox. @throws {HE_INPUT_DAMAGED} when there is none. */
export function needBox(bytes: Uint8Array, ...path: readonly string[]): Box {
  const found = findBox(bytes, ...path)
  if (!found) throw damaged(`no ${path.join('/')} box`)
  return found
}
