// What encoders are asked for against what Debian's ffprobe finds in the packets: averages, peaks, fill, key frames, DPB.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { decodedPictureBuffer, type EncoderRequest, encoderLimits, encoderSettings } from '../../src/codecs/index.ts'
import { type Log, silentLog } from '../../src/core/index.ts'
import { runSpec } from '../../src/engine/index.ts'
import type { CodecOptions, EncodeParams, EncoderSettings, RateControl } from '../../src/model/index.ts'
import { hasTool } from './tools.ts'

const exec = promisify(execFile)
const { signal } = new AbortController()
const skip = hasTool('ffmpeg') && hasTool('ffprobe') ? false : 'no ffmpeg and ffprobe on this machine to measure with'
const M = 1_000_000
const GOP = 48
const rates = {
  capped: { mode: 'constant-quality', quality: 18, maxrateBps: M, bufsizeBits: 2 * M },
  vbr: { mode: 'vbr', averageBps: M, maxrateBps: 1.5 * M, bufsizeBits: 2 * M },
  cbr: { mode: 'cbr', averageBps: M, bufsizeBits: M },
} as const satisfies Record<string, RateControl>

const sdr = { format: 'sdr', masteringDisplay: null, contentLight: null, hdr10Plus: false, dolbyVision: null } as const
const h264: EncoderRequest = {
  codec: 'h264',
  profile: 'high',
  level: '3.0',
  tier: null,
  pixelFormat: 'yuv420p',
  width: 480,
  height: 270,
  frameRate: '30000/1001',
  rate: rates.vbr,
  passes: 1,
  speed: 'veryfast',
  gopFrames: GOP,
  keyFrames: 'grid',
  bFrames: null,
  references: null,
  color: { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', range: 'tv', chromaLocation: 'left' },
  hdr: sdr,
  scan: 'progressive',
}
const requests: Readonly<Record<string, EncoderRequest>> = {
  libx264: h264,
  libx265: { ...h264, codec: 'hevc', profile: 'main', tier: 'main', speed: 'ultrafast' },
  libsvtav1: { ...h264, codec: 'av1', profile: 'main', tier: 'main', speed: '10' },
  'libvpx-vp9': { ...h264, codec: 'vp9', profile: '0', speed: 'superfast' },
  mpeg2video: { ...h264, codec: 'mpeg2', profile: 'main', level: 'main', gopFrames: 15 },
}

let dir: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-rate-'))
})
after(() => rm(dir, { recursive: true, force: true }))

/**
 * Noise all along, so that there is always something to spend on. Cuts at frames 70 and 130, off the grid; none where an
 * average is to be met in one pass, which no encoder does over eight seconds of pictures that differ so much.
 */
function picture(request: EncoderRequest, frames: number): string {
  const { width, height, frameRate, pixelFormat, scan, rate, passes } = request
  const size = `s=${width}x${height}:r=${frameRate}`
  const { primaries, transfer, matrix, range } = request.color
  const tags = `setparams=range=${range}:color_primaries=${primaries}:color_trc=${transfer}:colorspace=${matrix}`
  const end = `${tags},noise=alls=12:allf=t,trim=end_frame=${frames},format=${pixelFormat}`
  if (rate.mode === 'vbr' && passes === 1) return `testsrc2=${size},${end}`
  const parts = [
    `testsrc2=${size},trim=end_frame=70[a]`,
    `gradients=${size}:seed=7:speed=0.05,trim=end_frame=60[b]`,
    `mandelbrot=${size}:maxiter=200,trim=end_frame=200,setpts=PTS-STARTPTS[c]`,
  ].join(';')
  const fields = scan === 'progressive' ? '' : `setfield=${scan},`
  return `${parts};[a][b][c]concat=n=3,${fields}${end}`
}

/** What the encoders' own parsers complain of: FFmpeg only logs it. */
function complaints(): { log: Log; said: string[] } {
  const said: string[] = []
  const hear = (_: object, line: string): void => {
    if (/unknown option|invalid value|error parsing|not implemented|deprecated|ignored/i.test(line)) said.push(line)
  }
  const log: Log = { ...silentLog, debug: hear as Log['debug'], warn: hear as Log['warn'], child: () => log }
  return { log, said }
}

type Packet = { readonly pts: number; readonly bits: number; readonly key: boolean }

