// Checks of the picture: each finds the faults that were put into a good programme, where they are, and nothing else.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { brief, during, flood, makePictureClip, scene, type Watched, watch } from './picture-kit.ts'

let dir: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-picture-'))
})
after(() => rm(dir, { recursive: true, force: true }))

type Fault = {
  readonly name: string
  readonly at: readonly [startS: number, endS: number]
  /** Filters that make it. */
  readonly fault: string
  readonly check: string
  readonly measured: RegExp
  /** A frame; a look at detail is taken every six. */
  readonly toleranceS?: number
  /** What the same fault rightly is to other checks. */
  readonly also?: readonly string[]
}

const LOOK_S = 0.25
const box = (fill: string, x: number, y: number, w: number, h: number, when: string): string =>
  `drawbox=x=${x}:y=${y}:w=${w}:h=${h}:color=${fill}:t=fill:enable='${when}'`
const over = (source: string, when: string): string =>
  `null[under];${source}:r=25:d=60,format=yuv420p[over];[under][over]overlay=enable='${when}':shortest=1`

/** In order of time, two seconds of the good scene before and after each. */
const faults: readonly Fault[] = [
  {
    name: 'black',
    at: [2, 4.2],
    fault: flood('black', during(2, 4.2)),
    check: 'picture.black',
    measured: /^2\.20 s of black$/,
  },
  {
    name: 'a picture that stands still',
    at: [6, 8.2],
    fault: 'loop=loop=55:size=1:start=150,settb=1/25,setpts=N',
    check: 'picture.freeze',
    measured: /^no change for 2\.\d\d s$/,
    // Coding makes it better for some frames.
    toleranceS: 0.17,
  },
  {
    name: 'green all over',
    at: [10, 11],
    fault: flood('green', during(10, 11)),
    check: 'picture.solid',
    measured: /^1\.00 s of green at 3\d % luma$/,
  },
  {
    name: 'EBU bars',
    at: [13, 13.4],
    fault: over('pal75bars=s=320x180', during(13, 13.4)),
    check: 'picture.bars',
    measured: /^EBU color bars for 0\.400 s$/,
  },
  {
    name: 'SMPTE bars',
    at: [15, 15.4],
    fault: over('smptebars=s=320x180', during(15, 15.4)),
    check: 'picture.bars',
    measured: /^SMPTE color bars for 0\.400 s$/,
    // The darkest part of PLUGE lies at −4 %.
    also: ['picture.luma-levels'],
  },
  {
    name: 'SMPTE HD bars',
    at: [17, 17.4],
    fault: over('smptehdbars=s=320x180', during(17, 17.4)),
    check: 'picture.bars',
    measured: /^SMPTE HD color bars for 0\.400 s$/,
    // As above; and their colors are those of BT.709, in a picture of SD.
    also: ['picture.luma-levels', 'picture.gamut'],
  },
  {
    name: 'a blank frame',
    at: [19, 19.04],
    fault: flood('black', during(19, 19.04)),
    check: 'picture.flash-frame',
    measured: /^0\.040 s, \d\d % away/,
  },
  {
    name: 'two frames of another scene',
    at: [21, 21.08],
    fault: over('smptebars=s=320x180', during(21, 21.08)),
    check: 'picture.flash-frame',
    measured: /^0\.080 s, \d\d % away/,
    also: ['picture.luma-levels'],
  },
  {
    name: 'luma above white',
    at: [23, 24],
    fault: `lutyuv=y='min(val*1.2+40,254)':enable='${during(23, 24)}'`,
    check: 'picture.luma-levels',
    measured: /^\d\d % of the picture beyond$/,
    also: ['picture.gamut'],
  },
  {
    name: 'luma below black',
    at: [26, 27],
    fault: `lutyuv=y='max(val-45,1)':enable='${during(26, 27)}'`,
    check: 'picture.luma-levels',
    measured: /^\d+(\.\d)? % of the picture beyond$/,
    also: ['picture.gamut'],
  },
  {
    name: 'too much color',
    at: [29, 30],
    fault: `lutyuv=u='clip((val-128)*7+128,1,254)':enable='${during(29, 30)}'`,
    check: 'picture.chroma-levels',
    measured: /^\d\d % of the picture beyond$/,
    also: ['picture.gamut'],
  },
  {
    name: 'a color that is none',
    at: [32, 33],
    // Luma and color differences are legal, blue would be 140 %.
    fault: `lutyuv=y='val*0.1+170':u='val*0.1+210':enable='${during(32, 33)}'`,
    check: 'picture.gamut',
    measured: /^\d+ % of the picture beyond$/,
  },
  {
    name: 'a line that drops out',
    at: [35, 35.04],
    fault: box('white', 0, 90, 320, 6, during(35, 35.04)),
    check: 'picture.dropout',
    measured: /^4\.\d % of the picture for one frame$/,
  },
  {
    name: 'blocks that drop out',
    at: [37, 37.04],
    fault: box('white', 64, 96, 96, 16, during(37, 37.04)),
    check: 'picture.dropout',
    measured: /^2\.\d % of the picture for one frame$/,
  },
  {
    name: 'noise',
    at: [39, 42],
    fault: `lutyuv=y='val*0.5+60':enable='${during(39, 42)}',noise=c0s=34:c0f=t:enable='${during(39, 42)}'`,
    check: 'picture.noise',
    measured: /^σ = (9|1\d|2\d)\.\d codes of 8 bits$/,
    toleranceS: LOOK_S,
  },
  {
    name: 'blur',
    at: [44, 48],
    fault: `boxblur=6:2:enable='${during(44, 48)}'`,
    check: 'picture.blur',
    measured: /^blur of 0\.[67]\d$/,
    toleranceS: LOOK_S,
  },
  {
    name: 'banding',
    at: [50, 52],
    fault: `geq=lum='50+floor(X/16)':cb=128:cr=128:enable='${during(50, 52)}'`,
    check: 'picture.banding',
    measured: /^\d+ % of the picture$/,
    toleranceS: LOOK_S,
    // It stands still.
    also: ['picture.freeze'],
  },
]
const END_S = 54

describe('checks of the picture', () => {
  let watched: Watched
  before(async () => {
    const graph = `${scene(END_S, 25, faults.map(({ fault }) => fault).join(','))},trim=duration=${END_S}`
    watched = await watch(await makePictureClip(dir, 'faults', { graph }))
  })

  for (const { name, at, check, measured, toleranceS = 0.041, also = [] } of faults)
    it(`find ${name}`, t => {
      const near = watched.findings.filter(({ startS, endS }) => startS! < at[1] + 0.9 && endS! > at[0] - 0.9)
      for (const found of near) t.diagnostic(brief(found))
      const own = near.filter(each => each.check === check)
      assert.equal(own.length, 1, `${check} has ${own.length} findings`)
      const [found] = own
      assert.match(found!.measured, measured)
      assert.ok(Math.abs(found!.startS! - at[0]) <= toleranceS, `starts at ${found!.startS}`)
      assert.ok(Math.abs(found!.endS! - at[1]) <= toleranceS, `ends at ${found!.endS}`)
      assert.ok(found!.pictureS! >= found!.startS! && found!.pictureS! < found!.endS!)
      const others = near.filter(each => each.check !== check && !also.includes(each.check))
      assert.deepEqual(others.map(brief), [])
    })

  it('find nothing where nothing is', () => {
    const elsewhere = watched.findings.filter(
      ({ startS, endS }) => !faults.some(({ at }) => startS! < at[1] + 0.9 && endS! > at[0] - 0.9),
    )
    assert.deepEqual(elsewhere.map(brief), [])
  })
})
