import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ntpToUs, RtpTimeline } from './rtp-timeline.ts'

const second = 1_000_000
/** NTP time of a moment of the sender, exact to 2^-32 s. */
const ntpAt = (us: number): bigint => ((3_900_000_000n * 1_000_000n + BigInt(us)) << 32n) / 1_000_000n
const picture = { stream: 0, rate: 90_000, start: 4_294_000_000 }
const sound = { stream: 1, rate: 48_000, start: 123_456_789 }
const rtpAt = ({ rate, start }: typeof picture, us: number): number => (start + Math.round((us * rate) / 1e6)) % 2 ** 32

test('streams with random beginnings come together by their reports, over a wrap', () => {
  const timeline = new RtpTimeline()
  for (const { stream, rate } of [picture, sound]) timeline.addStream(stream, rate)
  // The picture takes 80 ms longer than the sound, through its encoder.
  const at = (kind: typeof picture, us: number): number =>
    timeline.toSourceUs(kind.stream, rtpAt(kind, us), us + (kind === picture ? 80_000 : 0))
  const apartUs = (us: number): number => at(picture, us) - at(sound, us)
  assert.equal(Math.round(apartUs(0) / 1000), 80)
  assert.equal(timeline.aligned, false)

  assert.ok(Math.abs(timeline.report(0, { rtp: rtpAt(picture, second), ntp: ntpAt(second) }).movedUs) < 50)
  assert.equal(Math.round(timeline.report(1, { rtp: rtpAt(sound, second), ntp: ntpAt(second) }).movedUs / 1000), 80)
  assert.equal(timeline.aligned, true)
  // The picture's counter wraps after 10.7 s.
  for (const us of [2 * second, 15 * second, 60 * second]) {
    assert.ok(Math.abs(apartUs(us)) < 50, `${apartUs(us)}`)
    assert.ok(Math.abs(at(picture, us) - 80_000 - us) < 50)
  }
})

test('a report without a unit moves nothing; NTP time is seconds and 2^-32 seconds', () => {
  const timeline = new RtpTimeline()
  timeline.addStream(0, 90_000)
  assert.deepEqual(timeline.report(0, { rtp: 1, ntp: ntpAt(0) }), { movedUs: 0 })
  assert.equal(timeline.aligned, false)
  assert.equal(ntpToUs((5n << 32n) + (1n << 31n)), 5_500_000)
  assert.throws(() => timeline.toSourceUs(3, 0, 0), RangeError)
})
