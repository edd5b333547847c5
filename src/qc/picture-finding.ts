// How checks of the picture walk over streams, and how they say what they found.
import type { PictureFault, PictureResult, PictureStretch } from '../model/index.ts'
import type { Found, Judgement } from './check.ts'
import type { Evidence } from './evidence.ts'
import type { PictureTrack } from './part-picture.ts'

export type SeenTrack = PictureTrack & { readonly subject: string; readonly result: PictureResult }
type Text = Pick<Found, 'measured' | 'limit' | 'message' | 'severity'>

/** Every picture that could be decoded, judged by itself. */
export function judgePictures({ picture }: Evidence, judge: (track: SeenTrack) => readonly Found[]): Judgement {
  if (picture.length === 0) return { skipped: 'the file has no picture' }
  const seen = picture.flatMap(({ stream, result, damaged }) =>
    result ? [{ stream, subject: `v${stream.index}`, result, damaged }] : [],
  )
  return seen.length === 0 ? { skipped: 'no picture could be decoded' } : seen.flatMap(judge)
}

/** One finding per stretch of a fault, and one more for those that were not kept. `say` gives null for what is allowed. */
export function pictureFindings(
  { subject, result }: SeenTrack,
  fault: PictureFault,
  say: (stretch: PictureStretch) => Text | null,
): Found[] {
  const { found, more } = result.stretches[fault] ?? { found: [], more: 0 }
  const findings = found.flatMap((stretch): Found[] => {
    const text = say(stretch)
    const { startS, endS, worstS } = stretch
    return text ? [{ subject, startS, endS, pictureS: worstS, ...text }] : []
  })
  const last = findings.at(-1)
  if (more > 0 && last)
    findings.push({
      subject,
      startS: null,
      endS: null,
      pictureS: null,
      measured: `${more} more`,
      limit: last.limit,
      message: `There are ${more} more of these; the first ones are listed.`,
    })
  return findings
}

export const lengthOf = ({ startS, endS }: PictureStretch): number => endS - startS
export const seconds = (value: number): string => `${value.toFixed(value < 1 ? 3 : 2)} s`
export const percent = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} %`

/** Where a stretch lies: at the head or the tail of the programme, within it, or all over it. */
export function placeOf({ startS, endS }: PictureStretch, result: PictureResult): 'head' | 'tail' | 'within' | 'all' {
  const [head, tail] = [startS <= result.startS + 0.1, endS >= result.endS - 0.1]
  if (head) return tail ? 'all' : 'head'
  return tail ? 'tail' : 'within'
}
