// The conversions that are proven, with the patches that go through them: color-truth.test.ts and color-place.test.ts.
import type { ColorRequest } from '../../src/color/index.ts'
import type { ColorTags } from '../../src/model/index.ts'
import { type Conversion, codesOf, type Space, type Triple, toneCurves, WHITE } from './color-math.ts'
import { type ColumnOptions, columns, layoutOf, type Passage } from './color-patches.ts'

/** The issue allows 2 code values in 8 bits and 4 in 10; zimg is exact, and dither leaves means alone. */
export const TOLERANCE = 0.5

export const grey = (v: number): Triple => [v, v, v]
export const bars: readonly Triple[] = [
  ...[0, 0.02, 0.1, 0.25, 0.5, 0.75, 1].map(grey),
  [0.75, 0.75, 0.1],
  [0.1, 0.75, 0.75],
  [0.1, 0.75, 0.1],
  [0.75, 0.1, 0.75],
  [0.75, 0.1, 0.1],
  [0.1, 0.1, 0.75],
  [0.6, 0.4, 0.3],
]

type Known = { readonly tags: ColorTags; readonly space: Omit<Space, 'bits'> }
const known = (
  primaries: Space['primaries'],
  transfer: NonNullable<ColorTags['transfer']>,
  matrix: NonNullable<ColorTags['matrix']>,
  range: Space['range'] = 'tv',
): Known => ({
  tags: { primaries, transfer, matrix, range, chromaLocation: 'left' },
  space: {
    primaries,
    matrix: (matrix === 'bt2020nc' ? 'bt2020' : matrix) as Space['matrix'],
    curve: transfer === 'smpte2084' ? 'pq' : transfer === 'arib-std-b67' ? 'hlg' : 'sdr',
    range,
  },
})
export const spaces = {
  '709': known('bt709', 'bt709', 'bt709'),
  '709 full': known('bt709', 'bt709', 'bt709', 'pc'),
  '601-525': known('smpte170m', 'smpte170m', 'smpte170m'),
  '601-625': known('bt470bg', 'smpte170m', 'bt470bg'),
  '2020': known('bt2020', 'bt2020-10', 'bt2020nc'),
  RGB: known('bt709', 'bt709', 'gbr', 'pc'),
  PQ: known('bt2020', 'smpte2084', 'bt2020nc'),
  HLG: known('bt2020', 'arib-std-b67', 'bt2020nc'),
} as const
export type Name = keyof typeof spaces

export type Case = {
  readonly name: string
  readonly from: readonly [Name, string]
  readonly to: readonly [Name, string]
  readonly request?: Partial<ColorRequest>
  readonly how?: Conversion
  readonly shape?: ColumnOptions
  /** Of the output, as a multiple of the source's. */
  readonly times?: number
  readonly patches?: readonly Triple[]
}

const curve = (name: string, peak: number, target: number): ((nits: number) => number) => {
  const map = toneCurves[name]!
  return nits => map(nits, peak, target)
}
export const sdr = (name: ColorRequest['toneMap']['curve'], peakNits: number): Partial<ColorRequest> => ({
  dynamicRange: 'sdr',
  toneMap: { curve: name, peakNits },
})

export const sdrCases: readonly Case[] = [
  { name: '601-525 → 709', from: ['601-525', 'yuv420p'], to: ['709', 'yuv420p'], request: { space: 'bt709' } },
  { name: '601-625 → 709', from: ['601-625', 'yuv420p'], to: ['709', 'yuv420p'], request: { space: 'bt709' } },
  { name: '709 → 601-525', from: ['709', 'yuv420p'], to: ['601-525', 'yuv420p'], request: { space: 'bt601-525' } },
  { name: '709 → 601-625', from: ['709', 'yuv422p'], to: ['601-625', 'yuv420p'], request: { space: 'bt601-625' } },
  { name: '709 → 2020', from: ['709', 'yuv420p10le'], to: ['2020', 'yuv420p10le'], request: { space: 'bt2020' } },
  { name: '2020 → 709', from: ['2020', 'yuv420p10le'], to: ['709', 'yuv420p'], request: { space: 'bt709' } },
  {
    name: '601-525 → 709, half the size',
    from: ['601-525', 'yuv420p'],
    to: ['709', 'yuv420p'],
    request: { space: 'bt709' },
    times: 0.5,
  },
  {
    name: '601-525 → 709 in linear light, half the size',
    from: ['601-525', 'yuv420p'],
    to: ['709', 'yuv420p'],
    request: { space: 'bt709', light: 'linear' },
    times: 0.5,
  },
  {
    name: '709 in linear light, lanczos, twice the size',
    from: ['709', 'yuv420p'],
    to: ['709', 'yuv420p'],
    request: { light: 'linear', kernel: 'lanczos' },
    times: 2,
  },
  { name: '709 plain, half the size', from: ['709', 'yuv420p'], to: ['709', 'yuv420p'], times: 0.5 },
  {
    name: '709 plain, spline, 10 bit',
    from: ['709', 'yuv422p10le'],
    to: ['709', 'yuv422p10le'],
    request: { kernel: 'spline' },
    shape: { side: 64 },
    times: 0.5,
  },
  { name: 'full → limited', from: ['709 full', 'yuv420p'], to: ['709', 'yuv420p'] },
  { name: 'limited → full', from: ['709', 'yuv420p'], to: ['709 full', 'yuv420p'], request: { range: 'full' } },
  { name: 'full → limited, 10 bit', from: ['709 full', 'yuv422p10le'], to: ['709', 'yuv422p10le'] },
  {
    name: 'limited → full, 10 bit',
    from: ['709', 'yuv444p10le'],
    to: ['709 full', 'yuv444p10le'],
    request: { range: 'full' },
  },
  { name: 'JPEG → limited', from: ['709 full', 'yuvj420p'], to: ['709', 'yuv420p'] },
  { name: 'RGB → 709', from: ['RGB', 'gbrp'], to: ['709', 'yuv420p'] },
  { name: 'RGB → 709, 10 bit', from: ['RGB', 'gbrp10le'], to: ['709', 'yuv422p10le'] },
  { name: '709 → RGB', from: ['709', 'yuv422p10le'], to: ['RGB', 'gbrp10le'] },
  { name: '8 → 10 bit', from: ['709', 'yuv420p'], to: ['709', 'yuv420p10le'] },
  { name: '10 → 8 bit', from: ['709', 'yuv422p10le'], to: ['709', 'yuv420p'] },
  { name: '12 → 10 bit', from: ['709', 'yuv444p12le'], to: ['709', 'yuv420p10le'] },
  {
    name: 'odd size, 601-625 → 709',
    from: ['601-625', 'yuv420p'],
    to: ['709', 'yuv420p'],
    request: { space: 'bt709' },
    shape: { short: 1, height: 33 },
    times: 2,
  },
  {
    name: 'odd size, 10 bit, full → limited',
    from: ['709 full', 'yuv420p10le'],
    to: ['709', 'yuv420p10le'],
    shape: { short: 1, height: 33 },
    times: 2,
  },
]

