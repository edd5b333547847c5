// Fields of a protocol buffer, as far as a licence request needs them read. Bounded: a body is small, its nesting shallow.

/** Bytes of every length-delimited field with this number. @throws {RangeError} where the buffer is not one. */
export function bytesFields(buffer: Uint8Array, field: number): Uint8Array[] {
  const found: Uint8Array[] = []
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let scale = 1, bytes = 0; bytes < 10; bytes++, scale *= 128) {
      const byte = buffer[at++]
      if (byte === undefined) throw new RangeError('a number that ends early')
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
    }
    throw new RangeError('a number without an end')
  }
  const take = (length: number): Uint8Array => {
    if (!(length <= buffer.length - at)) throw new RangeError('a field that ends early')
    at += length
    return buffer.subarray(at - length, at)
  }
  while (at < buffer.length) {
    const tag = varint()
    const number = Math.floor(tag / 8)
    const type = tag % 8
    if (number === 0) throw new RangeError('a field without a number')
    if (type === 0) varint()
    else if (type === 1) take(8)
    else if (type === 5) take(4)
    else if (type === 2) {
      const bytes = take(varint())
      if (number === field) found.push(bytes)
    } else throw new RangeError(`a field of type ${type}`)
  }
  return found
}
