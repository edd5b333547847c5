// The sound inspector by itself: sound that is difficult and good, faults to the sample, and any lengths of calls.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { noise } from '../../../test/media/tones.ts'
import { type SoundInspection, SoundParams, stretchKinds } from '../../model/index.ts'
import { ClockWatch } from './clock.ts'
import { SoundInspector } from './inspector.ts'

const RATE = 48_000
const everything: SoundParams = SoundParams.parse({
  silenceS: 2,
  muteS: 5,
  clipping: { runSamples: 4, minDbfs: -30 },
  phase: { correlation: -0.5, lengthS: 2 },
  dc: { minDbfs: -46, lengthS: 3 },
  tone: { lengthS: 3, minDbfs: -40 },
  dropout: { shortestMs: 3, longestMs: 500, programmeDbfs: -40 },
  click: { ratio: 40, minDbfs: -34 },
  hum: true,
})

/** @param sizes - lengths of calls, over and over */
function inspect(
  planes: readonly Float32Array[],
  sizes: readonly number[] = [1024],
  startS: number | null = 0,
): SoundInspection {
  const channels = planes.length === 1 ? ['FC'] : ['FL', 'FR']
  const inspector = new SoundInspector({ sampleRateHz: RATE, channels, quantum: 1 / 32_768, params: everything })
  const length = planes[0]!.length
  for (let at = 0, i = 0; at < length; i++) {
    const size = sizes[i % sizes.length]!
    inspector.push(
      planes.map(plane => plane.subarray(at, at + size)),
      at / RATE + (startS ?? 0),
    )
    at += size
  }
  return inspector.finish()
}

/** Rounded to 16 bits. */
const make = (seconds: number, value: (t: number, n: number) => number): Float32Array =>
  Float32Array.from({ length: seconds * RATE }, (_, n) => Math.round(value(n / RATE, n) * 32_767) / 32_768)

const sine = (hz: number, t: number): number => Math.sin(2 * Math.PI * hz * t)
const found = ({ stretches, hum }: SoundInspection): string[] => [
  ...stretchKinds.flatMap(kind =>
    stretches[kind].found.map(each => `${kind} ${each.startS.toFixed(2)} ${each.worst.toPrecision(6)}`),
  ),
  ...hum.map(({ lineHz }) => `hum ${lineHz}`),
]

const hiss = noise(12 * RATE, 3)
/** Without the harmonics that would fold over. */
const saw = (hz: number, t: number): number => {
  let sum = 0
  for (let n = 1; n <= 60; n++) sum += sine(n * hz, t) / n
  return sum / 2
}

describe('sound that is difficult and good has no fault', () => {
  const cases: Readonly<Record<string, (t: number, n: number) => number>> = {
    'white noise': (_, n) => 0.4 * hiss[n]!,
    'a saw of 55 Hz, which jumps in each period': t => 0.4 * saw(55, t),
    'drums: noise that dies away twice a second': (t, n) => 0.8 * hiss[n]! * Math.exp(-18 * (t % 0.5)),
    'kicks with a hard beginning': t => 0.8 * sine(60 + 200 * Math.exp(-40 * (t % 0.5)), t) * Math.exp(-9 * (t % 0.5)),
    'words with pauses of digital silence': (t, n) => 0.3 * hiss[n]! * Math.max(0, sine(1.1, t)) ** 2,
    'a voice: pulses of 110 Hz that ring at 700 Hz': t =>
      0.5 *
      (-1) ** Math.floor(110 * t) *
      Math.exp(-300 * (t % (1 / 110))) *
      sine(700, t % (1 / 110)) *
      (0.6 + 0.4 * sine(3, t)),
    'a flute with vibrato': t => 0.3 * Math.sin(2 * Math.PI * 880 * t + 4 * sine(5, t)),
    // Each note begins at a zero: others would click.
    'a melody of pure tones': t => 0.3 * sine([440, 494, 524, 588, 660][Math.floor(t * 2) % 5]!, t),
    'a bass line that comes by 50 Hz': t => 0.4 * sine([51, 61.5, 75, 40.5][Math.floor(t * 1.5) % 4]!, t),
    'a whole sine of 100 Hz at full scale, in 16 bits': t => (t < 2 ? sine(100, t) : 0.1 * sine(440 + 40 * t, t)),
    'a quiet sine of few steps': t => 0.04 * sine(97, t) * (1 + 0.3 * sine(0.7, t)),
  }
  for (const [name, value] of Object.entries(cases))
    it(name, () => assert.deepEqual(found(inspect([make(12, value)])), []))
})

