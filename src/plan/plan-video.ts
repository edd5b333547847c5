// The picture: color, what is done once, and the ladder.
import { isH264Size } from '../codecs/index.ts'
import { planSdrColor } from '../color/index.ts'
import { formatRational, HeadendError, toNumber } from '../core/index.ts'
import { planFixedLadder, type Rung } from '../ladder/index.ts'
import type { Choice, VideoPlan, VideoStream, Warning } from '../model/index.ts'
import type { Preset } from './options.ts'
import { planPrepare } from './prepare.ts'
import { planRung } from './rung.ts'
import type { Grid } from './timeline.ts'

/** libx264 and the quality metrics need this many pixels a side to mean anything. */
const MIN_SIDE = 32

export type VideoRequest = {
  readonly video: VideoStream
  readonly grid: Grid
  readonly preset: Preset
  readonly crf: number
  readonly maxHeight?: number | undefined
  readonly maxRungs: number
  /** The last H.264 level that may be used. */
  readonly highestLevel: string
}

export type PlannedVideo = { readonly video: VideoPlan; readonly choices: Choice[]; readonly warnings: Warning[] }

/** @throws {HE_INPUT_UNSUPPORTED} {HE_PLAN_IMPOSSIBLE} */
export function planVideo(request: VideoRequest): PlannedVideo {
  const { video, grid } = request
  refuseUnusable(video)
  const { displayWidth: width, displayHeight: height } = video
  const color = planSdrColor(video)
  const prepare = planPrepare(video, grid, color)
  const rungs = planFixedLadder({
    width,
    height,
    fps: toNumber(grid.rate),
    maxHeight: request.maxHeight,
    maxRungs: request.maxRungs,
    fits: (w, h) => isH264Size(w, h, grid.rate, request.highestLevel),
  })
  const planned = nameRungs(rungs).map(named => planRung({ ...request, ...named, color }))
  return {
    video: {
      stream: video.index,
      sourceColor: { stated: video.color.effective, used: color.used, assumed: [...color.assumed] },
      color: color.target,
      frameRate: formatRational(grid.rate),
      frames: grid.frames,
      gopFrames: grid.gopFrames,
      segmentFrames: grid.segmentFrames,
      width,
      height,
      prepare: prepare.steps,
      renditions: planned.map(each => each.rendition),
    },
    choices: [
      ...color.choices,
      ...prepare.choices,
      ...samplingChoices(video),
      ...planned.flatMap(each => each.choices),
    ],
    warnings: [...color.warnings, ...alphaWarnings(video)],
  }
}

/** Pixel formats that no chain here reads: none, those in a GPU's memory, camera raw, and XYZ of cinema packages. */
const UNREADABLE =
  /^(none|unknown|)$|^(vaapi|vdpau|cuda|d3d|dxva|qsv|videotoolbox|mediacodec|drm_prime|opencl|vulkan)|^(bayer|xyz)/

function refuseUnusable({
  pixelFormat,
  displayWidth,
  displayHeight,
  codedWidth,
  codedHeight,
  index,
}: VideoStream): void {
  if (UNREADABLE.test(pixelFormat)) {
    throw new HeadendError(
      'HE_INPUT_UNSUPPORTED',
      `video stream ${index} has the pixel format “${pixelFormat}”, which cannot be read`,
    )
  }
  if (Math.min(displayWidth, displayHeight, codedWidth, codedHeight) < MIN_SIDE) {
    throw new HeadendError(
      'HE_INPUT_UNSUPPORTED',
      `a picture of ${codedWidth}x${codedHeight} is too small; the minimum is ${MIN_SIDE}x${MIN_SIDE}`,
      {
        hint: 'Scale the source up first.',
        details: { codedWidth, codedHeight, displayWidth, displayHeight },
      },
    )
  }
}

/** `v` and the lines of the shorter side; with the longer one where two rungs share them. */
function nameRungs(rungs: readonly Rung[]): { id: string; rung: Rung }[] {
  const lines = ({ width, height }: Rung): number => Math.min(width, height)
  return rungs.map(rung => {
    const shared = rungs.filter(other => lines(other) === lines(rung)).length > 1
    const id = shared ? `v${lines(rung)}-${Math.max(rung.width, rung.height)}` : `v${lines(rung)}`
    return { id, rung }
  })
}

function samplingChoices({ chroma, bitDepth, sampleAspectRatio, displayWidth, displayHeight }: VideoStream): Choice[] {
  const sampling =
    chroma === '4:2:0' && bitDepth === 8
      ? []
      : [
          {
            what: 'video.sampling',
            pick: '4:2:0, 8 bit',
            because: `the source is ${chroma}, ${bitDepth} bit; players of H.264 decode 4:2:0 with 8 bit`,
            over: [`${chroma}, ${bitDepth} bit`],
          },
        ]
  const square =
    sampleAspectRatio === '1/1'
      ? []
      : [
          {
            what: 'video.pixels',
            pick: `square, shown at ${displayWidth}x${displayHeight}`,
            because: `the source’s pixels are ${sampleAspectRatio.replace('/', ':')}; not every player stretches them`,
          },
        ]
  return [...sampling, ...square]
}

const alphaWarnings = ({ hasAlpha }: VideoStream): Warning[] =>
  hasAlpha ? [{ code: 'alpha-dropped', message: 'The transparency of the picture is dropped; H.264 has none.' }] : []
