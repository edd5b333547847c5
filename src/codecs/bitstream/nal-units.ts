// Cuts coded pictures into NAL units, whichever way a container frames them.

/** `lengthBytes` of each length before a unit; null for start codes (H.264 and H.265 annex B). */
export function* nalUnits(bytes: Uint8Array, lengthBytes: number | null): Generator<Uint8Array> {
  if (lengthBytes === null) yield* afterStartCodes(bytes)
  else yield* afterLengths(bytes, lengthBytes)
}

function* afterLengths(bytes: Uint8Array, lengthBytes: number): Generator<Uint8Array> {
  let at = 0
  while (at + lengthBytes <= bytes.length) {
    let length = 0
    for (let i = 0; i < lengthBytes; i++) length = length * 256 + bytes[at + i]!
    at += lengthBytes
    yield bytes.subarray(at, Math.min(bytes.length, at + length))
    at += length
  }
}

const START = Buffer.from([0, 0, 1])

function* afterStartCodes(bytes: Uint8Array): Generator<Uint8Array> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let start = buffer.indexOf(START)
  while (start >= 0) {
    const next = buffer.indexOf(START, start + 3)
    const end = next < 0 ? buffer.length : next
    if (end > start + 3) yield bytes.subarray(start + 3, end)
    start = next
  }
}

export type CodecSetup = {
  /** null: units follow start codes. */
  readonly lengthBytes: number | null
  /** Parameter sets that the container holds. */
  readonly units: readonly Uint8Array[]
}

/** What avcC or hvcC says (ISO/IEC 14496-15 5.3.3.1 and 8.3.3.1); bytes that are neither are parameter sets behind start codes. */
export function readSetup(codec: 'h264' | 'hevc', extradata: Uint8Array | null): CodecSetup {
  if (!extradata || extradata.length < 7 || extradata[0] !== 1)
    return { lengthBytes: null, units: extradata ? [...afterStartCodes(extradata)] : [] }
  return codec === 'h264' ? readAvcC(extradata) : readHvcC(extradata)
}

function readAvcC(bytes: Uint8Array): CodecSetup {
  const units: Uint8Array[] = []
  let at = 6
  const take = (count: number): void => {
    for (let i = 0; i < count && at + 2 <= bytes.length; i++) {
      const length = bytes[at]! * 256 + bytes[at + 1]!
      units.push(bytes.subarray(at + 2, at + 2 + length))
      at += 2 + length
    }
  }
  take(bytes[5]! & 31)
  take(bytes[at++] ?? 0)
  return { lengthBytes: (bytes[4]! & 3) + 1, units }
}

function readHvcC(bytes: Uint8Array): CodecSetup {
  const units: Uint8Array[] = []
  let at = 23
  for (let array = 0; array < (bytes[22] ?? 0) && at + 3 <= bytes.length; array++) {
    const count = bytes[at + 1]! * 256 + bytes[at + 2]!
    at += 3
    for (let i = 0; i < count && at + 2 <= bytes.length; i++) {
      const length = bytes[at]! * 256 + bytes[at + 1]!
      units.push(bytes.subarray(at + 2, at + 2 + length))
      at += 2 + length
    }
  }
  return { lengthBytes: (bytes[21]! & 3) + 1, units }
}
