import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { audioFacts } from '../../test/media/sample-facts.ts'
import { planChannels, planDownmix } from './index.ts'

const pan = (layout: string, channels: number): string =>
  String(planDownmix({ layout, channels }).filters[0]?.args.args)

describe('planDownmix', () => {
  it('uses the BS.775 coefficients, without LFE, scaled so that full scale in all channels cannot clip', () => {
    const text = pan('5.1(side)', 6)
    assert.match(
      text,
      /^stereo\|FL=0\.414214\*c0\+0\.292893\*c2\+0\.292893\*c4\|FR=0\.414214\*c1\+0\.292893\*c2\+0\.292893\*c5$/,
    )
    for (const [layout, channels] of [
      ['5.1', 6],
      ['7.1', 8],
      ['6.1', 7],
      ['quad', 4],
      ['2.1', 3],
      ['5.0', 5],
    ] as const) {
      for (const side of pan(layout, channels).split('|').slice(1)) {
        const sum = [...side.matchAll(/(\d\.\d+)\*/g)].reduce((total, [, gain]) => total + Number(gain), 0)
        assert.ok(Math.abs(sum - 1) < 1e-5, `${layout}: ${sum}`)
      }
    }
    assert.ok(!pan('5.1', 6).includes('c3'), 'LFE is left out')
  })
  it('keeps mono and stereo', () => {
    assert.deepEqual(planDownmix({ layout: 'mono', channels: 1 }).filters, [])
    assert.equal(planDownmix({ layout: 'stereo', channels: 2 }).channels, 2)
  })
  it('assumes a layout by count and says so; refuses what it does not know', () => {
    assert.equal(planDownmix({ layout: '6 channels', channels: 6 }).assumedLayout, '5.1')
    assert.throws(() => planDownmix({ layout: '9 channels', channels: 9 }), { code: 'HE_INPUT_UNSUPPORTED' })
  })

  const args = (...request: Parameters<typeof planDownmix>): string =>
    String(planDownmix(...request).filters[0]?.args.args)
  const surround = { layout: '5.1', channels: 6 }
  it('mixes to mono by the row of 1/0, exact at unity gain', () => {
    assert.equal(
      args(surround, 'mono', { gain: 'unity' }),
      'mono|FC=0.707107*c0+0.707107*c1+1.000000*c2+0.500000*c4+0.500000*c5',
    )
    assert.equal(args({ layout: 'stereo', channels: 2 }, 'mono'), 'mono|FC=0.500000*c0+0.500000*c1')
    assert.equal(planDownmix(surround, 'mono', { gain: 'unity' }).mayReach.toFixed(3), '3.414')
    assert.equal(planDownmix(surround, 'mono').mayReach, 1)
  })
  it('mixes to Lt/Rt with the surrounds out of phase', () => {
    assert.equal(
      args(surround, 'stereo', { gain: 'unity', matrix: 'ltrt' }),
      'stereo|FL=1.000000*c0+0.707107*c2-0.707107*c4-0.707107*c5|FR=1.000000*c1+0.707107*c2+0.707107*c4+0.707107*c5',
    )
    // ATSC A/52 7.8.2 divides by 1 + 3 × 0.707.
    assert.match(planDownmix(surround, 'stereo', { matrix: 'ltrt' }).because, /Lt\/Rt.*divided by 3\.121/)
  })
  it('takes LFE at the gain that is stated', () => {
    assert.match(
      args(surround, 'stereo', { gain: 'unity', lfeDb: -6 }),
      /FL=1\.000000\*c0\+0\.707107\*c2\+0\.501187\*c3\+/,
    )
    assert.match(planDownmix(surround, 'stereo', { lfeDb: -6 }).because, /LFE at -6 dB in each side/)
  })
  it('mixes 7.1 to 5.1 so that a second mix to stereo is the direct one', () => {
    const wide = { layout: '7.1', channels: 8 }
    const first = matrix(args(wide, '5.1', { gain: 'unity' }), 8)
    const second = matrix(args(surround, 'stereo', { gain: 'unity' }), 6)
    const direct = matrix(args(wide, 'stereo', { gain: 'unity' }), 8)
    for (const [side, row] of second.entries())
      for (let i = 0; i < 8; i++) {
        const through = row.reduce((sum, gain, k) => sum + gain * first[k]![i]!, 0)
        assert.ok(Math.abs(through - direct[side]![i]!) < 2e-6, `side ${side}, channel ${i}`)
      }
  })
  it('does not mix up', () => {
    for (const [layout, channels] of [
      ['stereo', 2],
      ['mono', 1],
      ['5.0', 5],
      ['quad', 4],
    ] as const)
      assert.throws(() => planDownmix({ layout, channels }, '5.1'), { code: 'HE_PLAN_IMPOSSIBLE' })
  })
})

