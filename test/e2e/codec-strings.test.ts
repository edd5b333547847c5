// Every profile, encoded: what FFmpeg, Debian's ffprobe and mediainfo read in the file is what codecs/ said before; and the
// encoders, left alone, choose the levels that codecs/ chooses.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import {
  type CodedStream,
  chooseLevel,
  decodedPictureBuffer,
  encoderSettings,
  type LevelChoice,
  levelCode,
  type ProfileRow,
  profilesOf,
  sameCodecString,
  standardCodecString,
} from '../../src/codecs/index.ts'
import { parseRational, silentLog } from '../../src/core/index.ts'
import { runSpec } from '../../src/engine/index.ts'
import type {
  ColorDescription,
  EncoderSettings,
  NodeSpec,
  RateControl,
  VideoCodec,
  VideoStream,
} from '../../src/model/index.ts'
import { probe } from '../../src/probe/index.ts'
import { hasTool } from './tools.ts'

const signal = new AbortController().signal
const SIZE = { width: 320, height: 180 }
const RATE = '25/1'
const FRAMES = 4
const encoders = {
  h264: 'libx264',
  hevc: 'libx265',
  av1: 'libsvtav1',
  vp9: 'libvpx-vp9',
  mpeg2: 'mpeg2video',
  prores: 'prores_ks',
  dnxhr: 'dnxhd',
  ffv1: 'ffv1',
} as const satisfies Record<VideoCodec, string>
const containers: Record<VideoCodec, readonly [format: string, extension: string]> = {
  h264: ['mp4', 'mp4'],
  hevc: ['mp4', 'mp4'],
  av1: ['mp4', 'mp4'],
  vp9: ['webm', 'webm'],
  mpeg2: ['mpegts', 'ts'],
  prores: ['mov', 'mov'],
  dnxhr: ['mov', 'mov'],
  ffv1: ['matroska', 'mkv'],
}
const rates: Partial<Record<VideoCodec, RateControl>> = {
  mpeg2: { mode: 'vbr', averageBps: 2_000_000, maxrateBps: 4_000_000, bufsizeBits: 1_800_000 },
  prores: { mode: 'fixed', averageBps: null },
  dnxhr: { mode: 'fixed', averageBps: null },
  ffv1: { mode: 'fixed', averageBps: null },
}
const quality: RateControl = { mode: 'constant-quality', quality: 35, maxrateBps: null, bufsizeBits: null }
const hd: ColorDescription = {
  primaries: 'bt709',
  transfer: 'bt709',
  matrix: 'bt709',
  range: 'tv',
  chromaLocation: 'left',
}
const pq: ColorDescription = {
  primaries: 'bt2020',
  transfer: 'smpte2084',
  matrix: 'bt2020nc',
  range: 'tv',
  chromaLocation: 'topleft',
}

type Case = {
  readonly profile: ProfileRow
  readonly pixelFormat: string
  readonly color?: ColorDescription
  readonly gopFrames?: number
  readonly tier?: 'high'
  readonly rate?: RateControl
  readonly interlaced?: true
}

let dir: string
let serial = 0
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-codec-strings-'))
})
after(() => rm(dir, { recursive: true, force: true }))

type Clip = {
  readonly settings: Partial<EncoderSettings>
  readonly graph: string
  readonly rate: string
  readonly tag?: string | null
}

/** Several clips in one engine worker; their paths, in order. */
async function encode(codec: VideoCodec, clips: readonly Clip[]): Promise<string[]> {
  const [format, extension] = containers[codec]
  const paths = clips.map(() => join(dir, `${serial++}.${extension}`))
  const nodes = clips.flatMap(({ settings, graph, rate, tag }, i): NodeSpec[] => [
    { id: `picture${i}`, kind: 'generate', params: { type: 'video', graph } },
    { id: `video${i}`, kind: 'encode', params: { type: 'video', ...settings, frameRate: rate } as never },
    { id: `mux${i}`, kind: 'mux', params: { path: paths[i]!, format, tracks: [{ port: 's0', ...(tag && { tag }) }] } },
  ])
  const edges = clips.flatMap((_, i) => [
    { from: `picture${i}.out`, to: `video${i}.in`, maxItems: 4, maxBytes: 1 << 28 },
    { from: `video${i}.out`, to: `mux${i}.s0`, maxItems: 1024, maxBytes: 1 << 28 },
  ])
  await runSpec({ nodes, edges }, { signal, log: silentLog })
  return paths
}

const look = async (path: string): Promise<VideoStream> =>
  (await probe(path, { signal, log: silentLog, scan: 'head' })).video[0]!

