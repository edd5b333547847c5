import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseSegment } from '../manifest/index.ts'
import { type ChannelRequest, planChannel, type SourceFacts } from './channel-plan.ts'
import { formatChunk } from './chunk.ts'
import { placeOfFrame, placeOfSound, samePlace, videoTicks } from './places.ts'

const hd: SourceFacts = {
  video: { width: 1280, height: 720, sampleAspect: { num: 1, den: 1 }, measuredRate: 29.98 },
  audio: { sampleRate: 44_100, channels: 6 },
}

test('the measured rate becomes the standard one next to it', () => {
  const rate = (measuredRate: number) => {
    const { num, den } = planChannel({}, { ...hd, video: { ...hd.video!, measuredRate } }).timing.frameRate
    return `${num}/${den}`
  }
  assert.equal(rate(29.9702), '30000/1001')
  assert.equal(rate(30.001), '30/1')
  assert.equal(rate(23.976), '24000/1001')
  assert.equal(rate(24.9), '25/1')
  assert.equal(rate(27), '30000/1001')
  assert.equal(rate(119), '60/1')
})

test('no rung is larger than its source, and the reasons say so', () => {
  const plan = planChannel({ heights: [1080, 720, 240] }, hd)
  assert.deepEqual(
    plan.video.map(({ id, width, height }) => [id, width, height]),
    [
      ['v720', 1280, 720],
      ['v240', 426, 240],
    ],
  )
  assert.ok(plan.reasons.some(reason => reason.includes('no 1080p')))
  assert.ok(plan.reasons.some(reason => reason.includes('stereo')))
})

test('samples that are not square make a canvas of square ones', () => {
  const { canvas } = planChannel(
    {},
    { audio: null, video: { width: 720, height: 576, sampleAspect: { num: 64, den: 45 }, measuredRate: 25 } },
  )
  assert.deepEqual(canvas, { width: 1024, height: 576 })
})

test('whatever is wanted: parts divide segments, sizes are even, rates fall with size', () => {
  fc.assert(
    fc.property(
      fc.record({
        heights: fc.option(fc.array(fc.integer({ min: 90, max: 2400 }), { minLength: 1, maxLength: 6 }), {
          nil: undefined,
        }),
        segmentSeconds: fc.double({ min: 0.5, max: 10, noNaN: true }),
        partSeconds: fc.double({ min: 0.1, max: 2, noNaN: true }),
        codec: fc.constantFrom('h264', 'hevc', 'av1' as const),
      }),
      fc.integer({ min: 16, max: 4096 }),
      fc.integer({ min: 16, max: 2400 }),
      fc.double({ min: 1, max: 120, noNaN: true }),
      (request, width, height, measuredRate) => {
        const given = Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined))
        const plan = planChannel(given as ChannelRequest, {
          audio: null,
          video: { width, height, sampleAspect: { num: 1, den: 1 }, measuredRate },
        })
        const { framesPerPart, framesPerSegment } = plan.timing
        assert.equal(framesPerSegment % framesPerPart, 0)
        assert.ok(plan.video.length > 0)
        assert.equal(new Set(plan.video.map(({ id }) => id)).size, plan.video.length)
        for (const rung of plan.video) {
          assert.ok(rung.width % 2 === 0 && rung.height % 2 === 0)
          assert.ok(rung.bitrateBps > 0 && rung.peakBps >= rung.bitrateBps)
        }
        for (const [i, rung] of plan.video.entries())
          if (i > 0) assert.ok(rung.bitrateBps <= plan.video[i - 1]!.bitrateBps)
      },
    ),
  )
})

test('sound is cut where the picture is, to half a frame of sound, and no part is without it', () => {
  const timing = { frameRate: { num: 30_000, den: 1001 }, framesPerSegment: 60, framesPerPart: 6 }
  const from = 83_000_000_000n
  const partSeconds = (6 * 1001) / 30_000
  for (let m = from; m < from + 5000n; m++) {
    const here = placeOfSound(m, 1024, 48_000, timing)
    if (samePlace(here, placeOfSound(m - 1n, 1024, 48_000, timing))) continue
    // The cut before frame m, against the beginning of the part, in seconds; exact enough after taking off whole segments.
    const part = BigInt(here.segment) * 10n + BigInt(here.part)
    const offBy = Number(m * 1024n * 30_000n - part * 6n * 1001n * 48_000n) / (48_000 * 30_000)
    assert.ok(Math.abs(offBy) <= 512 / 48_000 + 1e-9, `${offBy} s`)
  }
  assert.ok(partSeconds > 0.2)
})

test('places are a function of the number alone', () => {
  const timing = { frameRate: { num: 25, den: 1 }, framesPerSegment: 50, framesPerPart: 5 }
  assert.deepEqual(placeOfFrame(50n * 870_000_000n + 49n, timing), { segment: 870_000_000, part: 9 })
  assert.deepEqual(videoTicks({ num: 25, den: 1 }), { timescale: 10_000, frameTicks: 400 })
  assert.deepEqual(videoTicks({ num: 24_000, den: 1001 }), { timescale: 24_000, frameTicks: 1001 })
})

test('a chunk is what our own reader reads', () => {
  const decodeTicks = 1_790_000_000n * 30_000n
  const samples = [
    { bytes: Buffer.from([1, 2, 3]), durationTicks: 1001, key: true },
    { bytes: Buffer.from([4]), durationTicks: 2002, key: false, compositionTicks: -1001 },
  ]
  const bytes = formatChunk({ sequence: 7, trackId: 1, decodeTicks, samples })
  const { fragments } = parseSegment(bytes, { duration: 0, size: 0, flags: 0 })
  assert.equal(fragments.length, 1)
  assert.equal(fragments[0]!.baseMediaDecodeTime, decodeTicks)
  assert.deepEqual(
    fragments[0]!.samples.map(({ duration, size, sync, compositionOffset }) => [
      duration,
      size,
      sync,
      compositionOffset,
    ]),
    [
      [1001, 3, true, 0],
      [2002, 1, false, -1001],
    ],
  )
})
