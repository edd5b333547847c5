// What a change of the frame rate does to motion, in words and as filters.
import { div, formatRational, type Rational, rational, sub, toNumber } from '../core/index.ts'
import type { FilterStep } from '../model/index.ts'

export type Conversion = {
  readonly text: string
  /** What could have been done instead. */
  readonly over: readonly string[]
  /** Before the pictures are put on the grid; none where the grid does it. */
  readonly steps: readonly FilterStep[]
}

/** From a constant rate, or null for one that varies. Motion is never made up: pictures are repeated, left out or mixed. */
export function describeConversion(from: Rational | null, to: Rational, how: 'repeat' | 'blend'): Conversion {
  if (how === 'blend')
    return {
      text: 'pictures between two of the source are mixed from both, but never across a cut',
      over: ['repeated and dropped pictures'],
      // 8.2 is the filter's own measure of a cut; 15 and 240 are the shares of 255 within which it mixes.
      steps: [
        {
          name: 'framerate',
          args: { fps: formatRational(to), interp_start: 15, interp_end: 240, scene: 8.2 },
        },
      ],
    }
  return { text: repeated(from, to), over: ['mixed pictures', 'motion that is made up between pictures'], steps: [] }
}

function repeated(from: Rational | null, to: Rational): string {
  if (from === null) return 'pictures are shown again or left out as their times demand'
  const ratio = div(to, from)
  if (ratio.den === 1n) return `each picture is shown ${ratio.num} times`
  if (ratio.num === 1n) return `one picture in ${ratio.den} is kept, each in its place`
  const more = sub(to, from)
  const each = toNumber(div(rational(1), more.num > 0n ? more : { num: -more.num, den: more.den }))
  const often = each > 1 ? `one every ${Number(each.toFixed(2))} s` : `${Number((1 / each).toFixed(2))} a second`
  return more.num > 0n
    ? `pictures are shown again, ${often}, and motion stutters there`
    : `pictures are left out, ${often}, and motion jumps there`
}
