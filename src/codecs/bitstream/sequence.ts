// What a sequence parameter set says, the same for every codec that has one.

/** One leaky bucket that the stream promises to fit (H.264 E.2.2, H.265 E.3.3; MPEG-2 annex C). */
export type DeclaredHrd = {
  readonly bitRateBps: number
  readonly bufferBits: number
  /** Filled at a constant rate: the buffer may not run over either. */
  readonly constantRate: boolean
  /** NAL units of all kinds count, not those of pictures alone. */
  readonly countsAllUnits: boolean
  /** Lengths of the fields in buffering-period messages, in bits. */
  readonly delayBits: number
}

export type SequenceFacts = {
  readonly id: number
  readonly profileIdc: number
  readonly levelIdc: number
  readonly highTier: boolean
  /** After cropping. */
  readonly width: number
  readonly height: number
  readonly bitDepth: number
  /** chroma_format_idc: 0 none, 1 4:2:0, 2 4:2:2, 3 4:4:4. */
  readonly chromaFormat: number
  /** All pictures are whole frames. */
  readonly framesOnly: boolean
  readonly maxReferences: number
  /** Frames that the decoder must hold, as the stream says it; null where it does not. */
  readonly heldFrames: number | null
  readonly reorderFrames: number | null
  readonly aspect: readonly [number, number] | null
  readonly fullRange: boolean | null
  readonly color: { readonly primaries: number; readonly transfer: number; readonly matrix: number } | null
  /** Frames per second of a steady stream; null where the set does not say. */
  readonly frameRate: { readonly num: number; readonly den: number; readonly fixed: boolean } | null
  readonly hrd: DeclaredHrd | null
}

/** H.264 Table E-1 and H.265 Table E.1 (aspect_ratio_idc). */
export const sampleAspects: readonly (readonly [number, number])[] = [
  ...([
    [0, 0],
    [1, 1],
    [12, 11],
    [10, 11],
    [16, 11],
    [40, 33],
    [24, 11],
    [20, 11],
    [32, 11],
  ] as const),
  ...([
    [80, 33],
    [18, 11],
    [15, 11],
    [64, 33],
    [160, 99],
    [4, 3],
    [3, 2],
    [2, 1],
  ] as const),
]
