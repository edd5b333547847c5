// Quick Sync: Intel's encoders, fed from CPU memory. The wrapper derives the mode from what is set, so nothing else may be.
import type { EncoderRequest, EncoderRow } from './encoder-request.ts'
import { present } from './encoder-request.ts'
import { formatStep, hardwareLimits, qualityNote, rescaleQuality, usual, usualBFrames } from './hardware-shared.ts'
import { speedOn, speedScales } from './speeds.data.ts'

type QsvCodec = 'h264' | 'hevc' | 'av1' | 'vp9'

const profileNames: Readonly<Record<QsvCodec, Readonly<Record<string, string>>>> = {
  h264: { 'constrained-baseline': 'baseline', main: 'main', high: 'high' },
  hevc: { main: 'main', main10: 'main10' },
  av1: { main: 'main' },
  vp9: { '0': 'profile0', '2': 'profile2' },
}

/** FFmpeg's numbers for levels are the codec's own: H.264 4.1 is 41, HEVC 4.1 is 123; AV1 and VP9 are left to the driver. */
const levelNumber: Readonly<Partial<Record<QsvCodec, (level: string) => number>>> = {
  h264: level => Math.round(Number(level) * 10),
  // Media SDK counts HEVC's levels like H.264's (MFX_LEVEL_HEVC_41 is 41).
  hevc: level => Math.round(Number(level) * 10),
}

function rateOptions(request: EncoderRequest): Record<string, string | number | undefined> {
  const { rate } = request
  switch (rate.mode) {
    case 'constant-quality': {
      const global_quality = rescaleQuality(request, rate.quality, 51)
      if (rate.maxrateBps === null) return { global_quality, b: 0 }
      // QVBR. An average equal to the cap would be read as a constant rate; 1 kbit/s below it, only the cap binds.
      const bufsize = rate.bufsizeBits ?? undefined
      return { global_quality, b: rate.maxrateBps - 1000, maxrate: rate.maxrateBps, bufsize }
    }
    case 'vbr':
      return {
        b: Math.min(rate.averageBps, rate.maxrateBps - 1000),
        maxrate: rate.maxrateBps,
        bufsize: rate.bufsizeBits,
      }
    case 'cbr':
      return { b: rate.averageBps, maxrate: rate.averageBps, bufsize: rate.bufsizeBits }
    case 'fixed':
      return {}
  }
}

/** @internal One row per codec that Quick Sync has. */
export function qsv(codec: QsvCodec): EncoderRow {
  const profiles = profileNames[codec]
  const reordering = codec !== 'vp9'
  return {
    name: `${codec}_qsv`,
    codec,
    family: 'qsv',
    limits: {
      ...hardwareLimits,
      pixelFormats: usual[codec]!.pixelFormats,
      profiles: Object.keys(profiles),
      rates: ['constant-quality', 'capped-quality', 'vbr', 'cbr'],
      holdsPeak: ['capped-quality', 'vbr', 'cbr'],
      maxBFrames: reordering ? 7 : 0,
      staticHdr: codec === 'vp9' ? 'container' : 'frames',
    },
    pictures: ({ references }) => (codec === 'av1' || codec === 'vp9' ? 8 : (references ?? 4)),
    build: request => ({
      options: present({
        preset: qsvPreset(request.speed),
        profile: profiles[request.profile],
        level: request.level === null ? undefined : levelNumber[codec]?.(request.level),
        tier: codec === 'hevc' ? (request.tier ?? 'main') : undefined,
        ...rateOptions(request),
        flags: '+cgop',
        g: request.gopFrames,
        bf: reordering ? usualBFrames(request) : undefined,
        refs: codec === 'av1' || codec === 'vp9' ? undefined : (request.references ?? 4),
        // Every I-frame is an IDR frame; HEVC counts from 0 as well unless `begin_only`.
        idr_interval: codec === 'h264' || codec === 'hevc' ? 0 : undefined,
        forced_idr: 1,
        adaptive_i: codec === 'vp9' ? undefined : 0,
        adaptive_b: codec === 'vp9' ? undefined : 0,
      }),
      filters: [formatStep(request.pixelFormat)],
      notes: request.rate.mode === 'constant-quality' ? [qualityNote] : [],
    }),
  }
}

/** By name; target usage 1 is best. */
function qsvPreset(speed: string): string | undefined {
  const byUsage = ['veryslow', 'slower', 'slow', 'medium', 'fast', 'faster', 'veryfast']
  const own = speedOn(speedScales.qsv, speed)
  return own === null ? undefined : (byUsage[Number(own) - 1] ?? own)
}