/** Encodes in as many passes as asked and reads the packets back. */
async function measure(name: string, request: EncoderRequest, frames: number): Promise<Packet[]> {
  const answer = encoderSettings(name, request)
  assert.ok(answer.ok, answer.ok ? '' : answer.because)
  const { settings } = answer
  const path = join(dir, 'out.mkv')
  if (settings.firstPass) await encode(request, frames, settings, 1)
  await encode(request, frames, settings, settings.firstPass ? 2 : null)
  const { stdout } = await exec('ffprobe', [
    ...['-v', 'error', '-select_streams', 'v', '-show_entries', 'packet=pts_time,size,flags'],
    ...['-of', 'csv=p=0', path],
  ])
  return stdout
    .trim()
    .split('\n')
    .map(line => {
      const [pts, size, flags] = line.split(',') as [string, string, string]
      return { pts: Number(pts), bits: Number(size) * 8, key: flags.includes('K') }
    })
}

async function encode(request: EncoderRequest, frames: number, settings: EncoderSettings, pass: 1 | 2 | null) {
  const { firstPass, ...chosen } = settings
  const stats = join(dir, 'stats')
  const fill = (options: CodecOptions): CodecOptions =>
    Object.fromEntries(
      Object.entries(options).map(([key, value]) => [
        key,
        typeof value === 'string' ? value.replaceAll('{stats}', stats) : value,
      ]),
    )
  const options = fill(pass === 1 ? firstPass!.options : settings.options)
  const params = {
    type: 'video',
    ...chosen,
    options,
    fallbacks: [],
    frameRate: request.frameRate as `${bigint}/${bigint}`,
    keyFrameEvery: request.gopFrames,
    ...(pass === null ? {} : { pass: { number: pass, stats } }),
  } satisfies EncodeParams
  const { log, said } = complaints()
  const path = join(dir, pass === 1 ? 'first.mkv' : 'out.mkv')
  await runSpec(
    {
      nodes: [
        { id: 'generate', kind: 'generate', params: { type: 'video', graph: picture(request, frames) } },
        { id: 'encode', kind: 'encode', params: params as never },
        { id: 'mux', kind: 'mux', params: { path, format: 'matroska', tracks: [{ port: 's0' }] } },
      ],
      edges: [
        { from: 'generate.out', to: 'encode.in', maxItems: 4, maxBytes: 1 << 28 },
        { from: 'encode.out', to: 'mux.s0', maxItems: 65536, maxBytes: 1 << 28 },
      ],
    },
    { signal, log },
  )
  assert.deepEqual(said, [])
}

const fps = 30000 / 1001
const averageOf = (packets: readonly Packet[]): number =>
  (packets.reduce((sum, { bits }) => sum + bits, 0) / packets.length) * fps

/** The most that a leaky bucket, drained at `rateBps`, ever holds: what the buffer of a decoder must be at least. */
function bucketOf(packets: readonly Packet[], rateBps: number): number {
  let held = 0
  let most = 0
  for (const { bits } of packets) {
    held += bits
    most = Math.max(most, held)
    held = Math.max(0, held - rateBps / fps)
  }
  return most
}

/** Frame numbers of the key frames, in order. */
function keysOf(packets: readonly Packet[]): number[] {
  const first = Math.min(...packets.map(({ pts }) => pts))
  return packets.filter(({ key }) => key).map(({ pts }) => Math.round((pts - first) * fps))
}

const grid = (frames: number, gop: number): number[] =>
  Array.from({ length: Math.ceil(frames / gop) }, (_, i) => i * gop)

