// All cases of EBU Tech 3341 (v4, 2023) and Tech 3342 that can be synthesised, each with its own tolerance.
import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { peakTone, type Segment, splicedTone, tones } from '../../../test/media/tones.ts'
import { createLoudnessMeter } from './index.ts'

const STEREO = ['FL', 'FR']

function measure(samples: Float32Array, rate = 48_000) {
  const meter = createLoudnessMeter({ sampleRateHz: rate, channels: STEREO })
  meter.push([samples, samples])
  return meter.finish()
}

/** Checks a reading and leaves it in the test's output. */
function near(t: TestContext, what: string, actual: number | null, expected: number, below: number, above = below) {
  t.diagnostic(`${what}: ${actual?.toFixed(3)} (${expected})`)
  assert.ok(actual !== null && actual >= expected - below && actual <= expected + above, `${what}: ${actual}`)
}
const loudness = (t: TestContext, what: string, actual: number | null, expected: number) =>
  near(t, what, actual, expected, 0.1)

/** The one that is farthest from what it should be. */
function worst(pairs: readonly (readonly [actual: number | null, expected: number])[]): readonly [number, number] {
  const errors = pairs.map(([actual, expected]) => [actual ?? Number.NaN, expected] as const)
  return errors.reduce((a, b) => (Math.abs(b[0] - b[1]) > Math.abs(a[0] - a[1]) ? b : a))
}

const repeat = (times: number, ...segments: Segment[]): Segment[] =>
  Array.from({ length: times }, () => segments).flat()
const twenty = Array.from({ length: 20 }, (_, i) => i)

