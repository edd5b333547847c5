// The picture: what is done once, and each rung.
import { chooseH264Level } from '../codecs/index.ts'
import { type ColorPlan, planSdrColor } from '../color/index.ts'
import { HeadendError, type Rational, toNumber } from '../core/index.ts'
import { planFixedLadder, type Rung } from '../ladder/index.ts'
import type { Choice, FilterStep, VideoPlan, VideoRendition, VideoStream, Warning } from '../model/index.ts'
import type { Timeline } from './timeline.ts'

const MIN_SIDE = 32
/** libx264 at its medium preset and slower; kept for all so that the level does not depend on the preset. */
const REFS = 3
const B_FRAMES = 3
/** Seconds of peak rate the buffer holds: Apple asks players to expect no more than twice the average. */
const BUFFER_SECONDS = 2

export type VideoRequest = {
  readonly video: VideoStream
  readonly timeline: Timeline
  readonly preset: string
  readonly crf: number
  readonly maxHeight?: number | undefined
  readonly maxRungs: number
}

export type PlannedVideo = {
  readonly video: VideoPlan
  readonly choices: readonly Choice[]
  readonly warnings: readonly Warning[]
}

/** @throws {HE_INPUT_UNSUPPORTED} {HE_PLAN_IMPOSSIBLE} */
export function planVideo(request: VideoRequest): PlannedVideo {
  const { video, timeline } = request
  const { displayWidth: width, displayHeight: height } = video
  if (Math.min(width, height) < MIN_SIDE) {
    throw new HeadendError('HE_INPUT_UNSUPPORTED', `a picture of ${width}x${height} is too small to encode`, {
      hint: `At least ${MIN_SIDE} pixels are needed in each direction.`,
    })
  }
  const rate = timeline.frameRate!
  const color = planSdrColor(video)
  const prepare = prepareSteps(video, rate, color)
  const rungs = planFixedLadder({
    width,
    height,
    fps: toNumber(rate),
    maxHeight: request.maxHeight,
    maxRungs: request.maxRungs,
  })
  const planned = rungs.map(rung => planRung(rung, request, color, rate))
  return {
    video: {
      stream: video.index,
      sourceColor: { stated: video.color.effective, used: color.used, assumed: [...color.assumed] },
      color: color.target,
      frameRate: `${rate.num}/${rate.den}`,
      frames: timeline.frames,
      gopFrames: timeline.gopFrames,
      segmentFrames: timeline.segmentFrames,
      width,
      height,
      prepare: prepare.steps,
      renditions: planned.map(each => each.rendition),
    },
    choices: [...color.choices, ...prepare.choices, ...planned.flatMap(each => each.choices)],
    warnings: color.assumed.map(message => ({
      code: 'color-assumed',
      message: `The source does not state its color: ${message}.`,
    })),
  }
}

function prepareSteps(
  video: VideoStream,
  rate: Rational,
  color: ColorPlan,
): { steps: FilterStep[]; choices: Choice[] } {
  const steps: FilterStep[] = []
  const choices: Choice[] = []
  const add = (what: string, because: string, ...more: FilterStep[]): void => {
    steps.push(...more)
    choices.push({ what: `video.prepare.${what}`, pick: more.map(step => step.name).join(', '), because })
  }
  if (video.scan === 'interlaced') {
    const parity = video.fieldOrder === 'bff' ? 'bff' : video.fieldOrder === 'tff' ? 'tff' : 'auto'
    add('deinterlace', `the source is interlaced (${video.fieldOrder}); players show frames`, {
      name: 'bwdif',
      args: { mode: 'send_frame', parity },
    })
  }
  if (video.rotation !== 0) {
    const turn: FilterStep[] =
      video.rotation === 180
        ? [
            { name: 'hflip', args: {} },
            { name: 'vflip', args: {} },
          ]
        : [{ name: 'transpose', args: { dir: video.rotation === 90 ? 'clock' : 'cclock' } }]
    add('rotate', `the source says: turn ${video.rotation}° clockwise; players of segments do not`, ...turn)
  }
  add('grid', 'every picture on the exact frame grid, from time zero', {
    name: 'fps',
    args: { fps: `${rate.num}/${rate.den}`, start_time: 0, round: 'near' },
  })
  if (color.convert.length > 0) add('color', 'done once, before the rungs are scaled', ...color.convert)
  return { steps, choices }
}

