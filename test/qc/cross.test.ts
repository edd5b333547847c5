// Checks of tracks against each other: each finds its fault where it is.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { CLIP_S, type Heard, hear, makeSoundClip, stereo } from './sound-kit.ts'

let dir: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-cross-'))
})
after(() => rm(dir, { recursive: true, force: true }))

type Track = {
  readonly name: string
  readonly graph: string
  readonly language?: string
  readonly check?: string
  readonly at?: readonly [startS: number, endS: number]
  readonly measured?: RegExp
}

/** Timestamps moved by an expression of T, in seconds. */
const moved = (byS: string): string => `asetpts='PTS+(${byS})/TB'`

const tracks: readonly Track[] = [
  { name: 'a good track', graph: stereo(), language: 'deu' },
  {
    name: 'sound that ends early',
    graph: stereo('atrim=end=11.5'),
    check: 'cross.duration',
    at: [11.5, CLIP_S],
    measured: /^sound ends −0\.500 s/,
  },
  {
    name: 'sound that ends one picture early',
    graph: stereo('atrim=end=11.96'),
  },
  {
    name: 'sound that goes on',
    graph: stereo('', 15),
    check: 'cross.duration',
    at: [CLIP_S, 15],
    measured: /^sound ends \+3\.00\d s/,
  },
  {
    name: 'sound that begins late',
    graph: stereo(moved('0.2')),
    check: 'cross.av-start',
    at: [0, 0.2],
    measured: /^sound begins \+200 ms/,
  },
  {
    name: 'a gap',
    graph: stereo(moved('0.05*gte(T,6)')),
    check: 'cross.av-drift',
    at: [6, 6.05],
    measured: /^\+(49|50)\.\d ms against the samples$/,
  },
  {
    name: 'a clock that runs slow by 5 ‰',
    graph: stereo('asetpts=PTS*1.005'),
    check: 'cross.av-drift',
    measured: /^\+(59|60) ms at the end \(\+(4|5)\.\d\d ‰\)$/,
  },
  { name: 'no language', graph: stereo(), language: '', check: 'cross.language', measured: /^no language$/ },
  { name: 'a twin', graph: stereo(), language: 'deu', check: 'cross.language', measured: /^deu, like a1$/ },
]

describe('checks of tracks against each other', () => {
  let heard: Heard
  before(async () => {
    const path = await makeSoundClip(dir, 'tracks', {
      extension: 'mkv',
      more: {
        audio: tracks.map(({ graph, language }, i) => ({
          graph: `${graph},aformat=sample_fmts=s16`,
          encoder: 'pcm_s16le',
          ...(language === '' ? {} : { language: language ?? `qa${String.fromCharCode(97 + i)}` }),
        })),
      },
    })
    heard = await hear(path)
  })

  for (const [i, { name, check, at, measured }] of tracks.entries())
    it(name, t => {
      const all = heard.findings.filter(({ subject }) => subject === `a${i + 1}`)
      for (const each of all) t.diagnostic(`${each.check} ${each.startS}–${each.endS} ${each.measured}`)
      assert.deepEqual(
        all.map(each => each.check),
        check ? [check] : [],
      )
      if (measured) assert.match(all[0]!.measured, measured)
      // Sound comes in frames of 1,024 samples.
      if (at) {
        assert.ok(Math.abs(all[0]!.startS! - at[0]) < 0.025, `starts at ${all[0]!.startS}`)
        assert.ok(Math.abs(all[0]!.endS! - at[1]) < 0.025, `ends at ${all[0]!.endS}`)
      }
    })

  it('say why they did not look where there are no pictures, or no sound', async () => {
    const deaf = await makeSoundClip(dir, 'deaf', { more: { audio: [] } })
    const silent = await hear(deaf)
    assert.deepEqual(silent.findings, [])
    for (const check of ['sound.silence', 'sound.sample-rate', 'sound.loudness', 'cross.duration', 'cross.language'])
      assert.equal(silent.outcome(check).status, 'skipped', check)
    const blind = await makeSoundClip(dir, 'blind', { more: { video: null } })
    const unseen = await hear(blind)
    assert.deepEqual(unseen.findings, [])
    assert.equal(unseen.outcome('cross.duration').because, 'the file has no pictures')
    assert.equal(unseen.outcome('sound.silence').status, 'pass')
  })
})
