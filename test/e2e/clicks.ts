// A clip whose picture flashes when its sound chirps, and where Debian's ffmpeg finds both in what was made of it.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { makeClip } from '../media/make-media.ts'

/** A flash and a chirp each two seconds, the first at this time: on a frame of 5, 10, 25, 30 and 50 per second. */
const EVERY_S = 2
const FIRST_S = 0.6
const CHIRP_S = 0.03
const LOW_HZ = 300
const HIGH_HZ = 9_000

const sweep = (HIGH_HZ - LOW_HZ) / (2 * CHIRP_S)
const chirpAt = (u: number): number => 0.5 * Math.sin(2 * Math.PI * (LOW_HZ * u + sweep * u * u))

export type Clicks = {
  readonly seconds: number
  /** Frames per second. */
  readonly fps?: number
  readonly rateHz?: number
  /** Seconds at which the stream begins; its events stay where they are. */
  readonly soundFromS?: number
  readonly pictureFromS?: number
  readonly audioEncoder?: string
}

/** Two seconds, over and over: an instant has one peak of correlation, since a chirp looks like itself at no other shift. */
function chirps({ seconds, rateHz = 48_000, soundFromS = 0 }: Clicks): string {
  const u = `(t-${FIRST_S})`
  const on = `gte(${u}\\,0)*lt(${u}\\,${CHIRP_S})`
  const one = `aevalsrc='${on}*0.5*sin(2*PI*(${LOW_HZ}*${u}+${sweep}*${u}*${u}))':s=${rateHz}:d=${EVERY_S}`
  const cut = `atrim=start=${soundFromS}:end=${seconds}`
  return `${one},aloop=loop=-1:size=${EVERY_S * rateHz},${cut},pan=stereo|c0=c0|c1=c0`
}

function flashes({ seconds, fps = 25, pictureFromS = 0 }: Clicks): string {
  const flash = `drawbox=c=white:t=fill:enable='eq(mod(n\\,${EVERY_S * fps})\\,${FIRST_S * fps})'`
  return `color=black:s=160x90:r=${fps}:d=${seconds},${flash},trim=start=${pictureFromS},format=yuv422p10le`
}

/** By default a QuickTime file with ProRes and PCM: nothing is delayed, nothing is lost. */
export const makeClicks = (path: string, clicks: Clicks): Promise<string> =>
  makeClip(path, {
    video: flashes(clicks),
    videoEncoder: { name: 'prores_ks', options: { profile: 'proxy' } },
    frameRate: `${BigInt(clicks.fps ?? 25)}/1`,
    audio: [
      {
        graph: `${chirps(clicks)},aformat=sample_fmts=${clicks.audioEncoder ? 'fltp' : 's16'}`,
        encoder: clicks.audioEncoder ?? 'pcm_s16le',
      },
    ],
  })

export type Events = {
  /** Seconds on the file's own clock. */
  readonly flashes: readonly number[]
  readonly chirps: readonly number[]
}

/** The instants of a clip that begins at 0 and lasts so long. */
export const instants = (seconds: number): number[] =>
  Array.from({ length: Math.ceil((seconds - FIRST_S) / EVERY_S) }, (_, i) => FIRST_S + i * EVERY_S)

/** Decoded by Debian's ffmpeg, each frame with the time that it states. */
export async function findEvents(path: string, want: 'both' | 'sound' = 'both'): Promise<Events> {
  const picture = want === 'both'
  const child = spawn(
    'ffmpeg',
    [
      ...['-hide_banner', '-nostats', '-copyts', '-i', path],
      ...(picture
        ? ['-map', '0:v:0', '-vf', 'settb=1/90000,showinfo', '-fps_mode', 'passthrough', '-f', 'null', '-']
        : []),
      ...['-map', '0:a:0', '-af', 'pan=mono|c0=c0,asettb=1/sr,ashowinfo', '-f', 'f32le', 'pipe:1'],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  const lines = (await text(child.stderr)).split('\n')
  const seen = lines.flatMap(line => {
    // In ticks: the seconds beside them have six digits, after ten minutes three of them before the point.
    const found = / pts: *(-?\d+) .* mean:\[(\d+)/.exec(line)
    return found && Number(found[2]) > 100 ? [Number(found[1]) / 90_000] : []
  })
  const frames = lines.flatMap(line => {
    const found = / pts: *(-?\d+) .*rate:(\d+) nb_samples:(\d+)/.exec(line)
    return found ? [{ time: Number(found[1]) / Number(found[2]), rate: Number(found[2]), count: Number(found[3]) }] : []
  })
  const bytes = Buffer.concat(chunks)
  const samples = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
  assert.ok(samples.length > 0 && (seen.length > 0 || !picture), `${path}: ${lines.slice(-8).join('\n')}`)
  return { flashes: seen, chirps: findChirps(samples, frames) }
}

type Stated = { readonly time: number; readonly rate: number; readonly count: number }

const REACH = 400

function findChirps(samples: Float32Array, frames: readonly Stated[]): number[] {
  const rate = frames[0]?.rate ?? 48_000
  const model = Float64Array.from({ length: Math.round(CHIRP_S * rate) }, (_, i) => chirpAt(i / rate))
  const like = (at: number): number => model.reduce((sum, value, i) => sum + value * (samples[at + i] ?? 0), 0)
  const full = model.reduce((sum, value) => sum + value * value, 0)
  const found: number[] = []
  for (let at = 0; at < samples.length; at++) {
    // Silence is passed over; from the first that is heard on, the best likeness is looked for.
    if (Math.abs(samples[at]!) < 0.02) continue
    const from = at - REACH
    const scores = Array.from({ length: 2 * REACH }, (_, i) => like(from + i))
    const best = scores.indexOf(Math.max(...scores))
    if (scores[best]! < 0.25 * full) continue
    found.push(timeOf(from + best, frames) + peakBetween(scores, best) / rate)
    at = from + best + model.length + REACH
  }
  return found
}

/** The top of the parabola through a peak and its neighbours, in parts of a sample. */
function peakBetween(scores: readonly number[], at: number): number {
  const [before, top, after] = [scores[at - 1] ?? 0, scores[at]!, scores[at + 1] ?? 0]
  const bend = before - 2 * top + after
  return bend === 0 ? 0 : (before - after) / (2 * bend)
}

function timeOf(sample: number, frames: readonly Stated[]): number {
  let before = 0
  for (const { time, rate, count } of frames) {
    if (sample < before + count) return time + (sample - before) / rate
    before += count
  }
  throw new Error('a chirp after the last frame')
}

/** Every chirp that was put in is there, with its flash; what floats is the file's clock alone. */
export async function together(
  path: string,
  limitMs: number,
  expected: readonly number[],
  floats = false,
): Promise<string> {
  const { flashes, chirps } = await findEvents(path)
  assert.equal(flashes.length, expected.length, `flashes of ${path}: ${flashes.join(' ')}`)
  assert.equal(chirps.length, expected.length, `chirps of ${path}: ${chirps.join(' ')}`)
  const apart = chirps.map((time, i) => (time - flashes[i]!) * 1000)
  const worst = apart.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0)
  assert.ok(Math.abs(worst) <= limitMs, `sound is ${worst.toFixed(3)} ms after the picture in ${path}`)
  const origin = floats ? flashes[0]! - expected[0]! : 0
  for (const [i, time] of expected.entries())
    assert.ok(Math.abs(flashes[i]! - origin - time) < 0.0015, `flash ${i} at ${flashes[i]} s in ${path}`)
  return `${worst.toFixed(3)} ms`
}