describe('rate control', { skip }, () => {
  for (const [name, request] of Object.entries(requests)) {
    const limits = encoderLimits(name)!
    const modes = Object.entries(rates).filter(([key]) =>
      limits.rates.includes(key === 'capped' ? 'capped-quality' : (key as 'vbr')),
    )
    for (const [key, rate] of modes) {
      it(`${name} ${key}: average, peak and grid`, async () => {
        const frames = 240
        const packets = await measure(name, { ...request, rate }, frames)
        assert.equal(packets.length, frames)
        const average = averageOf(packets)
        const limit = 'maxrateBps' in rate ? rate.maxrateBps : rate.averageBps
        // The buffer starts full, so a stream of 8 s may hold that much more than its rate.
        if (rate.mode !== 'constant-quality') within(average, rate.averageBps, 0.15)
        if (limits.holdsPeak.includes(key === 'capped' ? 'capped-quality' : (key as 'vbr')))
          assert.ok(bucketOf(packets, limit) <= rate.bufsizeBits, `the bucket holds ${bucketOf(packets, limit)} bit`)
        assert.deepEqual(keysOf(packets), grid(frames, request.gopFrames))
      })
    }
    if (limits.twoPass) {
      it(`${name} two passes: the average is met`, async () => {
        const packets = await measure(name, { ...request, passes: 2 }, 240)
        within(averageOf(packets), rates.vbr.averageBps, 0.1)
        if (limits.holdsPeak.includes('vbr'))
          assert.ok(bucketOf(packets, rates.vbr.maxrateBps) <= rates.vbr.bufsizeBits)
        assert.deepEqual(keysOf(packets), grid(240, GOP))
      })
    }
  }

  it('a constant rate of x264 is filled where the picture needs nothing', async () => {
    // The same rate as a cap, at a quality that needs a fraction of it.
    const frugal: RateControl = { mode: 'constant-quality', quality: 40, maxrateBps: 4 * M, bufsizeBits: 4 * M }
    const little = averageOf(await measure('libx264', { ...h264, rate: frugal }, 120))
    assert.ok(little < M, `${little}`)
    const filled = await measure(
      'libx264',
      { ...h264, rate: { mode: 'cbr', averageBps: 4 * M, bufsizeBits: 4 * M } },
      120,
    )
    // Over 4 s a buffer of 1 s that starts full adds a quarter at most; without filler it would be far below.
    assert.ok(averageOf(filled) >= 0.98 * 4 * M, `${averageOf(filled)}`)
    assert.ok(bucketOf(filled, 4 * M) <= 4 * M)
  })
})

function within(value: number, wanted: number, share: number): void {
  const percent = ((value / wanted - 1) * 100).toFixed(1)
  assert.ok(Math.abs(value / wanted - 1) <= share, `${Math.round(value)} bit/s is ${percent} % off ${wanted}`)
}

/** Mastering display (red, green, blue, white; least and most light) and light levels of the first frame, rounded as they are written. */
async function readHdr(): Promise<number[]> {
  const { stdout } = await exec('ffprobe', [
    ...[
      '-v',
      'error',
      '-read_intervals',
      '%+#1',
      '-show_entries',
      'frame_side_data',
      '-of',
      'json',
      join(dir, 'out.mkv'),
    ],
  ])
  const { frames } = JSON.parse(stdout) as { frames: { side_data_list?: Record<string, string | number>[] }[] }
  const all: Record<string, string | number> = Object.assign({}, ...(frames[0]?.side_data_list ?? []))
  const value = (key: string): number => {
    const [num, den] = String(all[key]).split('/').map(Number) as [number, number?]
    return Math.round((num / (den ?? 1)) * 10_000) / 10_000
  }
  const display = ['red', 'green', 'blue', 'white_point'].flatMap(name => [value(`${name}_x`), value(`${name}_y`)])
  return [...display, ...['min_luminance', 'max_luminance', 'max_content', 'max_average'].map(value)]
}

