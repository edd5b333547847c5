// Headend's graph against Debian's ffmpeg with the same settings, 1080p, runs interleaved A B A B: ratios of CPU, wall, peak memory.
//   node bench/transcode.ts [--codec x264|x265|svtav1|ladder|all] [rounds] [seconds]
// Never a test. Clips are long enough that the start of two processes of Node (about 0.6 s of CPU) does not decide. The two sides have different versions of FFmpeg and of each encoder, so a ratio compares products; sizes are shown.
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type EncoderRequest, encoderSettings } from '../src/codecs/index.ts'
import { silentLog } from '../src/core/index.ts'
import { runSpec } from '../src/engine/index.ts'
import type { CodecOptions, EdgeSpec, GraphSpec, NodeSpec } from '../src/model/index.ts'
import { makeClip } from '../test/media/make-media.ts'
import { interleave } from './measure-process.ts'

const RATE = '25/1'
const base: EncoderRequest = {
  codec: 'h264',
  profile: 'high',
  level: '4.0',
  tier: null,
  pixelFormat: 'yuv420p',
  width: 1920,
  height: 1080,
  frameRate: RATE,
  rate: { mode: 'constant-quality', quality: 23, maxrateBps: null, bufsizeBits: null },
  passes: 1,
  speed: 'medium',
  gopFrames: 50,
  keyFrames: 'grid',
  bFrames: null,
  references: null,
  color: { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', range: 'tv', chromaLocation: 'left' },
  hdr: { format: 'sdr', masteringDisplay: null, contentLight: null, hdr10Plus: false, dolbyVision: null },
  scan: 'progressive',
}
const quality = (value: number): EncoderRequest['rate'] => ({
  mode: 'constant-quality',
  quality: value,
  maxrateBps: null,
  bufsizeBits: null,
})

type Rung = { readonly name: string; readonly request: EncoderRequest }
type Case = {
  readonly title: string
  /** Seconds of the clip unless told otherwise. */
  readonly seconds: number
  readonly rungs: readonly Rung[]
  /** Options that the peer's older encoder does not know under this name. */
  readonly omit: readonly string[]
  /** Debian's package of the encoder, and what finds the version in a stream. */
  readonly library: string
  readonly mark: RegExp | null
}

const capped = (bps: number): EncoderRequest['rate'] => ({
  mode: 'constant-quality',
  quality: 23,
  maxrateBps: bps,
  bufsizeBits: bps * 2,
})
const ladder = [
  [1920, 1080, 5_000_000],
  [1280, 720, 3_000_000],
  [960, 540, 2_000_000],
  [640, 360, 1_000_000],
] as const

const cases: Readonly<Record<string, Case>> = {
  ladder: {
    title: '4 renditions from one decode, x264 veryfast',
    seconds: 20,
    rungs: ladder.map(([width, height, bps]) => ({
      name: 'libx264',
      request: { ...base, width, height, speed: 'veryfast', rate: capped(bps) },
    })),
    omit: [],
    library: 'libx264-*',
    mark: /x264 - core \d+(?: r\d+)?/,
  },
  x264: {
    title: 'x264 medium',
    seconds: 8,
    rungs: [{ name: 'libx264', request: base }],
    omit: [],
    library: 'libx264-*',
    mark: /x264 - core \d+(?: r\d+)?/,
  },
  x265: {
    title: 'x265 medium',
    seconds: 8,
    rungs: [{ name: 'libx265', request: { ...base, codec: 'hevc', profile: 'main', tier: 'main', rate: quality(28) } }],
    omit: [],
    library: 'libx265-*',
    mark: /x265 \(build \d+\) - [\w.+-]+/,
  },
  svtav1: {
    title: 'SVT-AV1 preset 8',
    seconds: 8,
    rungs: [
      {
        name: 'libsvtav1',
        request: { ...base, codec: 'av1', profile: 'main', tier: 'main', speed: '8', rate: quality(35) },
      },
    ],
    // FFmpeg 5.1 has these under numbers, and AV1 Main is what 4:2:0 gives anyway.
    omit: ['profile', 'level'],
    library: 'libsvtav1enc*',
    mark: null,
  },
}

function optionsOf({ name, request }: Rung): CodecOptions {
  const answer = encoderSettings(name, request)
  if (!answer.ok) throw new Error(answer.because)
  return answer.settings.options
}

const scale = ({ request: { width, height } }: Rung): string => `scale=${width}:${height}:flags=bicubic,format=yuv420p`

function headendSpec({ rungs }: Case, clip: string, dir: string): GraphSpec {
  const nodes: NodeSpec[] = [
    { id: 'source', kind: 'source', params: { path: clip, streams: [0] } },
    { id: 'decode', kind: 'decode', params: { type: 'video' } },
  ]
  const edges: EdgeSpec[] = [{ from: 'source.s0', to: 'decode.in', maxItems: 64, maxBytes: 64 << 20 }]
  const frames = { maxItems: 4, maxBytes: 256 << 20 }
  for (const rung of rungs) {
    const h = rung.request.height
    const encoder = { type: 'video', name: rung.name, options: optionsOf(rung), frameRate: RATE }
    const path = join(dir, `a${h}.mp4`)
    nodes.push(
      { id: `scale${h}`, kind: 'filter', params: { type: 'video', graph: scale(rung) } },
      { id: `enc${h}`, kind: 'encode', params: encoder },
      { id: `mux${h}`, kind: 'mux', params: { path, format: 'mp4', tracks: [{ port: 's0' }] } },
    )
    edges.push(
      { from: 'decode.out', to: `scale${h}.in`, ...frames },
      { from: `scale${h}.out`, to: `enc${h}.in`, ...frames },
      { from: `enc${h}.out`, to: `mux${h}.s0`, maxItems: 64, maxBytes: 64 << 20 },
    )
  }
  return { nodes, edges }
}

function ffmpegArguments({ rungs, omit }: Case, clip: string, dir: string): string[] {
  const labels = rungs.map((_, i) => `[v${i}]`)
  const scales = rungs.map((rung, i) => `[v${i}]${scale(rung)}[o${i}]`)
  const graph = [`[0:v]split=${rungs.length}${labels.join('')}`, ...scales].join(';')
  const outputs = rungs.flatMap((rung, i) => [
    ...['-map', `[o${i}]`, '-c:v', rung.name],
    ...Object.entries(optionsOf(rung))
      .filter(([option]) => !omit.includes(option))
      .flatMap(([option, value]) => [`-${option}:v`, String(value)]),
    join(dir, `b${rung.request.height}.mp4`),
  ])
  return ['-hide_banner', '-loglevel', 'error', '-nostdin', '-y', '-i', clip, '-filter_complex', graph, ...outputs]
}

async function versionIn(path: string, mark: RegExp | null): Promise<string> {
  const head = (await readFile(path)).subarray(0, 1 << 20).toString('latin1')
  return mark?.exec(head)?.[0] ?? 'version not in the stream'
}

async function compare(name: string, rounds: number, asked: number | undefined): Promise<void> {
  const chosen = cases[name]!
  const seconds = asked ?? chosen.seconds
  const dir = await mkdtemp(join(tmpdir(), 'headend-bench-'))
  try {
    const clip = join(dir, 'clip.mp4')
    const noise = `testsrc2=s=1920x1080:r=25:d=${seconds},noise=alls=6:allf=t,format=yuv420p`
    await makeClip(clip, { video: noise, videoEncoder: { name: 'libx264', options: { preset: 'veryfast', crf: 18 } } })
    console.log(`${chosen.title}, 1080p25, ${seconds} s, ${rounds} interleaved rounds`)
    const ours = { command: process.execPath, args: [import.meta.filename, '--child', name, clip, dir] }
    await interleave(ours, { command: 'ffmpeg', args: ffmpegArguments(chosen, clip, dir) }, rounds)
    for (const { request } of chosen.rungs) {
      const of = async (side: string): Promise<string> => {
        const path = join(dir, `${side}${request.height}.mp4`)
        return `${((await stat(path)).size / 1024).toFixed(0)} KiB (${await versionIn(path, chosen.mark)})`
      }
      console.log(`  ${request.width}x${request.height}: headend ${await of('a')}, ffmpeg ${await of('b')}`)
    }
    console.log(`  peer’s encoder package: ${debianVersion(chosen.library)}`)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

function debianVersion(library: string): string {
  try {
    return execFileSync('dpkg-query', ['-W', library], { encoding: 'utf8' }).trim().replaceAll(/\s+/g, ' ')
  } catch {
    return 'unknown'
  }
}

if (process.argv[2] === '--child') {
  const [name, clip, dir] = process.argv.slice(3) as [string, string, string]
  await runSpec(headendSpec(cases[name]!, clip, dir), { signal: new AbortController().signal, log: silentLog })
} else {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { codec: { type: 'string', default: 'ladder' } },
  })
  const names = values.codec === 'all' ? Object.keys(cases) : [values.codec]
  const unknown = names.find(name => !Object.hasOwn(cases, name))
  if (unknown !== undefined) throw new Error(`--codec takes ${Object.keys(cases).join(', ')} or all, not ${unknown}`)
  const [rounds, seconds] = positionals.map(Number)
  const version = execFileSync('ffmpeg', ['-version'], { encoding: 'utf8' }).split('\n')[0]
  console.log(`headend (node-av) against ${version}`)
  for (const name of names) await compare(name, rounds ?? 5, seconds)
}
