// @headend/vmaf: frames per second and per core, exact and fast, one and two workers, against its own scalar reference and against
// libvmaf where a `vmaf` or an ffmpeg with libvmaf is on PATH; then where a frame's time goes, kernel by kernel.
//   node bench/vmaf.ts [--size 1080p|576x324|all] [--bits 8|10] [--ffmpeg <path>] [rounds]
// Never a test. Interleaved rounds; medians. Per core means per second of CPU of the whole process, the copying of frames and the
// start of the threads included; libvmaf's includes its start and the reading of raw files.
import { execFileSync } from 'node:child_process'
import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type LibvmafReport, type Plane, pool } from '@headend/vmaf'
import { createCrew } from '../packages/vmaf/src/crew.ts'
import { createLayout, type Shape } from '../packages/vmaf/src/layout.ts'
import { Meter } from '../packages/vmaf/src/meter.ts'
import { copyPlane } from '../packages/vmaf/src/plane.ts'
import { type Code, compileFile, openKernels } from '../packages/vmaf/src/wasm.ts'
import { type Command, measure, median } from './measure-process.ts'

type Size = { readonly name: string; readonly width: number; readonly height: number; readonly frames: number }
const sizes: readonly Size[] = [
  { name: '1080p', width: 1920, height: 1080, frames: 24 },
  { name: '576x324', width: 576, height: 324, frames: 200 },
]
/** Distinct pairs; longer clips repeat them. */
const DISTINCT = 6

type Pair = readonly [reference: Plane, distorted: Plane]
type Speed = { readonly wallFps: number; readonly coreFps: number; readonly mean: number }
type Contender = { readonly name: string; readonly run: () => Promise<Speed> }

/** Moving gratings of several sizes with grain; the distorted is blurred, quantised, and has a grain of its own. */
function makePairs({ width, height, bitDepth }: Shape): Pair[] {
  const top = 2 ** bitDepth - 1
  const samples = (): Uint8Array | Uint16Array =>
    bitDepth === 8 ? new Uint8Array(width * height) : new Uint16Array(width * height)
  let state = 1
  const grain = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return (state >>> 8) / 2 ** 24 - 0.5
  }
  return Array.from({ length: DISTINCT }, (_, frame) => {
    const [reference, distorted] = [samples(), samples()]
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const at = x + 3 * frame
        const coarse = 0.28 * Math.sin(at / 41) * Math.cos(y / 29)
        const fine = 0.09 * Math.sin((at * y) / 900) + 0.05 * Math.sin(at / 2.3 + y / 3.1)
        reference[y * width + x] = Math.min(top, Math.max(0, (0.5 + coarse + fine + 0.03 * grain()) * top))
      }
    const step = top / 80
    for (let i = 0; i < reference.length; i++) {
      const around = reference[i]! + (reference[i - 1] ?? 0) + (reference[i + 1] ?? 0) + (reference[i - width] ?? 0)
      const blurred = Math.round(around / 4 / step) * step
      distorted[i] = Math.min(top, Math.max(0, blurred + 0.01 * grain() * top))
    }
    return [
      { data: reference, stride: width },
      { data: distorted, stride: width },
    ] as const
  })
}

/** One measurement as `createMeter` makes it, by any module of kernels. */
async function runMeter(
  code: Code,
  shape: Shape,
  fast: boolean,
  workers: number,
  clip: readonly Pair[],
): Promise<Speed> {
  const startS = performance.now() / 1000
  const cpu = process.cpuUsage()
  const layout = createLayout(code, shape, workers, 2 * workers + 1)
  const setting = { shape, layout, models: ['vmaf_v0.6.1'] as const, every: 1, signal: undefined }
  await using meter = new Meter(setting, onDeath => createCrew({ code, shape, layout, workers, fast }, onDeath))
  const reading = Array.fromAsync(meter.scores)
  for (const [reference, distorted] of clip) await meter.push(reference, distorted)
  await meter.finish()
  const scores = (await reading).map(({ scores }) => scores['vmaf_v0.6.1']!)
  const { user, system } = process.cpuUsage(cpu)
  return {
    wallFps: clip.length / (performance.now() / 1000 - startS),
    coreFps: clip.length / ((user + system) / 1e6),
    mean: pool(scores).mean,
  }
}

