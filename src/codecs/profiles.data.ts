// The profiles that Headend makes, each with the samples that make an encoder write it.
import type { VideoCodec } from '../model/index.ts'
import { type ChromaName, samplingOf } from './sampling.ts'

/** Codecs for people. */
export const codecLabels: Readonly<Record<VideoCodec, string>> = {
  h264: 'H.264',
  hevc: 'HEVC',
  av1: 'AV1',
  vp9: 'VP9',
  mpeg2: 'MPEG-2',
  prores: 'ProRes',
  dnxhr: 'DNxHR',
  ffv1: 'FFV1',
}

export type ProfileRow = {
  readonly codec: VideoCodec
  readonly name: string
  /** For people, behind the codec's own: `High`, `Main 10`, `422 HQ`. */
  readonly label: string
  /**
   * FFmpeg's names of the samples that are coded in this profile, the least first. Encoders write the smallest profile that
   * carries what they are fed: High 10 is written for 10 bit only, whatever was asked for.
   */
  readonly pixelFormats: readonly string[]
  readonly chroma: readonly ChromaName[]
  readonly bitDepths: readonly number[]
  readonly alpha: boolean
  /** Whether fields can be coded. */
  readonly interlaced: boolean
  /** The rate follows from the profile or from the picture; none can be asked for. */
  readonly fixedRate: boolean
  /** FourCC of the sample entry in QuickTime files where the profile decides it; null leaves it to the container. */
  readonly fourCc: string | null
  /** Taken before other profiles that carry the same samples. */
  readonly usual: boolean
}

type Extra = Partial<Pick<ProfileRow, 'interlaced' | 'fixedRate' | 'fourCc' | 'usual'>>
function profile(
  codec: VideoCodec,
  name: string,
  label: string,
  pixelFormats: readonly string[],
  { interlaced = false, fixedRate = false, fourCc = null, usual = false }: Extra = {},
): ProfileRow {
  const samples = pixelFormats.map(samplingOf)
  return {
    ...{ codec, name, label, pixelFormats, interlaced, fixedRate, fourCc, usual },
    chroma: [...new Set(samples.map(({ chroma }) => chroma))],
    bitDepths: [...new Set(samples.map(({ bitDepth }) => bitDepth))].sort((a, b) => a - b),
    alpha: samples.some(({ hasAlpha }) => hasAlpha),
  }
}

/** `yuv420p` at 8 bit, `yuv420p10le` above. */
const at = (base: string, bits: readonly number[]): string[] =>
  bits.map(depth => (depth === 8 ? base : `${base}${depth}le`))

const fields: Extra = { interlaced: true }
const intra: Extra = { interlaced: true, fixedRate: true }
const MORE = [8, 9, 10, 12, 14, 16]

/**
 * By codec, from the least capable to the most. Monochrome is made in FFV1 alone: x264 codes it and FFmpeg decodes it as
 * 4:2:0, libx265 as it is built here refuses it, SVT-AV1 and libvpx have none.
 */
