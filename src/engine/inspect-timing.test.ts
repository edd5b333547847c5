import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { formatRational, parseRational, type Rational, rational, toNumber } from '../core/index.ts'
import { readTiming } from './inspect-timing.ts'

const ms = rational(1, 1000)
const ts = rational(1, 90000)
const rates = (...list: string[]): Rational[] => list.map(parseRational)

/** Presentation times of `count` frames at `rate`, rounded to the clock as muxers do. */
function times(rate: string, count: number, timebase: Rational, round = Math.round): number[] {
  const step = 1 / (toNumber(parseRational(rate)) * toNumber(timebase))
  return Array.from({ length: count }, (_, i) => round(i * step))
}
const read = (ticks: number[], timebase: Rational, stated: Rational[]): string => {
  const { frameRate, mode } = readTiming(ticks, timebase, stated)
  return `${frameRate && formatRational(frameRate)} ${mode}`
}

describe('readTiming', () => {
  for (const rate of ['24000/1001', '24/1', '25/1', '30000/1001', '30/1', '50/1', '60000/1001', '60/1']) {
    for (const [name, round] of [
      ['rounded', Math.round],
      ['floored', Math.floor],
    ] as const) {
      it(`finds ${rate} in ${name} milliseconds without being told`, () => {
        assert.equal(read(times(rate, 300, ms, round), ms, []), `${rate} constant`)
      })
    }
    it(`finds ${rate} in 90 kHz`, () => assert.equal(read(times(rate, 300, ts), ts, []), `${rate} constant`))
  }
  it('does not mind the order of decoding', () => {
    assert.equal(read([0, 160, 80, 40, 120, 320, 240, 200, 280], ms, []), '25/1 constant')
  })
  it('snaps a jittery average of milliseconds to the rate behind it', () => {
    assert.equal(read(times('60000/1001', 240, ms), ms, rates('19001/317')), '60000/1001 constant')
    assert.equal(read(times('30000/1001', 4, ms), ms, rates('2997/100')), '30000/1001 constant')
  })
  it('believes exact times before stated averages', () => {
    const exact = Array.from({ length: 20 }, (_, i) => i * 3003)
    assert.equal(read(exact, ts, rates('2997/100')), '30000/1001 constant')
    assert.equal(read([0, 100, 200, 300], rational(1, 2997), []), '2997/100 constant')
  })
  it('tells 24 from 24000/1001 by the statement when the clip is too short to tell', () => {
    assert.equal(read(times('24/1', 6, ms), ms, rates('24000/1001')), '24000/1001 constant')
  })
  it('tells them apart by itself when it is not', () => {
    assert.equal(read(times('24/1', 100, ms), ms, rates('24000/1001')), '24/1 constant')
  })
  it('accepts milliseconds that were copied into a finer clock', () => {
    const copied = times('30000/1001', 300, ms).map(time => time * 90)
    assert.equal(read(copied, ts, rates('30000/1001')), '30000/1001 constant')
  })
  it('takes a field rate for what the frames say', () => {
    assert.equal(read(times('25/1', 50, ts), ts, rates('50/1', '25/1')), '25/1 constant')
  })
  it('calls dropped frames variable and names the rate of most', () => {
    const dropped = times('30/1', 90, ms).filter((_, i) => i < 40 || i % 7 !== 0)
    assert.equal(read(dropped, ms, rates('30/1')), '30/1 variable')
  })
  it('calls one long frame variable', () => {
    const late = times('25/1', 50, ts).map((time, i) => (i > 10 ? time + 3600 : time))
    assert.equal(read(late, ts, rates('25/1')), '25/1 variable')
  })
  it('names the average where no step prevails', () => {
    const wild = [0, 10, 50, 60, 100, 110, 200, 300, 310, 400]
    assert.match(read(wild, ms, []), /variable$/)
  })
  it('says unknown of one frame and of none', () => {
    assert.equal(read([7], ms, rates('25/1')), '25/1 unknown')
    assert.equal(read([], ms, rates('25/1')), '25/1 unknown')
    assert.equal(read([], ms, []), 'null unknown')
  })
  it('survives equal and absurd times', () => {
    assert.match(read([0, 0, 0], ms, []), /variable$/)
    assert.match(read([0, 2 ** 52, 5], ms, []), /variable$/)
  })
})
