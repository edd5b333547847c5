// ProRes, DNxHR and FFV1: every frame a key frame, the rate set by the profile or by the picture itself.
import type { EncoderLimits, EncoderRequest, EncoderRow } from './encoder-request.ts'
import { present } from './encoder-request.ts'

const intra = {
  rates: ['fixed'],
  holdsPeak: [],
  twoPass: false,
  maxBFrames: 0,
  tunes: [],
  cuts: true,
  shots: false,
  staticHdr: 'container',
  hdr10Plus: false,
  dolbyVision: false,
} as const satisfies Partial<EncoderLimits>

/** Bits of a macroblock of 16×16 that come to the asked rate; undefined leaves it to the profile's own table. */
function bitsPerMacroblock({ rate, width, height, frameRate }: EncoderRequest): number | undefined {
  if (rate.mode !== 'fixed' || rate.averageBps === null) return undefined
  const [num, den] = frameRate.split('/').map(Number) as [number, number]
  const macroblocks = Math.ceil(width / 16) * Math.ceil(height / 16)
  return Math.round((rate.averageBps * den) / num / macroblocks)
}

/** prores_ks takes from 128 bits a macroblock to 8192 (its option's range); 0 is automatic. */
const PRORES_BITS = { min: 128, max: 8192 }

export const prores: EncoderRow = {
  name: 'prores_ks',
  codec: 'prores',
  family: 'cpu',
  limits: {
    ...intra,
    pixelFormats: ['yuv422p10le', 'yuv444p10le', 'yuva444p10le'],
    profiles: ['proxy', 'lt', 'standard', 'hq', '4444', '4444xq'],
    scans: ['progressive', 'tff', 'bff'],
  },
  pictures: () => 1,
  build: request => {
    const is4444 = request.profile.startsWith('4444')
    if (is4444 !== request.pixelFormat.includes('444'))
      return { because: `ProRes ${request.profile} carries ${is4444 ? '4:4:4' : '4:2:2'}, not ${request.pixelFormat}` }
    const bits = bitsPerMacroblock(request)
    if (bits !== undefined && (bits < PRORES_BITS.min || bits > PRORES_BITS.max))
      return { because: `ProRes needs ${PRORES_BITS.min} to ${PRORES_BITS.max} bits a macroblock; this is ${bits}` }
    return {
      options: present({
        profile: request.profile,
        // Apple's own tag: some editors treat a file without it as foreign.
        vendor: 'apl0',
        bits_per_mb: bits,
        alpha_bits: request.pixelFormat.startsWith('yuva') ? 16 : 0,
        flags: request.scan === 'progressive' ? undefined : '+ildct',
        g: 1,
        threads: 0,
      }),
    }
  },
}

/** SMPTE ST 2019-1: the samples of each DNxHR profile. */
const dnxhrFormats: Readonly<Record<string, readonly string[]>> = {
  lb: ['yuv422p'],
  sq: ['yuv422p'],
  hq: ['yuv422p'],
  hqx: ['yuv422p10le'],
  '444': ['yuv444p10le', 'gbrp10le'],
}

export const dnxhr: EncoderRow = {
  name: 'dnxhd',
  codec: 'dnxhr',
  family: 'cpu',
  limits: {
    ...intra,
    pixelFormats: ['yuv422p', 'yuv422p10le', 'yuv444p10le', 'gbrp10le'],
    profiles: ['lb', 'sq', 'hq', 'hqx', '444'],
    // FFmpeg: `Interlaced encoding is not supported for DNxHR profiles`.
    scans: ['progressive'],
  },
  pictures: () => 1,
  build: request => {
    const formats = dnxhrFormats[request.profile] ?? []
    if (!formats.includes(request.pixelFormat))
      return { because: `DNxHR ${request.profile} carries ${formats.join(' or ')}, not ${request.pixelFormat}` }
    if (request.rate.mode === 'fixed' && request.rate.averageBps !== null)
      return { because: 'the rate of DNxHR follows from its profile, size and frame rate; none can be asked for' }
    return { options: { profile: `dnxhr_${request.profile}`, g: 1, threads: 0 } }
  },
}

const depths = (base: string, bits: readonly number[]): string[] =>
  bits.map(depth => (depth === 8 ? base : `${base}${depth}le`))

/** Slices that a reader can check and decode apart; more for bigger pictures. FFmpeg takes these counts (ffv1enc.c). */
function slicesFor(width: number, height: number): number {
  // Of odd sizes FFmpeg 8.1 refuses 12 and 16 in some chains (measured at 853x481), never 9.
  if (width % 2 !== 0 || height % 2 !== 0) return 9
  if (width * height >= 1280 * 720) return 24
  return width * height >= 320 * 240 ? 16 : 4
}

export const ffv1: EncoderRow = {
  name: 'ffv1',
  codec: 'ffv1',
  family: 'cpu',
  limits: {
    ...intra,
    pixelFormats: [
      ...depths('gray', [8, 9, 10, 12, 14, 16]),
      ...depths('yuv420p', [8, 9, 10, 12, 14, 16]),
      ...depths('yuv422p', [8, 9, 10, 12, 14, 16]),
      ...depths('yuv444p', [8, 9, 10, 12, 14, 16]),
      ...depths('yuva420p', [8, 9, 10, 16]),
      ...depths('yuva422p', [8, 9, 10, 12, 16]),
      ...depths('yuva444p', [8, 9, 10, 12, 16]),
      ...['yuv410p', 'yuv411p', 'yuv440p', 'yuv440p10le', 'yuv440p12le', 'ya8'],
      ...['bgr0', 'bgra', 'rgb48le', 'rgba64le'],
      ...['gbrp9le', 'gbrp10le', 'gbrp12le', 'gbrp14le', 'gbrp16le'],
      ...['gbrap10le', 'gbrap12le', 'gbrap14le', 'gbrap16le'],
    ],
    profiles: ['3'],
    scans: ['progressive', 'tff', 'bff'],
  },
  pictures: () => 1,
  build: ({ rate, width, height, scan }) => {
    if (rate.mode === 'fixed' && rate.averageBps !== null)
      return { because: 'FFV1 loses nothing, so its rate follows from the picture; none can be asked for' }
    return {
      options: present({
        // RFC 9043: version 3, range coder, large context, a checksum in each slice, every frame by itself.
        level: 3,
        coder: 'range_tab',
        context: 1,
        g: 1,
        slices: slicesFor(width, height),
        slicecrc: 1,
        flags: scan === 'progressive' ? undefined : '+ildct',
        threads: 0,
      }),
    }
  },
}