const planned = (of: Case) => {
  const { profile, pixelFormat, color = hd, rate = rates[profile.codec] ?? quality } = of
  const use = { speed: 'superfast', bFrames: null, references: null }
  const stream: CodedStream = {
    codec: profile.codec,
    profile: profile.name,
    ...SIZE,
    frameRate: parseRational(RATE),
    references: decodedPictureBuffer(encoders[profile.codec], use),
    maxrateBps: rate.mode === 'vbr' || rate.mode === 'constant-quality' ? rate.maxrateBps : null,
    bufsizeBits: rate.mode === 'fixed' ? null : rate.bufsizeBits,
    interlaced: of.interlaced ?? false,
    pixelFormat,
    color,
    intraOnly: of.gopFrames === 1,
  }
  const choice = chooseLevel(stream, of.tier ? { tier: of.tier } : {})
  assert.ok(choice.ok, choice.ok ? '' : choice.because)
  const answer = encoderSettings(encoders[profile.codec], {
    ...{ codec: profile.codec, profile: profile.name, level: choice.level, tier: choice.tier, pixelFormat, ...SIZE },
    ...{ frameRate: RATE, rate, passes: 1, ...use, gopFrames: of.gopFrames ?? 25, keyFrames: 'grid', color },
    hdr: { format: 'sdr', masteringDisplay: null, contentLight: null, hdr10Plus: false, dolbyVision: null },
    scan: of.interlaced ? 'tff' : 'progressive',
  })
  assert.ok(answer.ok, answer.ok ? '' : answer.because)
  return { choice, settings: answer.settings }
}

function graphOf({ pixelFormat, color = hd, interlaced }: Case): string {
  const matrix = pixelFormat.startsWith('gbr') || pixelFormat.startsWith('bgr') ? 'gbr' : color.matrix
  return [
    `testsrc2=s=${SIZE.width}x${SIZE.height}:r=${RATE},trim=end_frame=${FRAMES}`,
    `format=${pixelFormat}`,
    `setparams=range=${color.range}:color_primaries=${color.primaries}:color_trc=${color.transfer}:colorspace=${matrix}` +
      `:chroma_location=${color.chromaLocation}:field_mode=${interlaced ? 'tff' : 'prog'}`,
  ].join(',')
}

/** Encodes all cases, which are of one codec, and holds each file against its plan. */
async function check(cases: readonly Case[]): Promise<void> {
  const plans = cases.map(planned)
  const { codec } = cases[0]!.profile
  const clips = cases.map((of, i): Clip => {
    const tag = codec === 'hevc' ? 'hvc1' : of.profile.fourCc
    return { settings: plans[i]!.settings, graph: graphOf(of), rate: RATE, tag }
  })
  const paths = await encode(codec, clips)
  for (const [i, of] of cases.entries()) await checkFile(paths[i]!, of, plans[i]!.choice)
}

async function checkFile(path: string, of: Case, choice: Extract<LevelChoice, { ok: true }>): Promise<void> {
  const { profile, pixelFormat } = of
  const about = `${profile.codec} ${profile.name} ${pixelFormat}`
  const video = await look(path)
  const said = video.codecString
  if (choice.codecString === null) assert.equal(said, null, about)
  else {
    assert.ok(said && sameCodecString(choice.codecString, said), `${about}: ${choice.codecString}, FFmpeg says ${said}`)
    // Letter by letter but for VP9, whose color and level FFmpeg does not read.
    if (profile.codec !== 'vp9') assert.equal(choice.codecString, standardCodecString(said), about)
  }
  assert.equal(video.pixelFormat, decoded(of), about)
  if (profile.fourCc) assert.equal(video.codecTag, profile.fourCc, about)
  if (choice.level !== null && profile.codec !== 'vp9')
    assert.equal(video.level, levelCode(profile.codec, profile.name, choice.level), about)
  if (tools.ffprobe) checkFfprobe(path, of, choice.level)
  if (tools.mediainfo && profile.codec === 'hevc') checkTier(path, choice.tier)
}

/** FFmpeg decodes ProRes 4444 to 12 bit, the depth of the codec's own description, whatever was coded. */
const decoded = ({ profile, pixelFormat }: Case): string =>
  profile.codec === 'prores' ? pixelFormat.replace('444p10le', '444p12le') : pixelFormat

const tools = { ffprobe: hasTool('ffprobe'), mediainfo: hasTool('mediainfo') }

/** FFmpeg 5.1 has read H.264, HEVC and MPEG-2 for long; of the others it knows no level. */
function checkFfprobe(path: string, { profile, pixelFormat }: Case, level: string | null): void {
  if (!['h264', 'hevc', 'mpeg2'].includes(profile.codec)) return
  const out = execFileSync('ffprobe', [
    ...['-v', 'error', '-select_streams', 'v:0', '-of', 'json'],
    ...['-show_entries', 'stream=level,pix_fmt', path],
  ])
  const [stream] = JSON.parse(String(out)).streams
  assert.equal(stream.level, levelCode(profile.codec, profile.name, level!), 'by ffprobe')
  assert.equal(stream.pix_fmt, pixelFormat, 'by ffprobe')
}

