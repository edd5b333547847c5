// As much of the protobuf wire format as Widevine's header needs: varints and length-delimited fields.
import { HeadendError } from '../core/index.ts'

export type ProtoField = { readonly number: number } & ({ readonly bytes: Uint8Array } | { readonly value: number })

const invalid = (message: string): HeadendError => new HeadendError('HE_PSSH_INVALID', message)

/** The fields of one message in their order. @throws {HE_PSSH_INVALID} */
export function readProto(bytes: Uint8Array): ProtoField[] {
  const fields: ProtoField[] = []
  let at = 0
  const varint = (): number => {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++]
      if (byte === undefined) throw invalid('a protobuf number is cut off')
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) {
        if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw invalid('a protobuf number is too large')
        return Number(value)
      }
    }
    throw invalid('a protobuf number never ends')
  }
  const take = (size: number): Uint8Array => {
    if (size > bytes.length - at) throw invalid('a protobuf field is cut off')
    at += size
    return bytes.subarray(at - size, at)
  }
  while (at < bytes.length) {
    const tag = varint()
    const number = Math.floor(tag / 8)
    if (number === 0) throw invalid('a protobuf field without a number')
    const kind = tag % 8
    if (kind === 0) fields.push({ number, value: varint() })
    else if (kind === 2) fields.push({ number, bytes: take(varint()) })
    else if (kind === 1 || kind === 5) fields.push({ number, bytes: take(kind === 1 ? 8 : 4) })
    else throw invalid(`protobuf wire type ${kind} is not in use`)
  }
  return fields
}

/** The bytes of a message: numbers as varints, byte arrays with their length. */
export function writeProto(fields: readonly ProtoField[]): Uint8Array {
  return Buffer.concat(
    fields.flatMap(field =>
      'value' in field
        ? [varint(field.number * 8), varint(field.value)]
        : [varint(field.number * 8 + 2), varint(field.bytes.length), field.bytes],
    ),
  )
}

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80)
  bytes.push(rest)
  return Uint8Array.from(bytes)
}