export const profileRows: readonly ProfileRow[] = [
  // ITU-T H.264 Annex A. The tools of High cost nothing where it is decoded at all.
  profile('h264', 'constrained-baseline', 'Constrained Baseline', ['yuv420p']),
  profile('h264', 'main', 'Main', ['yuv420p'], fields),
  profile('h264', 'high', 'High', ['yuv420p'], { ...fields, usual: true }),
  profile('h264', 'high10', 'High 10', ['yuv420p10le'], fields),
  profile('h264', 'high422', 'High 4:2:2', ['yuv422p', 'yuv422p10le'], fields),
  profile('h264', 'high444', 'High 4:4:4 Predictive', ['yuv444p', 'yuv444p10le'], fields),
  // ITU-T H.265 A.3: there are no coding tools for fields.
  profile('hevc', 'main', 'Main', ['yuv420p']),
  profile('hevc', 'main10', 'Main 10', ['yuv420p10le']),
  profile('hevc', 'main12', 'Main 12', ['yuv420p12le']),
  profile('hevc', 'main422-10', 'Main 4:2:2 10', ['yuv422p', 'yuv422p10le']),
  profile('hevc', 'main422-12', 'Main 4:2:2 12', ['yuv422p12le']),
  profile('hevc', 'main444-8', 'Main 4:4:4', ['yuv444p', 'gbrp']),
  profile('hevc', 'main444-10', 'Main 4:4:4 10', ['yuv444p10le', 'gbrp10le']),
  profile('hevc', 'main444-12', 'Main 4:4:4 12', ['yuv444p12le', 'gbrp12le']),
  // AV1 bitstream specification, 6.4.1.
  profile('av1', 'main', 'Main', at('yuv420p', [8, 10])),
  profile('av1', 'high', 'High', [...at('yuv444p', [8, 10]), ...at('gbrp', [8, 10])]),
  profile('av1', 'professional', 'Professional', [
    ...[...at('yuv422p', [8, 10, 12]), 'yuv420p12le'],
    ...['yuv444p12le', 'gbrp12le'],
  ]),
  // VP9 bitstream specification, 7.2: 0 and 2 are 4:2:0, 1 and 3 everything else; 2 and 3 have more than 8 bit.
  profile('vp9', '0', 'Profile 0', ['yuv420p']),
  profile('vp9', '1', 'Profile 1', ['yuv422p', 'yuv444p', 'gbrp']),
  profile('vp9', '2', 'Profile 2', at('yuv420p', [10, 12])),
  profile('vp9', '3', 'Profile 3', [...at('yuv422p', [10, 12]), ...at('yuv444p', [10, 12]), ...at('gbrp', [10, 12])]),
  // ITU-T H.262 8.2.
  profile('mpeg2', 'main', 'Main', ['yuv420p'], fields),
  profile('mpeg2', '422', '4:2:2', ['yuv422p'], fields),
  // Apple ProRes white paper: 4:2:2 up to HQ, 4:4:4 and alpha from 4444 on; FFmpeg codes 10 bit in all of them.
  profile('prores', 'proxy', '422 Proxy', ['yuv422p10le'], { ...intra, fourCc: 'apco' }),
  profile('prores', 'lt', '422 LT', ['yuv422p10le'], { ...intra, fourCc: 'apcs' }),
  profile('prores', 'standard', '422', ['yuv422p10le'], { ...intra, fourCc: 'apcn' }),
  profile('prores', 'hq', '422 HQ', ['yuv422p10le'], { ...intra, fourCc: 'apch', usual: true }),
  profile('prores', '4444', '4444', ['yuv444p10le', 'yuva444p10le'], { ...intra, fourCc: 'ap4h', usual: true }),
  profile('prores', '4444xq', '4444 XQ', ['yuv444p10le', 'yuva444p10le'], { ...intra, fourCc: 'ap4x' }),
  // SMPTE ST 2019-1; HQX and 444 are 10 or 12 bit there, FFmpeg codes 10. It codes no fields in DNxHR.
  profile('dnxhr', 'lb', 'LB', ['yuv422p'], { fixedRate: true, fourCc: 'AVdh' }),
  profile('dnxhr', 'sq', 'SQ', ['yuv422p'], { fixedRate: true, fourCc: 'AVdh' }),
  profile('dnxhr', 'hq', 'HQ', ['yuv422p'], { fixedRate: true, fourCc: 'AVdh', usual: true }),
  profile('dnxhr', 'hqx', 'HQX', ['yuv422p10le'], { fixedRate: true, fourCc: 'AVdh' }),
  profile('dnxhr', '444', '444', ['yuv444p10le', 'gbrp10le'], { fixedRate: true, fourCc: 'AVdh' }),
  // RFC 9043, version 3.
  profile(
    'ffv1',
    '3',
    'version 3',
    [
      ...at('gray', MORE),
      ...['yuv410p', 'yuv411p', ...at('yuv420p', MORE), ...at('yuv422p', MORE), ...at('yuv440p', [8, 10, 12])],
      ...at('yuv444p', MORE),
      ...['bgr0', 'gbrp9le', 'gbrp10le', 'gbrp12le', 'gbrp14le', 'gbrp16le'],
      ...['ya8', ...at('yuva420p', [8, 9, 10, 16])],
      ...[...at('yuva422p', [8, 9, 10, 12, 16]), ...at('yuva444p', [8, 9, 10, 12, 16])],
      ...['bgra', 'gbrap10le', 'gbrap12le', 'gbrap14le', 'gbrap16le'],
    ],
    intra,
  ),
]
