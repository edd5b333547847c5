// Writes a splice_info_section with a splice_insert (ANSI/SCTE 35 2023, 9.7.3): what an operator's ad break looks like to who inserts ads.
import { crc32Mpeg } from './crc32-mpeg.ts'

export type SpliceInsert = {
  /** 32 bits. */
  readonly eventId: number
  readonly out: boolean
  /** 90 kHz; only the lower 33 bits are written. */
  readonly ticks: bigint
  /** With it the network comes back by itself. */
  readonly durationTicks: bigint | null
}

const MASK = (1n << 33n) - 1n

export function formatSpliceInsert({ eventId, out, ticks, durationTicks }: SpliceInsert): Uint8Array {
  const duration = durationTicks === null ? Buffer.alloc(0) : time(durationTicks, 0xfe)
  const id = Buffer.alloc(4)
  id.writeUInt32BE(eventId)
  const command = Buffer.concat([
    id,
    // Not cancelled; of the whole program, at a time.
    Buffer.of(0x7f, (out ? 0x80 : 0) | 0x40 | (durationTicks === null ? 0 : 0x20) | 0x0f),
    time(ticks, 0xfe),
    duration,
    // unique_program_id, avail_num, avails_expected: not used.
    Buffer.alloc(4),
  ])
  const head = Buffer.alloc(14)
  head[0] = 0xfc
  head.writeUInt16BE(0x3000 | (11 + command.length + 2 + 4), 1)
  // cw_index and tier: all.
  head.writeUIntBE(0x00fff000 | command.length, 9, 4)
  head[13] = 0x05
  const body = Buffer.concat([head, command, Buffer.alloc(2)])
  const crc = Buffer.alloc(4)
  crc.writeUInt32BE(crc32Mpeg(body))
  return Buffer.concat([body, crc])
}

/** Seven bits before 33: flag and reserved ones. */
function time(ticks: bigint, first: number): Buffer {
  const bytes = Buffer.alloc(5)
  const value = ticks & MASK
  bytes[0] = first | Number(value >> 32n)
  bytes.writeUInt32BE(Number(value & 0xffffffffn), 1)
  return bytes
}
