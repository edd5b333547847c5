// One conversion as FFmpeg filters: zimg (`zscale`) does all that changes color, and is told both sides in full.
import { HeadendError } from '../core/index.ts'
import type { ColorDescription, FilterStep } from '../model/index.ts'
import { transferNames, zscaleMatrices, zscalePrimaries, zscaleTransfers } from './ffmpeg-names.data.ts'
import type { ScaleKernel, Size } from './request.ts'
import { chromaShift, type Samples } from './samples.ts'
import { REFERENCE_WHITE_NITS } from './tone-curve.ts'

const transferName = (name: string): string => transferNames[name] ?? name

/** Writes a complete description on the frames without touching a pixel. */
export function tagSteps(color: ColorDescription): FilterStep[] {
  return [
    {
      name: 'setparams',
      args: {
        range: color.range,
        color_primaries: color.primaries,
        color_trc: transferName(color.transfer),
        colorspace: color.matrix,
        chroma_location: color.chromaLocation,
      },
    },
  ]
}

export const formatStep = (pixelFormat: string): FilterStep => ({ name: 'format', args: { pix_fmts: pixelFormat } })

/** The kernels by zimg's names and shapes; bicubic has the same shape in both scalers. */
const zimgKernels: Readonly<Record<ScaleKernel, FilterStep['args']>> = {
  bicubic: { filter: 'bicubic', param_a: 0, param_b: 0.6 },
  lanczos: { filter: 'lanczos', param_a: 3 },
  spline: { filter: 'spline36' },
  bilinear: { filter: 'bilinear' },
}

export type ZscaleWish = {
  readonly size?: Size | undefined
  readonly kernel?: ScaleKernel | undefined
  /** Spreads the rounding error; for the last step, which rounds to few bits. */
  readonly dither?: boolean | undefined
  /**
   * Every pixel by itself: RGB to RGB at one size. Only then may zscale cut the picture into slices: it lets chroma and
   * rows end at the edge of a slice, so that more threads would mean another picture (measured, docs/color.md).
   */
  readonly pointwise?: boolean | undefined
}

/**
 * From one description to another, into `pixelFormat`. zimg works in display light: BT.1886 for SDR, SMPTE ST 2084, and
 * HLG with its OOTF for 1000 cd/m²; SDR white is at 203 cd/m². @throws {HE_INPUT_UNSUPPORTED} for what it lacks.
 */
export function zscaleSteps(
  from: ColorDescription,
  to: ColorDescription,
  pixelFormat: string,
  { size, kernel = 'bicubic', dither = false, pointwise = false }: ZscaleWish = {},
): FilterStep[] {
  refuseUnknown(from)
  // Where nothing of the light changes, both sides get one name, and zimg leaves it alone.
  const sameLight = isSameLight(from, to)
  const out = sameLight ? { ...to, primaries: from.primaries, transfer: from.transfer } : to
  const isHlg = [from.transfer, out.transfer].includes('arib-std-b67') && !sameLight
  return [
    {
      name: 'zscale',
      args: {
        ...(size ? { w: size.width, h: size.height } : {}),
        ...zimgKernels[kernel],
        primariesin: from.primaries,
        transferin: transferName(from.transfer),
        matrixin: from.matrix,
        rangein: from.range,
        chromalin: from.chromaLocation,
        primaries: out.primaries,
        transfer: transferName(out.transfer),
        matrix: out.matrix,
        range: out.range,
        chromal: out.chromaLocation,
        npl: REFERENCE_WHITE_NITS,
        // The fast tables leave out HLG's OOTF, which couples the channels: 26 of 1023 code values off (measured).
        agamma: isHlg ? 0 : 1,
        dither: dither ? 'error_diffusion' : 'none',
        ...(pointwise ? {} : { threads: 1 }),
      },
    },
    formatStep(pixelFormat),
  ]
}

function refuseUnknown(from: ColorDescription): void {
  const missing = [
    zscalePrimaries.has(from.primaries) ? null : `primaries ${from.primaries}`,
    zscaleTransfers.has(from.transfer) ? null : `transfer ${from.transfer}`,
    zscaleMatrices.has(from.matrix) ? null : `matrix ${from.matrix}`,
  ].filter(each => each !== null)
  if (missing.length === 0) return
  throw new HeadendError('HE_INPUT_UNSUPPORTED', `there is no conversion from ${missing.join(', ')}`, {
    hint: 'Convert the source to BT.709 with a grading tool first.',
    details: { color: from },
  })
}

/** H.273 gives these one transfer function between 0 and 1: BT.709, BT.601, xvYCC, BT.1361 and SDR in BT.2020. */
const SDR_CURVES: ReadonlySet<string> = new Set([
  'bt709',
  'smpte170m',
  'bt2020-10',
  'bt2020-12',
  'iec61966-2-4',
  'bt1361e',
])
export const isSdrCurve = (transfer: string): boolean => SDR_CURVES.has(transfer)

/** H.273 primaries 6 and 7 are one set of chromaticities. */
const primariesOf = (name: string): string => (name === 'smpte240m' ? 'smpte170m' : name)

/** Whether the same R′G′B′ means the same light in both. */
export function isSameLight(a: ColorDescription, b: ColorDescription): boolean {
  const sameCurve = a.transfer === b.transfer || (isSdrCurve(a.transfer) && isSdrCurve(b.transfer))
  return sameCurve && primariesOf(a.primaries) === primariesOf(b.primaries)
}

/** Where chroma lies, by swscale's numbers: 256ths of a chroma sample's distance from the first pixel. */
const CHROMA_POSITIONS: Readonly<Record<ColorDescription['chromaLocation'], readonly [across: number, down: number]>> =
  {
    left: [0, 128],
    center: [128, 128],
    topleft: [0, 0],
    top: [128, 0],
    bottomleft: [0, 256],
    bottom: [128, 256],
  }

/**
 * Where chroma is read and written, for `scale`. Where there is as much of it as of luma, swscale must not be told; of two
 * fields it knows the lines by itself.
 */
export function chromaPositionArgs(
  location: ColorDescription['chromaLocation'],
  [read, written]: readonly [Samples['chroma'], Samples['chroma']],
  interlaced: boolean,
): FilterStep['args'] {
  const [across, down] = CHROMA_POSITIONS[location]
  const at = (side: 'in' | 'out', chroma: Samples['chroma']): FilterStep['args'] => {
    const [right, below] = chromaShift(chroma)
    return {
      ...(right > 0 ? { [`${side}_h_chr_pos`]: across } : {}),
      ...(below > 0 && !interlaced ? { [`${side}_v_chr_pos`]: down } : {}),
    }
  }
  return { ...at('in', read), ...at('out', written), ...(interlaced ? { interl: 1 } : {}) }
}

/**
 * swscale's resize of Y′CbCr into the same Y′CbCr: it changes the size and nothing else. Left to itself it scales chroma as
 * if it lay in the centre, a quarter of a pixel off at half the size (measured): it is told where chroma lies.
 */
export function plainScaleStep(
  { width, height }: Size,
  kernel: ScaleKernel,
  { range, chromaLocation }: ColorDescription,
  chroma: readonly [Samples['chroma'], Samples['chroma']],
  interlaced = false,
): FilterStep {
  const position = chromaPositionArgs(chromaLocation, chroma, interlaced)
  return {
    name: 'scale',
    args: { w: width, h: height, flags: kernel, in_range: range, out_range: range, ...position },
  }
}
