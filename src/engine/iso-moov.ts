// Changes to a moov in memory (ISO/IEC 14496-12): a box into udta, and chunk offsets of media that move.
import { parseBoxHeader } from './iso-boxes-header.ts'

export function joinBox(type: string, ...parts: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(8)
  const size = parts.reduce((sum, { length }) => sum + length, 8)
  header.writeUInt32BE(size)
  header.write(type, 4, 'latin1')
  return Buffer.concat([header, ...parts], size)
}

/** `body` is a view into the parent's bytes. */
export type Child = { readonly type: string; readonly whole: Buffer; readonly body: Buffer }

/** The boxes in `bytes`; what stands behind the last one (the 0 at the end of QuickTime's udta) is the remainder. */
export function splitBoxes(bytes: Buffer): { readonly boxes: readonly Child[]; readonly remainder: Buffer } {
  const boxes: Child[] = []
  let at = 0
  while (at + 8 <= bytes.length) {
    const box = parseBoxHeader(bytes.subarray(at, at + 16), at, bytes.length)
    if (!box || box.end > bytes.length) break
    const whole = bytes.subarray(at, box.end)
    boxes.push({ type: box.type, whole, body: whole.subarray(box.headerBytes) })
    at = box.end
  }
  return { boxes, remainder: bytes.subarray(at) }
}

/** The body of moov with `box` in its udta, in place of the one of that type. */
export function replaceInUdta(moov: Buffer, type: string, box: Buffer): Buffer {
  const { boxes, remainder } = splitBoxes(moov)
  const old = boxes.find(each => each.type === 'udta')
  const inner = splitBoxes(old?.body ?? Buffer.alloc(0))
  const kept = inner.boxes.filter(each => each.type !== type).map(({ whole }) => whole)
  const udta = joinBox('udta', box, ...kept, inner.remainder)
  const others = boxes.map(each => (each === old ? udta : each.whole))
  return Buffer.concat([...others, ...(old ? [] : [udta]), remainder])
}

const MAX_32 = 0xffff_ffff
const PATH = ['trak', 'mdia', 'minf', 'stbl']

/**
 * Adds to every chunk offset at or behind `from` what `growth` says that the new body has grown by. Offsets that no longer
 * fit into 32 bits make every table one of 64 bits, by which the body grows once more.
 */
export function moveOffsets(
  moov: Buffer,
  from: number,
  growth: (body: Buffer) => number,
): { readonly body: Buffer; readonly by: number } {
  const narrow = growth(moov)
  const overflows = [...tables(moov)].some(
    ({ type, body }) => type === 'stco' && highest(body) >= from && highest(body) + narrow > MAX_32,
  )
  const body = overflows ? widen(moov) : Buffer.from(moov)
  const by = overflows ? growth(body) : narrow
  for (const { type, body: table } of tables(body)) {
    const count = table.readUInt32BE(4)
    for (let i = 0; i < count; i++) {
      if (type === 'stco') {
        const offset = table.readUInt32BE(8 + i * 4)
        if (offset >= from) table.writeUInt32BE(offset + by, 8 + i * 4)
      } else {
        const offset = table.readBigUInt64BE(8 + i * 8)
        if (offset >= BigInt(from)) table.writeBigUInt64BE(offset + BigInt(by), 8 + i * 8)
      }
    }
  }
  return { body, by }
}

function highest(stco: Buffer): number {
  let most = 0
  for (let i = stco.readUInt32BE(4) - 1; i >= 0; i--) most = Math.max(most, stco.readUInt32BE(8 + i * 4))
  return most
}

/** The tables of chunk offsets of all tracks (8.7.5). */
function* tables(bytes: Buffer, depth = 0): Generator<Child> {
  for (const child of splitBoxes(bytes).boxes) {
    if (depth === PATH.length && (child.type === 'stco' || child.type === 'co64')) yield child
    else if (child.type === PATH[depth]) yield* tables(child.body, depth + 1)
  }
}

/** Every stco as a co64. */
function widen(bytes: Buffer, depth = 0): Buffer {
  const { boxes, remainder } = splitBoxes(bytes)
  const parts = boxes.map(({ type, whole, body }) => {
    if (depth === PATH.length && type === 'stco') return joinBox('co64', wideTable(body))
    return type === PATH[depth] ? joinBox(type, widen(body, depth + 1)) : whole
  })
  return Buffer.concat([...parts, remainder])
}

function wideTable(stco: Buffer): Buffer {
  const count = stco.readUInt32BE(4)
  const table = Buffer.alloc(8 + count * 8)
  stco.copy(table, 0, 0, 8)
  for (let i = 0; i < count; i++) table.writeBigUInt64BE(BigInt(stco.readUInt32BE(8 + i * 4)), 8 + i * 8)
  return table
}
