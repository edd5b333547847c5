// libvpx-vp9: quality with and without a cap, average and constant rate, in one pass: the statistics of a first one are out of node-av's reach.
import type { EncoderRequest, EncoderRow } from './encoder-request.ts'
import { present } from './encoder-request.ts'
import { speedOn, speedScales } from './speeds.data.ts'

/** What a tile column must be wide at least (VP9 specification, 7.2.15: MIN_TILE_WIDTH_B64 is 4 of 64). */
const MIN_TILE_WIDTH = 256

/** cpu-used above 5 exists in `realtime` alone. */
const REALTIME_FROM = 6

function rateOptions({ rate }: EncoderRequest): Record<string, string | number | undefined> {
  switch (rate.mode) {
    case 'constant-quality':
      // libvpx calls it constrained quality: `b` bounds the rate of a CRF; 0 is no bound.
      return rate.maxrateBps === null
        ? { crf: rate.quality, b: 0 }
        : { crf: rate.quality, b: rate.maxrateBps, bufsize: rate.bufsizeBits ?? undefined }
    case 'vbr':
      return { b: rate.averageBps, maxrate: rate.maxrateBps, bufsize: rate.bufsizeBits }
    case 'cbr':
      return { b: rate.averageBps, minrate: rate.averageBps, maxrate: rate.averageBps, bufsize: rate.bufsizeBits }
    case 'fixed':
      return {}
  }
}

function options(request: EncoderRequest): ReturnType<typeof present> {
  const { width, gopFrames, tune, level, rate } = request
  const speed = Number(speedOn(speedScales.libvpx, request.speed))
  const realtime = speed >= REALTIME_FROM
  const columns = Math.floor(Math.log2(Math.max(1, width / MIN_TILE_WIDTH)))
  return present({
    deadline: realtime ? 'realtime' : 'good',
    'cpu-used': speed,
    ...rateOptions(request),
    // Equal bounds switch libvpx's own placing of key frames off; the grid's are forced.
    g: gopFrames,
    keyint_min: gopFrames,
    level: level ?? undefined,
    'row-mt': 1,
    'tile-columns': Math.min(6, columns),
    // Hidden reference frames need to look ahead, which a constant rate and realtime do not.
    'auto-alt-ref': rate.mode === 'cbr' || realtime ? 0 : 1,
    'lag-in-frames': rate.mode === 'cbr' || realtime ? 0 : 25,
    tune,
    threads: 0,
  })
}

export const libvpxVp9: EncoderRow = {
  name: 'libvpx-vp9',
  codec: 'vp9',
  family: 'cpu',
  limits: {
    pixelFormats: [
      ...['yuv420p', 'yuv422p', 'yuv440p', 'yuv444p', 'gbrp'],
      ...['yuv420p10le', 'yuv422p10le', 'yuv440p10le', 'yuv444p10le', 'gbrp10le'],
      ...['yuv420p12le', 'yuv422p12le', 'yuv440p12le', 'yuv444p12le', 'gbrp12le'],
    ],
    profiles: ['0', '1', '2', '3'],
    rates: ['constant-quality', 'capped-quality', 'vbr', 'cbr'],
    holdsPeak: ['cbr'],
    twoPass: false,
    scans: ['progressive'],
    maxBFrames: 0,
    tunes: ['psnr', 'ssim'],
    // Its one-pass modes see no cuts.
    cuts: false,
    shots: false,
    staticHdr: 'container',
    hdr10Plus: false,
    dolbyVision: false,
  },
  // VP9 always has eight reference slots (VP9 bitstream specification, 3).
  pictures: () => 8,
  build: request => {
    // Measured over 8 s: 11 to 28 % above the average that was asked for.
    const notes = request.rate.mode === 'vbr' ? ['libvpx nears an average slowly, as it has one pass here'] : []
    return { options: options(request), notes }
  },
}
