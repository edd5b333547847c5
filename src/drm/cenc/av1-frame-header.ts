// The frame header of AV1 (5.9): where it ends, and how the frame is cut into tiles. It follows references from frame to frame.
import { damaged } from '../../manifest/index.ts'
import { readTail } from './av1-frame-tail.ts'
import { type Av1Sequence, SELECT } from './av1-sequence.ts'
import { type Av1Reference, deriveReferences, emptyReference, identityMotion, noSegments } from './av1-state.ts'
import { type Av1Tiles, readTiles } from './av1-tiles.ts'
import type { BitReader } from './bit-reader.ts'

const KEY = 0
const INTRA_ONLY = 2
const SWITCH = 3
/** PRIMARY_REF_NONE */
const NONE = 7

export type Av1Frame = {
  /** null when it shows a frame that was coded before. */
  readonly tiles: Av1Tiles | null
}

export type Av1Layer = { readonly temporal: number; readonly spatial: number }

/** Reads headers one after the other, and keeps what later ones refer to. */
export class Av1FrameHeaders {
  #references: Av1Reference[] = Array(8).fill(emptyReference)

  read(bits: BitReader, seq: Av1Sequence, layer: Av1Layer): Av1Frame {
    const idBits = seq.frameIds?.idBits ?? 0
    let frameType = KEY
    let showFrame = true
    let showable = false
    let resilient = true
    if (!seq.reducedStill) {
      if (bits.flag()) {
        this.#showExisting(bits, seq, idBits)
        return { tiles: null }
      }
      frameType = bits.u(2)
      showFrame = bits.flag()
      if (showFrame) skipPresentationTime(bits, seq)
      showable = showFrame ? frameType !== KEY : bits.flag()
      resilient = frameType === SWITCH || (frameType === KEY && showFrame) || bits.flag()
    }
    const intra = frameType === KEY || frameType === INTRA_ONLY
    if (frameType === KEY && showFrame) this.#references = Array(8).fill(emptyReference)
    const noCdfUpdate = bits.flag()
    const screenContent = seq.screenContentTools === SELECT ? bits.flag() : seq.screenContentTools === 1
    let integerMv = screenContent && (seq.integerMv === SELECT ? bits.flag() : seq.integerMv === 1)
    if (intra) integerMv = true
    bits.skip(idBits)
    const override = frameType === SWITCH || (!seq.reducedStill && bits.flag())
    const orderHint = bits.u(seq.orderHintBits)
    const primary = intra || resilient ? NONE : bits.u(3)
    skipRemovalTimes(bits, seq, layer)
    const refresh = frameType === SWITCH || (frameType === KEY && showFrame) ? 255 : bits.u(8)
    if ((!intra || refresh !== 255) && resilient && seq.orderHintBits > 0) this.#readOrderHints(bits, seq)
    let indices: readonly number[] = []
    let highPrecision = false
    let intraBlockCopy = false
    let size: Size
    if (intra) {
      size = readSize(bits, seq, override)
      skipRenderSize(bits)
      intraBlockCopy = screenContent && size.upscaledWidth === size.width && bits.flag()
    } else {
      indices = this.#readIndices(bits, seq, orderHint)
      size =
        override && !resilient ? this.#readSizeByReference(bits, seq, indices) : readSize(bits, seq, override, true)
      highPrecision = !integerMv && bits.flag()
      if (!bits.flag()) bits.skip(2)
      bits.skip(1)
      if (!resilient && seq.refFrameMvs) bits.skip(1)
    }
    if (!seq.reducedStill && !noCdfUpdate) bits.skip(1)
    const tiles = readTiles(bits, size, seq.use128)
    const before = primary === NONE ? undefined : this.#references[indices[primary] ?? -1]
    if (primary !== NONE && !before) throw damaged('a frame builds on none of its references')
    const tail = readTail(bits, seq, {
      intra,
      inter: frameType === 1,
      resilient,
      intraBlockCopy,
      superres: size.upscaledWidth !== size.width,
      highPrecision,
      shown: showFrame || showable,
      orderHint,
      referenceHints: indices.map(index => this.#references[index]!.orderHint),
      freshSegments: primary === NONE,
      segments: before?.segments ?? noSegments,
      globalMotion: before?.globalMotion ?? identityMotion,
    })
    const { upscaledWidth, height: frameHeight } = size
    this.#store(refresh, { valid: true, frameType, upscaledWidth, frameHeight, orderHint, ...tail })
    return { tiles }
  }

  #store(refresh: number, reference: Av1Reference): void {
    this.#references = this.#references.map((before, i) => ((refresh >> i) & 1 ? reference : before))
  }

