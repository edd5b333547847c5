// Channels, tracks and times of sound in finished files, read by Debian's ffmpeg: every gain of every down-mix measured.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { findOffset } from '../../src/audio/index.ts'
import { silentLog } from '../../src/core/index.ts'
import type { MediaFacts } from '../../src/model/index.ts'
import { TranscodeOptions, VodOptions } from '../../src/plan/index.ts'
import { probe } from '../../src/probe/index.ts'
import { runPlan } from '../../src/transcode/index.ts'
import { planFile, runVod } from '../../src/vod/index.ts'
import { makeClip } from '../media/make-media.ts'
import { findEvents, instants, makeClicks } from './clicks.ts'
import { ffprobe } from './engine-kit.ts'
import { type Asked, decodeSamples, encodeFile, sineLevel } from './sound-kit.ts'
import { hasTool } from './tools.ts'

const skip = hasTool('ffmpeg') && hasTool('ffprobe') ? false : 'no ffmpeg or no ffprobe on this machine'
const run = { signal: new AbortController().signal, log: silentLog }
const factsOf = (path: string): Promise<MediaFacts> => probe(path, { ...run, scan: 'full' })
let dir: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-sound-'))
})
after(() => rm(dir, { recursive: true, force: true }))

/** FL FR FC LFE BL BR SL SR, each a tone of its own. */
const TONES = [440, 550, 660, 80, 880, 990, 1100, 1210]
const LEVEL = 0.1
const HALF = Math.SQRT1_2

async function tonesIn(name: string, layout: string, channels: number): Promise<MediaFacts> {
  const each = TONES.slice(0, channels).map(hz => `${LEVEL}*sin(2*PI*${hz}*t)`)
  const graph = `aevalsrc='${each.join('|')}':c=${layout}:s=48000:d=2,aformat=sample_fmts=s32`
  return factsOf(await makeClip(join(dir, name), { audio: [{ graph, encoder: 'pcm_s24le' }] }))
}

/** Rows of gains, as the finished file has them. */
async function gains(facts: MediaFacts, name: string, channels: number, asked: Asked): Promise<number[][]> {
  const path = await encodeFile(facts, join(dir, name), { container: 'matroska', audioCodec: 'flac', ...asked })
  const { streams } = await ffprobe(path)
  assert.equal(streams[0]?.channels, channels, name)
  return (await decodeSamples(path, channels)).map(samples => TONES.map(hz => sineLevel(samples, hz) / LEVEL))
}

function near(actual: number[][], expected: readonly (readonly number[])[], name: string): void {
  for (const [row, gainsOf] of expected.entries())
    for (const [i, gain] of gainsOf.entries())
      assert.ok(Math.abs(actual[row]![i]! - gain) < 1e-4, `${name}: output ${row}, input ${i}: ${actual[row]![i]}`)
}

describe('down-mixes as they are heard', { skip }, () => {
  let wide: MediaFacts
  before(async () => {
    wide = await tonesIn('wide.mov', '7.1', 8)
  })
  const unity = { downmixGain: 'unity' }
  const left = [1, 0, HALF, 0, HALF, 0, HALF, 0]
  const right = [0, 1, HALF, 0, 0, HALF, 0, HALF]

  it('stereo by BS.775, at unity and where nothing can clip', async () => {
    near(await gains(wide, 'stereo.mkv', 2, { channels: 'stereo', ...unity }), [left, right], 'unity')
    const total = 1 + 3 * HALF
    const safe = [left, right].map(row => row.map(gain => gain / total))
    near(await gains(wide, 'safe.mkv', 2, { channels: 'stereo' }), safe, 'safe')
  })
  it('mono by BS.775', async () => {
    const row = [HALF, HALF, 1, 0, 0.5, 0.5, 0.5, 0.5]
    near(await gains(wide, 'mono.mkv', 1, { channels: 'mono', ...unity }), [row], 'mono')
  })
  it('Lt/Rt, with low-frequency effects at −6 dB', async () => {
    const lfe = 10 ** (-6 / 20)
    const out = await gains(wide, 'ltrt.mkv', 2, { channels: 'stereo', downmix: 'ltrt', lfe: -6, ...unity })
    near(
      out,
      [
        [1, 0, HALF, lfe, -HALF, -HALF, -HALF, -HALF],
        [0, 1, HALF, lfe, HALF, HALF, HALF, HALF],
      ],
      'Lt/Rt',
    )
  })
  it('5.1 from 7.1, into the layout that the codec knows', async () => {
    const rows = [0, 1, 2, 3].map(at => TONES.map((_, i) => Number(i === at)))
    const surround = [TONES.map((_, i) => Number(i === 4 || i === 6)), TONES.map((_, i) => Number(i === 5 || i === 7))]
    near(await gains(wide, 'six.mkv', 6, { channels: '5.1', ...unity }), [...rows, ...surround], '5.1')
  })
  it('5.1 of the side is 5.1 to players of AAC, and a wrong layout is put right', async () => {
    const side = await tonesIn('side.mov', '5.1(side)', 6)
    const aac = await encodeFile(side, join(dir, 'side.mp4'), { container: 'mp4', audioCodec: 'aac' })
    assert.equal((await ffprobe(aac)).streams[0]?.channel_layout, '5.1')
    const wrong = await tonesIn('wrong.mov', '6.0', 6)
    assert.equal(wrong.audio[0]?.layout, '6.0')
    const rows = await gains(wrong, 'right.mkv', 2, { channels: 'stereo', layout: '5.1', ...unity })
    near(rows, [left.slice(0, 6), right.slice(0, 6)], 'repaired')
  })
  it('two channels that are no stereo', async () => {
    const pair = await tonesIn('pair.mov', 'stereo', 2)
    near(await gains(pair, 'second.mkv', 1, { dualMono: 'right' }), [[0, 1]], 'right')
    near(await gains(pair, 'sum.mkv', 1, { dualMono: 'sum' }), [[0.5, 0.5]], 'sum')
    const lone = await tonesIn('lone.mov', 'mono', 1)
    near(await gains(lone, 'spread.mkv', 2, { dualMono: 'spread' }), [[1], [1]], 'spread')
  })
})