describe('EBU Tech 3341', () => {
  const steady: readonly [name: string, level: number][] = [
    ['1', -23],
    ['2', -33],
    ['calibration 2.9', -18],
  ]
  for (const [name, level] of steady)
    it(`case ${name}: a steady tone of ${level} dBFS`, t => {
      const { momentaryMaxLufs, shortTermMaxLufs, integratedLufs } = measure(tones([[level, 20]]))
      loudness(t, 'M', momentaryMaxLufs, level)
      loudness(t, 'S', shortTermMaxLufs, level)
      loudness(t, 'I', integratedLufs, level)
    })

  const gated: readonly [name: string, rate: number, segments: readonly Segment[]][] = [
    [
      '3: relative gate',
      48_000,
      [
        [-36, 10],
        [-23, 60],
        [-36, 10],
      ],
    ],
    [
      '4: both gates',
      48_000,
      [
        [-72, 10],
        [-36, 10],
        [-23, 60],
        [-36, 10],
        [-72, 10],
      ],
    ],
    [
      '5: relative gate within a programme',
      48_000,
      [
        [-26, 20],
        [-20, 20.1],
        [-26, 20],
      ],
    ],
    [
      '5 at 44.1 kHz',
      44_100,
      [
        [-26, 20],
        [-20, 20.1],
        [-26, 20],
      ],
    ],
    [
      '5 at 96 kHz',
      96_000,
      [
        [-26, 20],
        [-20, 20.1],
        [-26, 20],
      ],
    ],
  ]
  for (const [name, rate, segments] of gated)
    it(`case ${name}`, t => loudness(t, 'I', measure(tones(segments, rate), rate).integratedLufs, -23))

  it('case 6: 5.0 with the weight of surrounds', t => {
    const levels = { FL: -28, FR: -28, FC: -24, SL: -30, SR: -30 }
    const meter = createLoudnessMeter({ sampleRateHz: 48_000, channels: Object.keys(levels) })
    meter.push(Object.values(levels).map(level => tones([[level, 20]])))
    loudness(t, 'I', meter.finish().integratedLufs, -23)
  })

  for (const rate of [48_000, 44_100, 96_000]) {
    it(`case 9 at ${rate} Hz: S stays at −23 after 3 s`, t => {
      const { series } = measure(tones(repeat(5, [-20, 1.34], [-30, 1.66]), rate), rate)
      const windows = series.shortTermLufs.filter(value => value !== null)
      assert.equal(windows.length, 121)
      loudness(t, 'lowest S', Math.min(...windows), -23)
      loudness(t, 'highest S', Math.max(...windows), -23)
    })

    it(`case 12 at ${rate} Hz: M stays at −23 after 1 s`, t => {
      const { series } = measure(tones(repeat(25, [-20, 0.18], [-30, 0.22]), rate), rate)
      const windows = series.momentaryLufs.slice(9).map(value => value ?? Number.NaN)
      loudness(t, 'lowest M', Math.min(...windows), -23)
      loudness(t, 'highest M', Math.max(...windows), -23)
    })

    it(`case 13 at ${rate} Hz: the largest M of a tone of 400 ms wherever it begins`, t => {
      const found = twenty.map(i => {
        const segments: Segment[] = [
          [null, i * 0.02],
          [-23, 0.4],
          [null, 1],
        ]
        return [measure(tones(segments, rate), rate).momentaryMaxLufs, -23] as const
      })
      loudness(t, 'worst M', ...worst(found))
    })
  }

  it('case 10: the largest S of a tone of 3 s wherever it begins', t => {
    const found = twenty.map(i => {
      const segments: Segment[] = [
        [null, i * 0.15],
        [-23, 3],
        [null, 1],
      ]
      return [measure(tones(segments)).shortTermMaxLufs, -23] as const
    })
    loudness(t, 'worst S', ...worst(found))
  })

  const climbing = [
    ['11: the largest S', 'shortTermMaxLufs', 3, 0.15],
    ['14: the largest M', 'momentaryMaxLufs', 0.4, 0.02],
  ] as const
  for (const [name, reading, long, shift] of climbing)
    it(`case ${name} of a stream that grows by 1 dB at a time`, t => {
      const meter = createLoudnessMeter({ sampleRateHz: 48_000, channels: STEREO })
      const signal = tones(
        twenty.flatMap((i): Segment[] => [
          [null, i * shift],
          [-38 + i, long],
          [null, long - i * shift],
        ]),
      )
      const part = 2 * long * 48_000
      const found = twenty.map(i => {
        const samples = signal.subarray(Math.round(i * part), Math.round((i + 1) * part))
        meter.push([samples, samples])
        return [meter.reading()[reading], -38 + i] as const
      })
      loudness(t, 'worst', ...worst(found))
    })

  const sines: readonly [name: string, part: number, phaseDeg: number, size: number, expected: number][] = [
    ['15', 1 / 4, 0, 0.5, -6],
    ['16', 1 / 4, 45, 0.5, -6],
    ['17', 1 / 6, 60, 0.5, -6],
    ['18', 1 / 8, 67.5, 0.5, -6],
    ['19', 1 / 4, 45, 1.41, 3],
  ]
  for (const rate of [48_000, 44_100, 96_000])
    for (const [name, part, phase, size, expected] of sines)
      it(`case ${name} at ${rate} Hz: true peak of a sine at ${part.toFixed(3)} of the rate, ${phase}°`, t => {
        near(t, 'TP', measure(peakTone(part, phase, size, rate), rate).truePeakDbtp, expected, 0.4, 0.2)
      })

  for (const offset of [0, 1, 2, 3])
    it(`case ${20 + offset}: true peak between the samples, ${offset}/4 of a sample aside`, t => {
      const { truePeakDbtp, samplePeakDbfs } = measure(splicedTone(offset))
      near(t, 'TP', truePeakDbtp, 0, 0.4, 0.2)
      t.diagnostic(`sample peak: ${samplePeakDbfs?.toFixed(3)}`)
    })
})

describe('EBU Tech 3342', () => {
  const ranges: readonly [name: string, expected: number, levels: readonly number[]][] = [
    ['1', 10, [-20, -30]],
    ['2', 5, [-20, -15]],
    ['3', 20, [-40, -20]],
    ['4', 15, [-50, -35, -20, -35, -50]],
  ]
  for (const [name, expected, levels] of ranges)
    it(`case ${name}: a range of ${expected} LU`, t => {
      const { loudnessRangeLu } = measure(tones(levels.map((level): Segment => [level, 20])))
      near(t, 'LRA', loudnessRangeLu, expected, 1)
    })
})
