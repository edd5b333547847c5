// What AV1 keeps of each reference frame, as far as the headers of later frames depend on it (7.20, 7.21).

export type SegmentFeatures = {
  readonly enabled: boolean
  /** The quantizer feature of each segment; null where it has none. */
  readonly altQ: readonly (number | null)[]
}

export type Av1Reference = {
  readonly valid: boolean
  readonly frameType: number
  readonly upscaledWidth: number
  readonly frameHeight: number
  readonly orderHint: number
  readonly segments: SegmentFeatures
  /** Six parameters of each of the seven references, LAST … ALTREF. */
  readonly globalMotion: readonly (readonly number[])[]
}

export const noSegments: SegmentFeatures = { enabled: false, altQ: Array(8).fill(null) }
/** 7.20: the identity, in 16 fractional bits. */
export const identityMotion: readonly (readonly number[])[] = Array(7).fill([0, 0, 1 << 16, 0, 0, 1 << 16])

export const emptyReference: Av1Reference = {
  valid: false,
  frameType: 0,
  upscaledWidth: 0,
  frameHeight: 0,
  orderHint: 0,
  segments: noSegments,
  globalMotion: identityMotion,
}

/** 5.9.3: how far `a` is behind `b` in the circle of order hints. */
export function relativeDistance(a: number, b: number, orderHintBits: number): number {
  if (orderHintBits === 0) return 0
  const half = 1 << (orderHintBits - 1)
  const difference = a - b
  return (difference & (half - 1)) - (difference & half)
}

/** 7.8: the references of a frame that names only two of them. */
export function deriveReferences(
  last: number,
  golden: number,
  orderHint: number,
  orderHintBits: number,
  hints: readonly number[],
): number[] {
  const middle = 1 << (orderHintBits - 1)
  const shifted = hints.map(hint => middle + relativeDistance(hint, orderHint, orderHintBits))
  const found: number[] = Array(7).fill(-1)
  const used = new Set([last, golden])
  found[0] = last
  found[3] = golden
  const pick = (accept: (hint: number) => boolean, better: (hint: number, than: number) => boolean): number => {
    let best = -1
    for (const [i, hint] of shifted.entries())
      if (!used.has(i) && accept(hint) && (best < 0 || better(hint, shifted[best]!))) best = i
    return best
  }
  const put = (slot: number, index: number): void => {
    if (index < 0) return
    found[slot] = index
    used.add(index)
  }
  const later = (hint: number): boolean => hint >= middle
  const sooner = (hint: number): boolean => hint < middle
  put(
    6,
    pick(later, (hint, than) => hint >= than),
  )
  put(
    4,
    pick(later, (hint, than) => hint < than),
  )
  put(
    5,
    pick(later, (hint, than) => hint < than),
  )
  for (const slot of [1, 2, 4, 5, 6])
    if (found[slot]! < 0)
      put(
        slot,
        pick(sooner, (hint, than) => hint >= than),
      )
  const earliest = shifted.reduce((best, hint, i) => (hint < shifted[best]! ? i : best), 0)
  return found.map(index => (index < 0 ? earliest : index))
}