describe('tracks and their times', { skip }, () => {
  it('a track moves by what was asked, and keeps the length of the picture', async () => {
    const facts = await factsOf(await makeClicks(join(dir, 'clip.mov'), { seconds: 5 }))
    for (const [text, by] of [
      ['+250ms', 0.25],
      ['-0.25s', -0.25],
    ] as const) {
      const out = join(dir, `moved${text}.mp4`)
      await encodeFile(facts, out, { container: 'mp4', audioCodec: 'flac', audioOffset: `a:0=${text}` })
      const { flashes, chirps } = await findEvents(out)
      assert.deepEqual(flashes, instants(5))
      for (const [i, time] of instants(5).entries())
        assert.ok(Math.abs(chirps[i]! - time - by) <= 1 / 48_000, `${text}: ${chirps[i]} s`)
      assert.equal((await decodeSamples(out, 2))[0]!.length, 5 * 48_000)
    }
  })

  it('sound is as long as the picture, to the sample, whatever fills the last block of its codec', async () => {
    const facts = await factsOf(await makeClicks(join(dir, 'second.mov'), { seconds: 1 }))
    for (const audioCodec of ['aac', 'ac3', 'eac3', 'opus', 'mp3', 'flac', 'alac']) {
      const out = await encodeFile(facts, join(dir, `length-${audioCodec}.mp4`), { container: 'mp4', audioCodec })
      const { streams } = await ffprobe(out)
      for (const { codec_type, duration } of streams)
        assert.equal(duration, '1.000000', `${codec_type} with ${audioCodec}`)
    }
  })

  /** The same steps under a voice of its own, so much later. */
  const dub = (seed: number, delayMs: number): string =>
    [
      `anoisesrc=r=48000:d=20:seed=5:a=0.3,volume='gt(sin(9*t*t)\\,0)+0.05':eval=frame,adelay=${delayMs}[common]`,
      `anoisesrc=r=48000:d=20:color=pink:seed=${seed}:a=0.3,tremolo=f=${3 + seed / 10}:d=0.9[voice]`,
      '[common][voice]amix=inputs=2:normalize=0:duration=shortest,aformat=sample_fmts=s16:channel_layouts=mono',
    ].join(';')

  it('tracks of other languages are brought to the first by what they share; others are left alone', async t => {
    const path = await makeClip(join(dir, 'dubs.mov'), {
      audio: [
        { graph: dub(11, 0), encoder: 'pcm_s16le', language: 'eng' },
        { graph: dub(17, 137), encoder: 'pcm_s16le', language: 'deu' },
        { graph: 'anoisesrc=r=48000:d=20:seed=99,aformat=sample_fmts=s16', encoder: 'pcm_s16le', language: 'fra' },
      ],
    })
    const options = TranscodeOptions.parse({ container: 'matroska', audioCodec: 'flac', alignAudio: true })
    const { plan } = await planFile(path, options, run)
    const moved = plan.choices.filter(({ what }) => what.endsWith('.offset'))
    t.diagnostic(moved.map(({ pick, because }) => `${pick}: ${because}`).join(' | '))
    assert.ok(Math.abs(Number.parseFloat(moved[0]!.pick) + 137) < 0.1, moved[0]!.pick)
    assert.deepEqual(
      plan.warnings.map(({ code }) => code),
      ['not-aligned'],
    )
    const out = join(dir, 'aligned.mkv')
    await runPlan(plan, { kind: 'one', path: out }, run)
    const [first, second] = await Promise.all(
      [0, 1].map(async track => (await decodeSamples(out, 1, { track, rateHz: 8000 }))[0]!),
    )
    const { offsetS } = findOffset(first!, second!, 8000, 1)
    assert.ok(offsetS !== null && Math.abs(offsetS) < 0.0002, `${offsetS} s`)
  })

  it('tracks that were chosen and what they are for stand in both manifests', async () => {
    const tone = (hz: number, language: string) => ({
      ...{ graph: `sine=f=${hz}:r=48000:d=2,aformat=sample_fmts=fltp:channel_layouts=stereo`, language },
    })
    const path = await makeClip(join(dir, 'roles.mp4'), {
      video: 'testsrc2=s=160x90:r=25:d=2,format=yuv420p',
      audio: [tone(300, 'eng'), tone(400, 'eng'), tone(500, 'deu'), tone(600, 'eng')],
    })
    const out = join(dir, 'roles')
    const options = VodOptions.parse({
      ...{ ladder: 'fixed', preset: 'ultrafast', vmafModel: 'off', loudness: 'off' },
      ...{ audioTracks: 'deu,a:0,eng:description', audioRoles: 'a:1=description,a:3=commentary' },
    })
    await runVod(path, out, { ...run, options, force: false })
    const lines = (await readFile(join(out, 'master.m3u8'), 'utf8')).split('\n').filter(each => /TYPE=AUDIO/.test(each))
    assert.equal(lines.length, 3)
    assert.match(lines[0]!, /LANGUAGE="de".*DEFAULT=YES/)
    assert.match(lines[2]!, /CHARACTERISTICS="public\.accessibility\.describes-video"/)
    const mpd = await readFile(join(out, 'manifest.mpd'), 'utf8')
    assert.deepEqual(
      [...mpd.matchAll(/<Role [^>]*value="([^"]+)"/g)].map(([, role]) => role),
      ['main', 'alternate', 'alternate', 'description'],
    )
    assert.match(mpd, /<Accessibility schemeIdUri="urn:tva:metadata:cs:AudioPurposeCS:2007" value="1"\/>/)
    const { streams } = await ffprobe(join(out, 'master.m3u8'))
    const described = streams.filter(({ disposition }) => disposition?.visual_impaired === 1)
    assert.equal(described.length, 1, 'ffprobe finds the description')
  })
})

