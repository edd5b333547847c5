// Static HDR metadata and chroma location in the words of x264, x265 and SVT-AV1.
import type { ColorDescription, ContentLight, MasteringDisplay, PlannedHdr } from '../../model/index.ts'

type Pair = readonly [number, number]

/** SMPTE ST 2086 as HEVC's SEI counts it (D.2.28): chromaticities in 0.00002, luminance in 0.0001 cd/m². */
export function masteringDisplayInUnits(display: MasteringDisplay): string {
  const point = ([x, y]: Pair): string => `(${Math.round(x * 50_000)},${Math.round(y * 50_000)})`
  const luminance = (value: number): number => Math.round(value * 10_000)
  return formatDisplay(display, point, luminance)
}

/** The same in CIE xy and cd/m², as SVT-AV1 reads it. */
export function masteringDisplayInReals(display: MasteringDisplay): string {
  return formatDisplay(display, ([x, y]) => `(${decimal(x)},${decimal(y)})`, decimal)
}

function formatDisplay(
  { red, green, blue, whitePoint, minLuminance, maxLuminance }: MasteringDisplay,
  point: (pair: Pair) => string,
  luminance: (value: number) => number | string,
): string {
  const colors = `G${point(green)}B${point(blue)}R${point(red)}WP${point(whitePoint)}`
  return `${colors}L(${luminance(maxLuminance)},${luminance(minLuminance)})`
}

/** No exponents: the parsers of the encoders do not read them. */
const decimal = (value: number): string => value.toFixed(6).replace(/0+$/, '').replace(/\.$/, '')

/** `maxCLL,maxFALL` of CTA-861.3. */
export const lightLevel = ({ maxCll, maxFall }: ContentLight): string => `${maxCll},${maxFall}`

/** Whether there is static metadata to write. */
export const hasStaticHdr = ({ masteringDisplay, contentLight }: PlannedHdr): boolean =>
  masteringDisplay !== null || contentLight !== null

/** ITU-T H.264/H.265 chroma_sample_loc_type; only 4:2:0 has one. */
export const chromaLocationType: Readonly<Record<ColorDescription['chromaLocation'], number>> = {
  left: 0,
  center: 1,
  topleft: 2,
  top: 3,
  bottomleft: 4,
  bottom: 5,
}

export const is420 = (pixelFormat: string): boolean => /^yuva?420p/.test(pixelFormat)
export const is10Bit = (pixelFormat: string): boolean => /10(le|be)?$/.test(pixelFormat)
