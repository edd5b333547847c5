import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { noise, peakTone, type Segment, tones } from '../../../test/media/tones.ts'
import { layoutChannels } from '../index.ts'
import { channelsOfMask, channelWeights, createLoudnessMeter } from './index.ts'
import { planKWeighting } from './k-weighting.ts'

const RATE = 48_000

function measure(planes: readonly Float32Array[], channels: readonly string[], rate = RATE, dualMono = false) {
  const meter = createLoudnessMeter({ sampleRateHz: rate, channels, dualMono })
  meter.push(planes)
  return meter.finish()
}
const mono = (samples: Float32Array, rate = RATE) => measure([samples], ['FC'], rate)
const near = (actual: number | null, expected: number, tolerance: number) =>
  assert.ok(actual !== null && Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}±${tolerance}`)

describe('the K filter', () => {
  it('has the coefficients of BS.1770 at 48 kHz', () => {
    // ITU-R BS.1770-5 Annex 1, Tables 1 and 2.
    const tables = [
      1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585, 1, -2, 1,
      -1.99004745483398, 0.99007225036621,
    ]
    const planned = planKWeighting(RATE)
    for (const [i, value] of tables.entries()) near(planned[i]!, value, 1e-8)
  })

  it('reads 997 Hz at full scale in one channel as −3.01 LUFS, at any rate', () => {
    for (const rate of [8000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000]) {
      const samples = Float32Array.from({ length: rate * 2 }, (_, i) => Math.sin((2 * Math.PI * 997 * i) / rate))
      // Low rates bend the shelf: the bilinear transform squeezes what is above.
      near(mono(samples, rate).integratedLufs, -3.01, rate < 32_000 ? 0.4 : 0.05)
    }
  })
})

describe('weights of channels', () => {
  const weightsOf = (layout: string) => channelWeights(layoutChannels[layout]!)

  it('count surrounds from 60° to 120° 1.41, others 1, LFE not at all', () => {
    assert.deepEqual(weightsOf('mono'), [1])
    assert.deepEqual(weightsOf('stereo'), [1, 1])
    assert.deepEqual(weightsOf('5.0'), [1, 1, 1, 1.41, 1.41])
    assert.deepEqual(weightsOf('5.1'), [1, 1, 1, 0, 1.41, 1.41])
    assert.deepEqual(weightsOf('5.1(side)'), [1, 1, 1, 0, 1.41, 1.41])
    assert.deepEqual(weightsOf('quad'), [1, 1, 1.41, 1.41])
    assert.deepEqual(weightsOf('6.1'), [1, 1, 1, 0, 1, 1.41, 1.41])
  })

  it('take a back pair for the one of ±135° where there is a side pair', () => {
    assert.deepEqual(weightsOf('7.1'), [1, 1, 1, 0, 1, 1, 1.41, 1.41])
  })

  it('count what is above the listener 1', () => {
    const heights = ['TFL', 'TFR', 'TBL', 'TBR']
    const [five, seven] = [layoutChannels['5.1']!, layoutChannels['7.1']!]
    assert.deepEqual(channelWeights([...five, 'TFL', 'TFR']), [1, 1, 1, 0, 1.41, 1.41, 1, 1])
    assert.deepEqual(channelWeights([...five, ...heights]), [1, 1, 1, 0, 1.41, 1.41, 1, 1, 1, 1])
    assert.deepEqual(channelWeights([...seven, ...heights]), [1, 1, 1, 0, 1, 1, 1.41, 1.41, 1, 1, 1, 1])
    assert.deepEqual(channelWeights(['TSL', 'TSR', 'TC', 'BFL']), [1, 1, 1, 1])
  })

  it('count a dual mono channel twice, and unknown ones once', () => {
    assert.deepEqual(channelWeights(['FC'], true), [2])
    assert.deepEqual(channelWeights(['FL', 'FR'], true), [1, 1])
    assert.deepEqual(channelWeights(['C0', 'C1']), [1, 1])
  })

  it('are heard in the figures', () => {
    const tone = tones([[-23, 2]])
    const silent = new Float32Array(tone.length)
    const front = mono(tone).integratedLufs!
    near(measure([tone], ['FC'], RATE, true).integratedLufs, front + 10 * Math.log10(2), 1e-9)
    const channels = layoutChannels['7.1']!
    for (const [i, weight] of channelWeights(channels).entries()) {
      const result = measure(
        channels.map((_, at) => (at === i ? tone : silent)),
        channels,
      )
      if (weight === 0) assert.equal(result.integratedLufs, null)
      else near(result.integratedLufs, front + 10 * Math.log10(weight), 1e-9)
      near(result.channels[i]!.truePeakDbtp, -23, 0.01)
      assert.equal(result.channels[(i + 1) % channels.length]!.truePeakDbtp, null)
    }
  })

  it('know channels by the mask of a layout, and fall back to the usual layout of a count', () => {
    assert.deepEqual(channelsOfMask(0x60fn, 6), { channels: layoutChannels['5.1(side)'], assumed: false })
    // 7.1.4: FL FR FC LFE BL BR SL SR TFL TFR TBL TBR.
    const heights = [...layoutChannels['7.1']!, 'TFL', 'TFR', 'TBL', 'TBR']
    assert.deepEqual(channelsOfMask(0x2d63fn, 12), { channels: heights, assumed: false })
    assert.deepEqual(channelsOfMask(0n, 6), { channels: layoutChannels['5.1'], assumed: true })
    assert.deepEqual(channelsOfMask(0n, 10).channels.slice(0, 2), ['C0', 'C1'])
  })
})

describe('gates', () => {
  const integrated = (...segments: Segment[]) => mono(tones(segments)).integratedLufs

  it('leave out what is at −70 LUFS or less', () => {
    // A tone in one channel reads 3.01 LU below its peak level.
    assert.equal(integrated([-67.1, 3]), null)
    near(integrated([-66.8, 3]), -69.8, 0.02)
  })

  it('leave out what is 10 LU below the programme, and only that', () => {
    // Of the blocks on the edge three are kept, which hold 3/4, 1/2 and 1/4 of the tone.
    near(integrated([-20, 10], [-45, 10]), -23.01 + 10 * Math.log10(98.5 / 100), 0.02)
    const both = 10 * Math.log10((10 ** -2.3 + 10 ** -3.1) / 2)
    near(integrated([-20, 10], [-28, 10]), both, 0.05)
  })

  it('let a range be 0 for a steady tone and null for silence', () => {
    near(mono(tones([[-20, 5]])).loudnessRangeLu, 0, 1e-3)
    const silence = mono(new Float32Array(5 * RATE))
    assert.equal(silence.loudnessRangeLu, null)
  })
})

describe('true peak', () => {
  it('finds what lies between the samples, up to 0.45 of the rate', () => {
    for (const part of [0.05, 0.2, 0.35, 0.45])
      for (const phase of [0, 20, 45, 70]) {
        // A sine at the rate times `part` is met at least every 1/4 of a sample: BS.1770-5 Annex 2, attachment 1.
        const missed = 20 * Math.log10(Math.cos((Math.PI * part) / 4))
        const { truePeakDbtp } = mono(peakTone(part, phase, 0.5))
        assert.ok(truePeakDbtp! > -6.0206 + missed - 0.02 && truePeakDbtp! < -6.0206 + 0.05, `${part}: ${truePeakDbtp}`)
      }
  })

  it('is the same whatever was seen before: what is skipped could not have been larger', () => {
    const samples = noise(RATE / 4, 7).map((x, i) => x * (0.5 + 0.5 * Math.sin(i / 700)))
    // Backwards, the same values stand between the samples, and others of them are skipped.
    near(mono(samples).truePeakDbtp, mono(samples.toReversed()).truePeakDbtp!, 1e-9)
  })

  it('looks behind the last sample and before the first one', () => {
    // Two samples of 0.9 alone: the sinc between them is 2 · 0.9 · 2/π.
    const expected = 20 * Math.log10((3.6 / Math.PI) * 1)
    for (const samples of [Float32Array.of(...Array(1000).fill(0), 0.9, 0.9), Float32Array.of(0.9, 0.9)])
      near(mono(samples).truePeakDbtp, expected, 0.1)
  })

  it('is the sample peak from 176.4 kHz on', () => {
    const { truePeakDbtp, samplePeakDbfs } = mono(noise(19_200), 192_000)
    assert.equal(truePeakDbtp, samplePeakDbfs)
  })
})

describe('the meter', () => {
  it('gives the same figures bit for bit whatever lengths are pushed', () => {
    for (const rate of [48_000, 44_100, 11_025]) {
      const left = noise(rate * 4 + 123, 3).map((x, i) => x * Math.abs(Math.sin(i / rate)))
      const right = tones([[-12, left.length / rate]], rate)
      const options = { sampleRateHz: rate, channels: ['FL', 'FR'] }
      const whole = createLoudnessMeter(options)
      whole.push([left, right])
      const expected = whole.finish()
      const lengths = noise(64, 5).map(x => Math.floor(Math.abs(x) ** 3 * 5000))
      for (const next of [() => 1, () => 480, () => 1024, (i: number) => lengths[i % 64]!]) {
        const meter = createLoudnessMeter(options)
        for (let at = 0, i = 0; at < left.length; i++) {
          const end = Math.min(left.length, at + next(i))
          meter.push([left.subarray(at, end), right.subarray(at, end)])
          at = end
        }
        assert.deepEqual(meter.finish(), expected)
      }
    }
  })

  it('has no loudness of silence, nor of less than one block, but peaks', () => {
    const silence = measure([new Float32Array(RATE * 4), new Float32Array(RATE * 4)], ['FL', 'FR'])
    const { integratedLufs, momentaryMaxLufs, shortTermMaxLufs, truePeakDbtp, samplePeakDbfs, series } = silence
    assert.deepEqual(
      [integratedLufs, momentaryMaxLufs, shortTermMaxLufs, truePeakDbtp, samplePeakDbfs],
      [null, null, null, null, null],
    )
    assert.deepEqual(series.momentaryLufs, Array(40).fill(null))
    const short = mono(tones([[-20, 0.399]]))
    assert.deepEqual([short.integratedLufs, short.momentaryMaxLufs, short.loudnessRangeLu], [null, null, null])
    near(short.samplePeakDbfs, -20, 0.01)
    near(mono(tones([[-20, 0.4]])).integratedLufs, -23, 0.1)
    assert.equal(mono(tones([[-20, 2.99]])).shortTermMaxLufs, null)
    near(mono(tones([[-20, 3]])).shortTermMaxLufs, -23, 0.1)
  })

  it('draws one value per 100 ms, from the first whole window on', () => {
    const { series, samples } = mono(tones([[-20, 3.55]]))
    assert.equal(samples, 3.55 * RATE)
    assert.equal(series.stepMs, 100)
    assert.equal(series.momentaryLufs.length, 35)
    assert.equal(series.shortTermLufs.length, 35)
    assert.equal(
      series.momentaryLufs.findIndex(value => value !== null),
      3,
    )
    assert.equal(
      series.shortTermLufs.findIndex(value => value !== null),
      29,
    )
  })

  it('counts NaN and infinities, and measures them as zero', () => {
    const clean = tones([[-20, 4]])
    const holes = clean.slice()
    const broken = clean.slice()
    for (const [at, value] of [
      [0, Number.NaN],
      [50_000, Number.POSITIVE_INFINITY],
      [191_999, Number.NEGATIVE_INFINITY],
    ] as const) {
      broken[at] = value
      holes[at] = 0
    }
    assert.deepEqual(mono(broken), { ...mono(holes), invalidSamples: 3 })
  })

  it('stays finite on samples far beyond full scale', () => {
    const result = mono(tones([[200, 4]]))
    near(result.integratedLufs, 197, 0.1)
    near(result.truePeakDbtp, 200, 0.01)
  })

  it('does not let a loud passage leave rounding in the silence after it', () => {
    const { series } = mono(
      tones([
        [0, 3.5],
        [null, 8],
      ]),
    )
    assert.ok((series.momentaryLufs.at(-1) ?? -1000) < -500)
  })

  it('keeps nothing when nothing comes', () => {
    const result = createLoudnessMeter({ sampleRateHz: RATE, channels: ['FL', 'FR'] }).finish()
    assert.equal(result.samples, 0)
    assert.equal(result.integratedLufs, null)
    assert.deepEqual(result.series.momentaryLufs, [])
  })

  it('refuses planes that do not fit', () => {
    const meter = createLoudnessMeter({ sampleRateHz: RATE, channels: ['FL', 'FR'] })
    assert.throws(() => meter.push([new Float32Array(4)]), RangeError)
    assert.throws(() => meter.push([new Float32Array(4), new Float32Array(5)]), RangeError)
    assert.throws(() => createLoudnessMeter({ sampleRateHz: RATE, channels: [] }), RangeError)
    assert.throws(() => createLoudnessMeter({ sampleRateHz: 0, channels: ['FC'] }), RangeError)
  })
})
