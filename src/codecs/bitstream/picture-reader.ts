// What each coded picture says of itself: its kind, whether decoding may begin at it, and which parameter sets come with it.
import { BitReader, withoutEmulation } from './bit-reader.ts'
import { parseH264Sequence } from './h264-sequence.ts'
import { parseHevcSequence } from './hevc-sequence.ts'
import { Mpeg2PictureReader } from './mpeg2-pictures.ts'
import { type CodecSetup, nalUnits, readSetup } from './nal-units.ts'
import type { SequenceFacts } from './sequence.ts'

export type PictureFacts = {
  /** null where it cannot be told. */
  readonly kind: 'I' | 'P' | 'B' | null
  /** `closed`: nothing after it needs anything before it. `open`: pictures shown before it may. null: no entry. */
  readonly entry: 'closed' | 'open' | null
  /** Other pictures may be predicted from it; null where it is not said. */
  readonly isReference: boolean | null
  /** A parameter set came that differs from the one of its kind and number. */
  readonly changedSet: 'sequence' | 'picture' | null
  /** How long the first bit waits in the decoder's buffer, in ticks of 1/90000 s, where a buffering period begins. */
  readonly initialDelay: number | null
}

/** Reads coded pictures of one stream in decoding order. */
export interface PictureReader {
  /** Of the pictures that come now; null before the first set. */
  readonly sequence: SequenceFacts | null
  read(bytes: Uint8Array): PictureFacts
}

const codecs = ['h264', 'hevc', 'mpeg2video'] as const

/** null for codecs that are not looked into. `codec` is FFmpeg's name. */
export function createPictureReader(codec: string, extradata: Uint8Array | null): PictureReader | null {
  const known = codecs.find(each => each === codec)
  if (known === undefined) return null
  return known === 'mpeg2video' ? new Mpeg2PictureReader(extradata) : new NalPictureReader(known, extradata)
}

const RECOVERY_POINT = 6
const SLICE_START = 24

/** H.264 and HEVC. */
class NalPictureReader implements PictureReader {
  readonly #isH264: boolean
  readonly #setup: CodecSetup
  readonly #sets = new Map<string, Uint8Array>()
  /** num_extra_slice_header_bits by the number of the picture parameter set; HEVC. */
  readonly #extraBits = new Map<number, number>()
  #sequence: SequenceFacts | null = null

