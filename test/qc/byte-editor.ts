// Small changes to files: boxes of ISO media, packets of transport streams, elements of Matroska. For faults that no muxer makes.

const containers = new Set([
  'moov',
  'trak',
  'mdia',
  'minf',
  'stbl',
  'edts',
  'mvex',
  'moof',
  'traf',
  'mfra',
  'udta',
  'dinf',
])

export type FoundBox = { readonly type: string; readonly path: string; readonly start: number; readonly body: Buffer }

/** Every box with the path that leads to it; `body` is a view into `bytes`. */
export function* boxesOf(bytes: Buffer, path = '', from = 0): Generator<FoundBox> {
  let at = 0
  while (at + 8 <= bytes.length) {
    const size = bytes.readUInt32BE(at) || bytes.length - at
    const type = bytes.toString('latin1', at + 4, at + 8)
    const body = bytes.subarray(at + 8, at + size)
    const own = path ? `${path}.${type}` : type
    yield { type, path: own, start: from + at, body }
    if (containers.has(type)) yield* boxesOf(body, own, from + at + 8)
    at += size
  }
}

/** A copy in which the `nth` box with this path was changed in place. */
export function editBox(bytes: Buffer, path: string, nth: number, edit: (body: Buffer, box: FoundBox) => void): Buffer {
  const copy = Buffer.from(bytes)
  const box = [...boxesOf(copy)].filter(each => each.path === path)[nth]
  if (!box) throw new Error(`no ${path} ${nth}`)
  edit(box.body, box)
  return copy
}

/** A box of its own. */
export function makeBox(type: string, body: Buffer): Buffer {
  const header = Buffer.alloc(8)
  header.writeUInt32BE(body.length + 8)
  header.write(type, 4, 'latin1')
  return Buffer.concat([header, body])
}

/** A copy in which the body of the `nth` box with this path is another one; boxes around it grow, nothing else is moved. */
export function replaceBody(bytes: Buffer, path: string, nth: number, body: Buffer): Buffer {
  const steps = path.split('.')
  const target = [...boxesOf(bytes)].filter(each => each.path === path)[nth]!
  const by = body.length - target.body.length
  const copy = Buffer.concat([
    bytes.subarray(0, target.start + 8),
    body,
    bytes.subarray(target.start + 8 + target.body.length),
  ])
  for (let depth = 1; depth <= steps.length; depth++) {
    const parent = [...boxesOf(bytes)].findLast(
      each => each.path === steps.slice(0, depth).join('.') && each.start <= target.start,
    )!
    copy.writeUInt32BE(copy.readUInt32BE(parent.start) + by, parent.start)
  }
  return copy
}

export type TsPacket = {
  readonly bytes: Buffer
  readonly pid: number
  readonly begins: boolean
  readonly hasPcr: boolean
}

/** Packets of a transport stream as copies. */
export function packetsOf(stream: Buffer): TsPacket[] {
  return Array.from({ length: Math.floor(stream.length / 188) }, (_, i) => {
    const bytes = Buffer.from(stream.subarray(i * 188, (i + 1) * 188))
    return {
      bytes,
      pid: bytes.readUInt16BE(1) & 0x1fff,
      begins: (bytes[1]! & 0x40) !== 0,
      hasPcr: (bytes[3]! & 0x20) !== 0 && bytes[4]! > 0 && (bytes[5]! & 0x10) !== 0,
    }
  })
}

export const joinPackets = (packets: readonly TsPacket[]): Buffer => Buffer.concat(packets.map(({ bytes }) => bytes))

/** Where the times of the PES packet that begins here lie. */
export const pesAt = ({ bytes }: TsPacket): number => (bytes[3]! & 0x20 ? 5 + bytes[4]! : 4)

/** In ticks of 90 kHz; `which` 0 is PTS, 1 is DTS. */
export function readPesTime(packet: TsPacket, which: 0 | 1): number {
  const at = pesAt(packet) + 9 + which * 5
  const { bytes } = packet
  return (
    ((bytes[at]! >> 1) & 7) * 2 ** 30 + (bytes.readUInt16BE(at + 1) >> 1) * 2 ** 15 + (bytes.readUInt16BE(at + 3) >> 1)
  )
}

export function writePesTime(packet: TsPacket, which: 0 | 1, ticks: number): void {
  const at = pesAt(packet) + 9 + which * 5
  const { bytes } = packet
  bytes[at] = (bytes[at]! & 0xf0) | (Math.floor(ticks / 2 ** 30) << 1) | 1
  bytes.writeUInt16BE(((Math.floor(ticks / 2 ** 15) & 0x7fff) << 1) | 1, at + 1)
  bytes.writeUInt16BE(((ticks & 0x7fff) << 1) | 1, at + 3)
}

/** Adds seconds to the base of a clock reference. */
export function movePcr({ bytes }: TsPacket, seconds: number): void {
  const base = bytes.readUInt32BE(6) * 2 + (bytes[10]! >> 7) + Math.round(seconds * 90_000)
  bytes.writeUInt32BE(Math.floor(base / 2), 6)
  bytes[10] = (bytes[10]! & 0x7f) | ((base & 1) << 7)
}

/** A copy in which each Cluster's Timestamp (RFC 9559 5.1.3.1) was put through `move`, in milliseconds. */
export function moveClusters(file: Buffer, move: (ms: number) => number): Buffer {
  const copy = Buffer.from(file)
  const id = Buffer.from([0x1f, 0x43, 0xb6, 0x75])
  for (let at = copy.indexOf(id); at >= 0; at = copy.indexOf(id, at + 4)) {
    // The size of a Cluster has as many bytes as its first one has leading zeros, and one more.
    let value = at + 4 + Math.clz32(copy[at + 4]!) - 24 + 1
    // CRC-32 may come first.
    if (copy[value] === 0xbf) value += 6
    if (copy[value] !== 0xe7) throw new Error('a Cluster without Timestamp')
    const length = copy[value + 1]! & 0x7f
    copy.writeUIntBE(move(copy.readUIntBE(value + 2, length)), value + 2, length)
  }
  return copy
}
