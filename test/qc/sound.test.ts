// Checks of sound: each finds the fault that was put into a good track, where it is, and none finds anything in the good one.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { each, type Heard, hear, makeSoundClip, stereo } from './sound-kit.ts'

let dir: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-sound-'))
})
after(() => rm(dir, { recursive: true, force: true }))

type Fault = {
  readonly name: string
  readonly fault: string
  readonly check: string
  /** Where it is; absent for what is about the whole track. */
  readonly at?: readonly [startS: number, endS: number]
  readonly toleranceS?: number
  readonly measured: RegExp
  /** What the same fault rightly is to other checks. */
  readonly also?: readonly string[]
}

const from = (start: number, end: number, then: string, other: string): string =>
  `if(between(t,${start},${end}),${then},${other})`

/** One track for each, in one file: it is decoded once. */
const faults: readonly Fault[] = [
  {
    name: 'silence',
    fault: each(from(4, 7, '0', 'val(0)'), from(4, 7, '0', 'val(1)')),
    check: 'sound.silence',
    at: [4, 7],
    measured: /^3\.00 s, at most digital silence$/,
  },
  {
    name: 'a mute left channel',
    fault: each(from(3, 9, '0', 'val(0)'), 'val(1)'),
    check: 'sound.mute-channel',
    at: [3, 9],
    measured: /^FL silent for (5\.99|6\.00) s/,
    also: ['sound.loudness'],
  },
  {
    name: 'one side only',
    fault: each('val(0)', '0'),
    check: 'sound.mono-as-stereo',
    measured: /^100\.0 % one-sided \(FL\+FR\)$/,
    also: ['sound.loudness'],
  },
  {
    name: 'mono',
    fault: each('val(0)', 'val(0)'),
    check: 'sound.mono-as-stereo',
    measured: /^100\.0 % the same \(FL\+FR\)$/,
  },
  {
    name: 'an inverted channel',
    fault: each('val(0)+0.4*val(1)', from(4, 8, '-val(1)-0.4*val(0)', 'val(1)+0.4*val(0)')),
    check: 'sound.phase',
    at: [4, 8],
    toleranceS: 0.11,
    measured: /^correlation −?-?0\.[89]\d* of FL\+FR for 4\./,
    also: ['sound.loudness'],
  },
  {
    name: 'clipping at full scale',
    fault: each(from(5, 5.5, 'clip(val(0)*20,-1,1)', 'val(0)'), 'val(1)'),
    check: 'sound.clipping',
    at: [5, 5.5],
    toleranceS: 0.02,
    measured: /runs at full scale in FL/,
    also: ['sound.true-peak', 'sound.loudness', 'sound.short-term'],
  },
  {
    name: 'clipping below full scale',
    fault: each('val(0)', from(5, 5.5, '0.4*clip(val(1)*60,-1,1)', 'val(1)')),
    check: 'sound.clipping',
    at: [5, 5.5],
    toleranceS: 0.02,
    measured: /flat tops in FR, up to -8\.0 dBFS/,
    also: ['sound.loudness', 'sound.short-term'],
  },
  {
    name: 'a dropout of 20 ms',
    fault: each(from(6, 6.02, '0', 'val(0)'), from(6, 6.02, '0', 'val(1)')),
    check: 'sound.dropout',
    at: [6, 6.02],
    toleranceS: 0.002,
    measured: /^(19\.9|20\.\d) ms of digital silence in F[LR], F[LR]$/,
    also: ['sound.click'],
  },
  {
    name: 'a click',
    fault: `lowpass=f=1500,lowpass=f=1500,${each('val(0)+0.5*eq(n,288480)', 'val(1)')}`,
    check: 'sound.click',
    at: [6.01, 6.011],
    toleranceS: 0.002,
    measured: /^a jump of \d+ times its surroundings in FL$/,
    also: ['sound.loudness'],
  },
  {
    name: 'line-up tone',
    fault: each(from(2, 7, '0.25*sin(2*PI*1000*t)', 'val(0)'), 'val(1)'),
    check: 'sound.tone',
    at: [2, 7],
    toleranceS: 0.11,
    measured: /^(99\d|100\d) Hz for [45]\.\d+ s in FL$/,
    also: ['sound.loudness', 'sound.short-term'],
  },
  {
    name: 'hum of 50 Hz',
    fault: `highpass=f=120,${each('val(0)+0.01*sin(2*PI*50*t)', 'val(1)')}`,
    check: 'sound.hum',
    measured: /^50 Hz at -43\.\d dBFS in FL, 100 % of the time$/,
  },
  {
    name: 'hum of 60 Hz, its second harmonic',
    also: ['sound.loudness'],
    fault: `highpass=f=200,${each('val(0)', 'val(1)+0.01*sin(2*PI*119.9*t)')}`,
    check: 'sound.hum',
    measured: /^120 Hz at -43\.\d dBFS in FR/,
  },
  {
    name: 'an offset of 2 %',
    fault: each('val(0)', from(3, 9, 'val(1)+0.02', 'val(1)')),
    check: 'sound.dc-offset',
    at: [3, 9],
    toleranceS: 0.02,
    measured: /^[12]\.\d\d % in FR$/,
    also: ['sound.click'],
  },
  {
    name: 'too loud',
    fault: 'volume=3dB',
    check: 'sound.loudness',
    measured: /^-20\.\d LUFS$/,
  },
  {
    name: 'true peaks',
    fault: each('val(0)+0.98*eq(n,288480)', 'val(1)'),
    check: 'sound.true-peak',
    measured: /^-?[01]\.\d dBTP \(FL\)$/,
    also: ['sound.click'],
  },
  {
    name: 'a loud passage in a short programme',
    fault: each(from(6, 9.2, '2.2', '0.3').replace(/^/, 'val(0)*'), from(6, 9.2, '2.2', '0.3').replace(/^/, 'val(1)*')),
    check: 'sound.short-term',
    measured: /^-1[67]\.\d LUFS$/,
    also: ['sound.loudness'],
  },
]