  constructor(codec: 'h264' | 'hevc', extradata: Uint8Array | null) {
    this.#isH264 = codec === 'h264'
    this.#setup = readSetup(codec, extradata)
    for (const unit of this.#setup.units) this.#learn(unit)
  }

  get sequence(): SequenceFacts | null {
    return this.#sequence
  }

  read(bytes: Uint8Array): PictureFacts {
    let picture: Pick<PictureFacts, 'kind' | 'entry' | 'isReference'> | null = null
    let changedSet: PictureFacts['changedSet'] = null
    let initialDelay: number | null = null
    let recovers = false
    for (const unit of nalUnits(bytes, this.#setup.lengthBytes)) {
      if (unit.length < 3) continue
      const type = this.#typeOf(unit)
      if (this.#isSlice(type)) picture ??= this.#slice(unit, type)
      else if (type === (this.#isH264 ? 6 : 39)) {
        for (const { payload, body } of messages(unit.subarray(this.#isH264 ? 1 : 2))) {
          if (payload === 0) initialDelay ??= this.#bufferingPeriod(body)
          if (payload === RECOVERY_POINT) recovers = true
        }
      } else changedSet = this.#learn(unit) ?? changedSet
    }
    const { kind = null, entry = null, isReference = null } = picture ?? {}
    return { kind, entry: entry ?? (recovers && kind === 'I' ? 'open' : null), isReference, changedSet, initialDelay }
  }

  #typeOf(unit: Uint8Array): number {
    return this.#isH264 ? unit[0]! & 31 : (unit[0]! >> 1) & 63
  }

  #isSlice(type: number): boolean {
    return this.#isH264 ? type === 1 || type === 5 || type === 2 : type < 32
  }

  #slice(unit: Uint8Array, type: number): Pick<PictureFacts, 'kind' | 'entry' | 'isReference'> {
    const bits = new BitReader(withoutEmulation(unit.subarray(0, SLICE_START)))
    if (this.#isH264) {
      bits.skip(8)
      bits.ue()
      const kind = (['P', 'B', 'I', 'P', 'I'] as const)[bits.ue() % 5]!
      return { kind, entry: type === 5 ? 'closed' : null, isReference: (unit[0]! & 0x60) !== 0 }
    }
    bits.skip(16)
    const irap = type >= 16 && type <= 23
    const first = bits.flag()
    if (irap) bits.skip(1)
    bits.skip(this.#extraBits.get(bits.ue()) ?? 0)
    const kind = first ? ((['B', 'P', 'I'] as const)[bits.ue()] ?? null) : null
    // 19 and 20 are IDR; leading pictures of other entries may be lost (7.4.2.2).
    const entry = irap ? (type === 19 || type === 20 ? 'closed' : 'open') : null
    // Even numbers below 16 are pictures that no other one of their layer refers to.
    return { kind, entry, isReference: type >= 16 || type % 2 === 1 }
  }

  /** Which kind of set has changed by `unit`; null when it is none, is new or is the same. */
  #learn(unit: Uint8Array): PictureFacts['changedSet'] {
    const type = this.#typeOf(unit)
    const isSequence = type === (this.#isH264 ? 7 : 33)
    const isPicture = type === (this.#isH264 ? 8 : 34)
    if (!isSequence && !isPicture) return null
    const bits = new BitReader(withoutEmulation(unit.subarray(this.#isH264 ? 1 : 2)))
    const sequence = isSequence ? (this.#isH264 ? parseH264Sequence : parseHevcSequence)(unit) : null
    const id = sequence ? sequence.id : bits.ue()
    if (sequence) this.#sequence = sequence
    if (isPicture && !this.#isH264) {
      bits.ue()
      bits.skip(2)
      this.#extraBits.set(id, bits.bits(3))
    }
    const key = `${isSequence ? 'sequence' : 'picture'} ${id}`
    const known = this.#sets.get(key)
    const trimmed = withoutTrailingZeros(unit)
    if (known && sameBytes(known, trimmed)) return null
    this.#sets.set(key, trimmed)
    return known ? (isSequence ? 'sequence' : 'picture') : null
  }

  /** H.264 D.1.2, H.265 D.2.2: the first bucket's delay. */
  #bufferingPeriod(body: Uint8Array): number | null {
    const hrd = this.#sequence?.hrd
    if (!hrd) return null
    const bits = new BitReader(body)
    bits.ue()
    // HEVC has fields before it whose lengths depend on more of the set; what is not known is not guessed.
    return this.#isH264 ? bits.bits(hrd.delayBits) : null
  }
}

/** Messages of an SEI unit without its header (H.264 7.3.2.3.1). */
function* messages(unit: Uint8Array): Generator<{ payload: number; body: Uint8Array }> {
  const bytes = withoutEmulation(unit)
  let at = 0
  const varying = (): number => {
    let value = 0
    while (bytes[at] === 255) {
      value += 255
      at++
    }
    return value + (bytes[at++] ?? 0)
  }
  while (at + 2 < bytes.length) {
    const payload = varying()
    const size = varying()
    yield { payload, body: bytes.subarray(at, at + size) }
    at += size
  }
}

/** A copy: the unit lies in a packet that is freed. */
function withoutTrailingZeros(unit: Uint8Array): Uint8Array {
  let end = unit.length
  while (end > 0 && unit[end - 1] === 0) end--
  return unit.slice(0, end)
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i])