export const hdrCases: readonly Case[] = [
  { name: 'SDR → PQ', from: ['709', 'yuv420p'], to: ['PQ', 'yuv420p10le'], request: { dynamicRange: 'hdr10' } },
  {
    name: 'SDR 601-625 → PQ',
    from: ['601-625', 'yuv420p'],
    to: ['PQ', 'yuv420p10le'],
    request: { dynamicRange: 'hdr10' },
  },
  { name: 'SDR → HLG', from: ['709', 'yuv420p'], to: ['HLG', 'yuv420p10le'], request: { dynamicRange: 'hlg' } },
  {
    name: 'SDR → HLG in linear light',
    from: ['709', 'yuv420p'],
    to: ['HLG', 'yuv420p10le'],
    request: { dynamicRange: 'hlg', light: 'linear' },
    times: 0.5,
  },
  { name: 'HLG → PQ', from: ['HLG', 'yuv420p10le'], to: ['PQ', 'yuv420p10le'], request: { dynamicRange: 'hdr10' } },
  {
    name: 'PQ of 1000 cd/m² → HLG',
    from: ['PQ', 'yuv420p10le'],
    to: ['HLG', 'yuv420p10le'],
    request: { dynamicRange: 'hlg', toneMap: { curve: 'bt2390', peakNits: 1000 } },
    how: { tone: nits => Math.min(nits, 1000) },
  },
  {
    name: 'PQ of 4000 cd/m² → HLG',
    from: ['PQ', 'yuv420p10le'],
    to: ['HLG', 'yuv420p10le'],
    request: { dynamicRange: 'hlg', toneMap: { curve: 'bt2390', peakNits: 4000 } },
    how: { tone: curve('bt2390', 4000, 1000) },
  },
  { name: 'PQ, half the size', from: ['PQ', 'yuv420p10le'], to: ['PQ', 'yuv420p10le'], times: 0.5 },
  ...(['bt2390', 'hable', 'mobius', 'reinhard', 'clip'] as const).flatMap((name): Case[] => [
    {
      name: `PQ → 709, ${name}, 1000 cd/m²`,
      from: ['PQ', 'yuv420p10le'],
      to: ['709', 'yuv420p'],
      request: sdr(name, 1000),
      how: { tone: curve(name, 1000, WHITE), cut: true },
    },
    {
      name: `PQ → 2020 SDR, ${name}, 4000 cd/m²`,
      from: ['PQ', 'yuv422p10le'],
      to: ['2020', 'yuv420p10le'],
      request: { ...sdr(name, 4000), space: 'bt2020' },
      how: { tone: curve(name, 4000, WHITE), cut: true },
    },
  ]),
  {
    name: 'HLG → 709',
    from: ['HLG', 'yuv420p10le'],
    to: ['709', 'yuv420p'],
    request: sdr('bt2390', 1000),
    how: { tone: curve('bt2390', 1000, WHITE), cut: true },
  },
  {
    name: 'PQ → 709 in linear light, half the size',
    from: ['PQ', 'yuv420p10le'],
    to: ['709', 'yuv420p'],
    request: { ...sdr('bt2390', 1000), light: 'linear' },
    how: { tone: curve('bt2390', 1000, WHITE), cut: true },
    times: 0.5,
  },
]

export const bitsOf = (pixelFormat: string): number => layoutOf(pixelFormat).bits
export const spaceOf = ([name, format]: readonly [Name, string]): Space => ({
  ...spaces[name].space,
  bits: bitsOf(format),
})
const even = (side: number): number => 2 * Math.round(side / 2)

export function passageOf({ from, to, request, shape, times, patches = bars }: Case, id: string): Passage {
  const picture = columns(
    patches.map(rgb => codesOf(rgb, spaceOf(from))),
    from[1],
    shape,
  )
  return {
    id,
    picture,
    pixelFormat: from[1],
    tags: spaces[from[0]].tags,
    request: { pixelFormat: to[1], ...request },
    ...(times ? { size: { width: even(picture.width * times), height: even(picture.height * times) } } : {}),
  }
}
