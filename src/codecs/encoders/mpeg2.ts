// mpeg2video: broadcast MPEG-2 (ISO/IEC 13818-2), constant rate first, fields or frames.
import { mpeg2Levels } from '../mpeg2-levels.data.ts'
import type { EncoderRequest, EncoderRow } from './encoder-request.ts'
import { present } from './encoder-request.ts'

/** The number that the sequence extension carries: 4:2:2 Profile counts its levels apart from Main. */
const levelCode = (profile: string, level: string): number | undefined =>
  mpeg2Levels[profile]?.find(({ name }) => name === level)?.code

function rateOptions({ rate }: EncoderRequest): Record<string, string | number | undefined> {
  switch (rate.mode) {
    case 'vbr':
      return { b: rate.averageBps, maxrate: rate.maxrateBps, bufsize: rate.bufsizeBits }
    case 'cbr':
      return {
        b: rate.averageBps,
        minrate: rate.averageBps,
        maxrate: rate.averageBps,
        bufsize: rate.bufsizeBits,
        // The buffer starts nine tenths full, as a decoder's does after its delay.
        rc_init_occupancy: Math.round(rate.bufsizeBits * 0.9),
      }
    case 'constant-quality':
    case 'fixed':
      return {}
  }
}

function options(request: EncoderRequest, pass: 1 | 2 | null): ReturnType<typeof present> {
  const { profile, level, scan, gopFrames, pixelFormat } = request
  const interlaced = scan !== 'progressive'
  return present({
    profile: profile === '422' ? '422' : 'main',
    level: level === null ? undefined : levelCode(profile, level),
    ...rateOptions(request),
    flags: `+cgop${interlaced ? '+ildct+ilme' : ''}${pass === null ? '' : `+pass${pass}`}`,
    g: gopFrames,
    bf: request.bFrames ?? 2,
    // FFmpeg: closed GOPs and cut detection are not to be had together; this is the threshold that its message names.
    sc_threshold: 1_000_000_000,
    b_strategy: 0,
    // Without it FFmpeg pulls an I-frame forward when B-frames would cross the end of the GOP.
    mpv_flags: '+strict_gop',
    // 4:2:2 Profile: 10 bit of DC precision (8 and the number), the VLC table for intra blocks, finer steps of the quantiser.
    intra_dc_precision: profile === '422' ? 2 : 0,
    intra_vlc: profile === '422' ? 1 : 0,
    non_linear_quant: profile === '422' ? 1 : 0,
    // Low quantisers must be allowed, or a constant rate of 50 Mbit/s cannot be spent.
    qmin: 1,
    lmin: '1*QP2LAMBDA',
    // The non-linear scale ends at 28 in FFmpeg.
    qmax: profile === '422' ? 28 : 31,
    rc_max_vbv_use: request.rate.mode === 'cbr' ? 1 : undefined,
    rc_min_vbv_use: request.rate.mode === 'cbr' ? 1 : undefined,
    alternate_scan: interlaced ? 1 : 0,
    seq_disp_ext: 'always',
    threads: pixelFormat === 'yuv422p' ? 0 : 1,
  })
}

export const mpeg2: EncoderRow = {
  name: 'mpeg2video',
  codec: 'mpeg2',
  family: 'cpu',
  limits: {
    pixelFormats: ['yuv420p', 'yuv422p'],
    profiles: ['main', '422'],
    rates: ['vbr', 'cbr'],
    holdsPeak: ['vbr', 'cbr'],
    twoPass: false,
    scans: ['progressive', 'tff', 'bff'],
    maxBFrames: 7,
    tunes: [],
    cuts: false,
    shots: false,
    staticHdr: 'container',
    hdr10Plus: false,
    dolbyVision: false,
  },
  // One picture before, one after, and the one that is shown (13818-2 Annex D).
  pictures: ({ bFrames }) => (bFrames === 0 ? 2 : 3),
  build: request => {
    if (request.level !== null && levelCode(request.profile, request.level) === undefined)
      return { because: `MPEG-2 ${request.profile} has no level ${request.level}` }
    if (request.pixelFormat === 'yuv422p' && request.profile !== '422')
      return { because: 'MPEG-2 carries 4:2:2 in its 4:2:2 Profile only' }
    return { options: options(request, null) }
  },
}