/** Programs with libvmaf: how each is called on two raw files. */
function findPeers(ffmpeg: string): readonly { readonly name: string; readonly call: PeerCall }[] {
  const says = (command: string, args: readonly string[]): string => {
    try {
      return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    } catch {
      return ''
    }
  }
  const found: { name: string; call: PeerCall }[] = []
  if (says('sh', ['-c', 'command -v vmaf']) !== '')
    found.push({
      name: 'vmaf tool',
      call: ({ width, height, bitDepth }, { reference, distorted, log }, threads) => ({
        command: 'vmaf',
        args: [
          ...['-r', reference, '-d', distorted, '-w', `${width}`, '-h', `${height}`, '-p', '420', '-b', `${bitDepth}`],
          ...['-m', 'version=vmaf_v0.6.1:name=vmaf', '--threads', `${threads}`, '-q', '--json', '-o', log],
        ],
      }),
    })
  if (/\blibvmaf\b/.test(says(ffmpeg, ['-hide_banner', '-filters'])))
    found.push({
      name: `libvmaf in ${/version (\S+)/.exec(says(ffmpeg, ['-version']))?.[1] ?? 'ffmpeg'}`,
      call: ({ width, height, bitDepth }, { reference, distorted, log }, threads) => {
        const format = bitDepth === 8 ? 'yuv420p' : `yuv420p${bitDepth}le`
        const raw = (path: string): string[] => [
          ...['-f', 'rawvideo', '-pix_fmt', format, '-s', `${width}x${height}`, '-r', '25', '-i', path],
        ]
        const graph = `libvmaf=n_threads=${threads}:log_fmt=json:log_path=${log}`
        const output = ['-lavfi', graph, '-f', 'null', '-']
        return { command: ffmpeg, args: ['-v', 'error', '-nostdin', ...raw(distorted), ...raw(reference), ...output] }
      },
    })
  return found
}

type Files = { readonly reference: string; readonly distorted: string; readonly log: string }
type PeerCall = (shape: Shape, files: Files, threads: number) => Command

/** Both clips as 4:2:0 with gray chroma, which is what every libvmaf reads. */
async function writeClips(dir: string, { width, height, bitDepth }: Shape, clip: readonly Pair[]): Promise<Files> {
  const chromaSamples = 2 * Math.ceil(width / 2) * Math.ceil(height / 2)
  const middle = 2 ** (bitDepth - 1)
  const chroma = bitDepth === 8 ? new Uint8Array(chromaSamples) : new Uint16Array(chromaSamples)
  chroma.fill(middle)
  const write = async (name: string, which: 0 | 1): Promise<string> => {
    const path = join(dir, name)
    const file = await open(path, 'w')
    for (const pair of clip)
      for (const { buffer, byteOffset, byteLength } of [pair[which].data, chroma])
        await file.write(new Uint8Array(buffer, byteOffset, byteLength))
    await file.close()
    return path
  }
  return {
    reference: await write('reference.yuv', 0),
    distorted: await write('distorted.yuv', 1),
    log: join(dir, 'log.json'),
  }
}

