// Half an hour of a station: a publisher by ffmpeg over RTMP and two test sources whose clocks run 200 ppm fast and slow. Memory of each
// process, violations of live playlists, renditions held against each other, sound against picture; by other tools where there are any.
// Run: npm run bench:soak [-- minutes]
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { checkPresentation } from '../src/conformance/index.ts'
import type { TestSourceParams } from '../src/engine/index.ts'
import { parseMedia } from '../src/manifest/index.ts'
import { Station, type StationOptions } from '../src/station/station.ts'
import { publish } from '../test/live/publisher.ts'
import { quietLog } from '../test/live/quiet-log.ts'

const run = promisify(execFile)
const minutes = Number(process.argv[2] ?? 30)
const CHECKED_S = 300
const WINDOW_S = 620
const size = { width: 320, height: 180, bitrateBps: 600_000 }
const request = { heights: [180, 90] }
const directory = await mkdtemp(join(tmpdir(), 'headend-soak-'))
const source = (ppm: number): TestSourceParams => ({
  ...{ ...size, frameRate: { num: 30, den: 1 }, keyFrameEvery: 30, sound: true, timecode: false },
  ppm,
})
const channels = { 'live/rtmp': 'live/rtmp', 'live/fast': 'test/fast', 'live/slow': 'test/slow' }
const options: StationOptions = {
  rtmp: { host: '127.0.0.1', port: 0 },
  whip: null,
  http: { host: '127.0.0.1', port: 0 },
  directory,
  dvrSeconds: WINDOW_S,
  record: false,
  targetLatencyMs: 800,
  hook: null,
  viewerKey: null,
  apiToken: null,
  tests: [
    { feed: 'test/fast', source: source(200) },
    { feed: 'test/slow', source: source(-200) },
  ],
  channels: Object.entries(channels).map(([name, primary]) => ({
    ...{ name, feeds: { primary }, request },
    slate: { kind: 'last' as const },
  })),
  common: { request, slate: { kind: 'last' } },
  endAfterMs: 300_000,
  log: quietLog,
}
const station = await Station.open(options)
const http = `http://127.0.0.1:${station.ports.http}`
const publisher = publish(['-f', 'flv', `rtmp://127.0.0.1:${station.ports.rtmp}/live/rtmp`], {
  ...size,
  timecode: false,
})
const sleep = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))
const startedMs = performance.now()
const elapsedS = (): number => (performance.now() - startedMs) / 1000

const rssMiB = async (pid: number | null): Promise<number> =>
  Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''))?.[1] ?? 0) / 1024
const memory: { readonly s: number; readonly mib: Readonly<Record<string, number>> }[] = []
const offsets: { readonly s: number; readonly ms: Readonly<Record<string, number | null>> }[] = []
const violations = new Map<string, number>()
let checks = 0

async function check(): Promise<void> {
  for (const name of Object.keys(channels))
    for (const manifest of ['master.m3u8', 'manifest.mpd']) {
      const report = await checkPresentation(`${http}/${name}/${manifest}`, {
        first: 2,
        signal: AbortSignal.timeout(20_000),
      }).catch((error: unknown) => error as Error)
      checks++
      if (report instanceof Error) violations.set(report.message, (violations.get(report.message) ?? 0) + 1)
      else
        for (const { rule, severity, message } of report.findings)
          if (severity === 'fail') {
            const text = `${rule}: ${message.replaceAll(/\d{6,}/g, 'N')}`
            violations.set(text, (violations.get(text) ?? 0) + 1)
          }
    }
}

await sleep(20_000)
let nextMemoryS = 0
while (elapsedS() < minutes * 60) {
  const roundMs = performance.now()
  if (elapsedS() > 30 && elapsedS() < 30 + CHECKED_S) await check()
  if (elapsedS() >= nextMemoryS) {
    nextMemoryS = elapsedS() + 10
    const mib: Record<string, number> = {}
    for (const [name, pid] of Object.entries(station.pids)) mib[name] = await rssMiB(pid)
    memory.push({ s: elapsedS(), mib })
  }
  const ms: Record<string, number | null> = {}
  for (const { name, worker } of station.status.channels)
    ms[name] = (worker as { soundAheadMs: number | null } | null)?.soundAheadMs ?? null
  offsets.push({ s: elapsedS(), ms })
  await sleep(Math.max(50, 1000 - (performance.now() - roundMs)))
}

/** Where the key frames of a rendition stand, all of its window, by ffprobe. */
async function keyFrames(name: string, track: string): Promise<string[]> {
  const path = await save(name, track)
  const { stdout } = await run(
    'ffprobe',
    ['-v', 'error', '-select_streams', 'v', '-show_entries', 'packet=pts,duration,flags', '-of', 'csv=p=0', path],
    { maxBuffer: 1 << 28 },
  )
  return stdout.trim().split('\n')
}

async function save(name: string, track: string, last = Infinity): Promise<string> {
  const playlist = parseMedia(await (await fetch(`${http}/${name}/${track}/playlist.m3u8`)).text())
  const bytes: Buffer[] = []
  for (const uri of [playlist.segments[0]!.map!.uri, ...playlist.segments.slice(-last).map(segment => segment.uri)])
    bytes.push(Buffer.from(await (await fetch(`${http}/${name}/${track}/${uri}`)).arrayBuffer()))
  const path = join(directory, `${name.replaceAll('/', '-')}-${track}.mp4`)
  await writeFile(path, Buffer.concat(bytes))
  return path
}

