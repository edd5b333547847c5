// Takes one picture through plan and engine into lossless FFV1, and compares pictures with Debian's ffmpeg. Not a test itself.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { formatFilters } from '../../src/codecs/index.ts'
import { planColor } from '../../src/color/index.ts'
import { formatRational, silentLog } from '../../src/core/index.ts'
import type { FilterResult, MediaFacts, PictureAnalysis, VideoStream } from '../../src/model/index.ts'
import { chooseFrameRate, type RateRequest } from '../../src/plan/frame-rate.ts'
import { type Geometry, type GeometryRequest, planGeometry } from '../../src/plan/geometry.ts'
import { planPrepare } from '../../src/plan/prepare.ts'
import { planScan, type ScanPlan, type ScanRequest } from '../../src/plan/scan.ts'
import { type Grid, planTimeline } from '../../src/plan/timeline.ts'
import { probe } from '../../src/probe/index.ts'
import { fileSpec, runAndCount } from './engine-kit.ts'

const run = promisify(execFile)
export const options = { signal: new AbortController().signal, log: silentLog }

export type Wish = Partial<Omit<GeometryRequest, 'video'>> &
  Partial<Omit<ScanRequest, 'video'>> &
  Partial<RateRequest> & { readonly analysis?: PictureAnalysis }

export type Taken = {
  readonly facts: MediaFacts
  readonly video: VideoStream
  readonly scan: ScanPlan
  readonly geometry: Geometry
  readonly grid: Grid
  readonly chain: string
  readonly warnings: readonly string[]
  readonly counted: FilterResult
}

/** Plans as planPicture does, runs the chain in the engine and writes `to`, lossless. */
export async function take(from: string, to: string, wish: Wish = {}): Promise<Taken> {
  const facts = await probe(from, { ...options, scan: 'full' })
  const video = facts.video[0]!
  const { analysis, crop = analysis?.crop ?? 'none' } = wish
  const scan = planScan({
    video,
    cadence: wish.cadence ?? analysis?.cadence,
    deinterlace: wish.deinterlace ?? 'auto',
    inverseTelecine: wish.inverseTelecine ?? 'auto',
    output: wish.output ?? 'progressive',
  })
  const rate = chooseFrameRate(video, { ...wish, factor: scan.rateFactor })
  const { grid, startTime } = planTimeline({ facts, video, audio: [], gopSeconds: 2, segmentSeconds: 2, rate })
  assert.ok(grid)
  const geometry = planGeometry({
    video,
    crop,
    size: wish.size ?? {},
    fit: wish.fit ?? 'inside',
    upscale: wish.upscale ?? false,
    pixels: wish.pixels ?? 'square',
    rotation: wish.rotation ?? 'apply',
    evenSides: wish.evenSides ?? true,
    fields: scan.scan !== 'progressive',
  })
  const color = planColor({
    video,
    dynamicRange: 'keep',
    space: 'keep',
    range: 'keep',
    pixelFormat: video.pixelFormat,
    toneMap: { curve: 'bt2390' },
    legal: false,
    light: 'gamma',
    kernel: 'bicubic',
    encoderHdr: { hdr10Plus: false, dolbyVision: [] },
    size: { source: geometry.prepared },
    interlaced: scan.scan !== 'progressive',
  })
  const prepare = planPrepare(video, grid, color, { scan, geometry })
  const { width, height, prepared, sampleAspectRatio } = geometry
  const sized = width === prepared.width && height === prepared.height ? [] : color.scale(width, height)
  const chain = formatFilters([...prepare.steps, ...sized, { name: 'setsar', args: { sar: sampleAspectRatio } }])
  const frameRate = formatRational(grid.rate)
  const spec = fileSpec(to, { format: 'matroska' }, [
    {
      source: { path: from, stream: video.index },
      filter: chain,
      encode: { name: 'ffv1', options: { level: 3, slices: 4 }, frameRate },
      mux: { rotation: geometry.rotation },
    },
  ])
  for (const node of spec.nodes) if (node.kind === 'source') Object.assign(node.params as object, { startTime })
  const events = await runAndCount(spec)
  const warnings = [...scan.warnings, ...rate.warnings, ...geometry.warnings, ...facts.warnings].map(({ code }) => code)
  const counted = events.get('t0_filter.filtered') as FilterResult
  return { facts, video, scan, geometry, grid, chain, warnings, counted }
}

/** Makes a file with Debian's ffmpeg: another hand than the one that is tested. */
export async function make(path: string, ...args: string[]): Promise<string> {
  await run('ffmpeg', ['-v', 'error', '-y', ...args, path])
  return path
}

/** Luma PSNR of each pair of frames, by number and not by time; Infinity for equal ones. @throws when one has more frames */
export async function psnrByFrame(made: string, expected: string, chain = 'null'): Promise<readonly number[]> {
  const even = 'settb=1/25,setpts=N'
  const graph = `[0:v]${even}[a];[1:v]${chain},${even}[b];[a][b]psnr=stats_file=-`
  const args = ['-v', 'error', '-noautorotate', '-i', made, '-noautorotate', '-i', expected, '-lavfi', graph]
  const { stdout } = await run('ffmpeg', [...args, '-f', 'null', '/dev/null'], { maxBuffer: 1 << 26 })
  const values = [...stdout.matchAll(/psnr_y:(\S+)/g)].map(match => (match[1] === 'inf' ? Infinity : Number(match[1])))
  const [a, b] = await Promise.all([countFrames(made), countFrames(expected, chain)])
  assert.equal(a, b, 'as many frames as expected')
  return values
}

export async function countFrames(path: string, chain = 'null'): Promise<number> {
  const args = ['-v', 'error', '-i', path, '-vf', chain, '-fps_mode', 'passthrough', '-f', 'framemd5', '-']
  const { stdout } = await run('ffmpeg', args, { maxBuffer: 1 << 26 })
  return stdout.split('\n').filter(line => line !== '' && !line.startsWith('#')).length
}

/** What Debian's idet says of the frames, by their neighbours. */
export async function idet(path: string): Promise<Record<'tff' | 'bff' | 'progressive' | 'undetermined', number>> {
  const { stderr } = await run('ffmpeg', ['-v', 'info', '-i', path, '-vf', 'idet', '-f', 'null', '-'])
  const text = /Multi frame detection: TFF:\s*(\d+) BFF:\s*(\d+) Progressive:\s*(\d+) Undetermined:\s*(\d+)/.exec(
    stderr,
  )
  assert.ok(text, stderr)
  const [tff, bff, progressive, undetermined] = text.slice(1).map(Number) as [number, number, number, number]
  return { tff, bff, progressive, undetermined }
}
