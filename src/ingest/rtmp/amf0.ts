// AMF0, the notation of RTMP's commands ("Action Message Format, AMF 0", Adobe 2007). Bounded: it comes from strangers.

export type AmfValue = number | boolean | string | null | undefined | Date | AmfObject | readonly AmfValue[]
export type AmfObject = { readonly [key: string]: AmfValue }

const MAX_DEPTH = 16
const MAX_MEMBERS = 1024

const marker = {
  number: 0,
  boolean: 1,
  string: 2,
  object: 3,
  null: 5,
  undefined: 6,
  ecmaArray: 8,
  objectEnd: 9,
  strictArray: 10,
  date: 11,
  longString: 12,
} as const

/** Every value in the bytes. @throws {RangeError} they are no AMF0, or too deep or too many. */
export function parseAmf0(bytes: Buffer): AmfValue[] {
  const reader = new Reader(bytes)
  const values: AmfValue[] = []
  while (!reader.done) {
    values.push(reader.value(0))
    if (values.length > MAX_MEMBERS) throw new RangeError('too many AMF values')
  }
  return values
}

class Reader {
  readonly #bytes: Buffer
  #at = 0
  #members = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length
  }

  value(depth: number): AmfValue {
    if (depth > MAX_DEPTH) throw new RangeError('AMF values nest too deeply')
    if (++this.#members > MAX_MEMBERS) throw new RangeError('too many AMF values')
    const type = this.#take(1)[0]
    switch (type) {
      case marker.number:
        return this.#take(8).readDoubleBE()
      case marker.boolean:
        return this.#take(1)[0] !== 0
      case marker.string:
        return this.#text(this.#take(2).readUInt16BE())
      case marker.longString:
        return this.#text(this.#take(4).readUInt32BE())
      case marker.null:
        return null
      case marker.undefined:
        return undefined
      case marker.object:
        return this.#object(depth)
      case marker.ecmaArray:
        // The count is a hint: encoders write zero and an end marker.
        this.#take(4)
        return this.#object(depth)
      case marker.strictArray: {
        const count = this.#take(4).readUInt32BE()
        if (count > MAX_MEMBERS) throw new RangeError('an AMF array is too long')
        return Array.from({ length: count }, () => this.value(depth + 1))
      }
      case marker.date: {
        const ms = this.#take(8).readDoubleBE()
        this.#take(2)
        return new Date(ms)
      }
      default:
        throw new RangeError(`AMF marker ${type} is not known`)
    }
  }

  #object(depth: number): AmfObject {
    // Keys are a stranger's: no prototype that they could reach.
    const object: Record<string, AmfValue> = Object.create(null)
    for (;;) {
      const key = this.#text(this.#take(2).readUInt16BE())
      if (key === '' && this.#bytes[this.#at] === marker.objectEnd) {
        this.#at++
        return object
      }
      object[key] = this.value(depth + 1)
    }
  }

  #text(length: number): string {
    return this.#take(length).toString('utf8')
  }

  #take(length: number): Buffer {
    if (this.#at + length > this.#bytes.length) throw new RangeError('an AMF value is cut off')
    const part = this.#bytes.subarray(this.#at, this.#at + length)
    this.#at += length
    return part
  }
}

/** The bytes of values, one after the other. */
export const formatAmf0 = (...values: readonly AmfValue[]): Buffer => Buffer.concat(values.map(format))

function format(value: AmfValue): Buffer {
  if (value === null) return Buffer.of(marker.null)
  if (value === undefined) return Buffer.of(marker.undefined)
  if (typeof value === 'boolean') return Buffer.of(marker.boolean, value ? 1 : 0)
  if (typeof value === 'string') return formatString(value)
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(9)
    bytes.writeDoubleBE(value, 1)
    return bytes
  }
  if (value instanceof Date) {
    const bytes = Buffer.alloc(11)
    bytes[0] = marker.date
    bytes.writeDoubleBE(value.getTime(), 1)
    return bytes
  }
  if (isArray(value)) {
    const head = Buffer.alloc(5)
    head[0] = marker.strictArray
    head.writeUInt32BE(value.length, 1)
    return Buffer.concat([head, ...value.map(format)])
  }
  const members = Object.entries(value).flatMap(([key, member]) => [formatKey(key), format(member)])
  return Buffer.concat([Buffer.of(marker.object), ...members, Buffer.of(0, 0, marker.objectEnd)])
}

const isArray = (value: AmfObject | readonly AmfValue[]): value is readonly AmfValue[] => Array.isArray(value)

function formatString(text: string): Buffer {
  const bytes = Buffer.from(text)
  if (bytes.length < 65_536) return Buffer.concat([Buffer.of(marker.string), formatKey(text)])
  const head = Buffer.alloc(5)
  head[0] = marker.longString
  head.writeUInt32BE(bytes.length, 1)
  return Buffer.concat([head, bytes])
}

function formatKey(text: string): Buffer {
  const bytes = Buffer.from(text)
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return Buffer.concat([length, bytes])
}