async function compare(size: Size, bitDepth: 8 | 10, rounds: number, ffmpeg: string): Promise<void> {
  const { width, height, frames } = size
  const shape: Shape = { width, height, bitDepth }
  const pairs = makePairs(shape)
  const clip = Array.from({ length: frames }, (_, i) => pairs[i % pairs.length]!)
  const dir = await mkdtemp(join(tmpdir(), 'headend-bench-'))
  try {
    const [used, scalar] = await Promise.all(
      ['vmaf', 'scalar'].map(name => compileFile(new URL(`../packages/vmaf/wasm/${name}.wasm`, import.meta.url))),
    )
    const own = (name: string, code: Code, fast: boolean, workers: number, of = clip): Contender => ({
      name,
      run: () => runMeter(code, shape, fast, workers, of),
    })
    const contenders: Contender[] = [
      own('exact, 1 worker', used!, false, 1),
      own('exact, 2 workers', used!, false, 2),
      own('fast, 1 worker', used!, true, 1),
      own('fast, 2 workers', used!, true, 2),
      // Several times slower: a part of the clip says as much.
      own('scalar, 1 worker', scalar!, false, 1, clip.slice(0, Math.ceil(frames / 3))),
    ]
    const peers = findPeers(ffmpeg)
    if (peers.length > 0) {
      const files = await writeClips(dir, shape, clip)
      for (const { name, call } of peers)
        for (const threads of [1, 2])
          contenders.push({
            name: `${name}, ${threads} thread${threads > 1 ? 's' : ''}`,
            run: async () => {
              const { command, args } = call(shape, files, threads)
              const { wallS, cpuS } = await measure(command, args)
              const log = JSON.parse(await readFile(files.log, 'utf8')) as LibvmafReport
              return { wallFps: frames / wallS, coreFps: frames / cpuS, mean: log.pooled_metrics.vmaf!.mean }
            },
          })
    }
    console.log(`${size.name}, ${bitDepth} bit, ${frames} frames, ${rounds} interleaved rounds`)
    if (peers.length === 0)
      console.log('  no libvmaf: neither `vmaf` nor an ffmpeg with it is on PATH (--ffmpeg names one)')
    // Once for nothing: the engine compiles hot kernels a second time while they run.
    for (const code of [used!, scalar!]) await runMeter(code, shape, false, 1, clip.slice(0, 6))
    await runMeter(used!, shape, true, 1, clip.slice(0, 6))
    const runs = contenders.map((): Speed[] => [])
    for (let round = 0; round < rounds; round++)
      for (const [i, { run }] of contenders.entries()) runs[i]!.push(await run())
    report(contenders, runs)
    reportKernels(used!, shape, pairs)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

function report(contenders: readonly Contender[], runs: readonly (readonly Speed[])[]): void {
  const of = (i: number, key: 'wallFps' | 'coreFps'): number => median(runs[i]!.map(run => run[key]))
  // Per core, so that threads and neighbours do not count.
  const base = of(0, 'coreFps')
  for (const [i, { name }] of contenders.entries()) {
    const [wall, core] = [of(i, 'wallFps'), of(i, 'coreFps')]
    const spread = runs[i]!.map(run => run.coreFps)
    const range = `${Math.min(...spread).toFixed(1)}–${Math.max(...spread).toFixed(1)}`
    // The scalar reference measures the first part of the clip, so its mean is another.
    console.log(
      `  ${name}: ${core.toFixed(1)} fps per core (${range}), ${wall.toFixed(1)} fps by the clock, ` +
        `${(core / base).toFixed(2)} of exact, VMAF ${runs[i]![0]!.mean.toFixed(6)}`,
    )
  }
  const gains = (one: number, two: number): string =>
    median(runs[two]!.map((run, round) => run.wallFps / runs[one]![round]!.wallFps)).toFixed(2)
  console.log(`  two workers against one, by the clock: exact ${gains(0, 1)}x, fast ${gains(2, 3)}x`)
}

/** Least time of each kernel in this thread. */
function reportKernels(code: Code, shape: Shape, pairs: readonly Pair[]): void {
  const layout = createLayout(code, shape, 1, 2)
  const { memory, stride, vifTables, admTables, desks, slots } = layout
  const [{ scratch, out }, { ref, dis }, before] = [desks[0]!, slots[0]!, slots[1]!]
  const { width, height, bitDepth } = shape
  const kernels = openKernels(code, memory)
  const copy = (): void => {
    copyPlane(pairs[1]![0], layout, ref, shape)
    copyPlane(pairs[1]![1], layout, dis, shape)
  }
  copyPlane(pairs[0]![0], layout, before.ref, shape)
  copy()
  const works: Record<string, () => unknown> = {
    copy,
    vif: () => kernels.vif(ref, dis, width, height, stride, bitDepth, vifTables, scratch, out),
    'vif fast': () => kernels.vifFast(ref, dis, width, height, stride, bitDepth, vifTables, scratch, out),
    adm: () => kernels.adm(ref, dis, width, height, stride, bitDepth, admTables, scratch, out),
    motion: () => kernels.motionSad(before.ref, ref, width, height, stride, bitDepth, scratch),
  }
  const least = Object.entries(works).map(([name, work]) => {
    const times = Array.from({ length: 9 }, () => {
      const startMs = performance.now()
      work()
      return performance.now() - startMs
    })
    return `${name} ${Math.min(...times).toFixed(2)}`
  })
  console.log(`  ms of one frame, least of nine: ${least.join(', ')}`)
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string', default: 'all' },
    bits: { type: 'string', default: '8' },
    ffmpeg: { type: 'string', default: 'ffmpeg' },
  },
})
const chosen = sizes.filter(({ name }) => values.size === 'all' || values.size === name)
if (chosen.length === 0) throw new Error(`--size takes ${sizes.map(({ name }) => name).join(', ')} or all`)
if (values.bits !== '8' && values.bits !== '10') throw new Error('--bits takes 8 or 10')
console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}`)
for (const size of chosen) await compare(size, values.bits === '8' ? 8 : 10, Number(positionals[0] ?? 5), values.ffmpeg)
