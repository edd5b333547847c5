// Checks of the picture that look at how a whole clip was made; and good clips of many kinds, in which nothing is found.
import assert from 'node:assert/strict'
import { mkdtemp, open, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { picturePart } from '../../src/qc/part-picture.ts'
import { brief, during, flood, makePictureClip, type PictureClip, scene, watch, x264 } from './picture-kit.ts'

let dir: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-pictures-'))
})
after(() => rm(dir, { recursive: true, force: true }))

type Case = PictureClip & {
  readonly name: string
  /** Every finding, as `brief` has it. */
  readonly finds: readonly RegExp[]
}

/** Fields in the order `is`; their frames say that it is `said`. */
const fields = (is: 'top' | 'bottom', said: 'tff' | 'bff' | 'prog'): string =>
  scene(4, 50, `tinterlace=mode=interleave_${is},setfield=${said}`)
const flagged = (order: 'tff' | 'bff') => x264({ preset: 'veryfast', 'x264-params': `${order}=1` })
const bar = (y: number, h: number, when = '1'): string =>
  `drawbox=x=0:y=${y}:w=iw:h=${h}:color=black:t=fill:enable='${when}'`
const blink = (fill: string, perSecond: number, fromS: number, toS: number): string =>
  flood(fill, `lt(mod(t-${fromS}+0.001,1/${perSecond}),0.5/${perSecond})*${during(fromS, toS)}`)

const cases: readonly Case[] = [
  {
    name: 'fields in a stream that says it is progressive',
    graph: fields('top', 'prog'),
    finds: [/^picture\.interlaced 0–3\.98: \d+ % of the frames comb$/],
  },
  {
    name: 'bottom field first, flagged top',
    graph: fields('bottom', 'tff'),
    encoder: flagged('tff'),
    finds: [/^picture\.field-order 0–4: bottom field first in \d+ % of the frames$/],
  },
  {
    name: 'top field first, flagged bottom',
    graph: fields('top', 'bff'),
    encoder: flagged('bff'),
    finds: [/^picture\.field-order 0–4: top field first in \d+ % of the frames$/],
  },
  {
    name: 'film in pull-down, flagged progressive',
    graph: scene(5, 24, 'telecine=pattern=23,setfield=prog'),
    finds: [/^picture\.cadence 0–5: pull-down, \d+ % of the frames comb$/],
  },
  {
    name: '20 frames a second filled up to 25',
    graph: scene(5, 20, 'fps=25'),
    finds: [/^picture\.cadence 0\.0\d+–4\.0\d+: 20 % of the frames are repeats, 1 in 5$/],
  },
  {
    name: '24 frames a second filled up to 25',
    graph: scene(5, 24, 'fps=25'),
    finds: [/^picture\.cadence 0\.0\d+–4\.0\d+: 4\.0 % of the frames are repeats, 1 in 25$/],
  },
  {
    name: 'frames that were lost and filled up',
    graph: scene(4.2, 25, "select='not(eq(n,20)+eq(n,21)+eq(n,33)+eq(n,72)+eq(n,90))',fps=25"),
    finds: [/^picture\.cadence 0\.0\d+–4\.0\d+: [68](\.0)? % of the frames are repeats, at odd times$/],
  },
  {
    name: 'bars above and below',
    graph: scene(4, 25, `${bar(0, 22)},${bar(158, 22)}`),
    finds: [/^picture\.letterbox 0–4: 320×136 lit for 4\.00 s$/],
  },
  {
    name: 'a picture that changes its shape',
    graph: scene(8, 25, `${bar(0, 22, during(4, 8))},${bar(158, 22, during(4, 8))}`),
    finds: [
      /^picture\.letterbox null–null: whole frame, 320×136$/,
      /^picture\.letterbox (4|4\.08)–8: 320×136 lit for \d\.\d\d s$/,
    ],
  },
  {
    name: 'coding blocks',
    graph: scene(4),
    encoder: { name: 'mpeg2video', options: { g: 12, qmin: 31, qmax: 31, b: 150_000 } },
    finds: [/^picture\.blockiness 0–[34](\.\d+)?: steps \d+\.\d\d times as large on the grid$/],
  },
  {
    name: 'a cut every seven frames',
    graph: "testsrc2=s=320x180:r=25:d=12,hue=s=0.5,rotate=a='2.4*floor(n/7)',format=yuv420p",
    finds: [/^picture\.cuts-anomaly 0\.\d+–11\.\d+: 3[56] cuts in 10 s$/],
  },
  {
    name: 'four flashes a second',
    graph: scene(5, 25, blink('white', 4, 1, 4)),
    finds: [/^picture\.photosensitivity 1–4: 4\.\d flashes a second$/],
  },
  {
    name: 'four red flashes a second, too dark for others',
    graph: scene(5, 25, `lutyuv=y=16:u=128:v=128,noise=c0s=2:c0f=t,${blink('0x600000', 4, 1, 4)}`),
    finds: [/^picture\.photosensitivity 1–4: 4\.\d red flashes a second$/],
  },
]

