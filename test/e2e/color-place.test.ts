// Where chroma lies, and which field it belongs to, before and after: edges and fields of known place go through color plans.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { bitsOf, spaceOf, spaces } from './color-cases.data.ts'
import { codesOf, convert, type Triple } from './color-math.ts'
import { layoutOf, type Passage, type Picture, pass } from './color-patches.ts'
import { hasTool } from './tools.ts'

const skip = hasTool('ffmpeg') ? false : 'needs ffmpeg'
let dir: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-color-'))
})
after(() => rm(dir, { recursive: true, force: true }))

describe('chroma stays where it is', { skip }, () => {
  const [low, high] = [300, 700]
  const width = 96
  const height = 64
  /** Y′ of one value; C′B and C′R low up to the column `x` and the row `y`, else high. */
  function edge(pixelFormat: string, at: { x?: number; y?: number }, short = 0): Picture {
    const { shiftX, shiftY } = layoutOf(pixelFormat)
    const plane = (w: number, h: number, value: (x: number, y: number) => number) => ({
      width: w,
      height: h,
      data: Array.from({ length: w * h }, (_, i) => value(i % w, Math.floor(i / w))),
    })
    const [w, h] = [width - short, height - short]
    const chroma = plane((w + shiftX) >> shiftX, (h + shiftY) >> shiftY, (x, y) =>
      (at.x !== undefined && x < at.x) || (at.y !== undefined && y < at.y) ? low : high,
    )
    return { width: w, height: h, planes: [plane(w, h, () => 512), chroma, chroma] }
  }
  /** How many samples of a row (or a column) are low: where the edge is, in samples from the border. */
  function lowSamples({ planes }: Picture, along: 'x' | 'y'): number {
    const { width: w, height: h, data } = planes[1]!
    const n = along === 'x' ? w : h
    let sum = 0
    for (let i = 0; i < n; i++)
      sum += (high - data[along === 'x' ? Math.floor(h / 2) * w + i : i * w + Math.floor(w / 2)]!) / (high - low)
    return sum
  }
  /** Of an edge in a plane whose first sample lies at `first` luma pixels and whose samples are `step` apart. */
  const position = (samples: number, first: number, step: number): number => first + step * (samples - 0.5)
  const near = (value: number, expected: number, what: string): void => {
    assert.ok(Math.abs(value - expected) < 0.1, `${what}: the edge is at ${value.toFixed(2)}, not at ${expected}`)
  }

  it('when 4:4:4 becomes 4:2:0 with chroma left, and 8 bits become 10', async () => {
    const tags = spaces['709'].tags
    const of = (id: string, at: { x?: number; y?: number }): Passage => ({
      id,
      picture: edge('yuv444p10le', at),
      pixelFormat: 'yuv444p10le',
      tags,
      request: { pixelFormat: 'yuv420p10le', kernel: 'bilinear' },
    })
    const made = await pass(dir, [of('edge_x', { x: 41 }), of('edge_y', { y: 27 })])
    // Left: the first sample is on the first pixel of the line, and between the first two lines.
    near(position(lowSamples(made.get('edge_x')!.picture, 'x'), 0, 2), 40.5, 'across')
    near(position(lowSamples(made.get('edge_y')!.picture, 'y'), 0.5, 2), 26.5, 'down')
  })
  it('when it moves from the centre and from the top left to the left', async () => {
    for (const [location, firstX, firstY] of [
      ['center', 0.5, 0.5],
      ['topleft', 0, 0],
    ] as const) {
      const tags = { ...spaces['709'].tags, chromaLocation: location }
      const of = (id: string, at: { x?: number; y?: number }): Passage => ({
        id,
        picture: edge('yuv420p10le', at),
        pixelFormat: 'yuv420p10le',
        tags,
        request: { pixelFormat: 'yuv420p10le', kernel: 'bilinear' },
      })
      const made = await pass(dir, [of(`${location}_x`, { x: 20 }), of(`${location}_y`, { y: 13 })])
      near(
        position(lowSamples(made.get(`${location}_x`)!.picture, 'x'), 0, 2),
        position(20, firstX, 2),
        `${location}, across`,
      )
      near(
        position(lowSamples(made.get(`${location}_y`)!.picture, 'y'), 0.5, 2),
        position(13, firstY, 2),
        `${location}, down`,
      )
    }
  })
  it('when the picture is scaled, by either scaler', async () => {
    for (const format of ['yuv420p10le', 'yuv422p10le', 'yuv444p10le'])
      for (const [id, request] of [
        ['plain', {}],
        // The one that converts scales too; 4 % more chroma is divided out below.
        ['zimg', { range: 'full' }],
      ] as const) {
        const of = (axis: string, at: { x?: number; y?: number }): Passage => ({
          id: `${id}_${format}_${axis}`,
          picture: edge(format, at),
          pixelFormat: format,
          tags: spaces['709'].tags,
          request: { pixelFormat: format, ...request },
          size: { width: width / 2, height: height / 2 },
        })
        const made = await pass(dir, [of('x', { x: 20 }), of('y', { y: 14 })])
        const lows = (axis: 'x' | 'y'): number => {
          const { picture } = made.get(`${id}_${format}_${axis}`)!
          const plane = picture.planes[1]!
          const [a, b] = [plane.data[0]!, plane.data.at(-1)!]
          assert.ok(id === 'plain' ? Math.abs(a - low) < 2 : a < low, `${id}: ${a}`)
          const data = plane.data.map(v => low + ((v - a) / (b - a)) * (high - low))
          return lowSamples({ ...picture, planes: [plane, { ...plane, data }] }, axis)
        }
        const half = (value: number): number => (value + 0.5) / 2 - 0.5
        const { shiftX, shiftY } = layoutOf(format)
        const [stepX, stepY] = [1 << shiftX, 1 << shiftY]
        const firstY = shiftY ? 0.5 : 0
        near(position(lows('x'), 0, stepX), half(position(20, 0, stepX)), `${id}, ${format}, across`)
        near(position(lows('y'), firstY, stepY), half(position(14, firstY, stepY)), `${id}, ${format}, down`)
      }
  })
  it('when an odd picture is given whole chroma', async () => {
    for (const [location, firstX, firstY] of [
      ['left', 0, 0.5],
      ['center', 0.5, 0.5],
      ['topleft', 0, 0],
    ] as const) {
      const tags = { ...spaces['709 full'].tags, chromaLocation: location }
      const of = (id: string, at: { x?: number; y?: number }): Passage => ({
        id,
        picture: edge('yuv420p10le', at, 1),
        pixelFormat: 'yuv420p10le',
        tags,
        request: { pixelFormat: 'yuv444p10le', range: 'keep' },
      })
      const made = await pass(dir, [of(`odd_${location}_x`, { x: 20 }), of(`odd_${location}_y`, { y: 13 })])
      const [x, y] = [`odd_${location}_x`, `odd_${location}_y`].map(id => made.get(id)!.picture)
      near(position(lowSamples(x!, 'x'), 0, 1), position(20, firstX, 2), `${location}, across`)
      near(position(lowSamples(y!, 'y'), 0, 1), position(13, firstY, 2), `${location}, down`)
    }
  })
})

