import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { audience, costLadder, LadderPrices, type PricedRung } from './cost.ts'

const rung = (bitrateKbps: number, vmaf: number, more: Partial<PricedRung> = {}): PricedRung => ({
  codec: 'h264',
  width: 1920,
  height: 1080,
  frameRate: '25/1',
  bitrateKbps,
  vmaf,
  ...more,
})
const close = (actual: number, expected: number): void =>
  assert.ok(Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected)), `${actual} is not ${expected}`)

const small = { width: 640, height: 360 }
const own = [rung(4000, 93), rung(1000, 80, small)]
const fixed = [rung(6000, 95), rung(2000, 85), rung(800, 75, small)]
/** A hundred views of 1,000 s; half of the lines carry 10,000 kbit/s, half 2,000. */
const prices = LadderPrices.parse({
  views: 100,
  throughput: [
    { kbps: 10_000, share: 1 },
    { kbps: 2000, share: 1 },
  ],
  cdnPerGb: 0.1,
  storagePerGbMonth: 0.02,
  months: 10,
  encodeClasses: [
    { name: 'SD', pixelsPerSecond: 10e6, perMinute: 0.01 },
    { name: 'HD', pixelsPerSecond: null, perMinute: 0.03 },
  ],
})

describe('costLadder', () => {
  it('sums what is stored, encoded and delivered', () => {
    const cost = costLadder({ own, fixed, seconds: 1000 }, prices)
    // 80 % of the lines: 8,000 and 1,600 kbit/s. Own: 4,000 and 1,000; fixed: 6,000 and 800.
    close(cost.own.vmaf, 86.5)
    close(cost.fixed.vmaf, 85)
    // 2,500 kbit/s × 1,000 s = 0.3125 GB a view.
    close(cost.own.delivery, 100 * 0.3125 * 0.1)
    close(cost.fixed.delivery, 100 * 0.425 * 0.1)
    // 5,000 and 8,800 kbit/s × 1,000 s = 0.625 and 1.1 GB, for 0.2 a GB in ten months.
    close(cost.own.storage, 0.125)
    close(cost.fixed.storage, 0.22)
    // 1000/60 minutes at 0.03 and 0.01: 640×360 at 25 is 5.76 megapixels a second.
    close(cost.own.encode, (1000 / 60) * 0.04)
    close(cost.fixed.encode, (1000 / 60) * 0.07)
    close(cost.own.total, 3.125 + 0.125 + 40 / 60)
    close(cost.saved, cost.fixed.total - cost.own.total)
  })

  it('lets the own ladder pay for its search, and HEVC more than H.264', () => {
    const plain = costLadder({ own, fixed, seconds: 1000 }, prices)
    const search = { encodes: [rung(1, 1), rung(1, 1, { codec: 'hevc' })], seconds: 60 }
    const searched = costLadder({ own, fixed, seconds: 1000, search }, prices)
    close(searched.own.encode - plain.own.encode, 0.03 + 0.06)
    close(searched.fixed.total, plain.fixed.total)
    assert.match(searched.assumptions.join('\n'), /2 encodes of 60 s at the same prices, 0\.09 USD/)
    assert.match(plain.assumptions.join('\n'), /search for the own ladder costs is left out/)
  })

  it('states every figure, and calls what nobody gave an assumption', () => {
    const words = costLadder({ own, fixed, seconds: 1000 }, prices).assumptions.join('\n')
    for (const figure of [
      '16.67 minutes',
      '100 times',
      '10,000 kbit/s for 50 %',
      '80 %',
      '0.1 USD',
      '0.02 USD',
      '10 months',
    ])
      assert.ok(words.includes(figure), figure)
    assert.ok(words.includes('SD up to 10 megapixels per second 0.01 and HD above that 0.03'), words)
    assert.ok(!words.includes('assumption of ours'))
    const assumed = costLadder({ own, fixed, seconds: 1000 }, LadderPrices.parse({})).assumptions
    assert.equal(assumed.filter(line => line.includes('(an assumption of ours: set your own)')).length, 4)
  })

  it('takes nothing that cannot be billed', () => {
    const bad = (more: Partial<Parameters<typeof costLadder>[0]>): void =>
      assert.throws(() => costLadder({ own, fixed, seconds: 1000, ...more }, prices), RangeError)
    bad({ own: [] })
    bad({ fixed: [] })
    bad({ seconds: 0 })
    bad({ seconds: Number.NaN })
    bad({ own: [rung(0, 50)] })
    bad({ search: { encodes: [], seconds: -1 } })
    assert.throws(() => costLadder({ own, fixed, seconds: 1 }, { ...prices, throughput: [] }), RangeError)
  })

  it('never costs more with fewer bits where viewers keep their rungs', () => {
    const fast = { ...prices, throughput: [{ kbps: 1e9, share: 1 }] }
    fc.assert(
      fc.property(ladders, fc.double({ min: 0.05, max: 1, noNaN: true }), (rungs, factor) => {
        const fewer = rungs.map(each => ({ ...each, bitrateKbps: each.bitrateKbps * factor }))
        const cost = costLadder({ own: fewer, fixed: rungs, seconds: 600 }, fast)
        assert.ok(cost.saved >= -1e-9 && cost.own.storage <= cost.fixed.storage + 1e-12)
        assert.ok(cost.own.delivery <= cost.fixed.delivery + 1e-12)
      }),
    )
  })

  it('doubles the delivery with the views, and nothing else', () => {
    const cost = (views: number) => costLadder({ own, fixed, seconds: 1000 }, { ...prices, views })
    close(cost(200).own.delivery, 2 * cost(100).own.delivery)
    close(cost(200).own.storage + cost(200).own.encode, cost(100).own.storage + cost(100).own.encode)
  })
})

