// What is done to the picture once, before it goes to the renditions: one moment a frame, upright, on the grid, in its color.
import type { ColorPlan } from '../color/index.ts'
import { HeadendError } from '../core/index.ts'
import type { Choice, FilterStep, VideoStream } from '../model/index.ts'
import type { Geometry } from './geometry.ts'
import { turnSteps } from './geometry-steps.ts'
import { planScan, type ScanPlan } from './scan.ts'
import type { Grid } from './timeline.ts'

export type Prepared = { readonly steps: FilterStep[]; readonly choices: Choice[] }

/** What was decided for one file, with its own reasons; a ladder is always progressive, upright and whole. */
export type FilePreparation = { readonly scan: ScanPlan; readonly geometry: Geometry }

/** Seconds of its last picture that a source without an exact length may be filled up with. */
const MAX_FILL_S = 2

type Part = { readonly what: string; readonly because: string; readonly steps: readonly FilterStep[] }

/** @throws {HE_PLAN_IMPOSSIBLE} when a picture is to be turned with its fields */
export function planPrepare(video: VideoStream, grid: Grid, color: ColorPlan, file?: FilePreparation): Prepared {
  const [moments, shape] = file ? decided(file) : [deinterlace(video), rotate(video)]
  // Shape after grid: pictures that are left out need not be turned.
  const parts = [moments, onGrid(grid), exactLength(grid), shape, convert(color)].filter(part => part !== null)
  return {
    steps: parts.flatMap(part => part.steps),
    choices: parts
      .filter(part => part.steps.length > 0 && part.because !== '')
      .map(({ what, because, steps }) => ({
        what: `video.prepare.${what}`,
        pick: steps.map(step => step.name).join(', '),
        because,
      })),
  }
}

/** Their reasons stand in the choices of scan and geometry. */
function decided({ scan, geometry }: FilePreparation): [moments: Part, shape: Part] {
  const turns = geometry.steps.filter(({ name }) => name !== 'crop')
  // A quarter turn makes columns of lines, and a half turn exchanges the fields.
  if (scan.scan !== 'progressive' && turns.length > 0)
    throw new HeadendError('HE_PLAN_IMPOSSIBLE', 'a picture that is turned cannot keep its fields', {
      hint: 'The nearest that is possible: --deinterlace frame, or --rotation keep.',
    })
  return [
    { what: 'scan', because: '', steps: scan.steps },
    { what: 'geometry', because: '', steps: geometry.steps },
  ]
}

function deinterlace(video: VideoStream): Part | null {
  const { steps } = planScan({ video, deinterlace: 'auto', inverseTelecine: 'off', output: 'progressive' })
  if (steps.length === 0) return null
  const order = video.fieldOrder === 'unknown' ? 'field order as each frame says' : video.fieldOrder
  return {
    what: 'deinterlace',
    because: `the source is interlaced (${order}) and streams are progressive (Apple HLS 1.14); one frame out for each frame in`,
    steps,
  }
}

function rotate({ rotation }: VideoStream): Part | null {
  if (rotation === 0) return null
  return {
    what: 'rotate',
    because: `the source asks to be turned by ${rotation}° clockwise; players of segments would not`,
    steps: turnSteps(rotation),
  }
}

function onGrid({ steps }: Grid): Part {
  return {
    what: 'grid',
    because: 'every picture on the exact grid, beginning at zero; rounded timestamps of the container are mended',
    steps,
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

function convert({ convert, target }: ColorPlan): Part {
  return {
    what: 'color',
    because: `to ${target.primaries} once, before the rungs are scaled, so that all of them get the same`,
    steps: convert,
  }
}