/** From each beep to the flash that belongs to it, in milliseconds: what a viewer has at the end, decoded by ffmpeg. */
async function flashToBeep(name: string): Promise<number[]> {
  const [video, audio] = [await save(name, 'v180', 15), await save(name, 'a1', 15)]
  const { stdout: pictures } = await run(
    'ffmpeg',
    // The flash is in the corner below on the right: a sixth of the height.
    [
      '-v',
      'error',

      '-i',
      video,
      '-vf',
      'crop=20:20:iw-25:ih-25,signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-',
      '-f',
      'null',
      '-',
    ],
    { maxBuffer: 1 << 28 },
  )
  // Times of day do not fit into what silencedetect prints: both are counted from their file's beginning.
  const start = async (path: string): Promise<number> =>
    Number((await run('ffprobe', ['-v', 'error', '-show_entries', 'format=start_time', '-of', 'csv=p=0', path])).stdout)
  const audioLater = (await start(audio)) - (await start(video))
  const flashes: number[] = []
  let atS = 0
  let was = false
  for (const line of pictures.split('\n')) {
    const time = /pts_time:([\d.]+)/.exec(line)
    if (time) atS = Number(time[1])
    const level = /YAVG=([\d.]+)/.exec(line)
    if (!level) continue
    const is = Number(level[1]) > 120
    if (is && !was) flashes.push(atS)
    was = is
  }
  const { stderr } = await run(
    'ffmpeg',
    ['-v', 'info', '-nostats', '-i', audio, '-af', 'silencedetect=noise=-30dB:d=0.3', '-f', 'null', '-'],
    { maxBuffer: 1 << 28 },
  )
  const beeps = [...stderr.matchAll(/silence_end: ([\d.]+)/g)].map(match => Number(match[1]) + audioLater)
  return flashes.slice(1, -1).flatMap(flash => {
    const nearest = beeps.reduce(
      (best, beep) => (Math.abs(beep - flash) < Math.abs(best - flash) ? beep : best),
      Infinity,
    )
    return Number.isFinite(nearest) ? [(nearest - flash) * 1000] : []
  })
}

console.log(`${minutes} minutes\n`)
console.log('| process | MiB after a minute | at half time | at the end | largest |')
console.log('|---|---|---|---|---|')
for (const name of Object.keys(station.pids)) {
  const all = memory.map(({ s, mib }) => ({ s, mib: mib[name] ?? 0 }))
  const at = (s: number): string => (all.find(each => each.s >= s) ?? all.at(-1)!).mib.toFixed(0)
  console.log(
    `| ${name} | ${at(60)} | ${at(minutes * 30)} | ${all.at(-1)!.mib.toFixed(0)} | ${Math.max(...all.map(({ mib }) => mib)).toFixed(0)} |`,
  )
}
console.log(`\n${checks} checks of playlists and manifests, violations: ${violations.size === 0 ? 'none' : ''}`)
for (const [text, count] of violations) console.log(`  ${count} × ${text}`)
console.log(
  '\n| channel | pictures held against each other | renditions | sound ahead by the worker, last 30 s: median | largest after a minute | flash to beep by ffmpeg: median | worst | clock |',
)
console.log('|---|---|---|---|---|---|---|---|')
for (const name of Object.keys(channels)) {
  // The window moves while it is read: what both have is compared.
  const [big, small] = [await keyFrames(name, 'v180'), await keyFrames(name, 'v90')]
  const from = big.indexOf(small[0]!) >= 0 ? 0 : small.indexOf(big[0]!)
  const skip = Math.max(0, big.indexOf(small[0]!))
  const length = Math.min(big.length - skip, small.length - from)
  let differ = 0
  for (let i = 0; i < length; i++) if (big[skip + i] !== small[from + i]) differ++
  const apart = (await flashToBeep(name)).toSorted((a, b) => a - b)
  const worst = apart.reduce((most, each) => (Math.abs(each) > Math.abs(most) ? each : most), 0)
  const own = offsets.flatMap(({ s, ms }) => (s > 60 && ms[name] !== null ? [ms[name]!] : []))
  const worker = station.status.channels.find(channel => channel.name === name)?.worker as {
    inputs: { clock?: unknown }[]
  }
  console.log(
    `| ${name} | ${length} | ${differ === 0 ? 'identical' : `${differ} differ`} | ${own.slice(-30).toSorted((a, b) => a - b)[15]} ms | ${own.reduce((most, each) => (Math.abs(each) > Math.abs(most) ? each : most), 0)} ms | ${apart[apart.length >> 1]?.toFixed(1)} ms | ${worst.toFixed(1)} ms (${apart.length}) | ${JSON.stringify(worker.inputs[0]?.clock ?? null)} |`,
  )
}
await publisher.stop()
await station[Symbol.asyncDispose]()
await rm(directory, { recursive: true, force: true })
process.exit(0)
