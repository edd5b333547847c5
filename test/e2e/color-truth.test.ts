// Color truth: patches of known code values go through every conversion of a color plan, in the engine, and are compared
// with the ITU's formulas (color-math.ts) after Debian's ffmpeg has read what came out.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { ColorRequest } from '../../src/color/index.ts'
import {
  bars,
  bitsOf,
  type Case,
  grey,
  hdrCases,
  type Name,
  passageOf,
  sdr,
  sdrCases,
  spaceOf,
  spaces,
  TOLERANCE,
} from './color-cases.data.ts'
import { codesOf, convert, nitsOfPq, pqOfNits, rgbOf, type Triple, toneCurves, WHITE } from './color-math.ts'
import { columnMeans, columns, layoutOf, type Passage, type Passed, pass } from './color-patches.ts'
import { hasTool } from './tools.ts'

const skip = hasTool('ffmpeg') ? false : 'needs ffmpeg'
let dir: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-color-'))
})
after(() => rm(dir, { recursive: true, force: true }))

/** The largest difference from the formulas, in code values, and where it is. */
function worst({ from, to, how, patches = bars }: Case, { picture }: Passed): { by: number; text: string } {
  const means = columnMeans(picture, patches.length, to[1])
  const all = patches.flatMap((rgb, i) => {
    // What was really sent in is rounded.
    const sent = codesOf(rgb, spaceOf(from)).map(Math.round) as unknown as Triple
    const expected = convert(sent, spaceOf(from), spaceOf(to), how)
    return expected.map((value, k) => ({
      by: Math.abs(value - means[i]![k]!),
      text: `patch ${i} (${rgb}), component ${k}: ${means[i]![k]!.toFixed(2)}, by the formulas ${value.toFixed(2)}`,
    }))
  })
  return all.reduce((a, b) => (b.by > a.by ? b : a))
}

function suite(title: string, cases: readonly Case[]): void {
  describe(title, { skip }, () => {
    let passed: Map<string, Passed>
    before(async () => {
      passed = await pass(
        dir,
        cases.map((each, i) => passageOf(each, `${title.replace(/\W/g, '')}${i}`)),
      )
    })
    for (const [i, each] of cases.entries())
      it(`${each.name} (${each.from[1]} → ${each.to[1]})`, t => {
        const { by, text } = worst(each, passed.get(`${title.replace(/\W/g, '')}${i}`)!)
        t.diagnostic(`largest difference ${by.toFixed(2)}`)
        assert.ok(by <= TOLERANCE, text)
      })
  })
}

suite('SDR conversions equal the formulas', sdrCases)
suite('HDR conversions equal the formulas', hdrCases)

describe('an HDR ramp', { skip }, () => {
  const steps = 64
  const ramp = Array.from({ length: steps }, (_, i) => grey(i / (steps - 1)))
  const curves = Object.keys(toneCurves) as ColorRequest['toneMap']['curve'][]
  const shape = { side: 8, height: 16 }
  let passed: Map<string, Passed>
  before(async () => {
    const of = (name: Name, toneMap: ColorRequest['toneMap'], id: string): Passage => {
      const format = 'yuv444p10le'
      const one: Case = {
        name: id,
        from: [name, format],
        to: ['709', format],
        request: { dynamicRange: 'sdr', toneMap },
        shape,
        patches: ramp,
      }
      return passageOf(one, id)
    }
    passed = await pass(dir, [
      ...curves.flatMap(each =>
        [600, 1000, 4000, 10_000].map(peakNits => of('PQ', { curve: each, peakNits }, `ramp_${each}_${peakNits}`)),
      ),
      ...curves.map(each => of('HLG', { curve: each }, `ramp_hlg_${each}`)),
    ])
  })
  const lumaOf = (id: string): number[] => columnMeans(passed.get(id)!.picture, steps, 'yuv444p10le').map(([y]) => y)

  it('never turns back, whatever the curve and the peak', () => {
    for (const [id] of passed) {
      const luma = lumaOf(id)
      for (let i = 1; i < steps; i++)
        assert.ok(luma[i]! >= luma[i - 1]! - 0.5, `${id}: ${luma[i]} after ${luma[i - 1]} at step ${i}`)
      assert.ok(
        luma[0]! < 65 && Math.abs(luma[steps - 1]! - 940) < 1,
        `${id} from black to white: ${luma[0]}–${luma.at(-1)}`,
      )
    }
  })
  it('shows reference white near white, with room for highlights above it', async () => {
    const nits = [50, WHITE, 1000]
    const patches = nits.map(each => grey(pqOfNits(each)))
    const format = 'yuv444p10le'
    const of = (name: ColorRequest['toneMap']['curve']): Case => ({
      name,
      from: ['PQ', format],
      to: ['709', format],
      request: sdr(name, 1000),
      patches,
    })
    const made = await pass(
      dir,
      curves.map(each => passageOf(of(each), `white_${each}`)),
    )
    const shown = (name: string): number[] =>
      columnMeans(made.get(`white_${name}`)!.picture, nits.length, format).map(([y]) => (y - 64) / 876)
    // The share of SDR white that each formula gives to it, as a signal.
    const signal = (light: number): number => (light / WHITE) ** (1 / 2.4)
    for (const name of curves)
      for (const [i, value] of shown(name).entries()) {
        const expected = signal(toneCurves[name]!(nits[i]!, 1000, WHITE))
        assert.ok(Math.abs(value - expected) < 0.002, `${name}, ${nits[i]} cd/m²: ${value}, not ${expected}`)
      }
    const [shade, white, peak] = shown('bt2390')
    assert.ok(white! > 0.85 && white! < 0.95, `BT.2390 shows 203 cd/m² at ${white}`)
    assert.ok(
      Math.abs(shade! - signal(50)) < 0.002 && Math.abs(peak! - 1) < 0.002,
      'BT.2390 keeps shade and reaches white',
    )
  })
  it('places what is placed in HDR where BT.2408 says: SDR white at 58 % PQ and 75 % HLG', async () => {
    const white: readonly Triple[] = [grey(1)]
    const one = (to: Name): Case => ({
      name: to,
      from: ['709', 'yuv420p'],
      to: [to, 'yuv420p10le'],
      patches: white,
      request: { dynamicRange: to === 'PQ' ? 'hdr10' : 'hlg' },
    })
    const made = await pass(dir, [passageOf(one('PQ'), 'whitePQ'), passageOf(one('HLG'), 'whiteHLG')])
    const luma = (id: string): number => (columnMeans(made.get(id)!.picture, 1, 'yuv420p10le')[0]![0] - 64) / 876
    assert.ok(Math.abs(luma('whitePQ') - 0.58) < 0.005, String(luma('whitePQ')))
    assert.ok(Math.abs(nitsOfPq(luma('whitePQ')) - WHITE) < 2)
    assert.ok(Math.abs(luma('whiteHLG') - 0.75) < 0.005, String(luma('whiteHLG')))
  })
})

