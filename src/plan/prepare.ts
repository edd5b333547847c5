// What is done to the picture once, before it goes to the rungs: progressive, upright, on the grid, in the target's color.
import type { ColorPlan } from '../color/index.ts'
import { formatRational } from '../core/index.ts'
import type { Choice, FilterStep, VideoStream } from '../model/index.ts'
import type { Grid } from './timeline.ts'

export type Prepared = { readonly steps: FilterStep[]; readonly choices: Choice[] }

/** Seconds of its last picture that a source without an exact length may be filled up with. */
const MAX_FILL_S = 2

type Part = { readonly what: string; readonly because: string; readonly steps: readonly FilterStep[] }

export function planPrepare(video: VideoStream, grid: Grid, color: ColorPlan): Prepared {
  const parts = [
    deinterlace(video),
    rotate(video),
    onGrid(grid),
    exactLength(grid),
    evenSize(video, color),
    convert(color),
  ]
    .filter(part => part !== null)
    .filter(part => part.steps.length > 0)
  return {
    steps: parts.flatMap(part => part.steps),
    choices: parts.map(({ what, because, steps }) => ({
      what: `video.prepare.${what}`,
      pick: steps.map(step => step.name).join(', '),
      because,
    })),
  }
}

function deinterlace({ scan, fieldOrder }: VideoStream): Part | null {
  if (scan !== 'interlaced') return null
  const parity = fieldOrder === 'tff' || fieldOrder === 'bff' ? fieldOrder : 'auto'
  return {
    what: 'deinterlace',
    because: `the source is interlaced (${parity === 'auto' ? 'field order as each frame says' : parity}) and streams are progressive (Apple HLS 1.14); one frame out for each frame in`,
    steps: [{ name: 'bwdif', args: { mode: 'send_frame', parity, deint: 'all' } }],
  }
}

/** The engine leaves the pixels as they were coded; the display matrix is read here and nowhere else. */
function rotate({ rotation }: VideoStream): Part | null {
  if (rotation === 0) return null
  const because = `the source asks to be turned by ${rotation}° clockwise; players of segments would not`
  if (rotation === 180)
    return {
      what: 'rotate',
      because,
      steps: [
        { name: 'hflip', args: {} },
        { name: 'vflip', args: {} },
      ],
    }
  return {
    what: 'rotate',
    because,
    steps: [{ name: 'transpose', args: { dir: rotation === 90 ? 'clock' : 'cclock' } }],
  }
}

function onGrid({ rate }: Grid): Part {
  return {
    what: 'grid',
    because: 'every picture on the exact grid, beginning at zero; rounded timestamps of the container are mended',
    steps: [{ name: 'fps', args: { fps: formatRational(rate), start_time: 0, round: 'near' } }],
  }
}

function exactLength({ counted, frames, rate }: Grid): Part | null {
  if (counted) return null
  const fill = Math.ceil((MAX_FILL_S * Number(rate.num)) / Number(rate.den))
  return {
    what: 'length',
    because: `the number of frames follows from a length, which may be a frame off: the last picture is held or cut to ${frames}`,
    steps: [
      { name: 'tpad', args: { stop: fill, stop_mode: 'clone' } },
      { name: 'trim', args: { end_frame: frames } },
    ],
  }
}

/** The conversions work on whole 4:2:0 blocks; the rungs' own scaling does not mind. */
function evenSize({ codedWidth, codedHeight, rotation }: VideoStream, { convert }: ColorPlan): Part | null {
  const odd = codedWidth % 2 !== 0 || codedHeight % 2 !== 0
  if (!odd || convert.length === 0) return null
  const sides = [codedWidth - (codedWidth % 2), codedHeight - (codedHeight % 2)]
  const [w, h] = rotation % 180 === 0 ? sides : sides.toReversed()
  return {
    what: 'crop',
    because: 'an odd last line or column cannot be converted with its chroma',
    steps: [{ name: 'crop', args: { w: w!, h: h!, x: 0, y: 0, exact: 1 } }],
  }
}

function convert({ convert, target }: ColorPlan): Part {
  return {
    what: 'color',
    because: `to ${target.primaries} once, before the rungs are scaled, so that all of them get the same`,
    steps: convert,
  }
}