describe('structure', { skip }, () => {
  const traced = async (): Promise<(name: string) => number | undefined> => {
    const { stderr } = await exec(
      'ffmpeg',
      [
        ...['-v', 'trace', '-i', join(dir, 'out.mkv'), '-c', 'copy', '-frames:v', '2'],
        ...['-bsf:v', 'trace_headers', '-f', 'null', '-'],
      ],
      { maxBuffer: 1 << 28 },
    )
    return name => {
      const found = new RegExp(`\\b${name}\\S*\\s+[01]+ = (\\d+)`).exec(stderr)
      return found ? Number(found[1]) : undefined
    }
  }
  const uses = [
    { speed: 'ultrafast', bFrames: null, references: null },
    { speed: 'medium', bFrames: null, references: null },
    { speed: 'slower', bFrames: null, references: null },
    { speed: 'medium', bFrames: 0, references: null },
    { speed: 'fast', bFrames: 2, references: 3 },
    { speed: 'fast', bFrames: 3, references: 4 },
    { speed: 'fast', bFrames: 2, references: 1 },
    { speed: 'fast', bFrames: null, references: null, tune: 'animation' },
    { speed: 'fast', bFrames: null, references: null, tune: 'zerolatency' },
  ] as const
  const quality: RateControl = { mode: 'constant-quality', quality: 30, maxrateBps: null, bufsizeBits: null }
  const small = { width: 160, height: 90, level: null, rate: quality }

  for (const use of uses) {
    it(`x264 and x265 ask for the buffer that was foretold: ${JSON.stringify(use)}`, async () => {
      await measure('libx264', { ...h264, ...small, ...use }, 14)
      const h264Headers = await traced()
      const asked = Math.max(h264Headers('max_num_ref_frames')!, h264Headers('max_dec_frame_buffering') ?? 0)
      assert.equal(asked, decodedPictureBuffer('libx264', use))
      await measure('libx265', { ...requests.libx265!, ...small, ...use }, 14)
      const hevcHeaders = await traced()
      assert.equal(hevcHeaders('sps_max_dec_pic_buffering_minus1')! + 1, decodedPictureBuffer('libx265', use))
    })
  }

  it('key frames on cuts come besides those of the grid, never two for one', async () => {
    for (const name of ['libx264', 'libx265']) {
      const request: EncoderRequest = { ...requests[name]!, rate: quality, keyFrames: 'grid-and-cuts', speed: 'medium' }
      const keys = keysOf(await measure(name, { ...request, width: 160, height: 90 }, 180))
      for (const frame of grid(180, GOP)) assert.ok(keys.includes(frame), `${name}: ${keys} lacks ${frame}`)
      const others = keys.filter(frame => frame % GOP !== 0)
      assert.ok(others.length > 0, `${name}: ${keys} has no cut`)
      for (const frame of others) assert.ok(frame === 70 || frame === 130, `${name}: no cut at ${frame}`)
      assert.equal(new Set(keys).size, keys.length)
    }
  })

  it('fields are coded as fields, top and bottom first', async () => {
    for (const [scan, order] of [
      ['tff', 'tt'],
      ['bff', 'bb'],
    ] as const) {
      const request = { ...h264, rate: quality, scan, width: 720, height: 576, frameRate: '30000/1001' }
      await measure('libx264', request, 12)
      const { stdout } = await exec('ffprobe', [
        ...['-v', 'error', '-show_entries', 'stream=field_order', '-of', 'csv=p=0', join(dir, 'out.mkv')],
      ])
      assert.equal(stdout.trim(), order)
    }
  })

  it('HDR10 metadata stands in the bitstream as it was asked for', async () => {
    const request: EncoderRequest = {
      ...h264,
      ...small,
      pixelFormat: 'yuv420p10le',
      tier: 'main',
      color: {
        ...h264.color,
        primaries: 'bt2020',
        transfer: 'smpte2084',
        matrix: 'bt2020nc',
        chromaLocation: 'topleft',
      },
      hdr: {
        ...sdr,
        format: 'hdr10',
        masteringDisplay: {
          red: [0.68, 0.32],
          green: [0.265, 0.69],
          blue: [0.15, 0.06],
          whitePoint: [0.3127, 0.329],
          minLuminance: 0.005,
          maxLuminance: 1000,
        },
        contentLight: { maxCll: 987, maxFall: 321 },
      },
    }
    await measure('libx265', { ...request, codec: 'hevc', profile: 'main10' }, 6)
    assert.deepEqual(await readHdr(), [0.68, 0.32, 0.265, 0.69, 0.15, 0.06, 0.3127, 0.329, 0.005, 1000, 987, 321])
    await measure('libsvtav1', { ...request, codec: 'av1', profile: 'main', speed: '10' }, 6)
    // AV1 counts in 65536ths, 16384ths and 256ths (AV1 specification, 6.7.4).
    assert.deepEqual(await readHdr(), [0.68, 0.32, 0.265, 0.69, 0.15, 0.06, 0.3127, 0.329, 0.005, 1000, 987, 321])
  })

  it('Constrained Baseline has no B-frames, no CABAC, no weights', async () => {
    await measure('libx264', { ...h264, ...small, profile: 'constrained-baseline', level: '1.1' }, 14)
    const headers = await traced()
    assert.equal(headers('profile_idc'), 66)
    assert.equal(headers('constraint_set1_flag'), 1)
    assert.equal(headers('entropy_coding_mode_flag'), 0)
    assert.equal(headers('weighted_pred_flag'), 0)
    assert.equal(headers('bitstream_restriction_flag') ? headers('max_num_reorder_frames') : 0, 0)
  })
})