const good: readonly (PictureClip & { readonly name: string; readonly shots?: readonly number[] })[] = [
  { name: 'H.264', graph: scene(6) },
  {
    name: 'H.264 of 10 bits, HLG',
    graph: `${scene(3).replace('yuv420p', 'yuv420p10le')},setparams=color_primaries=bt2020:color_trc=arib-std-b67:colorspace=bt2020nc:range=tv`,
  },
  {
    name: 'full range',
    graph: `${scene(3)},scale=out_range=pc,format=yuvj420p`,
  },
  {
    name: 'MPEG-2 of good quality',
    graph: scene(3),
    encoder: { name: 'mpeg2video', options: { g: 12, b: 4_000_000 } },
  },
  { name: 'fields, flagged so', graph: fields('top', 'tff'), encoder: flagged('tff') },
  { name: '23.976 frames a second', graph: scene(4, 24_000 / 1001).replace(/:r=[\d.]+/, ':r=24000/1001') },
  {
    name: 'black at its head for 4.8 s, and for 1.8 s within',
    graph: scene(9, 25, flood('black', `lt(t,4.79)+${during(6, 7.8)}`)),
  },
  {
    name: 'two cuts, a dissolve and a fade',
    graph: [
      `${scene(3)}[a]`,
      `${scene(3, 25, 'hflip,lutyuv=y=250-val,hue=s=0.3')}[b]`,
      `${scene(3, 25, 'vflip,crop=160:90:100:50,scale=320:180')}[c]`,
      '[a][b]concat=n=2,fps=25,split[ab1][ab2]',
      `${scene(4, 25, 'negate,lutyuv=y=40+val*0.6,hflip,fade=t=in:st=0:d=1')}[d]`,
      '[ab1][c]xfade=transition=fade:duration=1:offset=5,fade=t=out:st=7:d=1[e]',
      '[e][d][ab2]concat=n=3',
    ].join(';'),
    shots: [3, 1, 1],
  },
  // Of 24 frames a flash and its pause are eight.
  { name: 'three flashes a second', graph: scene(4, 24, flood('white', 'lt(mod(n,8),4)*between(n,24,84)')) },
  {
    name: 'a flash of light',
    graph: scene(4, 25, `hue=s=0.2,lutyuv=y='min(val*1.6,235)':enable='${during(2, 2.08)}'`),
  },
  {
    name: 'a dark scene',
    graph: scene(4, 25, "lutyuv=y='16+(val-16)*0.2':u='128+(val-128)*0.2':v='128+(val-128)*0.2'"),
  },
  { name: '32 lines', graph: scene(3, 25, 'scale=32:32') },
  { name: 'HD that names no matrix', graph: scene(2, 25, 'scale=1280:720,noise=alls=5:allf=t') },
]

