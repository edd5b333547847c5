// Sequence, group and picture headers of MPEG-2 video (ITU-T H.262 6.2.2 and 6.2.3).
import { BitReader } from './bit-reader.ts'
import { nalUnits } from './nal-units.ts'
import type { PictureFacts, PictureReader } from './picture-reader.ts'
import type { SequenceFacts } from './sequence.ts'

/** Table 6-4. */
const rates: readonly (readonly [number, number])[] = [
  ...([
    [24000, 1001],
    [24, 1],
    [25, 1],
    [30000, 1001],
    [30, 1],
    [50, 1],
    [60000, 1001],
    [60, 1],
  ] as const),
]

export class Mpeg2PictureReader implements PictureReader {
  #sequence: SequenceFacts | null = null
  #header: Uint8Array | null = null

  constructor(extradata: Uint8Array | null) {
    if (extradata) this.read(extradata)
  }

  get sequence(): SequenceFacts | null {
    return this.#sequence
  }

  read(bytes: Uint8Array): PictureFacts {
    let kind: PictureFacts['kind'] = null
    let group: 'closed' | 'open' | null = null
    let changedSet: PictureFacts['changedSet'] = null
    for (const unit of nalUnits(bytes, null)) {
      if (unit[0] === 0xb3) {
        const before = this.#sequence
        this.#header = unit.slice()
        this.#sequence = readSequence(unit, null) ?? before
      } else if (unit[0] === 0xb5 && unit[1]! >> 4 === 1 && this.#header) {
        changedSet = this.#extend(unit) ?? changedSet
      } else if (unit[0] === 0xb8 && unit.length >= 5) group = (unit[4]! & 0x40) !== 0 ? 'closed' : 'open'
      else if (unit[0] === 0 && unit.length >= 3) kind ??= (['I', 'P', 'B'] as const)[((unit[2]! >> 3) & 7) - 1] ?? null
      // Slices: nothing that follows them belongs to the headers.
      else if (unit[0]! >= 1 && unit[0]! <= 0xaf) break
    }
    const entry = kind === 'I' ? (group ?? 'open') : null
    return { kind, entry, isReference: kind === null ? null : kind !== 'B', changedSet, initialDelay: null }
  }

  #last = ''

  #extend(extension: Uint8Array): PictureFacts['changedSet'] {
    this.#sequence = readSequence(this.#header!, extension) ?? this.#sequence
    const now = JSON.stringify(this.#sequence)
    const changed = this.#last !== '' && this.#last !== now
    this.#last = now
    return changed ? 'sequence' : null
  }
}

function readSequence(header: Uint8Array, extension: Uint8Array | null): SequenceFacts | null {
  if (header.length < 8) return null
  const bits = new BitReader(header.subarray(1))
  const size = [bits.bits(12), bits.bits(12)] as const
  bits.skip(4)
  const rate = rates[bits.bits(4) - 1] ?? null
  const bitRate = bits.bits(18)
  bits.skip(1)
  const buffer = bits.bits(10)
  const more = new BitReader(extension?.subarray(1) ?? new Uint8Array())
  more.skip(5)
  const profileIdc = more.bits(3)
  const levelIdc = more.bits(4)
  const framesOnly = more.flag()
  const chromaFormat = more.bits(2)
  const [width, height] = [size[0] + more.bits(2) * 4096, size[1] + more.bits(2) * 4096]
  const bitRateBps = (bitRate + more.bits(12) * 2 ** 18) * 400
  more.skip(1)
  const bufferBits = (buffer + more.bits(8) * 1024) * 16 * 1024
  more.skip(1)
  const [multiplier, divisor] = [more.bits(2) + 1, more.bits(5) + 1]
  // All ones: a rate that varies and is not said (MPEG-1).
  const stated = extension !== null && bitRateBps > 0 && bufferBits > 0
  return {
    ...{ id: 0, profileIdc, levelIdc, highTier: false, width, height, bitDepth: 8, chromaFormat, framesOnly },
    ...{ maxReferences: 2, heldFrames: null, reorderFrames: null, aspect: null, fullRange: null, color: null },
    frameRate: rate && { num: rate[0] * multiplier, den: rate[1] * divisor, fixed: true },
    hrd: stated ? { bitRateBps, bufferBits, constantRate: false, countsAllUnits: true, delayBits: 0 } : null,
  }
}
