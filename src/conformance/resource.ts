// How a presentation is read, wherever it lies: bytes by reference, bounded, with what the transfer tells.
import { HeadendError } from '../core/index.ts'
import type { ByteRange, Transfer } from '../manifest/index.ts'

export type Resource = {
  readonly bytes: Uint8Array
  readonly transfer: Transfer | null
}

export type Wanted = {
  /** null: all of it. */
  readonly range: ByteRange | null
  /** More is refused. */
  readonly maxBytes: number
  readonly signal: AbortSignal
}

/** One kind of place. */
export interface ResourceReader {
  /** Address over HTTP; null for files. */
  readonly url: string | null
  /** `reference` is relative to the manifest. @throws {HE_INPUT_NOT_FOUND} {HE_INPUT_UNREADABLE} {HE_FETCH_FAILED} {HE_FETCH_REFUSED} */
  read(reference: string, wanted: Wanted): Promise<Resource>
}

/** A playlist of a day in one-second segments has 6 MB. */
export const MAX_MANIFEST_BYTES = 16 << 20
/** Ten seconds at 100 Mbit/s are 125 MB. */
export const MAX_SEGMENT_BYTES = 256 << 20

export const tooLarge = (reference: string, maxBytes: number): HeadendError =>
  new HeadendError('HE_FETCH_REFUSED', `${reference.slice(0, 200)} is larger than ${maxBytes} bytes`, {
    details: { reference, maxBytes },
  })

/** A range that the resource does not hold. */
export const outOfRange = (reference: string, { bytes, offset }: ByteRange): HeadendError =>
  new HeadendError('HE_FETCH_FAILED', `${reference.slice(0, 200)} has no bytes ${offset} to ${offset + bytes - 1}`, {
    details: { reference, offset, bytes },
  })
