// VA-API: any Linux driver behind a render node; frames are uploaded. A mode that the driver lacks fails at its trial.
import type { EncoderRequest, EncoderRow } from './encoder-request.ts'
import { present } from './encoder-request.ts'
import { formatStep, hardwareLimits, qualityNote, rescaleQuality, usual, usualBFrames } from './hardware-shared.ts'
import { speedOn, speedScales } from './speeds.data.ts'

type VaapiCodec = 'h264' | 'hevc' | 'av1' | 'vp9'

const profileNames: Readonly<Record<VaapiCodec, Readonly<Record<string, string>>>> = {
  h264: { 'constrained-baseline': 'constrained_baseline', main: 'main', high: 'high' },
  hevc: { main: 'main', main10: 'main10' },
  av1: { main: 'main' },
  // VP9's profile follows from the surface.
  vp9: { '0': '', '2': '' },
}

/** The wrapper's names: H.264 and HEVC write 4 for 4.0, AV1 writes 4.0. */
const levelName = (codec: VaapiCodec, level: string): string | undefined =>
  codec === 'vp9' ? undefined : codec === 'av1' ? level : level.replace(/\.0$/, '')

function rateOptions(request: EncoderRequest): Record<string, string | number | undefined> {
  const { rate } = request
  switch (rate.mode) {
    case 'constant-quality': {
      const global_quality = rescaleQuality(request, rate.quality, 51)
      if (rate.maxrateBps === null) return { rc_mode: 'ICQ', global_quality }
      // QVBR has an average besides the cap; at the cap itself it does not bind.
      const bufsize = rate.bufsizeBits ?? undefined
      return { rc_mode: 'QVBR', global_quality, b: rate.maxrateBps, maxrate: rate.maxrateBps, bufsize }
    }
    case 'vbr':
      return { rc_mode: 'VBR', b: rate.averageBps, maxrate: rate.maxrateBps, bufsize: rate.bufsizeBits }
    case 'cbr':
      return { rc_mode: 'CBR', b: rate.averageBps, maxrate: rate.averageBps, bufsize: rate.bufsizeBits }
    case 'fixed':
      return {}
  }
}

/** @internal One row per codec that VA-API has. */
export function vaapi(codec: VaapiCodec): EncoderRow {
  const profiles = profileNames[codec]
  const reordering = codec !== 'vp9'
  const bitstreamHdr = codec === 'hevc'
  return {
    name: `${codec}_vaapi`,
    codec,
    family: 'vaapi',
    limits: {
      ...hardwareLimits,
      pixelFormats: usual[codec]!.pixelFormats,
      profiles: Object.keys(profiles),
      rates: ['constant-quality', 'capped-quality', 'vbr', 'cbr'],
      holdsPeak: ['capped-quality', 'vbr', 'cbr'],
      maxBFrames: reordering ? 7 : 0,
      // Only the HEVC wrapper writes the SEI messages (option `sei`).
      staticHdr: bitstreamHdr ? 'frames' : 'container',
    },
    // The wrapper keeps the pictures before and after, and one more for each layer of B-frames (`b_depth`, here 1).
    pictures: ({ bFrames }) => (codec === 'av1' || codec === 'vp9' ? 8 : bFrames === 0 ? 1 : 2),
    build: request => ({
      options: present({
        profile: profiles[request.profile] || undefined,
        level: request.level === null ? undefined : levelName(codec, request.level),
        tier: codec === 'hevc' || codec === 'av1' ? (request.tier ?? 'main') : undefined,
        ...rateOptions(request),
        compression_level: Number(speedOn(speedScales.vaapi, request.speed)),
        flags: '+cgop',
        g: request.gopFrames,
        bf: reordering ? usualBFrames(request) : undefined,
        b_depth: reordering ? 1 : undefined,
        // Every I-frame is an IDR frame, and a forced one always is.
        idr_interval: 0,
        sei: bitstreamHdr ? 'hdr' : undefined,
      }),
      filters: [formatStep(request.pixelFormat), { name: 'hwupload', args: {} }],
      device: 'vaapi',
      notes: request.rate.mode === 'constant-quality' ? [qualityNote] : [],
    }),
  }
}
