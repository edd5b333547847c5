// What stands beside picture and sound in a package: key frames for fast forward, subtitles, several rates of one sound.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { silentLog, toNumber } from '../../src/core/index.ts'
import { parseMedia, parseMpd, parseMultivariant } from '../../src/manifest/index.ts'
import { inventoryPackage, packageStreams } from '../../src/packaging/index.ts'
import { makeClip } from '../media/make-media.ts'
import { hasTool } from './tools.ts'

const { signal } = new AbortController()
/** The second one is shown over the end of a segment at 4 s. */
const CUES = 'WEBVTT\n\n00:00:01.000 --> 00:00:02.000\none\n\n00:00:03.500 --> 00:00:05.000\ntwo\n'

describe('a package with everything', () => {
  let dir: string
  let out: string
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'headend-extras-'))
    out = join(dir, 'out')
    const video = { name: 'libx264', options: { preset: 'veryfast', g: 50, keyint_min: 50, sc_threshold: 0, bf: 2 } }
    const sound = (rate: number) => ({
      ...{ graph: 'sine=f=440:r=48000:d=10,aformat=channel_layouts=stereo:sample_fmts=fltp', encoder: 'aac' },
      options: { b: rate },
    })
    await makeClip(join(dir, 'v.mp4'), { video: 'testsrc2=s=160x90:r=25:d=10,format=yuv420p', videoEncoder: video })
    await makeClip(join(dir, 'a1.mp4'), { audio: [sound(64_000)] })
    await makeClip(join(dir, 'a2.mp4'), { audio: [sound(128_000)] })
    await writeFile(join(dir, 't.vtt'), CUES)
    const english = { type: 'audio', language: 'eng', label: 'English' } as const
    await packageStreams(
      {
        inputs: [
          { id: 'v90', path: join(dir, 'v.mp4'), type: 'video' },
          { id: 'a_low', path: join(dir, 'a1.mp4'), ...english },
          { id: 'a_high', path: join(dir, 'a2.mp4'), ...english },
          { ...english, id: 'a_ad', path: join(dir, 'a1.mp4'), label: 'Description', role: 'description' },
        ],
        texts: [{ id: 't_0_eng', path: join(dir, 't.vtt'), language: 'eng', hearingImpaired: true }],
        ...{ outDir: out, segmentDuration: '4/1', hls: true, dash: true },
      },
      { signal, log: silentLog },
    )
  })
  after(() => rm(dir, { recursive: true, force: true }))
  const read = (path: string) => readFile(join(out, path), 'utf8')

  it('is consistent', async () => {
    assert.deepEqual((await inventoryPackage(out, { signal })).findings, [])
  })

  it('gives fast forward its own fragments of one key frame each', async () => {
    const master = parseMultivariant(await read('master.m3u8'))
    assert.equal(master.iframes[0]?.uri, 'v90/iframes.m3u8')
    const { segments, iframesOnly } = parseMedia(await read('v90/iframes.m3u8'))
    assert.ok(iframesOnly)
    const bytes = await readFile(join(out, 'v90/iframes.mp4'))
    for (const { byteRange } of segments)
      assert.equal(bytes.toString('latin1', byteRange!.offset + 4, byteRange!.offset + 8), 'moof')
    assert.deepEqual(
      segments.map(({ duration }) => toNumber(duration)),
      [2, 2, 2, 2, 2],
    )
    const sets = parseMpd(await read('manifest.mpd')).periods[0]!.adaptationSets
    const trick = sets.find(({ essential }) => essential[0]?.scheme.includes('trickmode'))!
    assert.equal(trick.essential[0]!.value, sets[0]!.id)
    const place = trick.representations[0]!.segments
    assert.ok(place.kind === 'base' && place.indexRange && place.initRange)
    assert.equal(bytes.toString('latin1', Number(place.indexRange[0]) + 4, Number(place.indexRange[0]) + 8), 'sidx')
    assert.equal(place.initRange[1] + 1n, place.indexRange[0])
  })

  it('whose pictures FFmpeg shows at their times', t => {
    if (!hasTool('ffprobe')) return t.skip('ffprobe is not installed')
    const probe = ['-v', 'error', '-show_entries', 'frame=pts_time,pict_type', '-of', 'csv=p=0']
    const lines = execFileSync('ffprobe', [...probe, join(out, 'v90/iframes.mp4')], { encoding: 'utf8' }).trim()
    assert.deepEqual(
      lines
        .split('\n')
        .filter(Boolean)
        .map(line => line.split(',').slice(0, 2)),
      [0, 2, 4, 6, 8].map(time => [time.toFixed(6), 'I']),
    )
  })

  it('shows a cue in every segment that it reaches into', async () => {
    const [first, second, third] = await Promise.all(
      ['00001', '00002', '00003'].map(name => read(`t_0_eng/${name}.vtt`)),
    )
    assert.match(first!, /^WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n[\s\S]*one[\s\S]*two/)
    assert.match(second!, /00:00:03.500 --> 00:00:05.000\ntwo/)
    assert.doesNotMatch(second! + third!, /one/)
    const { segments } = parseMedia(await read('t_0_eng/media.m3u8'))
    assert.deepEqual(
      segments.map(({ duration }) => toNumber(duration)),
      [4, 4, 2],
    )
    assert.equal((await read('t_0_eng/all.vtt')).match(/-->/g)?.length, 2)
  })

  it('tells purposes, and keeps rates of one sound apart', async () => {
    const { media, variants } = parseMultivariant(await read('master.m3u8'))
    assert.deepEqual(
      media.map(({ groupId, name, characteristics }) => [groupId, name, characteristics.length]),
      [
        ['audio', 'English', 0],
        ['audio', 'Description', 1],
        ['audio-2', 'English', 0],
        ['subs', 'en', 2],
      ],
    )
    assert.deepEqual(
      variants.map(({ audio, subtitles }) => [audio, subtitles]),
      [
        ['audio', 'subs'],
        ['audio-2', 'subs'],
      ],
    )
    const sets = parseMpd(await read('manifest.mpd')).periods[0]!.adaptationSets
    assert.deepEqual(
      sets.map(({ contentType, roles, representations }) => [
        contentType,
        roles.join(),
        representations.map(each => each.id).join(),
      ]),
      [
        ['video', '', 'v90'],
        ['audio', 'main', 'a_low,a_high'],
        ['audio', 'alternate,description', 'a_ad'],
        ['video', '', 'v90_iframes'],
        ['text', 'caption', 't_0_eng'],
      ],
    )
  })
})
