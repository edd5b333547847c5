// Every check of the bitstream: a fault that is found, and good clips of three codecs in three containers that nobody objects to.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { silentLog } from '../../src/core/index.ts'
import type { Finding } from '../../src/model/index.ts'
import { heldBy, type Inspection, inspect, type ProfileName } from '../../src/qc/index.ts'
import { hasTool } from '../e2e/tools.ts'
import { type ClipRecipe, makeClip } from '../media/make-media.ts'
import { remux } from './wrapper-kit.ts'

const BT709 = 'setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709'
const PQ = 'setparams=range=tv:color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc'
const picture = (format = 'yuv420p', tags = BT709, size = '320x180', d = 3, rate = 25): string =>
  `testsrc2=s=${size}:r=${rate}:d=${d},format=${format},${tags}`
const x264 = (more: object = {}) => ({ name: 'libx264', options: { preset: 'veryfast', crf: 28, g: 25, ...more } })
const sound = (more: object = {}): NonNullable<ClipRecipe['audio']> => [
  {
    graph: 'sine=f=440:r=48000:d=3,aformat=channel_layouts=stereo:sample_fmts=fltp',
    language: 'eng',
    options: { b: 128_000 },
    ...more,
  },
]

let dir: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-bitstream-'))
})
after(() => rm(dir, { recursive: true, force: true }))

const clip = (name: string, more: Partial<ClipRecipe> = {}): Promise<string> =>
  makeClip(join(dir, name), { video: picture(), videoEncoder: x264(), audio: sound(), ...more })

type Limits = Readonly<Record<string, object>>

/** What checks of the bitstream say; with `limits`, by those instead of the profile's. */
async function look(path: string, profile: ProfileName = 'ott', limits: Limits = {}): Promise<Inspection> {
  const held = heldBy(profile)
    .filter(({ check }) => check.layer === 'bitstream')
    .map(each => {
      const extra = limits[each.check.id]
      return extra ? { ...each, limits: each.check.limits.parse({ ...(each.limits as object), ...extra }) } : each
    })
  return await inspect(path, held, { signal: new AbortController().signal, log: silentLog })
}
const idsOf = ({ findings }: Inspection): string[] => [...new Set(findings.map(({ check }) => check))].toSorted()
/** The findings of one check, which are the only ones there are but for `beside`. */
async function only(
  id: string,
  path: string,
  profile: ProfileName = 'ott',
  limits: Limits = {},
  beside: string[] = [],
): Promise<Finding[]> {
  const inspection = await look(path, profile, limits)
  assert.deepEqual(
    idsOf(inspection).filter(each => !beside.includes(each)),
    [id],
  )
  return inspection.findings.filter(({ check }) => check === id)
}

describe('good clips', () => {
  const none = { 'bitstream.frame-size': { minHeight: 64 } }
  const clips: readonly [name: string, recipe: Partial<ClipRecipe>][] = [
    ['h264.mp4', { muxOptions: { movflags: '+write_colr' } }],
    ['h264.ts', { format: 'mpegts', videoEncoder: x264({ bf: 3, refs: 4 }) }],
    [
      'hrd.mkv',
      {
        format: 'matroska',
        videoEncoder: x264({ crf: -1, b: 400_000, maxrate: 400_000, bufsize: 400_000, 'x264-params': 'nal-hrd=cbr' }),
      },
    ],
    [
      'hevc.mkv',
      {
        format: 'matroska',
        video: picture(),
        videoEncoder: {
          name: 'libx265',
          options: { preset: 'ultrafast', 'x265-params': 'log-level=error:keyint=25:open-gop=0' },
        },
      },
    ],
    [
      'hevc10.mp4',
      {
        video: picture('yuv420p10le'),
        videoEncoder: {
          name: 'libx265',
          options: { preset: 'ultrafast', 'x265-params': 'log-level=error:keyint=25:open-gop=0' },
        },
      },
    ],
    [
      'mpeg2.ts',
      {
        format: 'mpegts',
        videoEncoder: {
          name: 'mpeg2video',
          options: {
            b: 2_000_000,
            maxrate: 2_000_000,
            bufsize: 1_000_000,
            g: 12,
            bf: 2,
            flags: '+cgop',
            sc_threshold: 1_000_000_000,
          },
        },
      },
    ],
  ]
  for (const [name, recipe] of clips)
    for (const profile of ['ott', 'broadcast', 'ugc'] as const)
      it(`${name}: nothing is found by ${profile}`, async () => {
        const { findings, checks } = await look(await clip(name, recipe), profile, none)
        // MPEG-2's own table of profiles and ott's wish for players are not what is tested here.
        assert.deepEqual(
          findings.map(({ check, measured }) => `${check}: ${measured}`),
          [],
        )
        assert.ok(checks.filter(({ status }) => status === 'pass').length >= 14)
      })

  it('a declared buffer is read, and kept by what declares it', async () => {
    const { evidence } = await look(join(dir, 'hrd.mkv'))
    const bucket = evidence.coded[0]!.result!.buckets.find(({ id }) => id === 'declared')
    assert.equal(bucket?.bitRateBps, 400_000)
    assert.equal(bucket?.bufferBits, 400_000)
    assert.equal(bucket?.constantRate, true)
    assert.deepEqual(bucket?.underflows.found, [])
  })

  it('groups and rates are those that ffprobe counts', async t => {
    if (!hasTool('ffprobe')) return t.skip('ffprobe is not installed')
    for (const name of ['h264.ts', 'hevc.mkv', 'mpeg2.ts']) {
      const path = join(dir, name)
      const { gops, rate, kinds, packets } = (await look(path)).evidence.coded[0]!.result!
      const show = (what: string): string[] =>
        execFileSync(
          'ffprobe',
          ['-v', 'error', '-select_streams', 'v', '-show_entries', what, '-of', 'csv=p=0', path],
          { encoding: 'utf8', maxBuffer: 1 << 26 },
        )
          .split('\n')
          .filter(Boolean)
      const flags = show('packet=flags')
      assert.equal(packets, flags.length, name)
      assert.equal(gops!.keys, flags.filter(each => each.startsWith('K')).length, name)
      const sizes = show('packet=size').map(Number.parseFloat)
      const bits = 8 * sizes.reduce((sum, each) => sum + each, 0)
      assert.ok(Math.abs(rate.averageBps / (bits / 3) - 1) < 0.02, `${name}: ${rate.averageBps}, ${bits / 3}`)
      const types = show('frame=pict_type').map(each => each.slice(0, 1))
      assert.deepEqual(
        [kinds!.I, kinds!.P, kinds!.B],
        ['I', 'P', 'B'].map(type => types.filter(each => each === type).length),
        name,
      )
    }
  })
})