describe('checks of sound', () => {
  let heard: Heard
  before(async () => {
    const path = await makeSoundClip(dir, 'faults', {
      // It takes any language.
      extension: 'mkv',
      more: {
        audio: faults.map(({ fault }, i) => ({
          graph: `${stereo(fault)},aformat=sample_fmts=s16`,
          encoder: 'pcm_s16le',
          // Tracks that can be told apart.
          language: `q${String.fromCharCode(97 + Math.floor(i / 26))}${String.fromCharCode(97 + (i % 26))}`,
        })),
      },
    })
    heard = await hear(path)
  })

  for (const [i, { name, check, at, toleranceS = 0.011, measured, also = [] }] of faults.entries())
    it(`find ${name}`, t => {
      const subject = `a${i + 1}`
      const all = heard.findings.filter(found => found.subject === subject)
      for (const found of all) t.diagnostic(`${found.check} ${found.startS}–${found.endS} ${found.measured}`)
      const found = all.filter(each => each.check === check)
      assert.ok(found.length > 0, `${check} found nothing`)
      assert.match(found[0]!.measured, measured)
      if (at) {
        assert.ok(Math.abs(found[0]!.startS! - at[0]) <= toleranceS, `starts at ${found[0]!.startS}`)
        assert.ok(Math.abs(found.at(-1)!.endS! - at[1]) <= toleranceS, `ends at ${found.at(-1)!.endS}`)
      }
      const others = all.filter(each => each.check !== check && !also.includes(each.check))
      assert.deepEqual(
        others.map(({ check: id, measured: what }) => `${id}: ${what}`),
        [],
      )
    })
})

describe('the good clip', () => {
  for (const [what, clip] of [
    ['of 16 bits', {}],
    ['of floats', { encoder: 'pcm_f32le' }],
    ['in AAC', { encoder: 'aac', options: { b: 192_000 }, extension: 'mp4' }],
    ['in AAC in MPEG-TS', { encoder: 'aac', options: { b: 192_000 }, extension: 'ts' }],
    ['in MP3', { encoder: 'libmp3lame', options: { b: 192_000 }, extension: 'mkv' }],
    ['in Opus', { encoder: 'libopus', options: { b: 128_000 }, extension: 'mkv' }],
  ] as const)
    it(`${what} has no finding`, async () => {
      const path = await makeSoundClip(dir, `good-${what.replaceAll(' ', '-')}`, clip)
      // Limits of `ott` are wider; `ugc` wants it louder.
      for (const profile of what === 'of 16 bits' ? (['broadcast', 'ott'] as const) : (['broadcast'] as const)) {
        const { findings } = await hear(path, profile)
        assert.deepEqual(
          findings.map(({ check, measured }) => `${profile} ${check}: ${measured}`),
          [],
        )
      }
    })
})

describe('after lossy coding', () => {
  for (const encoder of ['aac', 'ac3'] as const)
    it(`holes of 30 ms and clipping are still found in ${encoder}`, async () => {
      const hole = 'if(between(t,6,6.03),0,if(between(t,9,10),clip(val(0)*20,-1,1),val(0)))'
      const path = await makeSoundClip(dir, `lossy-${encoder}`, {
        fault: each(hole, 'if(between(t,6,6.03),0,val(1))'),
        encoder,
        options: { b: 192_000 },
        extension: 'mp4',
      })
      const { of } = await hear(path)
      const [dropout, ...more] = of('sound.dropout')
      assert.equal(more.length, 0)
      assert.ok(Math.abs(dropout!.startS! - 6) < 0.012 && Math.abs(dropout!.endS! - 6.03) < 0.012)
      const clipped = of('sound.clipping')
      assert.ok(clipped.length > 0 && clipped.every(({ measured }) => measured.includes('FL')))
      assert.ok(clipped.every(({ startS, endS }) => startS! > 8.95 && endS! < 10.05))
    })
})
