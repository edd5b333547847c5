// The filters that change color before the rungs are scaled.
import { HeadendError } from '../core/index.ts'
import type { ColorDescription, FilterStep, VideoStream } from '../model/index.ts'
import { transferNames, zscaleMatrices, zscalePrimaries, zscaleTransfers } from './ffmpeg-names.data.ts'

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

/**
 * Converts between two SDR descriptions, or between two matrices of one HDR curve. zimg works display-referred, so a
 * picture keeps its look on the display it was made for. @throws {HE_INPUT_UNSUPPORTED} for curves that it lacks.
 */
export function zscaleSteps(from: ColorDescription, to: ColorDescription, pixelFormat: string): FilterStep[] {
  const missing = [
    zscalePrimaries.has(from.primaries) ? null : `primaries ${from.primaries}`,
    zscaleTransfers.has(from.transfer) ? null : `transfer ${from.transfer}`,
    zscaleMatrices.has(from.matrix) ? null : `matrix ${from.matrix}`,
  ].filter(each => each !== null)
  if (missing.length > 0) {
    throw new HeadendError('HE_INPUT_UNSUPPORTED', `there is no conversion from ${missing.join(', ')}`, {
      hint: 'Convert the source to BT.709 with a grading tool first.',
      details: { color: from },
    })
  }
  return [
    {
      name: 'zscale',
      args: {
        primariesin: from.primaries,
        transferin: transferName(from.transfer),
        matrixin: from.matrix,
        rangein: from.range,
        chromalin: from.chromaLocation,
        primaries: to.primaries,
        transfer: transferName(to.transfer),
        matrix: to.matrix,
        range: to.range,
        chromal: to.chromaLocation,
        dither: 'error_diffusion',
      },
    },
    { name: 'format', args: { pix_fmts: pixelFormat } },
  ]
}

/** What a display is assumed to have been when nobody says: the usual grading monitor, and HLG's nominal peak (BT.2100). */
const USUAL_PEAK_NITS = 1000
/** tonemapx takes its peak in units of 10 cd/m²; measured: 100 gives what 1000 cd/m² of metadata give. */
const PEAK_UNIT_NITS = 10
/** The curve needs a peak above reference white, 203 cd/m² (BT.2408); below 250 it fails (measured). */
const LEAST_PEAK_NITS = 300

/** The brightest the programme gets, cd/m², and whether the source says so. */
export function peakOf({ hdr }: VideoStream, transfer: string): { nits: number; stated: boolean } {
  if (transfer === 'arib-std-b67') return { nits: USUAL_PEAK_NITS, stated: true }
  // MaxCLL is what the programme reaches, the mastering display only what it could; 0 means unknown (CTA-861.3).
  const stated = hdr.contentLight?.maxCll || hdr.masteringDisplay?.maxLuminance || 0
  if (stated <= 0) return { nits: USUAL_PEAK_NITS, stated: false }
  return { nits: Math.round(Math.min(10_000, Math.max(LEAST_PEAK_NITS, stated))), stated: true }
}

/** Whether tonemapx reads these pictures as they are; others become BT.2020 Y′CbCr first. */
export const isToneMapInput = ({ matrix }: ColorDescription): boolean => matrix === 'bt2020nc' || matrix === 'bt709'

/** PQ or HLG to BT.709 by the curve of ITU-R BT.2390. */
export function toneMapSteps(from: ColorDescription, peakNits: number): FilterStep[] {
  const known = isToneMapInput(from)
  const base: ColorDescription = known ? from : { ...from, matrix: 'bt2020nc', range: 'tv', chromaLocation: 'left' }
  return [
    ...(known ? [{ name: 'format', args: { pix_fmts: 'yuv420p10le' } }] : zscaleSteps(from, base, 'yuv420p10le')),
    ...tagSteps(base),
    ...(base.transfer === 'smpte2084' ? [limitStep(peakNits, base.range)] : []),
    {
      name: 'tonemapx',
      args: {
        tonemap: 'bt2390',
        peak: Math.round(peakNits / PEAK_UNIT_NITS),
        // The base layer alone decides, so that every decoder and every run sees the same picture.
        apply_dovi: 0,
        t: 'bt709',
        m: 'bt709',
        p: 'bt709',
        r: 'tv',
        format: 'yuv420p',
      },
    },
  ]
}

/** Above its peak the curve turns down again and highlights would go grey (measured): luma is cut there. */
function limitStep(peakNits: number, range: ColorDescription['range']): FilterStep {
  const signal = pqSignal(peakNits)
  const code = range === 'pc' ? Math.round(1023 * signal) : Math.round(64 + 876 * signal)
  return { name: 'limiter', args: { max: code, planes: 1 } }
}

/** SMPTE ST 2084: signal 0–1 of a luminance in cd/m². */
export function pqSignal(nits: number): number {
  const y = (nits / 10_000) ** 0.1593017578125
  return ((0.8359375 + 18.8515625 * y) / (1 + 18.6875 * y)) ** 78.84375
}
