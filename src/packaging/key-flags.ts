// Content keys as the packager takes them: a flag file that exists as bytes alone, since strings cannot be zeroed.
import { HeadendError, type Secret } from '../core/index.ts'

/** A key for all streams that carry its label (`drm_label` of a stream descriptor). */
export type LabelledKey = {
  /** AUDIO, SD, HD, UHD1, UHD2: letters, digits, `_` and `-`. */
  readonly label: string
  /** 32 hex digits. */
  readonly kid: string
  /** 16 bytes. */
  readonly key: Secret
}

const KEY_BYTES = 16

/** Lines of a flag file; the caller zeroes it. @throws {HE_KEY_INVALID} before anything is started: the packager would print them. */
export function formatKeyFlags(keys: readonly LabelledKey[]): Buffer {
  check(keys)
  const parts: Buffer[] = [Buffer.from('--enable_raw_key_encryption\n--keys=')]
  for (const [i, { label, kid, key }] of keys.entries())
    parts.push(Buffer.from(`${i > 0 ? ',' : ''}label=${label}:key_id=${kid.toLowerCase()}:key=`), key.use(toHex))
  parts.push(Buffer.from('\n'))
  const flags = Buffer.concat(parts)
  for (const part of parts) part.fill(0)
  return flags
}

function check(keys: readonly LabelledKey[]): void {
  const wrong = (why: string): HeadendError => new HeadendError('HE_KEY_INVALID', why)
  if (keys.length === 0) throw wrong('there is no key to encrypt with')
  const labels = keys.map(({ label }) => label)
  if (new Set(labels).size < labels.length) throw wrong(`two keys have one label: ${labels.join(', ')}`)
  for (const { label, kid, key } of keys) {
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(label)) throw wrong('the label of a key is made of letters, digits, _ and -')
    if (!/^[0-9a-f]{32}$/i.test(kid)) throw wrong(`the key id of ${label} is not 32 hex digits`)
    if (key.length !== KEY_BYTES) throw wrong(`the key of ${label} has ${key.length} bytes, not ${KEY_BYTES}`)
  }
}

const DIGITS = Buffer.from('0123456789abcdef')

/** Bytes as hex digits, without a string in between. */
function toHex(bytes: Uint8Array): Buffer {
  const hex = Buffer.alloc(bytes.length * 2)
  for (const [i, byte] of bytes.entries()) {
    hex[2 * i] = DIGITS[byte >> 4]!
    hex[2 * i + 1] = DIGITS[byte & 15]!
  }
  return hex
}

export type Redactor = Disposable & {
  /** The line, or `[secret]` in place of all of it where it holds a key in hex. */
  readonly redact: (line: string) => string
}

/** For everything that a process says which was given these keys. */
export function createRedactor(keys: readonly LabelledKey[]): Redactor {
  const digits = keys.map(({ key }) => key.use(toHex))
  return {
    redact(line) {
      const bytes = Buffer.from(line.toLowerCase())
      const found = digits.some(each => bytes.includes(each))
      bytes.fill(0)
      return found ? '[secret]' : line
    },
    [Symbol.dispose]() {
      for (const each of digits) each.fill(0)
    },
  }
}
