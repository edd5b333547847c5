// Writes ISO BMFF boxes: the inverse of readBoxes.

/** One box around its parts. */
export function formatBox(type: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const box = Buffer.alloc(parts.reduce((sum, part) => sum + part.length, 8))
  box.writeUInt32BE(box.length)
  box.write(type, 4, 'latin1')
  let at = 8
  for (const part of parts) {
    box.set(part, at)
    at += part.length
  }
  return box
}

/** 32-bit big-endian words, one after the other. */
export function words(...values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, i * 4)
  return bytes
}

/** ISO/IEC 14496-12 4.2.2: a box with version and flags. */
export const formatFullBox = (
  type: string,
  { version, flags }: { version: number; flags: number },
  ...parts: readonly Uint8Array[]
): Uint8Array => formatBox(type, words(version * 2 ** 24 + flags), ...parts)

export const fourcc = (type: string): Uint8Array => Buffer.from(type, 'latin1')
