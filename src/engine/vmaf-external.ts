// VMAF by an ffmpeg of this machine that was built with libvmaf: both pictures go through pipes, the scores come back as a file.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { HeadendError } from '../core/index.ts'
import type { VmafEngine, VmafJob, VmafModel } from '../model/index.ts'
import type { FrameItem } from './items.ts'
import { lumaOf, type ScoredPicture, type Scorer, type ScoreSeries } from './vmaf-scorer.ts'

type ExternalEngine = Extract<VmafEngine, { name: 'ffmpeg' }>

/** @throws {HE_VMAF_FAILED} */
export async function openExternal(
  engine: ExternalEngine,
  job: VmafJob,
  picture: ScoredPicture,
  signal: AbortSignal,
): Promise<Scorer> {
  const folder = await mkdtemp(join(tmpdir(), 'headend-vmaf-'))
  const log = join(folder, 'scores.json')
  const threads = Math.max(1, Math.round(availableParallelism() / job.share))
  const filter = [
    `[0:v][1:v]libvmaf=log_fmt=json:log_path=${quote(log)}`,
    `n_threads=${threads}`,
    `n_subsample=${job.every}`,
    `model=${quote(job.models.map(modelOption).join('|'))}`,
  ].join(':')
  const input = (fd: number): string[] => ['-f', 'yuv4mpegpipe', '-i', `pipe:${fd}`]
  const args = [
    '-hide_banner',
    '-v',
    'error',
    '-nostdin',
    ...input(3),
    ...input(4),
    '-lavfi',
    filter,
    '-f',
    'null',
    '-',
  ]
  const child = spawn(engine.path, args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'], signal })
  return new ExternalScorer(child, folder, log, job, picture)
}

/** Quoted for a filter's option: nothing in it is special then. */
const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** How libvmaf's own option names a model; each is scored under our name for it. */
function modelOption(model: VmafModel): string {
  const phone = model === 'vmaf_v0.6.1_phone'
  return [
    `version=${phone ? 'vmaf_v0.6.1' : model}`,
    `name=${model}`,
    ...(phone ? ['enable_transform=true'] : []),
  ].join('\\:')
}

type Log = { readonly frames: readonly { readonly frameNum: number; readonly metrics: Record<string, number> }[] }

class ExternalScorer implements Scorer {
  readonly #child: ChildProcess
  readonly #folder: string
  readonly #log: string
  readonly #job: VmafJob
  readonly #picture: ScoredPicture
  readonly #ended: Promise<number | null>
  readonly #chroma: Buffer
  #complaint = ''
  #pairs = 0

  constructor(child: ChildProcess, folder: string, log: string, job: VmafJob, picture: ScoredPicture) {
    this.#child = child
    this.#folder = folder
    this.#log = log
    this.#job = job
    this.#picture = picture
    this.#ended = new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', resolve)
    })
    this.#ended.catch(() => {})
    child.stderr!.setEncoding('utf8').on('data', text => {
      this.#complaint = `${this.#complaint}${text}`.slice(-2000)
    })
    // A pipe that breaks because the program ended is told by its exit.
    for (const pipe of this.#pipes()) pipe.on('error', () => {})
    const { width, height, bitDepth } = picture
    const depth = bitDepth === 8 ? '420jpeg' : `420p${bitDepth} XYSCSS=420P${bitDepth}`
    for (const pipe of this.#pipes()) pipe.write(`YUV4MPEG2 W${width} H${height} F25:1 Ip A1:1 C${depth}\n`)
    // libvmaf reads luma alone; the format asks for chroma, and gray costs nothing to decide.
    const samples = 2 * Math.ceil(width / 2) * Math.ceil(height / 2)
    this.#chroma = bitDepth === 8 ? Buffer.alloc(samples, 128) : Buffer.alloc(samples * 2)
  }

  #pipes(): readonly [distorted: Writable, reference: Writable] {
    return [this.#child.stdio[3] as Writable, this.#child.stdio[4] as Writable]
  }

  async push(reference: FrameItem, distorted: FrameItem): Promise<void> {
    this.#pairs++
    const [first, second] = this.#pipes()
    await Promise.race([
      Promise.all([this.#write(first, distorted), this.#write(second, reference)]),
      this.#ended.then(() => Promise.reject(this.#failed())),
    ])
  }

  async #write(pipe: Writable, item: FrameItem): Promise<void> {
    const { data, stride } = lumaOf(item, this.#picture)
    const { width, height } = this.#picture
    const rows = Buffer.alloc(width * height * data.BYTES_PER_ELEMENT)
    const bytes = data.BYTES_PER_ELEMENT
    const from = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    for (let y = 0; y < height; y++)
      from.copy(rows, y * width * bytes, y * stride * bytes, (y * stride + width) * bytes)
    pipe.write('FRAME\n')
    pipe.write(rows)
    if (!pipe.write(this.#chroma) && !pipe.destroyed) await once(pipe, 'drain')
  }

  async finish(): Promise<ScoreSeries> {
    for (const pipe of this.#pipes()) pipe.end()
    if ((await this.#ended) !== 0) throw this.#failed()
    const { frames } = JSON.parse(await readFile(this.#log, 'utf8')) as Log
    const names = Object.keys(frames[0]?.metrics ?? {})
    const series = Object.fromEntries(names.map(name => [name, new Array<number>(this.#pairs).fill(Number.NaN)]))
    for (const { frameNum, metrics } of frames)
      for (const name of names) series[name]![frameNum] = metrics[name] ?? Number.NaN
    return series
  }

  #failed(): HeadendError {
    const { name } = this.#job.engine
    return new HeadendError('HE_VMAF_FAILED', `${name} with libvmaf ended before its scores: ${this.#complaint.trim()}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended.catch(() => {})
    await rm(this.#folder, { recursive: true, force: true })
  }
}