describe('faults of the bitstream', () => {
  it('a level that is too low', async () => {
    const path = await clip('level.mp4', { videoEncoder: x264({ 'x264-params': 'level=1.0:ref=4' }) })
    const found = await only('bitstream.level', path, 'ott', { 'bitstream.vbv': {} }, ['bitstream.vbv'])
    assert.ok(
      found.some(({ limit }) => /level 1/.test(limit)),
      JSON.stringify(found),
    )
  })
  it('more bits than the level’s buffer takes', async () => {
    const noisy = `${picture('yuv420p', BT709, '176x144')},noise=alls=60:allf=t`
    const path = await clip('vbv.mp4', {
      video: noisy,
      videoEncoder: x264({ crf: 10, 'x264-params': 'level=1.0:ref=1' }),
      audio: [],
    })
    const found = await only('bitstream.vbv', path, 'ott', {}, ['bitstream.level'])
    assert.match(found[0]!.message, /buffer of its level/)
    assert.ok(found[0]!.startS! < 1.5)
  })
  it('a buffer that the profile names', async () => {
    const limits = { 'bitstream.vbv': { maxBitrateBps: 50_000, bufferBits: 50_000 } }
    const found = await only('bitstream.vbv', join(dir, 'h264.mp4'), 'ott', limits)
    assert.match(found[0]!.message, /asked for/)
  })
  it('a bit rate beyond limits', async () => {
    const path = join(dir, 'h264.mp4')
    assert.match(
      (await only('bitstream.bitrate', path, 'ott', { 'bitstream.bitrate': { maxAverageBps: 10_000 } }))[0]!.message,
      /more bits/,
    )
    assert.match(
      (await only('bitstream.bitrate', path, 'ott', { 'bitstream.bitrate': { minAverageBps: 100_000_000 } }))[0]!
        .message,
      /fewer bits/,
    )
    const [peak] = await only('bitstream.bitrate', path, 'ott', { 'bitstream.bitrate': { maxPeakBps: 20_000 } })
    assert.ok(peak!.startS! >= 0 && peak!.startS! <= 3)
  })
  it('codec, profile and sampling that are not taken', async () => {
    const mpeg4 = await clip('mpeg4.mp4', { videoEncoder: { name: 'mpeg4', options: { b: 800_000, g: 25 } } })
    await only('bitstream.codec', mpeg4)
    const high422 = await clip('422.mp4', { video: picture('yuv422p') })
    await only('bitstream.profile', high422)
    await only('bitstream.sampling', high422, 'ott', {
      'bitstream.sampling': { chroma: ['4:2:0'] },
      'bitstream.profile': { profiles: {} },
    })
    const pq8 = await clip('pq8.mp4', { video: picture('yuv420p', PQ) })
    const [depth] = await only('bitstream.sampling', pq8, 'ott', {}, ['bitstream.hdr-metadata'])
    assert.match(depth!.limit, /10 bit for HDR/)
  })
  it('odd and small sizes, pixels that are not square, fields', async () => {
    const odd = await clip('odd.mp4', { video: picture('yuv444p', BT709, '321x181') })
    const [size] = await only('bitstream.frame-size', odd, 'ott', {}, ['bitstream.profile'])
    assert.match(size!.measured, /321×181/)
    await only('bitstream.frame-size', join(dir, 'h264.mp4'), 'broadcast')
    await only('bitstream.sar', await clip('sar.mp4', { video: `${picture()},setsar=4/3` }))
    const fields = await clip('fields.ts', {
      format: 'mpegts',
      video: `${picture()},setfield=tff`,
      videoEncoder: { name: 'mpeg2video', options: { b: 2_000_000, g: 12, flags: '+ildct+ilme' } },
    })
    await only('bitstream.scan', fields, 'ott', {}, ['bitstream.open-gop'])
  })
  it('frame rates that are not taken, and one that the bitstream does not have', async () => {
    const ten = await clip('ten.mp4', {
      video: picture('yuv420p', BT709, '320x180', 3, 10),
      videoEncoder: x264({ g: 10 }),
    })
    assert.match((await only('bitstream.frame-rate', ten))[0]!.measured, /^10\.000/)
    const steady = await clip('steady.mp4', { videoEncoder: x264({ 'x264-params': 'force-cfr=1' }) })
    const said = await remux(steady, join(dir, 'said.mp4'), 'mp4', {
      tracks: [{ stream: 0, bitstreamFilters: 'h264_metadata=tick_rate=80/1' }],
      options: { movflags: '+write_colr' },
    })
    assert.match((await only('bitstream.frame-rate', said))[0]!.limit, /40\/1, as the bitstream states/)
    const variable = await clip('vfr.mkv', {
      format: 'matroska',
      video: `${picture()},select='lt(mod(n\\,7)\\,4)'`,
      audio: [],
    })
    assert.match(
      (await only('bitstream.frame-rate', variable, 'ott', {}, ['bitstream.gop-length']))[0]!.measured,
      /variable/,
    )
  })
  it('key frames far apart, open groups, many B-pictures', async () => {
    const long = await clip('long.mp4', { videoEncoder: x264({ g: 500, sc_threshold: 0 }) })
    const [gop] = await only('bitstream.gop-length', long, 'ott', { 'bitstream.gop-length': { maxGopS: 2 } })
    assert.ok(Math.abs(gop!.startS!) < 0.05 && Math.abs(gop!.endS! - 3) < 0.05, JSON.stringify(gop))
    const open = await clip('open.mp4', {
      videoEncoder: x264({ bf: 3, 'x264-params': 'open-gop=1:keyint=27:scenecut=0:b-adapt=0' }),
    })
    const [first] = await only('bitstream.open-gop', open)
    assert.ok(Math.abs(first!.startS! - 27 / 25) < 0.05, JSON.stringify(first))
    const many = await clip('many-b.mp4', {
      videoEncoder: x264({ bf: 12, 'x264-params': 'b-adapt=0:scenecut=0:keyint=25:b-pyramid=none' }),
    })
    const [run] = await only('bitstream.b-frames', many, 'broadcast', { 'bitstream.frame-size': { minHeight: 64 } })
    assert.match(run!.measured, /^12 in a row/)
  })
  it('a stream that begins in the middle of a group, and one that changes its parameters', async () => {
    const ts = await readFile(
      await clip('gops.ts', {
        format: 'mpegts',
        videoEncoder: x264({ bf: 0, g: 30, sc_threshold: 0, 'x264-params': 'repeat-headers=1' }),
        audio: [],
      }),
    )
    const at = Math.floor((ts.length * 0.2) / 188) * 188
    await writeFile(join(dir, 'middle.ts'), ts.subarray(at))
    const found = await look(join(dir, 'middle.ts'))
    assert.ok(idsOf(found).includes('bitstream.first-key-frame'), idsOf(found).join())
    const other = await readFile(
      await clip('other.ts', {
        format: 'mpegts',
        video: picture('yuv420p', BT709, '160x90'),
        videoEncoder: x264({ bf: 0 }),
        audio: [],
      }),
    )
    await writeFile(join(dir, 'changes.ts'), Buffer.concat([ts, other]))
    const changes = await look(join(dir, 'changes.ts'))
    const [change] = changes.findings.filter(({ check }) => check === 'bitstream.parameter-sets')
    assert.ok(change, idsOf(changes).join())
  })
  it('what cannot be decoded', async () => {
    const bytes = await readFile(join(dir, 'h264.mp4'))
    for (let at = Math.floor(bytes.length * 0.4); at < bytes.length * 0.5; at += 7) bytes[at] = 0x5a
    await writeFile(join(dir, 'hurt.mp4'), bytes)
    const held = heldBy('ott').filter(({ check }) => check.layer === 'bitstream' || check.id === 'picture.black')
    const { findings, checks } = await inspect(join(dir, 'hurt.mp4'), held, {
      signal: new AbortController().signal,
      log: silentLog,
    })
    assert.ok(findings.some(({ check }) => check === 'bitstream.decode-errors'))
    const clean = await inspect(join(dir, 'h264.mp4'), held, { signal: new AbortController().signal, log: silentLog })
    assert.equal(clean.checks.find(({ check }) => check === 'bitstream.decode-errors')?.status, 'pass')
    assert.ok(checks.length > 0)
  })
  it('sound in a codec that is not taken, and sound with few bits', async () => {
    const mp2 = await clip('mp2.ts', {
      format: 'mpegts',
      audio: sound({ encoder: 'mp2', graph: 'sine=f=440:r=48000:d=3,aformat=channel_layouts=stereo:sample_fmts=s16' }),
    })
    await only('bitstream.audio-codec', mp2)
    const few = await clip('few.mp4', {
      audio: sound({
        graph: 'anoisesrc=r=48000:d=3:c=pink:a=0.3,aformat=channel_layouts=stereo:sample_fmts=fltp',
        options: { b: 32_000 },
      }),
      muxOptions: { movflags: '+write_colr' },
    })
    await only('bitstream.audio-bitrate', few)
  })
})

