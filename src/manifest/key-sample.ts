// Looks into coded video itself: does a sample hold a picture at which decoding can begin?
import { Cursor } from './bytes.ts'

/** H.264 7.4.1: 5 = IDR slice. */
const isAvcKey = (header: number): boolean => (header & 0x1f) === 5
/** H.265 table 7-1: 16 … 21 = IRAP (BLA, IDR, CRA). */
const isHevcKey = (header: number): boolean => ((header >> 1) & 0x3f) >= 16 && ((header >> 1) & 0x3f) <= 21

const keyTests: Readonly<Record<string, (header: number) => boolean>> = {
  avc1: isAvcKey,
  avc3: isAvcKey,
  hvc1: isHevcKey,
  hev1: isHevcKey,
}

/**
 * Whether the NAL units of a sample say that it is a random access picture; null where the codec has no NAL units.
 * @throws {HE_INPUT_DAMAGED} when the units do not fill the sample.
 */
export function isKeySample(sample: Uint8Array, sampleEntry: string, nalLengthSize: number | null): boolean | null {
  const test = keyTests[sampleEntry]
  if (!test || nalLengthSize === null) return null
  const cursor = new Cursor(sample, 'sample')
  while (cursor.remaining > 0) {
    let length = 0
    for (let i = 0; i < nalLengthSize; i++) length = length * 256 + cursor.u8()
    const unit = cursor.take(length)
    if (unit[0] !== undefined && test(unit[0])) return true
  }
  return false
}
