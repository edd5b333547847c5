// Levels within EBU R 103: R′, G′, B′ and Y′ are held between −5 % and 105 % of their range.
import type { ColorDescription, FilterStep } from '../model/index.ts'
import { zscaleSteps } from './filter-steps.ts'

/** EBU R 103 v3.0 table 1, in 8 bits; 10 bits have four times as much (20–984). */
const LOW = 5
const HIGH = 246

/** FFmpeg's RGB has no room outside of 0–100 %: the signal is made smaller by this much, around its middle, meanwhile. */
const SHRINK = 0.8
const PAD = (1 - SHRINK) / 2
/** Code values of limited range in 16 bits: black, 100 %, and chroma's zero. */
const BLACK = 16 * 256
const SPAN = 219 * 256
const ZERO = 128 * 256

/** Y′CbCr 4:4:4 of 16 bits and limited range, in and out, through R′G′B′ that is held within the range. */
export function legalSteps(color: ColorDescription): FilterStep[] {
  const rgb: ColorDescription = { ...color, matrix: 'gbr', range: 'pc' }
  const code = (level: number): number => Math.round(65535 * (PAD + SHRINK * ((level - 16) / 219)))
  const shrunk = `${SHRINK}*(val-${ZERO})+${ZERO}`
  const grown = `(val-${ZERO})/${SHRINK}+${ZERO}`
  return [
    { name: 'lutyuv', args: { y: `${SHRINK}*(val-${BLACK})+${BLACK + PAD * SPAN}`, u: shrunk, v: shrunk } },
    ...zscaleSteps(color, rgb, 'gbrp16le', { pointwise: true }),
    { name: 'limiter', args: { min: code(LOW), max: code(HIGH) } },
    ...zscaleSteps(rgb, color, 'yuv444p16le', { pointwise: true }),
    { name: 'lutyuv', args: { y: `(val-${BLACK + PAD * SPAN})/${SHRINK}+${BLACK}`, u: grown, v: grown } },
  ]
}

/** Holds Y′ alone, in Y′CbCr of limited range. */
export const legalLumaStep = (bitDepth: number): FilterStep => ({
  name: 'limiter',
  args: { min: LOW << (bitDepth - 8), max: HIGH << (bitDepth - 8), planes: 1 },
})
