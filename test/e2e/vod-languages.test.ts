// A source with two languages of sound and two of subtitles becomes a package with both, in HLS and in DASH.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { parseVtt, plainText } from '../../src/captions/index.ts'
import { openPreview } from '../../src/cli/preview-server.ts'
import { checkPresentation } from '../../src/conformance/index.ts'
import { silentLog } from '../../src/core/index.ts'
import { runSpec } from '../../src/engine/index.ts'
import { parseMpd, parseMultivariant } from '../../src/manifest/index.ts'
import type { GraphSpec, Report } from '../../src/model/index.ts'
import { VodOptions } from '../../src/plan/index.ts'
import { runVod } from '../../src/vod/index.ts'
import { makeClip } from '../media/make-media.ts'
import { playInChromium } from './play.ts'

const signal = new AbortController().signal
const bounds = { maxItems: 65_536, maxBytes: 64 << 20 }
const SRT = '1\n00:00:01,000 --> 00:00:02,500\nHello <i>there</i>\n\n2\n00:00:05,500 --> 00:00:06,500\nover the cut\n'

/** Adds two text tracks to a clip. */
async function addSubtitles(dir: string, clip: string): Promise<string> {
  const path = join(dir, 'source.mkv')
  const texts = ['eng', 'deu']
  const nodes: GraphSpec['nodes'][number][] = [
    { id: 'clip', kind: 'source', params: { path: clip, streams: [0, 1, 2] } },
  ]
  const edges: GraphSpec['edges'][number][] = []
  const tracks: object[] = [{ port: 's0' }, { port: 's1', language: 'eng' }, { port: 's2', language: 'deu' }]
  for (const [i, language] of texts.entries()) {
    await writeFile(join(dir, `${language}.srt`), SRT)
    nodes.push({ id: `t${i}`, kind: 'source', params: { path: join(dir, `${language}.srt`), streams: [0] } })
    edges.push({ from: `t${i}.s0`, to: `mux.s${3 + i}`, ...bounds })
    tracks.push({ port: `s${3 + i}`, language, dispositions: i === 0 ? [] : ['hearing_impaired'] })
  }
  for (const i of [0, 1, 2]) edges.push({ from: `clip.s${i}`, to: `mux.s${i}`, ...bounds })
  nodes.push({ id: 'mux', kind: 'mux', params: { path, format: 'matroska', tracks } as never })
  await runSpec({ nodes, edges }, { signal, log: silentLog })
  return path
}

describe('vod with languages', () => {
  let dir: string
  let out: string
  let report: Report
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'headend-languages-'))
    const tone = (f: number) => ({
      graph: `sine=f=${f}:r=48000:d=12,volume=0.4,aformat=channel_layouts=stereo:sample_fmts=fltp`,
    })
    const clip = await makeClip(join(dir, 'clip.mkv'), {
      video: 'testsrc2=s=640x360:r=25:d=12,format=yuv420p',
      videoEncoder: { name: 'libx264', options: { preset: 'ultrafast', crf: 20 } },
      audio: [
        { ...tone(440), language: 'eng' },
        { ...tone(550), language: 'deu' },
      ],
    })
    out = join(dir, 'out')
    const options = VodOptions.parse({ preset: 'ultrafast', ladder: 'fixed', vmafModel: 'off' })
    ;({ report } = await runVod(await addSubtitles(dir, clip), out, { signal, log: silentLog, options, force: false }))
  })
  after(() => rm(dir, { recursive: true, force: true }))

  it('delivers both languages of sound and of text', async () => {
    assert.deepEqual(
      report.verdict.checks.filter(({ status }) => status === 'fail'),
      [],
    )
    assert.deepEqual(
      report.plan.warnings.filter(({ code }) => code.endsWith('left-out')),
      [],
    )
    const { media } = parseMultivariant(await readFile(join(out, 'master.m3u8'), 'utf8'))
    assert.deepEqual(
      media.map(({ type, language, isDefault, characteristics }) => [
        type,
        language,
        isDefault,
        characteristics.length,
      ]),
      [
        ['AUDIO', 'en', true, 0],
        ['AUDIO', 'de', false, 0],
        ['SUBTITLES', 'en', false, 0],
        ['SUBTITLES', 'de', false, 2],
      ],
    )
    const sets = parseMpd(await readFile(join(out, 'manifest.mpd'), 'utf8')).periods[0]!.adaptationSets
    assert.deepEqual(
      sets.filter(({ contentType }) => contentType === 'text').map(({ language, roles }) => [language, roles[0]]),
      [
        ['en', 'subtitle'],
        ['de', 'caption'],
      ],
    )
  })

  it('keeps words, styles and times', async () => {
    const { cues } = parseVtt(await readFile(join(out, 't_0_eng/all.vtt'), 'utf8'))
    assert.deepEqual(
      cues.map(cue => [cue.startUs, cue.endUs, plainText(cue)]),
      [
        [1_000_000n, 2_500_000n, 'Hello there'],
        [5_500_000n, 6_500_000n, 'over the cut'],
      ],
    )
    assert.equal(cues[0]!.lines[0]!.find(({ italic }) => italic)?.text, 'there')
    for (const name of ['00001', '00002'])
      assert.match(await readFile(join(out, `t_0_eng/${name}.vtt`), 'utf8'), /over the cut/)
  })

  it('keeps all rules of HLS and DASH', async () => {
    for (const name of ['master.m3u8', 'manifest.mpd']) {
      const { findings } = await checkPresentation(join(out, name), { signal, first: null })
      assert.deepEqual(
        findings.filter(({ severity }) => severity !== 'info'),
        [],
      )
    }
  })

  for (const kind of ['hls', 'dash'] as const)
    it(`plays in Chromium as ${kind}`, async t => {
      await using preview = await openPreview(out, { signal, log: silentLog })
      let played = await playInChromium(preview.url, kind)
      if (!played) return t.skip('Chromium is not installed')
      // A player may stall once on a busy machine; what is wrong with the package goes wrong twice.
      if (played.errors.length > 0) played = (await playInChromium(preview.url, kind))!
      assert.deepEqual(played.errors, [])
    })
})
