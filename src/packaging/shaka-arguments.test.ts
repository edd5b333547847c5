import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { floor, formatRational, mul, parseRational, rational } from '../core/index.ts'
import { formatSegmentDuration, shakaArguments } from './shaka-arguments.ts'

it('a segment is, in the ticks of every track, what Shaka computes from the decimal', () => {
  const rates = [
    rational(24000, 1001),
    rational(24),
    rational(25),
    rational(30000, 1001),
    rational(50),
    rational(60000, 1001),
    rational(12800, 512),
    rational(7, 3),
  ]
  const scales = [24000, 30000, 60000, 12800, 15360, 44100, 48000, 90000, 96000, 1_000_000, 10_000_000]
  fc.assert(
    fc.property(
      fc.constantFrom(...rates),
      fc.integer({ min: 1, max: 3000 }),
      fc.constantFrom(...scales),
      (rate, frames, scale) => {
        const exact = rational(BigInt(frames) * rate.den, rate.num)
        // double × int, then truncated to int64: packager/media/chunking/chunking_handler.
        const shaka = BigInt(Math.trunc(Number(formatSegmentDuration(formatRational(exact))) * scale))
        assert.equal(shaka, floor(mul(exact, rational(scale))))
      },
    ),
    { numRuns: 5000, seed: 1 },
  )
})

it('lies above the exact value by at most two picoseconds', () => {
  for (const text of ['1001/250', '2/1', '1001/240', '1/3'] as const) {
    const over = mul(rational(1_000_000_000_000n), rational(1))
    const gap = floor(mul(parseRational(formatSegmentDuration(text)), over)) - floor(mul(parseRational(text), over))
    assert.equal(gap, 2n)
  }
  assert.equal(formatSegmentDuration('1001/250'), '4.004000000002')
  assert.equal(formatSegmentDuration('1/2'), '0.500000000002')
})

it('names outputs relative to the folder of the package and passes languages on', () => {
  const args = shakaArguments(
    [{ id: 'a_eng', path: '/in/a.mp4', type: 'audio', language: 'en' }],
    '4/1',
    'shaka.mpd',
    'en',
  )
  assert.equal(
    args[0],
    'in=/in/a.mp4,stream=audio,init_segment=a_eng/init.mp4,segment_template=a_eng/$Number%05d$.m4s,lang=en',
  )
  assert.ok(
    args.includes('--clear_lead=0') &&
      args.includes('--generate_static_live_mpd') &&
      args.includes('--default_language=en'),
  )
})