/** Rows of gains out of the arguments of `pan`. */
function matrix(text: string, channels: number): number[][] {
  return text
    .split('|')
    .slice(1)
    .map(row => {
      const gains = new Array<number>(channels).fill(0)
      for (const [, sign, gain, channel] of row.matchAll(/([+=-])(\d+\.\d+)\*c(\d+)/g))
        gains[Number(channel)] = Number(gain) * (sign === '-' ? -1 : 1)
      return gains
    })
}

describe('planChannels', () => {
  const stream = (layout: string, channels: number) => audioFacts({ layout, channels })
  it('keeps channels where the codec carries them, and names the layout as the codec does', () => {
    const kept = planChannels(stream('5.1', 6), 'keep', { maxChannels: 6, layouts: { 6: '5.1(side)' } })
    assert.deepEqual([kept.channels, kept.layout], [6, '5.1(side)'])
    assert.equal(kept.filters[1]?.args.args, '5.1(side)|c0=c0|c1=c1|c2=c2|c3=c3|c4=c4|c5=c5')
    assert.equal(planChannels(stream('5.1', 6), 'keep', { maxChannels: 8 }).filters.length, 1)
  })
  it('mixes down what the codec does not carry, or what is asked for', () => {
    assert.equal(planChannels(stream('7.1', 8), 'keep', { maxChannels: 2 }).layout, 'stereo')
    const six = planChannels(stream('7.1', 8), 'keep', { maxChannels: 6, layouts: { 6: '5.1(side)' } })
    assert.deepEqual([six.channels, six.layout, six.filters.length], [6, '5.1(side)', 3])
    assert.throws(() => planChannels(stream('7.1', 8), '5.1', { maxChannels: 2 }), { code: 'HE_PLAN_IMPOSSIBLE' })
    assert.equal(planChannels(stream('5.1', 6), '5.1', { maxChannels: 8 }).because, 'as in the source')
    assert.equal(planChannels(stream('5.1', 6), 'stereo', { maxChannels: 8 }).layout, 'stereo')
    assert.equal(planChannels(stream('mono', 1), 'keep', { maxChannels: 8 }).layout, 'mono')
  })
  it('gives channels without a layout the usual one, and says so', () => {
    const named = planChannels(stream('6 channels', 6), 'keep', { maxChannels: 8 })
    assert.deepEqual([named.layout, named.assumedLayout], ['5.1', '5.1'])
    assert.equal(named.filters[1]?.args.args, '5.1|c0=c0|c1=c1|c2=c2|c3=c3|c4=c4|c5=c5')
  })
  it('takes a layout that was asked for, for tracks of as many channels', () => {
    const wrong = stream('6.0', 6)
    const repaired = planChannels(wrong, 'keep', { maxChannels: 8 }, { layout: '5.1' })
    assert.deepEqual([repaired.layout, repaired.assumedLayout], ['5.1', null])
    assert.match(repaired.because, /taken as 5\.1 as asked, whatever the source states \(6\.0\)/)
    const down = planChannels(wrong, 'stereo', { maxChannels: 8 }, { layout: '5.1' })
    assert.ok(!String(down.filters[1]?.args.args).includes('c3'), 'what is called LFE is left out')
    assert.equal(planChannels(stream('stereo', 2), 'keep', { maxChannels: 8 }, { layout: '5.1' }).layout, 'stereo')
  })
  it('puts channels that are listed in another order where they belong', () => {
    const listed = stream('6 channels (FL+FR+LFE+FC+BL+BR)', 6)
    const kept = planChannels(listed, 'keep', { maxChannels: 8 })
    assert.deepEqual([kept.layout, kept.assumedLayout], ['5.1', null])
    assert.equal(kept.filters[1]?.args.args, '5.1|c0=c0|c1=c1|c2=c3|c3=c2|c4=c4|c5=c5')
  })
  it('takes pairs that are no stereo apart, and puts one channel on both sides', () => {
    const of = (dualMono: 'left' | 'right' | 'sum' | 'spread', channels: 1 | 2) =>
      planChannels(stream(channels === 1 ? 'mono' : 'stereo', channels), 'keep', { maxChannels: 8 }, { dualMono })
    assert.equal(of('right', 2).filters[1]?.args.args, 'mono|c0=c1')
    assert.equal(of('sum', 2).filters[1]?.args.args, 'mono|c0=0.5*c0+0.5*c1')
    assert.deepEqual([of('spread', 1).layout, of('spread', 1).channels], ['stereo', 2])
    assert.equal(of('left', 1).layout, 'mono', 'a lone channel is no pair')
  })
})
