// What the name of a pixel format says about its samples. Planar formats, as plans use them.
import { HeadendError } from '../core/index.ts'
import type { VideoCodec, VideoStream } from '../model/index.ts'

/** Ratio of chroma samples; `4:0:0` is gray. */
export type ChromaName = VideoStream['chroma']

export type Sampling = {
  readonly chroma: ChromaName
  /** Bits of each component. */
  readonly bitDepth: number
  readonly hasAlpha: boolean
}

const ratios: Readonly<Record<string, ChromaName>> = {
  410: '4:1:0',
  411: '4:1:1',
  420: '4:2:0',
  422: '4:2:2',
  // Halved in height only; no name here, and 4:2:2 has as many samples.
  440: '4:2:2',
  444: '4:4:4',
}
/** Packed RGB that FFV1 takes, whose names count the bits of a pixel. */
const packed: Readonly<Record<string, Sampling>> = {
  ya8: { chroma: '4:0:0', bitDepth: 8, hasAlpha: true },
  ya16: { chroma: '4:0:0', bitDepth: 16, hasAlpha: true },
  bgr0: { chroma: 'rgb', bitDepth: 8, hasAlpha: false },
  bgra: { chroma: 'rgb', bitDepth: 8, hasAlpha: true },
  rgb24: { chroma: 'rgb', bitDepth: 8, hasAlpha: false },
  rgba: { chroma: 'rgb', bitDepth: 8, hasAlpha: true },
  rgb48: { chroma: 'rgb', bitDepth: 16, hasAlpha: false },
  rgba64: { chroma: 'rgb', bitDepth: 16, hasAlpha: true },
}

/**
 * The format in which a decoder hands back what was coded from `pixelFormat`: ProRes 4444 has 12 bit by definition, and full
 * range of 8 bit has a name of its own.
 */
export function decodedFormat(codec: VideoCodec, pixelFormat: string): string {
  const plain = pixelFormat.replace(/^yuvj/, 'yuv')
  return codec === 'prores' ? plain.replace(/444p10/, '444p12') : plain
}

/** Reads FFmpeg's planar names, and the packed ones of FFV1. @throws {HE_INTERNAL} for others: plans have none. */
export function samplingOf(pixelFormat: string): Sampling {
  const name = pixelFormat.replace(/[lb]e$/, '')
  const known = packed[name]
  if (known) return known
  const yuv = /^yuv([aj]?)(4\d\d)p(\d*)$/.exec(name)
  const chroma = yuv && ratios[yuv[2]!]
  if (chroma) return { chroma, bitDepth: Number(yuv[3] || 8), hasAlpha: yuv[1] === 'a' }
  const gbr = /^gbr(a?)p(\d*)$/.exec(name)
  if (gbr) return { chroma: 'rgb', bitDepth: Number(gbr[2] || 8), hasAlpha: gbr[1] === 'a' }
  const gray = /^gray(\d*)$/.exec(name)
  if (gray) return { chroma: '4:0:0', bitDepth: Number(gray[1] || 8), hasAlpha: false }
  throw new HeadendError('HE_INTERNAL', `no plan has the pixel format ${pixelFormat}`)
}
