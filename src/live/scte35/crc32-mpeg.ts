// The checksum of sections in MPEG-2 transport streams (ISO/IEC 13818-1 annex A).

const table = Uint32Array.from({ length: 256 }, (_, i) => {
  let value = i << 24
  for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1
  return value
})

/** Zero over a section with its checksum, when nothing is wrong. */
export function crc32Mpeg(bytes: Uint8Array): number {
  let value = 0xffffffff
  for (const byte of bytes) value = (value << 8) ^ table[((value >>> 24) ^ byte) & 0xff]!
  return value >>> 0
}