describe('an interlaced picture', { skip }, () => {
  const [from, to] = [spaceOf(['601-625', 'yuv420p']), spaceOf(['709', 'yuv420p'])]
  const fields: readonly Triple[] = [
    [0.7, 0.2, 0.2],
    [0.2, 0.3, 0.8],
  ]
  const sent = fields.map(rgb => codesOf(rgb, from).map(Math.round) as unknown as Triple)
  const rows = (width: number, height: number, plane: number) => ({
    width,
    height,
    data: Array.from({ length: width * height }, (_, i) => sent[Math.floor(i / width) % 2]![plane]!),
  })
  const pictures: Readonly<Record<string, Picture>> = {
    yuv420p: { width: 64, height: 32, planes: [rows(64, 32, 0), rows(32, 16, 1), rows(32, 16, 2)] },
    yuv422p: { width: 64, height: 32, planes: [rows(64, 32, 0), rows(32, 32, 1), rows(32, 32, 2)] },
  }
  const cases = [
    ['yuv420p', 'yuv420p', 32],
    ['yuv420p', 'yuv422p10le', 32],
    ['yuv422p', 'yuv420p', 32],
    ['yuv420p', 'yuv420p', 48],
    ['yuv422p', 'yuv422p', 16],
  ] as const
  for (const [format, pixelFormat, height] of cases)
    for (const space of ['keep', 'bt709'] as const)
      it(`is made ${pixelFormat} of ${height} lines from ${format} of 32, ${space}, and no field reaches the other`, async () => {
        const id = `fields_${format}_${pixelFormat}_${height}_${space}`
        const facts = { scan: 'interlaced', fieldOrder: 'tff' } as const
        const request = { pixelFormat, space, interlaced: true }
        const tags = spaces['601-625'].tags
        const size = { width: 64, height }
        const made = await pass(dir, [
          { id, picture: pictures[format]!, pixelFormat: format, tags, facts, request, size },
        ])
        const space2 = { ...(space === 'keep' ? from : to), bits: bitsOf(pixelFormat) }
        for (const [k, plane] of made.get(id)!.picture.planes.entries())
          for (const field of [0, 1]) {
            const values = plane.data.filter((_v, i) => Math.floor(i / plane.width) % 2 === field)
            const expected = convert(sent[field]!, from, space2)[k]!
            const wrong = values.filter(value => Math.abs(value - expected) > 1.5)
            assert.equal(wrong.length, 0, `field ${field}, plane ${k}: ${wrong[0]}, not ${expected}`)
          }
      })
})
