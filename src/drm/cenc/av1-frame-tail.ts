// The second half of AV1's frame header: quantizer, segments, filters, transforms, motion, film grain (5.9.12 to 5.9.30).

import { skipFilmGrain } from './av1-film-grain.ts'
import { readGlobalMotion } from './av1-global-motion.ts'
import type { Av1Sequence } from './av1-sequence.ts'
import { identityMotion, noSegments, relativeDistance, type SegmentFeatures } from './av1-state.ts'
import type { BitReader } from './bit-reader.ts'

export type TailContext = {
  /** Key frame or intra only. */
  readonly intra: boolean
  /** frame_type is INTER_FRAME. */
  readonly inter: boolean
  readonly resilient: boolean
  readonly intraBlockCopy: boolean
  readonly superres: boolean
  readonly highPrecision: boolean
  readonly shown: boolean
  readonly orderHint: number
  readonly referenceHints: readonly number[]
  /** There is no primary reference frame. */
  readonly freshSegments: boolean
  readonly segments: SegmentFeatures
  readonly globalMotion: readonly (readonly number[])[]
}

export type Tail = { readonly segments: SegmentFeatures; readonly globalMotion: readonly (readonly number[])[] }

export function readTail(bits: BitReader, seq: Av1Sequence, context: TailContext): Tail {
  const { intra, intraBlockCopy } = context
  const planes = seq.monochrome ? 1 : 3
  const { base, deltas } = readQuantizer(bits, seq, planes)
  const segments = readSegments(bits, context)
  if (base > 0 && bits.flag()) {
    bits.skip(2)
    if (!intraBlockCopy && bits.flag()) bits.skip(3)
  }
  // 5.9.2: a frame is lossless when no segment has a quantizer.
  const lossless =
    !deltas &&
    segments.altQ.every(q => Math.min(255, Math.max(0, base + (segments.enabled && q !== null ? q : 0))) === 0)
  if (!lossless && !intraBlockCopy) {
    skipLoopFilter(bits, planes)
    if (seq.cdef) skipCdef(bits, planes)
  }
  if (!(lossless && !context.superres) && !intraBlockCopy && seq.restoration) skipRestoration(bits, seq, planes)
  if (!lossless) bits.skip(1)
  const selectsReference = !intra && bits.flag()
  if (selectsReference && allowsSkipMode(seq, context)) bits.skip(1)
  if (!intra && !context.resilient && seq.warpedMotion) bits.skip(1)
  bits.skip(1)
  const globalMotion = intra ? undefined : readGlobalMotion(bits, context.globalMotion, context.highPrecision)
  if (seq.filmGrain && context.shown) skipFilmGrain(bits, seq, context.inter)
  return { segments, globalMotion: globalMotion ?? identityMotion }
}

/** Whether any of them is not zero is all that matters of the deltas. */
function readQuantizer(bits: BitReader, seq: Av1Sequence, planes: number): { base: number; deltas: boolean } {
  const base = bits.u(8)
  const delta = (): number => (bits.flag() ? bits.su(7) : 0)
  let deltas = delta() !== 0
  if (planes > 1) {
    const different = seq.separateUvDeltaQ && bits.flag()
    for (let i = different ? 4 : 2; i > 0; i--) if (delta() !== 0) deltas = true
  }
  if (bits.flag()) bits.skip(seq.separateUvDeltaQ ? 12 : 8)
  return { base, deltas }
}

/** 5.9.14: bits of each feature, and whether a sign precedes them. */
const FEATURES = [
  [8, true],
  [6, true],
  [6, true],
  [6, true],
  [6, true],
  [3, false],
  [0, false],
  [0, false],
] as const

function readSegments(bits: BitReader, context: TailContext): SegmentFeatures {
  if (!bits.flag()) return noSegments
  let update = true
  if (!context.freshSegments) {
    if (bits.flag()) bits.skip(1)
    update = bits.flag()
  }
  if (!update) return { ...context.segments, enabled: true }
  const altQ = Array.from({ length: 8 }, () => {
    let q: number | null = null
    for (const [i, [width, signed]] of FEATURES.entries()) {
      if (!bits.flag()) continue
      const value = signed ? bits.su(1 + width) : bits.u(width)
      if (i === 0) q = Math.max(-255, Math.min(255, value))
    }
    return q
  })
  return { enabled: true, altQ }
}

/** 5.9.11 */
function skipLoopFilter(bits: BitReader, planes: number): void {
  const [vertical, horizontal] = [bits.u(6), bits.u(6)]
  if (planes > 1 && (vertical > 0 || horizontal > 0)) bits.skip(12)
  bits.skip(3)
  const changed = bits.flag() && bits.flag()
  for (let i = changed ? 10 : 0; i > 0; i--) if (bits.flag()) bits.skip(7)
}

/** 5.9.19 */
function skipCdef(bits: BitReader, planes: number): void {
  bits.skip(2)
  const strengths = 2 ** bits.u(2)
  bits.skip(strengths * (planes > 1 ? 12 : 6))
}

/** 5.9.20 */
function skipRestoration(bits: BitReader, seq: Av1Sequence, planes: number): void {
  const types = Array.from({ length: planes }, () => bits.u(2))
  if (types.every(type => type === 0)) return
  if (seq.use128) bits.skip(1)
  else if (bits.flag()) bits.skip(1)
  if (seq.subsamplingX && seq.subsamplingY && types.slice(1).some(type => type !== 0)) bits.skip(1)
}

/** 5.9.22 */
function allowsSkipMode(seq: Av1Sequence, { orderHint, referenceHints }: TailContext): boolean {
  if (seq.orderHintBits === 0) return false
  const distance = (a: number, b: number): number => relativeDistance(a, b, seq.orderHintBits)
  const latest = (hints: readonly number[]): number | undefined =>
    hints.reduce<number | undefined>(
      (best, hint) => (best === undefined || distance(hint, best) > 0 ? hint : best),
      undefined,
    )
  const forward = latest(referenceHints.filter(hint => distance(hint, orderHint) < 0))
  if (forward === undefined) return false
  if (referenceHints.some(hint => distance(hint, orderHint) > 0)) return true
  return referenceHints.some(hint => distance(hint, forward) < 0)
}
