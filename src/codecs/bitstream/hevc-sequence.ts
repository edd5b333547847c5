// Sequence parameter set of HEVC (ITU-T H.265 7.3.2.2, annex E).
import { BitReader, withoutEmulation } from './bit-reader.ts'
import { readSignal } from './h264-sequence.ts'
import type { DeclaredHrd, SequenceFacts } from './sequence.ts'

/** `unit` with its NAL header; null when it is cut off. */
export function parseHevcSequence(unit: Uint8Array): SequenceFacts | null {
  const bits = new BitReader(withoutEmulation(unit.subarray(2)))
  bits.skip(4)
  const layers = bits.bits(3)
  bits.skip(1)
  const general = readProfileTierLevel(bits, layers)
  const id = bits.ue()
  const chromaFormat = bits.ue()
  if (chromaFormat === 3) bits.skip(1)
  const coded = [bits.ue(), bits.ue()] as const
  const [width, height] = cropped(bits, coded, chromaFormat)
  const bitDepth = bits.ue() + 8
  bits.ue()
  const orderBits = bits.ue() + 4
  const buffer = readBuffering(bits, layers)
  for (let i = 0; i < 6; i++) bits.ue()
  if (bits.flag() && bits.flag()) skipScalingLists(bits)
  bits.skip(2)
  if (bits.flag()) {
    bits.skip(8)
    bits.ue()
    bits.ue()
    bits.skip(1)
  }
  skipReferenceSets(bits)
  if (bits.flag()) {
    const count = bits.ue()
    for (let i = 0; i < count && !bits.overrun; i++) bits.skip(orderBits + 1)
  }
  bits.skip(2)
  const vui = bits.flag() ? readVui(bits, layers) : silentVui
  if (bits.overrun) return null
  return {
    ...{ id, ...general, width, height, bitDepth, chromaFormat, framesOnly: true, ...buffer },
    ...{ maxReferences: Math.max(0, buffer.heldFrames - 1), ...vui },
  }
}

/** 7.3.3; 88 bits of flags before the level. */
function readProfileTierLevel(
  bits: BitReader,
  layers: number,
): Pick<SequenceFacts, 'profileIdc' | 'highTier' | 'levelIdc'> {
  bits.skip(2)
  const highTier = bits.flag()
  const profileIdc = bits.bits(5)
  bits.skip(32 + 4 + 43 + 1)
  const levelIdc = bits.bits(8)
  const present = Array.from({ length: layers }, () => [bits.flag(), bits.flag()] as const)
  if (layers > 0) bits.skip(2 * (8 - layers))
  for (const [profile, level] of present) bits.skip((profile ? 88 : 0) + (level ? 8 : 0))
  return { profileIdc, highTier, levelIdc }
}

function cropped(bits: BitReader, [width, height]: readonly [number, number], chromaFormat: number): [number, number] {
  if (!bits.flag()) return [width, height]
  const [left, right, top, bottom] = [bits.ue(), bits.ue(), bits.ue(), bits.ue()]
  const unitX = chromaFormat === 1 || chromaFormat === 2 ? 2 : 1
  const unitY = chromaFormat === 1 ? 2 : 1
  return [width - unitX * (left + right), height - unitY * (top + bottom)]
}

/** Of the highest layer, which is what a whole stream needs; the picture that is being decoded counts. */
function readBuffering(bits: BitReader, layers: number): { heldFrames: number; reorderFrames: number } {
  const all = bits.flag()
  let held = { heldFrames: 1, reorderFrames: 0 }
  for (let i = all ? 0 : layers; i <= layers && !bits.overrun; i++) {
    held = { heldFrames: bits.ue() + 1, reorderFrames: bits.ue() }
    bits.ue()
  }
  return held
}

/** 7.3.4. */
function skipScalingLists(bits: BitReader): void {
  for (let size = 0; size < 4; size++) {
    for (let matrix = 0; matrix < 6; matrix += size === 3 ? 3 : 1) {
      if (!bits.flag()) {
        bits.ue()
        continue
      }
      if (size > 1) bits.se()
      for (let i = 0; i < Math.min(64, 1 << (4 + size * 2)); i++) bits.se()
    }
  }
}

/** 7.3.7: the length of a predicted set follows from the one before it. */
function skipReferenceSets(bits: BitReader): void {
  const count = Math.min(64, bits.ue())
  let previous = 0
  for (let set = 0; set < count && !bits.overrun; set++) {
    if (set > 0 && bits.flag()) {
      bits.skip(1)
      bits.ue()
      let kept = 0
      for (let i = 0; i <= previous; i++) {
        const used = bits.flag()
        if (used || bits.flag()) kept++
      }
      previous = kept
      continue
    }
    previous = bits.ue() + bits.ue()
    for (let i = 0; i < previous && !bits.overrun; i++) {
      bits.ue()
      bits.skip(1)
    }
  }
}

type Vui = Pick<SequenceFacts, 'aspect' | 'fullRange' | 'color' | 'frameRate' | 'hrd'>
const silentVui: Vui = { aspect: null, fullRange: null, color: null, frameRate: null, hrd: null }

function readVui(bits: BitReader, layers: number): Vui {
  const signal = readSignal(bits)
  bits.skip(3)
  if (bits.flag()) for (let i = 0; i < 4; i++) bits.ue()
  if (!bits.flag()) return { ...signal, frameRate: null, hrd: null }
  const ticks = bits.bits(32)
  const scale = bits.bits(32)
  if (bits.flag()) bits.ue()
  const hrd = bits.flag() ? readHevcHrd(bits, layers) : null
  const frameRate = ticks > 0 && scale > 0 ? { num: scale, den: ticks, fixed: false } : null
  return { ...signal, frameRate, hrd }
}

/** E.2.2, of the highest layer; of several buckets the first. */
export function readHevcHrd(bits: BitReader, layers: number): DeclaredHrd | null {
  const nal = bits.flag()
  const vcl = bits.flag()
  let rateScale = 0
  let sizeScale = 0
  let delayBits = 24
  let parts = false
  if (nal || vcl) {
    parts = bits.flag()
    if (parts) bits.skip(8 + 5 + 1 + 5)
    rateScale = bits.bits(4)
    sizeScale = bits.bits(4)
    if (parts) bits.skip(4)
    delayBits = bits.bits(5) + 1
    bits.skip(10)
  }
  let found: DeclaredHrd | null = null
  for (let layer = 0; layer <= layers && !bits.overrun; layer++) {
    const fixed = bits.flag()
    const fixedWithin = fixed || bits.flag()
    let lowDelay = false
    if (fixedWithin) bits.ue()
    else lowDelay = bits.flag()
    const count = lowDelay ? 1 : bits.ue() + 1
    for (const kind of [nal, vcl].map((present, i) => (present ? i : -1)).filter(i => i >= 0)) {
      for (let i = 0; i < count && !bits.overrun; i++) {
        const bitRateBps = (bits.ue() + 1) * 2 ** (6 + rateScale)
        const bufferBits = (bits.ue() + 1) * 2 ** (4 + sizeScale)
        if (parts) {
          bits.ue()
          bits.ue()
        }
        const constantRate = bits.flag()
        const countsAllUnits = kind === 0
        if (layer === layers && i === 0 && (countsAllUnits || !nal))
          found = { bitRateBps, bufferBits, constantRate, countsAllUnits, delayBits }
      }
    }
  }
  return found
}
