// What the name of an FFmpeg pixel format says about its samples. Pure.
import type { VideoStream } from '../model/index.ts'

export type PixelFacts = {
  readonly bitDepth: number
  readonly chroma: VideoStream['chroma']
  readonly hasAlpha: boolean
  /** The format itself means full range (yuvj…). */
  readonly fullRange: boolean
}

const subsampling: Readonly<Record<string, VideoStream['chroma']>> = {
  '410': '4:1:0',
  '411': '4:1:1',
  '420': '4:2:0',
  '422': '4:2:2',
  // Halved vertically only (rotated JPEG); our model has no word for it, and 4:2:2 keeps the number of samples.
  '440': '4:2:2',
  '444': '4:4:4',
}
const semiPlanar: Readonly<Record<string, VideoStream['chroma']>> = { '0': '4:2:0', '2': '4:2:2', '4': '4:4:4' }

/** Formats whose name follows no rule. */
const odd: Readonly<Record<string, Pick<PixelFacts, 'bitDepth' | 'chroma'> & { hasAlpha?: true }>> = {
  nv12: { bitDepth: 8, chroma: '4:2:0' },
  nv21: { bitDepth: 8, chroma: '4:2:0' },
  nv15: { bitDepth: 10, chroma: '4:2:0' },
  nv16: { bitDepth: 8, chroma: '4:2:2' },
  nv20: { bitDepth: 10, chroma: '4:2:2' },
  nv24: { bitDepth: 8, chroma: '4:4:4' },
  nv42: { bitDepth: 8, chroma: '4:4:4' },
  monow: { bitDepth: 1, chroma: '4:0:0' },
  monob: { bitDepth: 1, chroma: '4:0:0' },
  pal8: { bitDepth: 8, chroma: 'rgb', hasAlpha: true },
  ayuv: { bitDepth: 8, chroma: '4:4:4', hasAlpha: true },
  ayuv64: { bitDepth: 16, chroma: '4:4:4', hasAlpha: true },
  uyva: { bitDepth: 8, chroma: '4:4:4', hasAlpha: true },
  vuya: { bitDepth: 8, chroma: '4:4:4', hasAlpha: true },
  vuyx: { bitDepth: 8, chroma: '4:4:4' },
  vyu444: { bitDepth: 8, chroma: '4:4:4' },
  xv30: { bitDepth: 10, chroma: '4:4:4' },
  v30x: { bitDepth: 10, chroma: '4:4:4' },
  xv36: { bitDepth: 12, chroma: '4:4:4' },
  xv48: { bitDepth: 16, chroma: '4:4:4' },
  x2rgb10: { bitDepth: 10, chroma: 'rgb' },
  x2bgr10: { bitDepth: 10, chroma: 'rgb' },
  xyz12: { bitDepth: 12, chroma: 'rgb' },
  // Of unequal components the deepest counts.
  rgb8: { bitDepth: 3, chroma: 'rgb' },
  bgr8: { bitDepth: 3, chroma: 'rgb' },
  rgb4: { bitDepth: 2, chroma: 'rgb' },
  bgr4: { bitDepth: 2, chroma: 'rgb' },
  rgb4_byte: { bitDepth: 2, chroma: 'rgb' },
  bgr4_byte: { bitDepth: 2, chroma: 'rgb' },
  rgb565: { bitDepth: 6, chroma: 'rgb' },
  bgr565: { bitDepth: 6, chroma: 'rgb' },
  rgb555: { bitDepth: 5, chroma: 'rgb' },
  bgr555: { bitDepth: 5, chroma: 'rgb' },
  rgb444: { bitDepth: 4, chroma: 'rgb' },
  bgr444: { bitDepth: 4, chroma: 'rgb' },
}

type Rule = readonly [RegExp, (match: RegExpExecArray) => Omit<PixelFacts, 'fullRange'> & { fullRange?: boolean }]

const depth = (text: string | undefined): number => (text ? Number(text) : 8)
const rules: readonly Rule[] = [
  [
    /^yuv([aj]?)(4\d\d)p(\d+)?(?:msb)?$/,
    ([, kind, ratio, bits]) => ({
      bitDepth: depth(bits),
      chroma: subsampling[ratio!] ?? '4:4:4',
      hasAlpha: kind === 'a',
      fullRange: kind === 'j',
    }),
  ],
  [/^p([024])(1\d)$/, ([, ratio, bits]) => ({ bitDepth: depth(bits), chroma: semiPlanar[ratio!]!, hasAlpha: false })],
  [/^y2(1\d)$/, ([, bits]) => ({ bitDepth: depth(bits), chroma: '4:2:2', hasAlpha: false })],
  [/^(?:uyvy|yuyv|yvyu)422$/, () => ({ bitDepth: 8, chroma: '4:2:2', hasAlpha: false })],
  [/^uyyvyy411$/, () => ({ bitDepth: 8, chroma: '4:1:1', hasAlpha: false })],
  [/^grayf?(\d+)?(?:msb)?$/, ([, bits]) => ({ bitDepth: depth(bits), chroma: '4:0:0', hasAlpha: false })],
  [/^yaf?(\d+)$/, ([, bits]) => ({ bitDepth: depth(bits), chroma: '4:0:0', hasAlpha: true })],
  [/^gbr(a?)pf?(\d+)?(?:msb)?$/, ([, a, bits]) => ({ bitDepth: depth(bits), chroma: 'rgb', hasAlpha: a === 'a' })],
  [
    /^(?:[0a]?(?:rgb|bgr)[0a]?)f?(\d+)?$/,
    ([name, bits]) => {
      const channels = name.includes('a') ? 4 : name.includes('0') ? 4 : 3
      // rgb24 and rgba64 count the bits of a pixel, rgbf32 and rgbaf16 those of a sample.
      const perSample = bits === undefined ? 8 : name.includes('f') ? Number(bits) : Number(bits) / channels
      return { bitDepth: perSample, chroma: 'rgb', hasAlpha: name.includes('a') }
    },
  ],
  [/^bayer_[a-z]+(8|16)$/, ([, bits]) => ({ bitDepth: depth(bits), chroma: 'rgb', hasAlpha: false })],
]

/** null for names that no rule knows. */
export function parsePixelFormat(name: string): PixelFacts | null {
  const stem = name.replace(/[lb]e$/, '')
  const known = odd[stem]
  if (known) return { hasAlpha: false, fullRange: false, ...known }
  for (const [pattern, read] of rules) {
    const match = pattern.exec(stem)
    if (match) return { fullRange: false, ...read(match) }
  }
  return null
}