describe('what a stream says of its color', () => {
  it('nothing, full range, or SD in HD', async () => {
    assert.match(
      (
        await only(
          'bitstream.color-tags',
          await clip('untagged.mp4', { video: picture('yuv420p', 'setparams=range=tv') }),
        )
      )[0]!.measured,
      /primaries, transfer, matrix/,
    )
    const full = 'setparams=range=pc:color_primaries=bt709:color_trc=bt709:colorspace=bt709'
    assert.match(
      (await only('bitstream.color-tags', await clip('full.mp4', { video: picture('yuv420p', full) })))[0]!.measured,
      /full range/,
    )
    const sd = 'setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=smpte170m'
    const hd = await clip('sd-in-hd.mp4', {
      video: picture('yuv420p', sd, '1280x720', 1),
      videoEncoder: x264({ preset: 'ultrafast' }),
      audio: [],
    })
    assert.match((await only('bitstream.color-tags', hd))[0]!.measured, /smpte170m at 1280×720/)
  })
  it('one thing in the container and another in the bitstream', async () => {
    const path = await remux(join(dir, 'h264.mp4'), join(dir, 'two.mp4'), 'mp4', {
      tracks: [{ stream: 0, bitstreamFilters: 'h264_metadata=colour_primaries=5:matrix_coefficients=5' }],
      options: { movflags: '+write_colr' },
    })
    const { evidence, findings } = await look(path)
    const { contradictions } = evidence.facts.video[0]!.color
    const told = findings.filter(
      ({ check, message }) => check === 'bitstream.color-tags' && /do not agree/.test(message),
    )
    assert.equal(told.length, contradictions.length)
    assert.ok(told.length > 0, JSON.stringify(evidence.facts.video[0]!.color))
  })
  const hdr = (name: string, params: string): Promise<string> =>
    clip(name, {
      video: picture('yuv420p10le', PQ),
      videoEncoder: {
        name: 'libx265',
        options: {
          preset: 'ultrafast',
          'x265-params': `log-level=error:keyint=25:open-gop=0:repeat-headers=1:hdr10=1:${params}`,
        },
      },
    })
  const DISPLAY = 'master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)'
  it('HDR metadata that is right, missing, or cannot be', async () => {
    assert.deepEqual(idsOf(await look(await hdr('hdr.mp4', `${DISPLAY}:max-cll=1000,400`))), [])
    const [missing] = await only('bitstream.hdr-metadata', await hdr('bare.mp4', 'max-cll=1000,400'))
    assert.match(missing!.measured, /no mastering display/)
    const [above] = await only('bitstream.hdr-metadata', await hdr('fall.mp4', `${DISPLAY}:max-cll=400,1000`))
    assert.match(above!.measured, /MaxFALL 1000, MaxCLL 400/)
    const dark = DISPLAY.replace('L(10000000,50)', 'L(100000,50)')
    assert.match(
      (await only('bitstream.hdr-metadata', await hdr('dark.mp4', `${dark}:max-cll=1000,400`)))[0]!.message,
      /no such mastering display/,
    )
  })
})