describe('how a clip was made', () => {
  for (const { name, finds, ...clip } of cases)
    it(`is found: ${name}`, async t => {
      const { findings } = await watch(await makePictureClip(dir, name.replaceAll(' ', '-'), clip))
      for (const found of findings) t.diagnostic(brief(found))
      assert.equal(findings.length, finds.length)
      for (const [i, pattern] of finds.entries()) assert.match(brief(findings[i]!), pattern)
    })

  it('is found: black that is too long at its head, its tail, and all over', async () => {
    const whole = scene(6.4, 25, flood('black', '1'))
    const head = scene(12, 25, flood('black', `lt(t,5.19)+gte(t,6.79)`))
    const all = await watch(await makePictureClip(dir, 'black', { graph: whole }))
    assert.deepEqual(all.findings.map(brief), ['picture.black 0–6.4: 6.40 s of black'])
    assert.match(all.findings[0]!.message, /^The programme is black from/)
    const ends = await watch(await makePictureClip(dir, 'black-ends', { graph: head }))
    assert.deepEqual(ends.findings.map(brief), [
      'picture.black 0–5.2: 5.20 s of black',
      'picture.black 6.8–12: 5.20 s of black',
    ])
    assert.deepEqual(
      ends.findings.map(({ limit }) => limit),
      ['less than 5 s at its head', 'less than 5 s at its tail'],
    )
  })

  it('is found: packets that are damaged', async t => {
    const path = await makePictureClip(dir, 'damaged', { graph: scene(4), encoder: x264({ g: 100 }), extension: 'ts' })
    const { size } = await stat(path)
    const file = await open(path, 'r+')
    // Two packets of MPEG-TS in the middle of the file, but not their headers.
    const at = Math.floor(size / 2 / 188) * 188
    for (const packet of [0, 188]) await file.write(Buffer.alloc(150, 0x5a), 0, 150, at + packet + 30)
    await file.close()
    const { of, findings } = await watch(path)
    for (const found of findings) t.diagnostic(brief(found))
    const [found] = of('picture.dropout')
    assert.match(found!.measured, /damaged frames|cannot be decoded/)
    assert.ok(found!.startS === null || Math.abs(found!.startS - 2) < 0.6, `at ${found!.startS}`)
  })
})

describe('good clips have no finding', () => {
  for (const { name, shots, ...clip } of good)
    it(name, async () => {
      const path = await makePictureClip(dir, name.replaceAll(/\W+/g, '-'), clip)
      const { findings, figures } = await watch(path)
      assert.deepEqual(findings.map(brief), [])
      const { cuts, fades, dissolves } = figures
      if (shots) assert.deepEqual([cuts, fades, dissolves], shots)
      if (name === 'H.264') assert.deepEqual((await watch(path, 'ott')).findings.map(brief), [])
    })
})

describe('what is drawn and told of a picture', () => {
  it('is its luma, its motion and its detail over time, and how it was cut', async () => {
    // Black, then half of white: 50 % of luma.
    const graph = "color=c=black:s=320x180:r=25:d=2,format=yuv420p,geq=lum='if(gte(T,0.99),126,16)':cb=128:cr=128"
    const { evidence } = await watch(await makePictureClip(dir, 'curves', { graph }))
    const curves = picturePart.curves!(evidence)
    assert.deepEqual(
      curves.map(({ id, subject, unit }) => [id, subject, unit]),
      [
        ['luma.mean', 'v0', '%'],
        ['motion', 'v0', '%'],
        ['blockiness', 'v0', '×'],
        ['banding', 'v0', '%'],
        ['noise', 'v0', 'codes'],
      ],
    )
    const [luma, motion] = curves as [(typeof curves)[number], (typeof curves)[number]]
    assert.equal(luma.values.length, 50)
    assert.ok(Math.abs(luma.values[10]!) < 0.5 && Math.abs(luma.values[40]! - 50) < 1, `${luma.values}`)
    assert.deepEqual([luma.timeS[25], luma.timeS[49]], [1, 1.96])
    assert.equal(motion.values.indexOf(Math.max(...motion.values.map(Number))), 25)
    const { cuts, lumaMaxPercent } = picturePart.figures!(evidence).v0!
    assert.equal(cuts, 1)
    assert.ok(Math.abs(Number(lumaMaxPercent) - 50) < 1)
  })
})
