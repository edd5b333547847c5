import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { planDownmix } from './index.ts'

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