describe('faults are found where they are', () => {
  const good = (t: number, n: number): number => 0.2 * hiss[n]! * (0.7 + 0.3 * sine(0.9, t))

  it('a dropout to the sample, in the clock of the programme', () => {
    const at = 5 * RATE + 123
    const plane = make(12, (t, n) => (n >= at && n < at + 480 ? 0 : good(t, n)))
    const { stretches } = inspect([plane], [1024], 100)
    const [gap, ...more] = stretches.dropout.found
    assert.equal(more.length, 0)
    assert.ok(Math.abs(gap!.startS - (100 + at / RATE)) < 3 / RATE)
    assert.ok(Math.abs(gap!.worst - 10) < 0.1)
  })

  it('tops cut off to the sample, and not when they were never there', () => {
    const clipped = make(4, t =>
      t > 1 && t < 2 ? 0.5 * Math.max(-0.6, Math.min(0.6, sine(331, t))) : 0.5 * sine(331, t),
    )
    const [stretch, ...more] = inspect([clipped]).stretches.flatTop.found
    assert.equal(more.length, 0)
    // Of 662; where a slope meets the top within 4 steps of it, it is not told from a round one.
    assert.ok(stretch!.count > 645 && stretch!.count <= 662, `${stretch!.count} tops`)
    assert.ok(Math.abs(stretch!.startS - 1) < 1 / 331 && Math.abs(stretch!.endS - 2) < 1 / 331)
  })

  it('a jump where samples were lost', () => {
    // One sine with a piece of it taken out.
    const plane = make(12, t => 0.3 * sine(150 + 20 * Math.floor(t), t < 6.5 ? t : t + 0.0031))
    const { stretches } = inspect([plane])
    assert.ok(stretches.click.found.some(({ startS }) => Math.abs(startS - 6.5) < 0.001))
  })

  it('the same for any lengths of calls', () => {
    const at = 3 * RATE
    const left = make(8, (t, n) =>
      n > at && n < at + 300 ? 0 : t > 4.5 && t < 7.8 ? 0.25 * sine(1000, t) : good(t, n),
    )
    const right = make(8, (t, n) => (t < 2.5 ? 0 : -good(t, n)))
    const whole = inspect([left, right], [8 * RATE])
    assert.ok(found(whole).length > 2)
    for (const sizes of [[1024], [1, 479, 7777], [480], [1152, 960]])
      assert.deepEqual(found(inspect([left, right], sizes)), found(whole), sizes.join())
  })

  it('no more stretches than are kept, however many there are', () => {
    const plane = make(60, (t, n) => (t % 0.25 < 0.005 ? 0 : 0.3 * hiss[n % hiss.length]!))
    const { found: kept, more } = inspect([plane]).stretches.dropout
    assert.equal(kept.length, 100)
    assert.equal(kept.length + more, 239)
  })
})

describe('the clock of sound', () => {
  const run = (times: readonly (number | null)[]) => {
    const clock = new ClockWatch(RATE, 5)
    for (const time of times) clock.frame(time, 1024)
    return clock.finish()!
  }
  const regular = Array.from({ length: 100 }, (_, i) => (i * 1024) / RATE)

  it('goes on where frames have no time', () => {
    const { jumps, driftS, untimed, endS } = run(regular.map((time, i) => (i % 3 === 1 ? null : time)))
    assert.deepEqual(jumps.found, [])
    assert.ok(Math.abs(driftS) < 1e-9)
    assert.equal(untimed, 33)
    assert.ok(Math.abs(endS - (100 * 1024) / RATE) < 1e-9)
  })

  it('takes times rounded to milliseconds', () => {
    const { jumps, driftS } = run(regular.map(time => Math.round(time * 1000) / 1000))
    assert.deepEqual(jumps.found, [])
    assert.ok(Math.abs(driftS) < 0.001)
  })

  it('tells an overlap from drift', () => {
    const { jumps, driftS } = run(regular.map((time, i) => time * 1.001 - (i >= 50 ? 0.02 : 0)))
    assert.equal(jumps.found.length, 1)
    assert.ok(jumps.found[0]!.worst < -0.019)
    assert.ok(Math.abs(driftS - 0.0021) < 2e-4, `${driftS}`)
  })
})
