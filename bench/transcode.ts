// One decode → four renditions: Headend's graph against ffmpeg's `split`, same settings, runs interleaved A B A B.
// Reports ratios of CPU, wall time and peak memory. Needs an ffmpeg with libx264 on PATH; never a test.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../src/core/index.ts'
import { runSpec } from '../src/engine/index.ts'
import type { EdgeSpec, GraphSpec, NodeSpec } from '../src/model/index.ts'
import { makeClip } from '../test/media/make-media.ts'

const RUNGS = [
  [1920, 1080, 5_000_000],
  [1280, 720, 3_000_000],
  [960, 540, 2_000_000],
  [640, 360, 1_000_000],
] as const
const RATE = '25/1'
const GOP = 50
const x264 = (bps: number): Record<string, string | number> => ({
  preset: 'veryfast',
  crf: 23,
  maxrate: bps,
  bufsize: bps * 2,
  g: GOP,
  keyint_min: GOP,
  bf: 2,
  'x264-params': 'scenecut=0:open-gop=0',
})

function headendSpec(clip: string, dir: string): GraphSpec {
  const nodes: NodeSpec[] = [
    { id: 'source', kind: 'source', params: { path: clip, streams: [0] } },
    { id: 'decode', kind: 'decode', params: { type: 'video' } },
  ]
  const edges: EdgeSpec[] = [{ from: 'source.s0', to: 'decode.in', maxItems: 64, maxBytes: 64 << 20 }]
  const frames = { maxItems: 4, maxBytes: 256 << 20 }
  for (const [w, h, bps] of RUNGS) {
    nodes.push(
      {
        id: `scale${h}`,
        kind: 'filter',
        params: { type: 'video', graph: `scale=${w}:${h}:flags=bicubic,format=yuv420p` },
      },
      {
        id: `enc${h}`,
        kind: 'encode',
        params: { type: 'video', name: 'libx264', options: x264(bps), frameRate: RATE },
      },
      { id: `mux${h}`, kind: 'mux', params: { path: join(dir, `a${h}.mp4`), format: 'mp4', tracks: [{ port: 's0' }] } },
    )
    edges.push(
      { from: 'decode.out', to: `scale${h}.in`, ...frames },
      { from: `scale${h}.out`, to: `enc${h}.in`, ...frames },
      { from: `enc${h}.out`, to: `mux${h}.s0`, maxItems: 64, maxBytes: 64 << 20 },
    )
  }
  return { nodes, edges }
}

function ffmpegArguments(clip: string, dir: string): string[] {
  const labels = RUNGS.map(([, h]) => `[v${h}]`)
  const scales = RUNGS.map(([w, h]) => `[v${h}]scale=${w}:${h}:flags=bicubic,format=yuv420p[o${h}]`)
  const graph = [`[0:v]split=${RUNGS.length}${labels.join('')}`, ...scales].join(';')
  const outputs = RUNGS.flatMap(([, h, bps]) => [
    ...['-map', `[o${h}]`, '-c:v', 'libx264'],
    ...Object.entries(x264(bps)).flatMap(([name, value]) => [`-${name}`, String(value)]),
    join(dir, `b${h}.mp4`),
  ])
  return ['-hide_banner', '-loglevel', 'error', '-nostdin', '-y', '-i', clip, '-filter_complex', graph, ...outputs]
}

type Run = { readonly wallS: number; readonly cpuS: number; readonly peakMiB: number }

/** CPU of a finished child and of its children, by the shell's own accounting; memory by /proc while it runs. */
async function measure(command: string, args: readonly string[]): Promise<Run> {
  const child = spawn('bash', ['-c', 'TIMEFORMAT="%R %U %S"; time "$0" "$@"', command, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let text = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  let peakKiB = 0
  const timer = setInterval(async () => {
    peakKiB = Math.max(peakKiB, await treeMemory(child))
  }, 50)
  const code = await new Promise(resolve => child.on('close', resolve))
  clearInterval(timer)
  if (code !== 0) throw new Error(`${command} failed: ${text}`)
  const [wall, user, system] = text.trim().split('\n').at(-1)!.split(' ').map(Number) as [number, number, number]
  return { wallS: wall, cpuS: user + system, peakMiB: peakKiB / 1024 }
}

async function treeMemory(root: ChildProcess): Promise<number> {
  const children = async (pid: number): Promise<number[]> => {
    const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
    const direct = text.split(' ').filter(Boolean).map(Number)
    return [pid, ...(await Promise.all(direct.map(children))).flat()]
  }
  const sizes = await Promise.all(
    (await children(root.pid!)).map(async pid => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0)
    }),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

async function compare(rounds: number, seconds: number): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'headend-bench-'))
  try {
    const clip = join(dir, 'clip.mp4')
    const noise = `testsrc2=s=1920x1080:r=25:d=${seconds},noise=alls=6:allf=t,format=yuv420p`
    await makeClip(clip, { video: noise, videoEncoder: { name: 'libx264', options: { preset: 'veryfast', crf: 18 } } })
    const version = execFileSync('ffmpeg', ['-version'], { encoding: 'utf8' }).split('\n')[0]
    console.log(`4 renditions from one decode, 1080p25, ${seconds} s, ${rounds} interleaved rounds; peer: ${version}`)
    const runs: { ours: Run[]; theirs: Run[] } = { ours: [], theirs: [] }
    for (let round = 0; round < rounds; round++) {
      const ours = await measure(process.execPath, [import.meta.filename, '--child', clip, dir])
      const theirs = await measure('ffmpeg', ffmpegArguments(clip, dir))
      runs.ours.push(ours)
      runs.theirs.push(theirs)
      const row = (name: string, run: Run): string =>
        `${name} wall ${run.wallS.toFixed(2)} s, cpu ${run.cpuS.toFixed(2)} s, peak ${run.peakMiB.toFixed(0)} MiB`
      console.log(`${round + 1}: ${row('headend', ours)} | ${row('ffmpeg', theirs)}`)
    }
    const ratio = (key: keyof Run): string =>
      (median(runs.ours.map(run => run[key])) / median(runs.theirs.map(run => run[key]))).toFixed(3)
    const pairs = runs.ours.map((run, i) => run.cpuS / runs.theirs[i]!.cpuS)
    console.log(
      `median ratios headend/ffmpeg: cpu ${ratio('cpuS')} (per pair ${pairs.map(value => value.toFixed(2)).join(' ')}), wall ${ratio('wallS')}, peak memory ${ratio('peakMiB')}`,
    )
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

if (process.argv[2] === '--child') {
  const [clip, dir] = process.argv.slice(3) as [string, string]
  await runSpec(headendSpec(clip, dir), { signal: new AbortController().signal, log: silentLog })
} else await compare(Number(process.argv[2] ?? 5), Number(process.argv[3] ?? 8))
