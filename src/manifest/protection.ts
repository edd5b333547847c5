// What an init segment says of its encryption (ISO/IEC 23001-7): scheme, default key id, pattern, and pssh boxes.
import { type Box, Cursor, findBox, readBoxes } from './bytes.ts'

export type Protection = {
  /** cenc, cbcs, cens or cbc1. */
  readonly scheme: string
  /** As UUID in lower case. */
  readonly defaultKid: string
  /** Encrypted and clear blocks of 16 bytes in turn; null where a whole range is encrypted. */
  readonly pattern: readonly [number, number] | null
  /** Bytes of IV with each sample; 0 where one IV holds for all. */
  readonly sampleIvBytes: number
}

export type Pssh = {
  /** UUID in lower case. */
  readonly systemId: string
  readonly kids: readonly string[]
  /** The whole box, base64: as `cenc:pssh` of a manifest wants it. */
  readonly base64: string
}

export const formatUuid = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

/** Of the boxes in a sample entry; null in the clear. */
export function readProtection(
  boxes: ReadonlyMap<string, Box>,
): { original: string; protection: Protection | null } | null {
  const sinf = boxes.get('sinf')?.body
  const frma = sinf && findBox(sinf, 'frma')
  if (!sinf || !frma) return null
  const original = new Cursor(frma.body, 'frma').fourcc()
  const schm = findBox(sinf, 'schm')
  const tenc = findBox(sinf, 'schi', 'tenc')
  if (!schm || !tenc) return { original, protection: null }
  const scheme = new Cursor(schm.body, 'schm')
  scheme.skip(4)
  const cursor = new Cursor(tenc.body, 'tenc')
  const { version } = cursor.fullBox()
  cursor.skip(1)
  const blocks = cursor.u8()
  cursor.skip(1)
  const sampleIvBytes = cursor.u8()
  const defaultKid = formatUuid(cursor.take(16))
  return {
    original,
    protection: {
      scheme: scheme.fourcc(),
      defaultKid,
      pattern: version > 0 && blocks > 0 ? [blocks >> 4, blocks & 15] : null,
      sampleIvBytes,
    },
  }
}

/** Those of a moov or a moof. @throws {HE_INPUT_DAMAGED} */
export function readPssh(container: Uint8Array): Pssh[] {
  return readBoxes(container)
    .filter(({ type }) => type === 'pssh')
    .map(({ body, start, end }) => {
      const cursor = new Cursor(body, 'pssh')
      const { version } = cursor.fullBox()
      const systemId = formatUuid(cursor.take(16))
      const count = version > 0 ? cursor.u32() : 0
      const kids: string[] = []
      for (let i = 0; i < count; i++) kids.push(formatUuid(cursor.take(16)))
      return { systemId, kids, base64: Buffer.from(container.subarray(start, end)).toString('base64') }
    })
}