function checkTier(path: string, tier: 'main' | 'high' | null): void {
  const out = execFileSync('mediainfo', ['--Output=JSON', path])
  const track = JSON.parse(String(out)).media.track.find((each: { '@type': string }) => each['@type'] === 'Video')
  assert.equal(track.Format_Tier?.toLowerCase(), tier, 'by mediainfo')
  assert.ok(track.CodecID === 'hvc1', 'by mediainfo')
}

const row = (codec: VideoCodec, name: string): ProfileRow => profilesOf(codec).find(each => each.name === name)!

const every = (profile: ProfileRow): Case[] => profile.pixelFormats.map(pixelFormat => ({ profile, pixelFormat }))

describe('codec strings of what the encoders write', () => {
  for (const codec of ['h264', 'hevc', 'vp9', 'mpeg2', 'prores', 'dnxhr'] as const)
    it(codec, () => check(profilesOf(codec).flatMap(every)))
  // Main alone: nothing here codes the other profiles.
  it('av1', () => check(every(row('av1', 'main'))))
  it('ffv1', () =>
    check(
      ['gray', 'yuv422p10le', 'yuva444p', 'bgr0', 'gbrp12le'].map(pixelFormat => ({
        profile: row('ffv1', '3'),
        pixelFormat,
      })),
    ))
  it('where every picture is a key frame', async () => {
    const alone = (codec: VideoCodec, names: readonly string[]): Promise<void> =>
      check(names.flatMap(name => every(row(codec, name)).map(each => ({ ...each, gopFrames: 1 }))))
    await alone('h264', ['main', 'high', 'high422'])
    // Main and Main 10 are refused: x265 would signal them as Main Intra, which is of the range extensions.
    await alone('hevc', ['main422-10', 'main444-8'])
  })
  it('of fields', async () => {
    await check([{ profile: row('h264', 'main'), pixelFormat: 'yuv420p', interlaced: true }])
    await check([{ profile: row('mpeg2', '422'), pixelFormat: 'yuv422p', interlaced: true }])
  })
  it('of High tier', () => {
    const rate = { ...quality, maxrateBps: 25_000_000, bufsizeBits: 25_000_000 }
    return check(
      ['main', 'main10'].flatMap(name =>
        every(row('hevc', name)).map(each => ({ ...each, tier: 'high', rate }) as const),
      ),
    )
  })
  it('of HDR', async () => {
    for (const [codec, name] of [
      ['av1', 'main'],
      ['vp9', '2'],
      ['hevc', 'main10'],
    ] as const)
      await check([{ profile: row(codec, name), pixelFormat: 'yuv420p10le', color: pq }])
  })
})

// x264, x265 and SVT-AV1 choose a level by their own tables when they are told none.
describe('levels that the encoders choose by themselves', () => {
  const pictures = [
    ['320x180', '25/1'],
    ['640x360', '30000/1001'],
    ['720x576', '25/1'],
    ['1280x720', '50/1'],
    ['1920x1080', '30/1'],
    ['1920x1080', '60/1'],
    ['1080x1920', '60000/1001'],
  ] as const
  const bare: Record<string, Partial<EncoderSettings>> = {
    h264: { name: 'libx264', options: { preset: 'ultrafast', profile: 'main', refs: 1, bf: 0, crf: 40 } },
    hevc: {
      name: 'libx265',
      options: { preset: 'ultrafast', profile: 'main', crf: 40, 'x265-params': 'log-level=error:ref=1:bframes=0' },
    },
    av1: { name: 'libsvtav1', options: { preset: 12, crf: 50, b: 0 } },
  }
  for (const codec of ['h264', 'hevc', 'av1'] as const)
    it(codec, async () => {
      const clips = pictures.map(([size, rate]) => ({
        settings: bare[codec]!,
        graph: `color=s=${size}:r=${rate},trim=end_frame=2,format=yuv420p`,
        rate,
      }))
      const paths = await encode(codec, clips)
      for (const [i, [size, rate]] of pictures.entries()) {
        const [width, height] = size.split('x').map(Number) as [number, number]
        const choice = chooseLevel({
          ...{
            codec,
            profile: 'main',
            width,
            height,
            frameRate: parseRational(rate),
            maxrateBps: null,
            bufsizeBits: null,
          },
          // x265 holds three pictures at least.
          references: codec === 'hevc' ? 3 : 1,
        })
        assert.ok(choice.ok)
        assert.equal((await look(paths[i]!)).level, levelCode(codec, 'main', choice.level!), `${size} at ${rate}`)
      }
    })
})