  /** 7.21: showing a key frame again makes it all references. */
  #showExisting(bits: BitReader, seq: Av1Sequence, idBits: number): void {
    const shown = this.#references[bits.u(3)]!
    skipPresentationTime(bits, seq)
    bits.skip(idBits)
    if (shown.frameType === KEY) this.#store(255, shown)
  }

  #readOrderHints(bits: BitReader, seq: Av1Sequence): void {
    this.#references = this.#references.map(reference => {
      const orderHint = bits.u(seq.orderHintBits)
      return orderHint === reference.orderHint && reference.valid ? reference : { ...emptyReference, orderHint }
    })
  }

  #readIndices(bits: BitReader, seq: Av1Sequence, orderHint: number): number[] {
    let indices: number[] | undefined
    if (seq.orderHintBits > 0 && bits.flag()) {
      const [last, golden] = [bits.u(3), bits.u(3)]
      const hints = this.#references.map(reference => reference.orderHint)
      indices = deriveReferences(last, golden, orderHint, seq.orderHintBits, hints)
    }
    return Array.from({ length: 7 }, (_, i) => {
      const index = indices?.[i] ?? bits.u(3)
      if (seq.frameIds) bits.skip(seq.frameIds.deltaBits)
      return index
    })
  }

  /** 5.9.7 */
  #readSizeByReference(bits: BitReader, seq: Av1Sequence, indices: readonly number[]): Size {
    for (const index of indices) {
      if (!bits.flag()) continue
      const { upscaledWidth, frameHeight, valid } = this.#references[index]!
      if (!valid) throw damaged('a frame takes its size from a reference that is not there')
      return { upscaledWidth, width: readSuperres(bits, seq, upscaledWidth), height: frameHeight }
    }
    return readSize(bits, seq, true, true)
  }
}

export type Size = { readonly upscaledWidth: number; readonly width: number; readonly height: number }

/** 5.9.5, with 5.9.6 behind it where asked for. */
function readSize(bits: BitReader, seq: Av1Sequence, override: boolean, render = false): Size {
  const upscaledWidth = override ? bits.u(seq.widthBits) + 1 : seq.maxWidth
  const height = override ? bits.u(seq.heightBits) + 1 : seq.maxHeight
  const width = readSuperres(bits, seq, upscaledWidth)
  if (render) skipRenderSize(bits)
  return { upscaledWidth, width, height }
}

/** 5.9.8 */
function readSuperres(bits: BitReader, seq: Av1Sequence, upscaledWidth: number): number {
  if (!seq.superres || !bits.flag()) return upscaledWidth
  const denominator = bits.u(3) + 9
  return Math.floor((upscaledWidth * 8 + Math.floor(denominator / 2)) / denominator)
}

function skipRenderSize(bits: BitReader): void {
  if (bits.flag()) bits.skip(32)
}

function skipPresentationTime(bits: BitReader, seq: Av1Sequence): void {
  if (seq.decoderModel && !seq.equalPictureInterval) bits.skip(seq.decoderModel.presentationTimeBits)
}

function skipRemovalTimes(bits: BitReader, seq: Av1Sequence, { temporal, spatial }: Av1Layer): void {
  if (!seq.decoderModel || !bits.flag()) return
  for (const { idc, decoderModel } of seq.operatingPoints) {
    const inside = idc === 0 || (((idc >> temporal) & 1) === 1 && ((idc >> (spatial + 8)) & 1) === 1)
    if (decoderModel && inside) bits.skip(seq.decoderModel.removalTimeBits)
  }
}
