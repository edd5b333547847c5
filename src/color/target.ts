// What color the input is in, and what the SDR ladder will be in: decisions, not pixels.
import { HeadendError, parseRational, toNumber } from '../core/index.ts'
import type { Choice, ColorDescription, FilterStep, VideoStream } from '../model/index.ts'

export const bt709: ColorDescription = {
  primaries: 'bt709',
  transfer: 'bt709',
  matrix: 'bt709',
  range: 'tv',
  chromaLocation: 'left',
}
const bt601Line625: ColorDescription = {
  primaries: 'bt470bg',
  transfer: 'smpte170m',
  matrix: 'bt470bg',
  range: 'tv',
  chromaLocation: 'left',
}
const bt601Line525: ColorDescription = {
  primaries: 'smpte170m',
  transfer: 'smpte170m',
  matrix: 'smpte170m',
  range: 'tv',
  chromaLocation: 'left',
}

export type ColorPlan = {
  readonly used: ColorDescription
  readonly assumed: readonly string[]
  readonly target: ColorDescription
  /** Conversion before the fan-out; empty when the rungs' own scaling does all there is to do. */
  readonly convert: readonly FilterStep[]
  /** Matrix and range that the rungs' scaler reads. */
  readonly scalerInput: { readonly matrix: string; readonly range: string }
  readonly choices: readonly Choice[]
}

/** Rules for tags the source does not state, by size: what each kind of picture is made in when nobody says so. */
function assumption(video: VideoStream): { color: ColorDescription; because: string } {
  if (video.displayHeight > 576 || video.displayWidth >= 1280)
    return { color: bt709, because: 'HD pictures are BT.709 (ITU-R BT.709)' }
  const rate = video.frameRate ? toNumber(parseRational(video.frameRate)) : 25
  const is625 =
    video.codedHeight === 576 || video.codedHeight === 288 || Math.abs(rate - 25) < 0.01 || Math.abs(rate - 50) < 0.01
  return is625
    ? { color: bt601Line625, because: 'SD pictures at 25 or 50 fps are BT.601, 625 lines' }
    : { color: bt601Line525, because: 'SD pictures at other rates are BT.601, 525 lines' }
}

const SDR_KEPT = new Set<string>(['bt709', 'smpte170m', 'bt470bg'])

/** @throws {HE_INPUT_UNSUPPORTED} for Dolby Vision without a compatible base layer. */
export function planSdrColor(video: VideoStream): ColorPlan {
  const { hdr, color } = video
  if (hdr.dolbyVision && hdr.dolbyVision.compatibilityId === 0 && hdr.dolbyVision.profile === 5) {
    throw new HeadendError(
      'HE_INPUT_UNSUPPORTED',
      'Dolby Vision profile 5 has no base layer that other decoders can show',
      {
        hint: 'Ask for a profile 8.1 master or an HDR10 one.',
      },
    )
  }
  const stated = color.effective
  const isRgb = video.chroma === 'rgb' || stated.matrix === 'gbr'
  const guess = isRgb ? { color: bt709, because: 'RGB pictures are taken as BT.709' } : assumption(video)
  const used: ColorDescription = {
    primaries: stated.primaries ?? guess.color.primaries,
    transfer: stated.transfer ?? guess.color.transfer,
    matrix: stated.matrix ?? guess.color.matrix,
    range: stated.range ?? (isRgb ? 'pc' : 'tv'),
    chromaLocation: stated.chromaLocation ?? 'left',
  }
  const fields = ['primaries', 'transfer', 'matrix', 'range', 'chromaLocation'] as const
  const assumed = fields
    .filter(field => stated[field] === null)
    .map(
      field =>
        `${field} ${used[field]}: ${field === 'range' || field === 'chromaLocation' ? 'the usual one' : guess.because}`,
    )
  return { used, assumed, ...decide(used, isRgb) }
}

function decide(used: ColorDescription, isRgb: boolean): Omit<ColorPlan, 'used' | 'assumed'> {
  const choice = (pick: string, because: string): Choice[] => [{ what: 'video.color', pick, because }]
  if (used.transfer === 'smpte2084' || used.transfer === 'arib-std-b67') {
    return {
      target: bt709,
      convert: [
        {
          name: 'tonemapx',
          args: { tonemap: 'bt2390', t: 'bt709', m: 'bt709', p: 'bt709', r: 'tv', format: 'yuv420p' },
        },
      ],
      scalerInput: { matrix: 'bt709', range: 'tv' },
      choices: choice('bt709', `the ladder is SDR: ${used.transfer} is tone mapped by ITU-R BT.2390`),
    }
  }
  const kept = SDR_KEPT.has(used.primaries) && SDR_KEPT.has(used.transfer) && (isRgb || SDR_KEPT.has(used.matrix))
  if (kept) {
    const matrix = isRgb ? 'bt709' : used.matrix
    return {
      target: { ...used, matrix, range: 'tv', chromaLocation: 'left' },
      convert: [],
      scalerInput: { matrix: isRgb ? 'bt709' : used.matrix, range: used.range },
      choices: choice(
        `${used.primaries}/${used.transfer}/${matrix}`,
        'SDR color is kept, the same for all rungs, so that a switch never shifts it',
      ),
    }
  }
  return {
    target: bt709,
    convert: [
      {
        name: 'zscale',
        args: {
          primariesin: used.primaries,
          transferin: used.transfer,
          matrixin: used.matrix,
          rangein: used.range,
          primaries: 'bt709',
          transfer: 'bt709',
          matrix: 'bt709',
          range: 'tv',
          dither: 'error_diffusion',
        },
      },
      { name: 'format', args: { pix_fmts: 'yuv420p' } },
    ],
    scalerInput: { matrix: 'bt709', range: 'tv' },
    choices: choice('bt709', `${used.primaries} is converted: players show SDR as BT.709`),
  }
}
