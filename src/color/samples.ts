// How pictures are stored: FFmpeg's planar pixel formats by chroma and depth, and which of them zscale reads.
import type { VideoStream } from '../model/index.ts'

export type Samples = {
  readonly chroma: VideoStream['chroma']
  readonly bitDepth: number
}

const CHROMA: Readonly<Record<string, Samples['chroma']>> = {
  yuv420p: '4:2:0',
  yuv422p: '4:2:2',
  yuv444p: '4:4:4',
  gray: '4:0:0',
  gbrp: 'rgb',
}
const STORED: Readonly<Record<Samples['chroma'], string>> = {
  '4:0:0': 'gray',
  '4:1:0': 'yuv410p',
  '4:1:1': 'yuv411p',
  '4:2:0': 'yuv420p',
  '4:2:2': 'yuv422p',
  '4:4:4': 'yuv444p',
  rgb: 'gbrp',
}

/** Chroma and depth of a planar pixel format that an encoder may be fed; null for any other. */
export function planarSamples(pixelFormat: string): Samples | null {
  const found = /^(yuv4[24][024]p|gray|gbrp)(9|10|12|14|16)?(?:le)?$/.exec(pixelFormat)
  const chroma = found && CHROMA[found[1]!]
  return chroma ? { chroma, bitDepth: Number(found[2] ?? 8) } : null
}

/** The planar format of these samples: `yuv420p10le`. */
export function planarFormat({ chroma, bitDepth }: Samples): string {
  return `${STORED[chroma]}${bitDepth > 8 ? `${bitDepth}le` : ''}`
}

/** Depths that planar formats exist in, for chroma other than 4:1:1 and 4:1:0, which are 8 bit. */
const DEPTHS = [8, 9, 10, 12, 14, 16]

/** The planar format that holds the source's samples without changing one. Float pictures are held in 16 bits. */
export function planarFormatOf({
  pixelFormat,
  chroma,
  bitDepth,
}: Pick<VideoStream, 'pixelFormat' | 'chroma' | 'bitDepth'>): string {
  // 4:4:0 exists in 8, 10 and 12 bits, under its own name.
  if (/^yuvj?44[04]p/.test(pixelFormat) || /^yuvj4\d\dp$/.test(pixelFormat)) return pixelFormat
  const depth = DEPTHS.find(each => each >= bitDepth) ?? 16
  return planarFormat({ chroma, bitDepth: chroma === '4:1:1' || chroma === '4:1:0' ? 8 : depth })
}

/** Horizontal and vertical spacing of chroma, in pixels, as powers of two. */
export function chromaShift(chroma: Samples['chroma']): readonly [number, number] {
  if (chroma === '4:2:0') return [1, 1]
  if (chroma === '4:2:2') return [1, 0]
  if (chroma === '4:1:1') return [2, 0]
  return chroma === '4:1:0' ? [2, 2] : [0, 0]
}
