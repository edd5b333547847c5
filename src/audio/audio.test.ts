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
})

describe('planChannels', () => {
  const stream = (layout: string, channels: number) => audioFacts({ layout, channels })
  it('keeps channels where the codec carries them, and names the layout as the codec does', () => {
    const kept = planChannels(stream('5.1', 6), 'keep', { maxChannels: 6, layouts: { 6: '5.1(side)' } })
    assert.deepEqual([kept.channels, kept.layout], [6, '5.1(side)'])
    assert.equal(kept.filters[1]?.args.args, '5.1(side)|c0=c0|c1=c1|c2=c2|c3=c3|c4=c4|c5=c5')
    assert.equal(planChannels(stream('5.1', 6), 'keep', { maxChannels: 8 }).filters.length, 1)
  })
  it('mixes down what the codec does not carry, or what is asked for', () => {
    assert.equal(planChannels(stream('7.1', 8), 'keep', { maxChannels: 6 }).layout, 'stereo')
    assert.equal(planChannels(stream('5.1', 6), 'stereo', { maxChannels: 8 }).layout, 'stereo')
    assert.equal(planChannels(stream('mono', 1), 'keep', { maxChannels: 8 }).layout, 'mono')
  })
  it('gives channels without a layout the usual one, and says so', () => {
    const named = planChannels(stream('6 channels', 6), 'keep', { maxChannels: 8 })
    assert.deepEqual([named.layout, named.assumedLayout], ['5.1', '5.1'])
    assert.equal(named.filters[1]?.args.args, '5.1|c0=c0|c1=c1|c2=c2|c3=c3|c4=c4|c5=c5')
  })
})
