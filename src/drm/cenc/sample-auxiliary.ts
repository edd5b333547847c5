// senc, saiz and saio: IV and subsamples of every sample of a fragment (ISO/IEC 23001-7 7.; ISO/IEC 14496-12 8.7.8, 8.7.9).
import { HeadendError } from '../../core/index.ts'
import { type Box, Cursor, damaged, formatFullBox, words } from '../../manifest/index.ts'
import type { SubsampleMap } from './subsamples.ts'

export type SampleAuxiliary = {
  /** Empty where it is constant. */
  readonly iv: Uint8Array
  readonly map: SubsampleMap | null
}

const SUBSAMPLES = 2

/** Whole boxes; `saio` is all zero until its offset is known. */
export type AuxiliaryBoxes = {
  readonly saiz: Uint8Array
  readonly saio: Uint8Array
  readonly senc: Uint8Array
}

/** saiz and saio are empty where no sample has anything to say: whole samples with a constant IV. */
export function formatAuxiliary(samples: readonly SampleAuxiliary[]): AuxiliaryBoxes {
  const mapped = samples.some(sample => sample.map !== null)
  const sizes = samples.map(({ iv, map }) => iv.length + (mapped ? 2 + 3 * (map?.length ?? 0) : 0))
  // 8.7.8.3: a size is one byte.
  if (sizes.some(size => size > 255))
    throw new HeadendError('HE_INPUT_UNSUPPORTED', 'a sample has more slices or tiles than saiz can count')
  const body = Buffer.alloc(sizes.reduce((sum, size) => sum + size, 0))
  let at = 0
  for (const { iv, map } of samples) {
    body.set(iv, at)
    at += iv.length
    if (!mapped) continue
    const pairs = map ?? []
    at = body.writeUInt16BE(pairs.length / 2, at)
    for (let i = 0; i < pairs.length; i += 2) {
      at = body.writeUInt16BE(pairs[i]!, at)
      at = body.writeUInt32BE(pairs[i + 1]!, at)
    }
  }
  const senc = formatFullBox('senc', { version: 0, flags: mapped ? SUBSAMPLES : 0 }, words(samples.length), body)
  if (body.length === 0) return { saiz: new Uint8Array(0), saio: new Uint8Array(0), senc }
  const equal = sizes.every(size => size === sizes[0])
  const saiz = formatFullBox(
    'saiz',
    { version: 0, flags: 0 },
    Uint8Array.of(equal ? sizes[0]! : 0),
    words(samples.length),
    equal ? new Uint8Array(0) : Uint8Array.from(sizes),
  )
  return { saiz, saio: formatFullBox('saio', { version: 0, flags: 0 }, words(1, 0)), senc }
}

/** Bytes of senc before its first sample: header, version and flags, count. */
export const SENC_HEAD = 16

/** One entry for each sample of the fragment. `ivSize` says how many bytes of IV each has. @throws {HE_INPUT_DAMAGED} */
export function readSenc(senc: Box, sampleCount: number, ivSizeOf: (sample: number) => number): SampleAuxiliary[] {
  const cursor = new Cursor(senc.body, 'senc')
  const { flags } = cursor.fullBox()
  const count = cursor.u32()
  if (count !== sampleCount) throw damaged('senc has not one entry for each sample', { count, sampleCount })
  return Array.from({ length: count }, (_, sample) => {
    const iv = cursor.take(ivSizeOf(sample))
    if (!(flags & SUBSAMPLES)) return { iv, map: null }
    const map: number[] = []
    for (let left = cursor.u16(); left > 0; left--) map.push(cursor.u16(), cursor.u32())
    // 7.2.2: with subsamples none means that nothing of it is divided.
    return { iv, map: map.length === 0 ? null : map }
  })
}