/** ATSC A/52 6.1.7: x^16 + x^15 + x^2 + 1. */
const crc16 = (bytes: Uint8Array): number =>
  bytes.reduce((crc, byte) => {
    let next = crc ^ (byte << 8)
    for (let bit = 0; bit < 8; bit++) next = ((next << 1) ^ (next & 0x8000 ? 0x8005 : 0)) & 0xffff
    return next
  }, 0)

/** E-AC-3 with the flag of joint object coding (ETSI TS 103 420 8.3.1) put into the headers of its frames. */
function flagObjects(bytes: Buffer): Buffer {
  const frames: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const words = (bytes.readUInt16BE(at + 2) & 0x7ff) + 1
    const bits = [...bytes.subarray(at, at + 2 * words)].map(byte => byte.toString(2).padStart(8, '0')).join('')
    assert.equal(bits.slice(50, 54), '0000', 'no compression word, mixing data, further data or additions')
    // addbsie, addbsil of two bytes; reserved, flag_ec3_extension_type_a; complexity_index_type_a.
    const flagged = `${bits.slice(0, 53)}1${'000001'}${'0000000'}1${'00010000'}${bits.slice(54)}`.padEnd(
      bits.length + 32,
      '0',
    )
    const frame = Buffer.from(flagged.match(/.{8}/g)!.map(byte => Number.parseInt(byte, 2)))
    frame.writeUInt16BE((frame.readUInt16BE(2) & ~0x7ff) | (words + 1), 2)
    frame.writeUInt16BE(crc16(frame.subarray(2, -2)), frame.length - 2)
    frames.push(frame)
    at += 2 * words
  }
  return Buffer.concat(frames)
}

it('sound with objects is known by its bitstream, copied bit by bit and not made anew', { skip }, async () => {
  const plain = await makeClip(join(dir, 'plain.eac3'), {
    audio: [
      {
        graph: 'sine=r=48000:d=1,pan=5.1(side)|c0=c0|c1=c0|c2=c0|c3=c0|c4=c0|c5=c0,aformat=sample_fmts=fltp',
        encoder: 'eac3',
      },
    ],
    format: 'eac3',
  })
  const path = join(dir, 'objects.eac3')
  await writeFile(path, flagObjects(await readFile(plain)))
  const facts = await factsOf(path)
  assert.equal(facts.audio[0]?.profile, 'Dolby Digital Plus + Dolby Atmos')
  const copy = await encodeFile(facts, join(dir, 'objects.mp4'), { container: 'mp4', audioCodec: 'copy' })
  assert.equal((await factsOf(copy)).audio[0]?.profile, 'Dolby Digital Plus + Dolby Atmos')
  await assert.rejects(encodeFile(facts, join(dir, 'again.mp4'), { container: 'mp4', audioCodec: 'eac3' }), {
    code: 'HE_PLAN_IMPOSSIBLE',
  })
})
