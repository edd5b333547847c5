// One rung: level, encoder settings and the chain that scales to it.
import { chooseH264Level } from '../codecs/index.ts'
import type { ColorPlan } from '../color/index.ts'
import { HeadendError } from '../core/index.ts'
import type { Rung } from '../ladder/index.ts'
import type { Choice, FilterStep, VideoRendition } from '../model/index.ts'
import type { Preset } from './options.ts'
import type { Grid } from './timeline.ts'

export type RungRequest = {
  readonly id: string
  readonly rung: Rung
  readonly grid: Grid
  readonly color: ColorPlan
  readonly preset: Preset
  readonly crf: number
  readonly highestLevel: string
}

export type PlannedRung = { readonly rendition: VideoRendition; readonly choices: Choice[] }

/** Seconds of the cap that the decoder's buffer holds: one GOP of the default length can be sent ahead. */
const BUFFER_SECONDS = 2
/**
 * Reference frames of libx264's presets, held to 4: with more, 1080 lines would need a level above 4.0 for their size
 * alone, and the picture gains next to nothing.
 */
const PRESET_REFS: Readonly<Record<Preset, number>> = {
  ultrafast: 1,
  superfast: 1,
  veryfast: 1,
  faster: 2,
  fast: 2,
  medium: 3,
  slow: 4,
  slower: 4,
  veryslow: 4,
}
const B_FRAMES = 3
/** libx264 keeps at least 4 frames for its pyramid of B frames, whatever `refs` says. */
const PYRAMID_FRAMES = 4

/** @throws {HE_PLAN_IMPOSSIBLE} when no level up to the highest allows it. */
export function planRung(request: RungRequest): PlannedRung {
  const { id, rung, grid, color, preset, crf, highestLevel } = request
  const { width, height, maxrateBps } = rung
  const bufsizeBits = maxrateBps * BUFFER_SECONDS
  const bFrames = preset === 'ultrafast' || grid.gopFrames === 1 ? 0 : B_FRAMES
  const references = PRESET_REFS[preset]
  const refs = bFrames > 0 ? Math.max(references, PYRAMID_FRAMES) : references
  const stream = { profile: 'high', width, height, frameRate: grid.rate, refs, maxrateBps, bufsizeBits } as const
  const level = chooseH264Level(stream, highestLevel)
  if (!level.ok) {
    throw new HeadendError(
      'HE_PLAN_IMPOSSIBLE',
      `no H.264 level up to ${highestLevel} allows ${id}: ${level.because}`,
      {
        hint: `The nearest that is allowed: ${level.nearest}.`,
        details: { width, height, maxrateBps },
      },
    )
  }
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
    crf,
    maxrateBps,
    bufsizeBits,
    encoder: {
      name: 'libx264',
      options: {
        preset,
        crf,
        maxrate: maxrateBps,
        bufsize: bufsizeBits,
        profile: 'high',
        level: level.level.name,
        g: grid.gopFrames,
        keyint_min: grid.gopFrames,
        bf: bFrames,
        refs: references,
        // stitchable: headers that do not depend on the content. 8x8dct: the fastest presets leave it out, and the
        // bitstream would say Main, not High.
        'x264-params': 'scenecut=0:open-gop=0:stitchable=1:8x8dct=1',
      },
    },
    filters: [scaleStep(rung, color), ...finishSteps(color)],
  }
  const at = (what: string, pick: string, because: string, over?: string[]): Choice => ({
    what: `video.renditions.${id}.${what}`,
    pick,
    because,
    ...(over ? { over } : {}),
  })
  const choices = [
    at('size', `${width}x${height}`, rung.because),
    at('codec', 'H.264 High, 8 bit, 4:2:0', 'what every player of HLS and DASH decodes', ['HEVC', 'AV1']),
    at('level', level.level.name, level.because),
    at('crf', String(crf), 'constant quality under a cap: easy scenes take less', ['constant bit rate', 'two passes']),
    at('maxrate', `${maxrateBps} bit/s`, 'the fixed ladder’s cap for this many pixels and frames a second'),
    at('bufsize', `${bufsizeBits} bit`, `${BUFFER_SECONDS} s of the cap, so that no segment runs far above it`),
    at('preset', preset, 'as asked, or the default: slower is smaller at the same quality'),
    at('refs', String(references), `of the preset, at most 4; the decoder holds ${refs}`),
    at('gop', `${grid.gopFrames} frames, closed`, 'key frames at the same times in all rungs and nowhere else', [
      'key frames at scene cuts',
    ]),
    at('color', tags(target), 'stated in bitstream and container, the same for all rungs'),
  ]
  return { rendition, choices }
}

const tags = ({ primaries, transfer, matrix, range }: ColorPlan['target']): string =>
  [primaries, transfer, matrix, range].join(' / ')

/** Bicubic with exact rounding and every chroma sample; matrices and ranges are said, never guessed. */
function scaleStep({ width, height }: Rung, { scaler }: ColorPlan): FilterStep {
  return {
    name: 'scale',
    args: { w: width, h: height, flags: 'bicubic+accurate_rnd+full_chroma_int', ...scaler },
  }
}

function finishSteps({ target }: ColorPlan): FilterStep[] {
  return [
    { name: 'setsar', args: { sar: '1/1' } },
    { name: 'format', args: { pix_fmts: 'yuv420p' } },
    {
      name: 'setparams',
      args: {
        field_mode: 'prog',
        range: target.range,
        color_primaries: target.primaries,
        color_trc: target.transfer,
        colorspace: target.matrix,
        chroma_location: target.chromaLocation,
      },
    },
  ]
}
