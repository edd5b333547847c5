// Color description of video: ITU-T H.273 code points by FFmpeg's names. null means "absent in the source", never a guess.
import { z } from 'zod'

export const colorPrimaries = [
  'bt709',
  'bt470m',
  'bt470bg',
  'smpte170m',
  'smpte240m',
  'film',
  'bt2020',
  'smpte428',
  'smpte431',
  'smpte432',
  'ebu3213',
] as const
export const colorTransfers = [
  'bt709',
  'gamma22',
  'gamma28',
  'smpte170m',
  'smpte240m',
  'linear',
  'log100',
  'log316',
  'iec61966-2-4',
  'bt1361e',
  'iec61966-2-1',
  'bt2020-10',
  'bt2020-12',
  'smpte2084',
  'smpte428',
  'arib-std-b67',
] as const
export const colorMatrices = [
  'gbr',
  'bt709',
  'fcc',
  'bt470bg',
  'smpte170m',
  'smpte240m',
  'ycgco',
  'bt2020nc',
  'bt2020c',
  'smpte2085',
  'chroma-derived-nc',
  'chroma-derived-c',
  'ictcp',
] as const
export const colorRanges = ['tv', 'pc'] as const
export const chromaLocations = ['left', 'center', 'topleft', 'top', 'bottomleft', 'bottom'] as const

/** Tags as one place (container or bitstream) states them; null where it is silent. */
export const ColorTags = z.object({
  primaries: z.enum(colorPrimaries).nullable(),
  transfer: z.enum(colorTransfers).nullable(),
  matrix: z.enum(colorMatrices).nullable(),
  range: z.enum(colorRanges).nullable(),
  chromaLocation: z.enum(chromaLocations).nullable(),
})
export type ColorTags = z.infer<typeof ColorTags>

/** A complete description: what a plan promises. */
export const ColorDescription = z.object({
  primaries: z.enum(colorPrimaries),
  transfer: z.enum(colorTransfers),
  matrix: z.enum(colorMatrices),
  range: z.enum(colorRanges),
  chromaLocation: z.enum(chromaLocations),
})
export type ColorDescription = z.infer<typeof ColorDescription>

/** SMPTE ST 2086: CIE 1931 xy chromaticities and luminance in cd/m². */
export const MasteringDisplay = z.object({
  red: z.tuple([z.number(), z.number()]),
  green: z.tuple([z.number(), z.number()]),
  blue: z.tuple([z.number(), z.number()]),
  whitePoint: z.tuple([z.number(), z.number()]),
  minLuminance: z.number(),
  maxLuminance: z.number(),
})
export type MasteringDisplay = z.infer<typeof MasteringDisplay>

/** CTA-861.3: cd/m². */
export const ContentLight = z.object({ maxCll: z.int(), maxFall: z.int() })
export type ContentLight = z.infer<typeof ContentLight>

/** Dolby Vision configuration record (dvcC/dvvC). */
export const DolbyVision = z.object({
  profile: z.int(),
  level: z.int(),
  /** 1 HDR10, 2 SDR, 4 HLG, 6 Blu-ray HDR10, 0 none. */
  compatibilityId: z.int(),
  rpu: z.boolean(),
  enhancementLayer: z.boolean(),
  baseLayer: z.boolean(),
})
export type DolbyVision = z.infer<typeof DolbyVision>

export const hdrFormats = ['sdr', 'hdr10', 'hdr10plus', 'hlg', 'pq', 'dolby-vision'] as const
export const Hdr = z.object({
  /** What the picture is, by its transfer and its metadata; `pq` is PQ without static metadata. */
  format: z.enum(hdrFormats),
  masteringDisplay: MasteringDisplay.nullable(),
  contentLight: ContentLight.nullable(),
  hdr10Plus: z.boolean(),
  dolbyVision: DolbyVision.nullable(),
})
export type Hdr = z.infer<typeof Hdr>
