// Sequence parameter set of H.264 (ITU-T H.264 7.3.2.1.1, annex E).
import { BitReader, withoutEmulation } from './bit-reader.ts'
import { type DeclaredHrd, type SequenceFacts, sampleAspects } from './sequence.ts'

/** Profiles whose set says chroma and depth. */
const HIGH = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135])

/** `unit` with its NAL header; null when it is cut off. */
export function parseH264Sequence(unit: Uint8Array): SequenceFacts | null {
  const bits = new BitReader(withoutEmulation(unit.subarray(1)))
  const profileIdc = bits.bits(8)
  bits.skip(8)
  const levelIdc = bits.bits(8)
  const id = bits.ue()
  const samples = readSamples(bits, profileIdc)
  bits.ue()
  skipOrderCount(bits)
  const maxReferences = bits.ue()
  bits.skip(1)
  const across = (bits.ue() + 1) * 16
  const mapUnits = bits.ue() + 1
  const framesOnly = bits.flag()
  if (!framesOnly) bits.skip(1)
  bits.skip(1)
  const [width, height] = cropped(bits, across, mapUnits * 16 * (framesOnly ? 1 : 2), { ...samples, framesOnly })
  const vui = bits.flag() ? readVui(bits) : silentVui
  if (bits.overrun) return null
  return {
    ...{ id, profileIdc, levelIdc, highTier: false, width, height, ...samples, framesOnly, maxReferences },
    ...vui,
  }
}

function readSamples(bits: BitReader, profileIdc: number): { chromaFormat: number; bitDepth: number } {
  if (!HIGH.has(profileIdc)) return { chromaFormat: 1, bitDepth: 8 }
  const chromaFormat = bits.ue()
  if (chromaFormat === 3) bits.skip(1)
  const bitDepth = bits.ue() + 8
  bits.ue()
  bits.skip(1)
  const lists = bits.flag() ? (chromaFormat === 3 ? 12 : 8) : 0
  for (let i = 0; i < lists; i++) if (bits.flag()) skipList(bits, i < 6 ? 16 : 64)
  return { chromaFormat, bitDepth }
}

function skipList(bits: BitReader, size: number): void {
  let next = 8
  for (let i = 0; i < size && next !== 0 && !bits.overrun; i++) next = (next + bits.se() + 256) % 256
}

function skipOrderCount(bits: BitReader): void {
  const type = bits.ue()
  if (type === 0) bits.ue()
  if (type !== 1) return
  bits.skip(1)
  bits.se()
  bits.se()
  const cycle = bits.ue()
  for (let i = 0; i < cycle && !bits.overrun; i++) bits.se()
}

function cropped(
  bits: BitReader,
  across: number,
  down: number,
  { chromaFormat, framesOnly }: { chromaFormat: number; framesOnly: boolean },
): [number, number] {
  if (!bits.flag()) return [across, down]
  const [left, right, top, bottom] = [bits.ue(), bits.ue(), bits.ue(), bits.ue()]
  const unitX = chromaFormat === 1 || chromaFormat === 2 ? 2 : 1
  const unitY = (chromaFormat === 1 ? 2 : 1) * (framesOnly ? 1 : 2)
  return [across - unitX * (left + right), down - unitY * (top + bottom)]
}

type Vui = Pick<SequenceFacts, 'aspect' | 'fullRange' | 'color' | 'frameRate' | 'hrd' | 'heldFrames' | 'reorderFrames'>
const silentVui: Vui = {
  ...{ aspect: null, fullRange: null, color: null, frameRate: null, hrd: null, heldFrames: null, reorderFrames: null },
}

/** The part that both codecs begin with alike (E.1.1). */
export function readSignal(bits: BitReader): Pick<Vui, 'aspect' | 'fullRange' | 'color'> {
  let aspect: Vui['aspect'] = null
  if (bits.flag()) {
    const idc = bits.bits(8)
    aspect = idc === 255 ? [bits.bits(16), bits.bits(16)] : (sampleAspects[idc] ?? null)
    if (aspect && (aspect[0] === 0 || aspect[1] === 0)) aspect = null
  }
  if (bits.flag()) bits.skip(1)
  let fullRange: boolean | null = null
  let color: Vui['color'] = null
  if (bits.flag()) {
    bits.skip(3)
    fullRange = bits.flag()
    if (bits.flag()) color = { primaries: bits.bits(8), transfer: bits.bits(8), matrix: bits.bits(8) }
  }
  if (bits.flag()) {
    bits.ue()
    bits.ue()
  }
  return { aspect, fullRange, color }
}

function readVui(bits: BitReader): Vui {
  const signal = readSignal(bits)
  let frameRate: Vui['frameRate'] = null
  if (bits.flag()) {
    const ticks = bits.bits(32)
    const scale = bits.bits(32)
    const fixed = bits.flag()
    // A tick is a field (E.2.1).
    if (ticks > 0 && scale > 0) frameRate = { num: scale, den: ticks * 2, fixed }
  }
  const nal = bits.flag() ? readHrd(bits, true) : null
  const vcl = bits.flag() ? readHrd(bits, false) : null
  if (nal || vcl) bits.skip(1)
  bits.skip(1)
  let heldFrames: number | null = null
  let reorderFrames: number | null = null
  if (bits.flag()) {
    bits.skip(1)
    for (let i = 0; i < 4; i++) bits.ue()
    reorderFrames = bits.ue()
    heldFrames = bits.ue()
  }
  return { ...signal, frameRate, hrd: nal ?? vcl, heldFrames, reorderFrames }
}

/** E.1.2; of several buckets the first. */
function readHrd(bits: BitReader, countsAllUnits: boolean): DeclaredHrd | null {
  const count = bits.ue() + 1
  const rateScale = bits.bits(4)
  const sizeScale = bits.bits(4)
  let first: Pick<DeclaredHrd, 'bitRateBps' | 'bufferBits' | 'constantRate'> | null = null
  for (let i = 0; i < count && !bits.overrun; i++) {
    const bitRateBps = (bits.ue() + 1) * 2 ** (6 + rateScale)
    const bufferBits = (bits.ue() + 1) * 2 ** (4 + sizeScale)
    first ??= { bitRateBps, bufferBits, constantRate: bits.flag() }
    if (i > 0) bits.skip(1)
  }
  const delayBits = bits.bits(5) + 1
  bits.skip(15)
  return first && { ...first, countsAllUnits, delayBits }
}