const ladders = fc.array(
  fc
    .record({
      bitrateKbps: fc.integer({ min: 50, max: 20_000 }),
      vmaf: fc.integer({ min: 1, max: 100 }),
      codec: fc.constantFrom('h264' as const, 'hevc' as const, 'av1' as const),
    })
    .map(({ bitrateKbps, vmaf, codec }) => rung(bitrateKbps, vmaf, { codec })),
  { minLength: 1, maxLength: 9 },
)

describe('audience', () => {
  it('sums to 1, keeps to the headroom, and serves everyone', () => {
    const shares = fc.integer({ min: 1, max: 50 })
    const throughput = fc.array(fc.record({ kbps: fc.integer({ min: 10, max: 99_999 }), share: shares }), {
      minLength: 1,
    })
    fc.assert(
      fc.property(ladders, throughput, shares, (rungs, lines, h264) => {
        const list = audience(rungs, LadderPrices.parse({ throughput: lines, codecShares: { h264, av1: 3 } }))
        close(
          list.reduce((sum, { share }) => sum + share, 0),
          1,
        )
        const widest = Math.max(...lines.map(({ kbps }) => kbps)) * 0.8
        for (const { rung: each } of list) {
          const least = Math.min(...rungs.filter(({ codec }) => codec === each.codec).map(r => r.bitrateKbps))
          assert.ok(each.bitrateKbps <= Math.max(widest, least))
        }
      }),
    )
  })

  it('gives each player its best codec, and the first of the ladder where that is missing', () => {
    const one = LadderPrices.parse({
      throughput: [{ kbps: 9000, share: 1 }],
      codecShares: { h264: 1, hevc: 1, av1: 2 },
    })
    const both = [rung(4000, 93), rung(3000, 93, { codec: 'hevc' })]
    assert.deepEqual(
      audience(both, one).map(({ rung: { codec }, share }) => [codec, share]),
      [
        ['h264', 0.25],
        ['hevc', 0.25],
        ['h264', 0.5],
      ],
    )
    const text = costLadder({ own: both, fixed: [both[0]!], seconds: 60 }, one).assumptions.join('\n')
    assert.match(
      text,
      /best codec: H\.264 25 %, HEVC 25 % and AV1 50 %; a player whose codec a ladder lacks gets H\.264/,
    )
  })
})

describe('LadderPrices', () => {
  it('needs nothing, keeps what is given, and its shares sum to 1', () => {
    const all = LadderPrices.parse({})
    close(
      all.throughput.reduce((sum, { share }) => sum + share, 0),
      1,
    )
    close(
      Object.values(all.codecShares).reduce((sum, share) => sum + share, 0),
      1,
    )
    assert.equal(all.views, 10_000)
    assert.deepEqual(LadderPrices.parse({ codecFactors: { av1: 8 } }).codecFactors, { h264: 1, hevc: 2, av1: 8 })
    assert.deepEqual(LadderPrices.parse(JSON.parse(JSON.stringify(all))), all)
  })

  it('refuses what makes no sense', () => {
    for (const bad of [
      { views: -1 },
      { currency: 'dollars' },
      { throughput: [] },
      { throughput: [{ kbps: 0, share: 1 }] },
      { throughput: [{ kbps: 100, share: 0 }] },
      { headroom: 1.2 },
      { cdnPrice: 1 },
      { codecShares: { h264: 0, hevc: 0, av1: 0 } },
      { codecShares: { vp9: 1 } },
      { encodeClasses: [{ name: 'all', pixelsPerSecond: 1e6, perMinute: 1 }] },
      {
        encodeClasses: [
          { name: 'b', pixelsPerSecond: 2e6, perMinute: 1 },
          { name: 'a', pixelsPerSecond: 1e6, perMinute: 1 },
          { name: 'c', pixelsPerSecond: null, perMinute: 1 },
        ],
      },
    ])
      assert.equal(LadderPrices.safeParse(bad).success, false, JSON.stringify(bad))
  })
})
