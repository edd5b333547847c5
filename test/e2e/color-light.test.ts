// MaxCLL and MaxFALL of pictures whose every pixel is known, against sums of the formulas of SMPTE ST 2084 and BT.2100.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { silentLog } from '../../src/core/index.ts'
import { runSpec } from '../../src/engine/index.ts'
import type { ColorTags, ContentLight, MeasureResult } from '../../src/model/index.ts'
import { type LightLevelOptions, lightLevelSpec, readLightLevel } from '../../src/quality/index.ts'
import { codesOf, lightOf, pqOfNits, rgbOf, type Space, type Triple } from './color-math.ts'
import { columns, layoutOf, requestFor, writePictures } from './color-patches.ts'
import { hasTool } from './tools.ts'

const skip = hasTool('ffmpeg') ? false : 'needs ffmpeg'
let dir: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-light-'))
})
after(() => rm(dir, { recursive: true, force: true }))

const tags = (transfer: ColorTags['transfer'], matrix: ColorTags['matrix'] = 'bt2020nc'): ColorTags => ({
  primaries: transfer === 'bt709' ? 'bt709' : 'bt2020',
  transfer,
  matrix,
  range: matrix === 'gbr' ? 'pc' : 'tv',
  chromaLocation: 'left',
})
const SIDE = 32

type Clip = {
  readonly name: string
  readonly format: string
  readonly tags: ColorTags
  readonly space: Omit<Space, 'bits'>
  /** R′G′B′ of each column of each frame. */
  readonly frames: readonly (readonly Triple[])[]
  readonly options?: LightLevelOptions
  /** Columns that count. */
  readonly counted?: readonly number[]
}

async function measure({ name, format, tags: stated, frames, space, options }: Clip): Promise<ContentLight | null> {
  const path = join(dir, `${name.replace(/\W/g, '')}.mkv`)
  const bits = layoutOf(format).bits
  const pictures = frames.map(colors =>
    columns(
      colors.map(rgb => codesOf(rgb, { ...space, bits })),
      format,
      { side: SIDE },
    ),
  )
  writePictures(path, pictures, format)
  const { video } = requestFor({
    picture: pictures[0]!,
    pixelFormat: format,
    tags: stated,
    request: { pixelFormat: format },
  })
  let result: MeasureResult | undefined
  await runSpec(lightLevelSpec(path, video, options), {
    signal: new AbortController().signal,
    log: silentLog,
    onEvent: event => {
      if (event.type === 'node' && event.event === 'result') result = event.data as MeasureResult
    },
  })
  assert.equal(result?.frames, frames.length)
  return readLightLevel(result)
}

/** Of what was really sent in, rounded to codes. */
function expected({ format, space, frames, counted }: Clip): { maxCll: number; maxFall: number } {
  const full: Space = { ...space, bits: layoutOf(format).bits }
  const levels = frames.map(colors =>
    colors
      .filter((_rgb, i) => counted?.includes(i) ?? true)
      .map(rgb => Math.max(...lightOf(rgbOf(codesOf(rgb, full).map(Math.round) as unknown as Triple, full), full))),
  )
  return {
    maxCll: Math.max(...levels.flat()),
    maxFall: Math.max(...levels.map(level => level.reduce((a, b) => a + b, 0) / level.length)),
  }
}

const grey = (v: number): Triple => [v, v, v]
const at = (nits: number): Triple => grey(pqOfNits(nits))
const pqSpace = { primaries: 'bt2020', matrix: 'bt2020', curve: 'pq', range: 'tv' } as const
const clips: readonly Clip[] = [
  {
    name: 'PQ, the brightest pixel and the brightest frame in different frames',
    format: 'yuv444p10le',
    tags: tags('smpte2084'),
    space: pqSpace,
    frames: [
      [at(4000), at(1), at(1), at(1)],
      [at(1500), at(1400), at(1300), at(1200)],
      [at(0), at(0), at(0), at(0)],
    ],
  },
  {
    name: 'PQ of saturated colors: the largest of R, G and B counts, not luminance',
    format: 'yuv444p12le',
    tags: tags('smpte2084'),
    space: pqSpace,
    frames: [[[pqOfNits(10), pqOfNits(20), pqOfNits(900)], at(100)]],
  },
  {
    name: 'PQ in 4:2:0, within its bars',
    format: 'yuv420p10le',
    tags: tags('smpte2084'),
    space: pqSpace,
    frames: [[at(0), at(300), at(300), at(0)]],
    options: { crop: { x: SIDE, y: 0, width: 2 * SIDE, height: 32 } },
    counted: [1, 2],
  },
  {
    name: 'PQ as RGB',
    format: 'gbrp10le',
    tags: tags('smpte2084', 'gbr'),
    space: { ...pqSpace, matrix: 'gbr', range: 'pc' },
    frames: [[at(203), at(5000)]],
  },
  {
    name: 'HLG, as a display of 1000 cd per m2 shows it',
    format: 'yuv444p10le',
    tags: tags('arib-std-b67'),
    space: { ...pqSpace, curve: 'hlg' },
    frames: [[grey(0.75), grey(1), [0.9, 0.2, 0.2]]],
  },
]

describe('light level', { skip }, () => {
  for (const clip of clips)
    it(clip.name, async t => {
      const found = await measure(clip)
      const { maxCll, maxFall } = expected(clip)
      t.diagnostic(
        `MaxCLL ${found?.maxCll}, by the formulas ${maxCll.toFixed(2)}; MaxFALL ${found?.maxFall}, ${maxFall.toFixed(2)}`,
      )
      // Whole cd/m², and one code value of 16-bit PQ, which is 0.02 % of the light.
      assert.ok(Math.abs(found!.maxCll - maxCll) <= 0.51 + maxCll * 0.0005, `MaxCLL ${found!.maxCll}, not ${maxCll}`)
      assert.ok(
        Math.abs(found!.maxFall - maxFall) <= 0.51 + maxFall * 0.0005,
        `MaxFALL ${found!.maxFall}, not ${maxFall}`,
      )
    })
})