/** FFmpeg's option values where they differ from its names of the same thing. */
const scaleMatrix: Readonly<Record<string, string>> = {
  bt470bg: 'bt601',
  smpte170m: 'bt601',
  bt2020nc: 'bt2020',
  bt2020c: 'bt2020',
}

function planRung(
  rung: Rung,
  request: VideoRequest,
  color: ColorPlan,
  rate: Rational,
): { rendition: VideoRendition; choices: Choice[] } {
  const { width, height, maxrateBps } = rung
  const { gopFrames } = request.timeline
  const bufsizeBits = maxrateBps * BUFFER_SECONDS
  const level = chooseH264Level({
    profile: 'high',
    width,
    height,
    frameRate: rate,
    refs: REFS,
    maxrateBps,
    bufsizeBits,
  })
  if (!level.ok)
    throw new HeadendError('HE_PLAN_IMPOSSIBLE', `no H.264 level allows ${width}x${height}: ${level.because}`)
  const id = `v${Math.min(width, height)}`
  const matrix = (name: string): string => scaleMatrix[name] ?? name
  const { target } = color
  const rendition: VideoRendition = {
    id,
    width,
    height,
    codec: 'h264',
    profile: 'high',
    level: level.level.name,
    codecString: level.codecString,
    pixelFormat: 'yuv420p',
    crf: request.crf,
    maxrateBps,
    bufsizeBits,
    encoder: {
      name: 'libx264',
      options: {
        preset: request.preset,
        crf: request.crf,
        maxrate: maxrateBps,
        bufsize: bufsizeBits,
        profile: 'high',
        level: level.level.name,
        g: gopFrames,
        keyint_min: gopFrames,
        bf: B_FRAMES,
        refs: REFS,
        // 8x8dct: the fastest presets leave it out, and the bitstream would say Main, not High.
        'x264-params': 'scenecut=0:open-gop=0:stitchable=1:8x8dct=1',
      },
    },
    filters: [
      {
        name: 'scale',
        args: {
          w: width,
          h: height,
          flags: 'bicubic+accurate_rnd+full_chroma_int',
          in_color_matrix: matrix(color.scalerInput.matrix),
          in_range: color.scalerInput.range,
          out_color_matrix: matrix(target.matrix),
          out_range: target.range,
        },
      },
      { name: 'setsar', args: { sar: '1/1' } },
      { name: 'format', args: { pix_fmts: 'yuv420p' } },
      {
        name: 'setparams',
        args: {
          range: target.range,
          color_primaries: target.primaries,
          color_trc: target.transfer,
          colorspace: target.matrix,
          chroma_location: target.chromaLocation,
        },
      },
    ],
  }
  const at = (what: string, pick: string, because: string): Choice => ({
    what: `video.renditions.${id}.${what}`,
    pick,
    because,
  })
  return {
    rendition,
    choices: [
      at('size', `${width}x${height}`, rung.because),
      at('codec', 'H.264 High, 8 bit 4:2:0', 'every player of HLS and DASH decodes it'),
      at('level', level.level.name, level.because),
      at('crf', String(request.crf), 'constant quality below the cap'),
      at('maxrate', `${maxrateBps} bit/s`, 'the ladder’s cap for this number of pixels and frame rate'),
      at('bufsize', `${bufsizeBits} bit`, `${BUFFER_SECONDS} s of the cap`),
      at('gop', `${gopFrames} frames, closed, no scene-cut key frames`, 'key frames at the same times in every rung'),
      at(
        'color',
        `${target.primaries} / ${target.transfer} / ${target.matrix} / ${target.range}`,
        'stated explicitly in the bitstream and the container',
      ),
    ],
  }
}
