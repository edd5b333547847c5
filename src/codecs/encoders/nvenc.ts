// NVENC: NVIDIA's encoders, fed from CPU memory; VBR, CBR and constant quality of the SDK's `targetQuality`.
import type { VideoCodec } from '../../model/index.ts'
import type { EncoderRequest, EncoderRow } from './encoder-request.ts'
import { present } from './encoder-request.ts'
import { formatStep, hardwareLimits, qualityNote, rescaleQuality, usualBFrames } from './hardware-shared.ts'
import { speedNames, speedOn, speedScales } from './speeds.data.ts'

type Family = {
  readonly profiles: Readonly<Record<string, string>>
  readonly pixelFormats: readonly string[]
  /** Top of the scale of `cq`. */
  readonly quality: number
  readonly maxBFrames: number
}

const families: Readonly<Partial<Record<VideoCodec, Family>>> = {
  h264: {
    profiles: {
      'constrained-baseline': 'baseline',
      main: 'main',
      high: 'high',
      // 10 bit and 4:2:2 from Blackwell on (Video Codec SDK 13); a trial tells.
      high10: 'high10',
      high422: 'high422',
    },
    pixelFormats: ['yuv420p', 'yuv420p10le', 'yuv422p', 'yuv422p10le'],
    quality: 51,
    maxBFrames: 4,
  },
  hevc: {
    profiles: { main: 'main', main10: 'main10', 'main422-10': 'rext' },
    pixelFormats: ['yuv420p', 'yuv420p10le', 'yuv422p10le'],
    quality: 51,
    maxBFrames: 5,
  },
  // AV1 takes its profile from the samples: the wrapper has no such option.
  av1: { profiles: { main: '' }, pixelFormats: ['yuv420p', 'yuv420p10le'], quality: 63, maxBFrames: 7 },
}

/** Pictures that the decoder must hold, asked for by `dpb_size`; 4 are enough for a pyramid over three B-frames. */
const PICTURES = 4

function rateOptions(request: EncoderRequest, top: number): Record<string, string | number | undefined> {
  const { rate } = request
  switch (rate.mode) {
    case 'constant-quality':
      // `b: 0` or the default of 2 Mbit/s would bound it. The wrapper drops bufsize in this mode, so it is not written.
      return { rc: 'vbr', cq: rescaleQuality(request, rate.quality, top), b: 0, maxrate: rate.maxrateBps ?? undefined }
    case 'vbr':
      return { rc: 'vbr', b: rate.averageBps, maxrate: rate.maxrateBps, bufsize: rate.bufsizeBits }
    case 'cbr':
      return { rc: 'cbr', b: rate.averageBps, maxrate: rate.averageBps, bufsize: rate.bufsizeBits, cbr_padding: 1 }
    case 'fixed':
      return {}
  }
}

/** From medium on each frame is looked at twice: at a quarter of its size, and in full from slow on. */
function multipass(speed: string): string {
  const place = (speedNames as readonly string[]).indexOf(speed)
  if (place < 0) return 'qres'
  if (place < speedNames.indexOf('medium')) return 'disabled'
  return place < speedNames.indexOf('slow') ? 'qres' : 'fullres'
}

/** @internal One row per codec that NVENC has. */
export function nvenc(codec: 'h264' | 'hevc' | 'av1'): EncoderRow {
  const family = families[codec]!
  return {
    name: `${codec}_nvenc`,
    codec,
    family: 'nvenc',
    limits: {
      ...hardwareLimits,
      pixelFormats: family.pixelFormats,
      profiles: Object.keys(family.profiles),
      rates: ['constant-quality', 'capped-quality', 'vbr', 'cbr'],
      holdsPeak: ['vbr', 'cbr'],
      maxBFrames: family.maxBFrames,
      tunes: codec === 'h264' ? ['hq', 'll', 'ull'] : ['hq', 'uhq', 'll', 'ull'],
    },
    pictures: ({ references }) => (codec === 'av1' ? 8 : (references ?? PICTURES)),
    build: request => {
      const bFrames = usualBFrames(request)
      const references = request.references ?? PICTURES
      // B-frames that others refer to need one picture more than the two they lie between.
      const pyramid = bFrames > 1 && references >= PICTURES
      const notes = request.rate.mode === 'constant-quality' ? [qualityNote] : []
      if (request.rate.mode === 'constant-quality' && request.rate.bufsizeBits !== null)
        notes.push('NVENC caps constant quality by its maxrate alone: the size of the buffer is its own')
      return {
        options: present({
          preset: (speedOn(speedScales.nvenc, request.speed) ?? 'p4').replace(/^(\d)$/, 'p$1'),
          tune: request.tune ?? 'hq',
          profile: family.profiles[request.profile] || undefined,
          level: request.level ?? undefined,
          tier: codec === 'h264' ? undefined : tierOf(codec, request),
          ...rateOptions(request, family.quality),
          multipass: multipass(request.speed),
          flags: '+cgop',
          g: request.gopFrames,
          bf: bFrames,
          b_ref_mode: pyramid ? 'middle' : 'disabled',
          dpb_size: codec === 'av1' ? undefined : references,
          'forced-idr': 1,
          'no-scenecut': 1,
          'spatial-aq': 1,
          'temporal-aq': 1,
        }),
        // 8 bit 4:2:0 is read as it is.
        filters: request.pixelFormat === 'yuv420p' ? [] : [formatStep(request.pixelFormat)],
        notes,
      }
    },
  }
}

/** AV1's tiers have numbers in the wrapper, HEVC's have names. */
const tierOf = (codec: 'hevc' | 'av1', { tier }: EncoderRequest): string | number =>
  codec === 'av1' ? (tier === 'high' ? 1 : 0) : (tier ?? 'main')
