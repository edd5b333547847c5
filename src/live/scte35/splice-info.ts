// Reads a splice_info_section (ANSI/SCTE 35 2023, clause 9): what an advertisement marker in a transport stream says.
import { HeadendError } from '../../core/index.ts'
import { crc32Mpeg } from './crc32-mpeg.ts'

/** Times are ticks of 90 kHz, modulo 2^33, with pts_adjustment added already. */
export type SpliceCommand =
  | {
      readonly type: 'insert'
      readonly eventId: number
      readonly cancel: boolean
      /** Out of the network: an advertisement begins. */
      readonly out: boolean
      /** Null: at once. */
      readonly ticks: bigint | null
      readonly durationTicks: bigint | null
      /** Whether the network comes back by itself when the duration is over. */
      readonly autoReturn: boolean
    }
  | { readonly type: 'time-signal'; readonly ticks: bigint | null }
  /** splice_null, splice_schedule, bandwidth_reservation, private_command: nothing that stands on the timeline. */
  | { readonly type: 'other'; readonly commandType: number }

/** segmentation_descriptor (10.3.3). */
export type Segmentation = {
  readonly eventId: number
  readonly cancel: boolean
  /** Table 23: 0x34 a placement opportunity of the provider begins, 0x35 it ends. */
  readonly typeId: number
  readonly durationTicks: bigint | null
  readonly upidType: number
  readonly upid: Uint8Array
}

export type SpliceInfo = { readonly command: SpliceCommand; readonly segmentations: readonly Segmentation[] }

const WRAP = 1n << 33n
const TABLE_ID = 0xfc
const CUEI = 0x43554549
const SEGMENTATION_TAG = 0x02

/** @throws {HE_INPUT_DAMAGED} when it is cut off, is no such section, is encrypted, or its checksum is wrong. */
export function parseSpliceInfo(section: Uint8Array): SpliceInfo {
  const view = new DataView(section.buffer, section.byteOffset, section.byteLength)
  if (section.length < 20 || section[0] !== TABLE_ID) throw damaged('it does not begin like one')
  const length = 3 + (view.getUint16(1) & 0x0fff)
  if (length < 20 || length > section.length) throw damaged('it is cut off')
  if (crc32Mpeg(section.subarray(0, length)) !== 0) throw damaged('its checksum is wrong')
  const reader = new Bits(section.subarray(0, length - 4))
  reader.skip(24 + 8)
  if (reader.flag()) throw damaged('it is encrypted')
  reader.skip(6)
  const adjustment = reader.long(33)
  reader.skip(8 + 12)
  const commandLength = reader.bits(12)
  const commandType = reader.bits(8)
  const begin = reader.position
  const command = readCommand(reader, commandType, adjustment)
  // 9.6: 0xfff says that the length is not told; then the command itself says where it ends.
  if (commandLength !== 0xfff) reader.moveTo(begin + commandLength * 8)
  else if (command.type === 'other' && commandType !== 0) throw damaged('its command has no length')
  return { command, segmentations: readDescriptors(reader) }
}

function readCommand(reader: Bits, commandType: number, adjustment: bigint): SpliceCommand {
  const time = (): bigint | null => {
    if (!reader.flag()) {
      reader.skip(7)
      return null
    }
    reader.skip(6)
    return (reader.long(33) + adjustment) % WRAP
  }
  if (commandType === 0x06) return { type: 'time-signal', ticks: time() }
  if (commandType !== 0x05) return { type: 'other', commandType }
  const eventId = reader.bits(32)
  const cancel = reader.flag()
  reader.skip(7)
  const nothing = { ticks: null, durationTicks: null, autoReturn: false }
  if (cancel) return { type: 'insert', eventId, cancel, out: false, ...nothing }
  const out = reader.flag()
  const program = reader.flag()
  const hasDuration = reader.flag()
  const immediate = reader.flag()
  reader.skip(4)
  let ticks: bigint | null = null
  if (program) ticks = immediate ? null : time()
  else {
    // Components share one moment in practice: the first that has one tells it.
    for (let count = reader.bits(8); count > 0; count--) {
      reader.skip(8)
      if (!immediate) ticks ??= time()
    }
  }
  let [autoReturn, durationTicks]: [boolean, bigint | null] = [false, null]
  if (hasDuration) {
    autoReturn = reader.flag()
    reader.skip(6)
    durationTicks = reader.long(33)
  }
  reader.skip(16 + 8 + 8)
  return { type: 'insert', eventId, cancel, out, ticks, durationTicks, autoReturn }
}

function readDescriptors(reader: Bits): Segmentation[] {
  const end = reader.bits(16) * 8 + reader.position
  const found: Segmentation[] = []
  while (reader.position + 16 <= end) {
    const tag = reader.bits(8)
    const next = reader.bits(8) * 8 + reader.position
    if (next > end) throw damaged('a descriptor is longer than their list')
    if (tag === SEGMENTATION_TAG && next - reader.position >= 72 && reader.bits(32) === CUEI)
      found.push(readSegmentation(reader))
    reader.moveTo(next)
  }
  return found
}

function readSegmentation(reader: Bits): Segmentation {
  const eventId = reader.bits(32)
  const cancel = reader.flag()
  reader.skip(7)
  const nothing = { durationTicks: null, upidType: 0, upid: new Uint8Array(0), typeId: 0 }
  if (cancel) return { eventId, cancel, ...nothing }
  const program = reader.flag()
  const hasDuration = reader.flag()
  reader.skip(6)
  if (!program) for (let count = reader.bits(8); count > 0; count--) reader.skip(8 + 40)
  const durationTicks = hasDuration ? reader.long(40) : null
  const upidType = reader.bits(8)
  const upid = reader.bytes(reader.bits(8))
  return { eventId, cancel, durationTicks, upidType, upid, typeId: reader.bits(8) }
}

const damaged = (why: string): HeadendError =>
  new HeadendError('HE_INPUT_DAMAGED', `a splice_info_section of SCTE 35 cannot be read: ${why}`)

/** Bits of a section, the highest first. */
class Bits {
  readonly #data: Uint8Array
  position = 0

  constructor(data: Uint8Array) {
    this.#data = data
  }

  bits(count: number): number {
    return Number(this.long(count))
  }

  long(count: number): bigint {
    if (this.position + count > this.#data.length * 8) throw damaged('it is cut off')
    let value = 0n
    for (let i = 0; i < count; i++, this.position++)
      value = (value << 1n) | BigInt((this.#data[this.position >> 3]! >> (7 - (this.position & 7))) & 1)
    return value
  }

  flag(): boolean {
    return this.bits(1) === 1
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.bits(8))
  }

  skip(count: number): void {
    this.moveTo(this.position + count)
  }

  moveTo(position: number): void {
    if (position > this.#data.length * 8) throw damaged('it is cut off')
    this.position = position
  }
}
