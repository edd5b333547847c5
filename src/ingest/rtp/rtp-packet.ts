// What of an RTP packet (RFC 3550 5.1) the depacketisers need; reading headers and decrypting is the transport's work.

/** One packet as it came. */
export type RtpPacketFacts = {
  /** 16 bits. */
  readonly sequence: number
  /** 32 bits. */
  readonly timestamp: number
  readonly marker: boolean
  readonly payload: Uint8Array
}

/** One packet in its place. */
export type OrderedPacket = RtpPacketFacts & {
  /** Never comes before it: packets between it and the one before were given up. */
  readonly gapBefore: boolean
}

/** Joins pieces. */
export function concatBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    joined.set(piece, at)
    at += piece.length
  }
  return joined
}
