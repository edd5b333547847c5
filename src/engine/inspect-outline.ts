// The outline of a file by our own reading of its bytes: what FFmpeg does not tell, above all whether the file is whole.
import type { ReadAt } from './inspect-bytes.ts'
import { readMatroskaOutline } from './inspect-matroska.ts'
import { type IsoOutline, readIsoOutline } from './iso-boxes.ts'

export type Outline = {
  readonly iso: IsoOutline | null
  /** EBML document type: matroska or webm. */
  readonly docType: string | null
  /** How far the file's own sizes reach beyond its end; 0 when it is whole or when its format does not say. */
  readonly missingBytes: number
}

export async function readOutline(readAt: ReadAt, sizeBytes: number): Promise<Outline> {
  const iso = await readIsoOutline(readAt, sizeBytes)
  if (iso) return { iso, docType: null, missingBytes: iso.missingBytes }
  const matroska = await readMatroskaOutline(readAt, sizeBytes)
  if (matroska) return { iso: null, ...matroska }
  return { iso: null, docType: null, missingBytes: missingOfRiff(await readAt(0, 12), sizeBytes) }
}

/** RIFF (WAV, AVI): the first chunk's size. 0 and all ones are what a writer leaves that could not go back. */
function missingOfRiff(head: Buffer, sizeBytes: number): number {
  if (head.length < 12 || head.toString('latin1', 0, 4) !== 'RIFF') return 0
  const size = head.readUInt32LE(4)
  return size === 0 || size >= 0xffff_fff0 ? 0 : Math.max(0, size + 8 - sizeBytes)
}