describe('levels and gray', { skip }, () => {
  it('are held within EBU R 103: −5 % to 105 % of R′, G′, B′ and Y′', async () => {
    // Within, and far outside: as Y′CbCr of 8 bits, whose code values reach further than R 103 allows.
    const codes: readonly Triple[] = [
      [126, 128, 128],
      [235, 128, 128],
      [16, 128, 128],
      [240, 128, 128],
      [254, 128, 128],
      [1, 128, 128],
      [180, 30, 230],
      [40, 230, 30],
      [200, 200, 200],
      [16, 240, 110],
    ]
    const space = spaceOf(['709', 'yuv444p'])
    const picture = columns(codes, 'yuv444p')
    const base = { picture, pixelFormat: 'yuv444p', tags: spaces['709'].tags }
    const made = await pass(dir, [
      { ...base, id: 'legal8', request: { pixelFormat: 'yuv444p', legal: true } },
      { ...base, id: 'legal10', request: { pixelFormat: 'yuv420p10le', legal: true } },
    ])
    for (const [id, format] of [
      ['legal8', 'yuv444p'],
      ['legal10', 'yuv420p10le'],
    ] as const) {
      const out = { ...space, bits: bitsOf(format) }
      for (const [i, mean] of columnMeans(made.get(id)!.picture, codes.length, format).entries()) {
        const [low, high] = [(5 - 16) / 219, (246 - 16) / 219]
        const held = rgbOf(codes[i]!, space).map(v => Math.min(high, Math.max(low, v))) as unknown as Triple
        const expected = codesOf(held, out)
        expected.forEach((value, k) => {
          assert.ok(
            Math.abs(value - mean[k]!) <= TOLERANCE,
            `${id}, ${codes[i]}: ${mean[k]}, not ${value} in component ${k}`,
          )
        })
      }
    }
  })
  it('become Y′CbCr without color, and gray again, in the range that they are in', async () => {
    const levels = [0, 0.1, 0.5, 1]
    const grays = (range: 'tv' | 'pc', bits: number): Triple[] =>
      levels.map(v => codesOf(grey(v), { ...spaceOf(['709', 'yuv444p']), range, bits }))
    const tags = { ...spaces['709'].tags, range: 'tv' } as const
    const made = await pass(dir, [
      {
        id: 'gray_tv',
        picture: columns(grays('tv', 8), 'gray'),
        pixelFormat: 'gray',
        tags,
        facts: { codec: 'hevc' },
        request: { pixelFormat: 'yuv420p' },
      },
      {
        id: 'gray_pc',
        picture: columns(grays('pc', 8), 'gray'),
        pixelFormat: 'gray',
        tags: { ...tags, range: 'pc' },
        request: { pixelFormat: 'yuv420p10le' },
      },
      {
        id: 'to_gray',
        picture: columns(grays('tv', 10), 'yuv422p10le'),
        pixelFormat: 'yuv422p10le',
        tags,
        request: { pixelFormat: 'gray10le' },
      },
      {
        id: 'gray_gray',
        picture: columns(grays('pc', 8), 'gray'),
        pixelFormat: 'gray',
        tags: { ...tags, range: 'pc' },
        request: { pixelFormat: 'gray' },
      },
    ])
    for (const [id, format] of [
      ['gray_tv', 'yuv420p'],
      ['gray_pc', 'yuv420p10le'],
      ['to_gray', 'gray10le'],
      ['gray_gray', 'gray'],
    ] as const) {
      const [range, bits] = id === 'to_gray' ? (['tv', 10] as const) : ([id === 'gray_tv' ? 'tv' : 'pc', 8] as const)
      const space = spaceOf(['709', 'yuv444p'])
      const expected = grays(range, bits).map(sent =>
        codesOf(rgbOf(sent.map(Math.round) as unknown as Triple, { ...space, range, bits }), {
          ...space,
          bits: bitsOf(format),
        }),
      )
      for (const [i, mean] of columnMeans(made.get(id)!.picture, levels.length, format).entries())
        mean.slice(0, layoutOf(format).planes).forEach((value, k) => {
          assert.ok(
            Math.abs(value - expected[i]![k]!) <= TOLERANCE,
            `${id}, level ${levels[i]}: ${value}, not ${expected[i]![k]}`,
          )
        })
    }
  })
})
