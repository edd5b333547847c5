import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { bdRate } from './bd-rate.ts'
import type { Probe } from './curve.ts'
import { upperHull } from './hull.ts'
import { type Candidate, hullOf, nextProbes, type Probed, type SearchSpace, worthwhile } from './search.ts'
import { exhaustive } from './search-tables.data.ts'

const sizes = [1080, 864, 720, 540, 432, 360, 234]
const candidates: Candidate[] = sizes.map(lines => ({
  id: `v${lines}`,
  width: Math.round((lines * 16) / 9),
  height: lines,
}))
const space: SearchSpace = { candidates, crfFrom: 18, crfTo: 42 }

/** How a title may behave: rate halves every `halving` steps, quality falls off a shoulder, small sizes have a ceiling. */
type Title = {
  readonly kbps: number
  readonly halving: number
  readonly detail: number
  readonly shoulder: number
  readonly steep: number
}

function encode({ kbps, halving, detail, shoulder, steep }: Title, { height }: Candidate, crf: number): Probe {
  const scale = height / 1080
  const bitrateBps = kbps * 1000 * scale ** 1.5 * 2 ** (-(crf - 18) / halving)
  const ceiling = 100 - detail * (1 / scale - 1) ** 0.8
  const vmaf = Math.max(0, ceiling / (1 + Math.exp((crf - shoulder - 4 * Math.log2(scale)) / steep)))
  return { crf, bitrateBps, vmaf }
}

function search(title: Title, tolerance: number): { probed: Probed; encodes: number } {
  const probed: Record<string, Probe[]> = {}
  let encodes = 0
  for (;;) {
    const wanted = nextProbes(space, probed, tolerance, 2)
    if (wanted.length === 0) return { probed, encodes }
    for (const { candidate, crf } of wanted) {
      assert.ok(!probed[candidate]?.some(probe => probe.crf === crf), 'nothing is encoded twice')
      probed[candidate] = [
        ...(probed[candidate] ?? []),
        encode(title, candidates.find(({ id }) => id === candidate)!, crf),
      ]
      encodes++
    }
    assert.ok(encodes < 400)
  }
}

/** Points of VMAF; what the journey takes. */
const TOLERANCE = 1
const FLOOR_BPS = 150_000

describe('the search for the hull', () => {
  const title = fc.record({
    kbps: fc.integer({ min: 500, max: 30_000 }),
    halving: fc.double({ min: 4, max: 8, noNaN: true }),
    detail: fc.double({ min: 2, max: 22, noNaN: true }),
    shoulder: fc.double({ min: 32, max: 50, noNaN: true }),
    steep: fc.double({ min: 4, max: 8, noNaN: true }),
  })

  for (const [name, sizes] of Object.entries(exhaustive)) {
    it(`finds that of ${name} with a sixth of all encodes and loses at most a hundredth of the bits`, () => {
      const ids = Object.keys(sizes)
      const rows = ids.flatMap(id =>
        sizes[id]!.map(([crf, bitrateBps, vmaf]) => ({ candidate: id, crf, bitrateBps, vmaf })),
      )
      const own: SearchSpace = {
        candidates: ids.map(id => ({ id, width: Number.parseInt(id, 10), height: 0 })),
        ...{ crfFrom: 18, crfTo: 42, leastBps: FLOOR_BPS },
      }
      const probed: Record<string, Probe[]> = {}
      let encodes = 0
      for (
        let wanted = nextProbes(own, probed, TOLERANCE, 2);
        wanted.length > 0;
        wanted = nextProbes(own, probed, TOLERANCE, 2)
      ) {
        for (const { candidate, crf } of wanted) {
          const row = rows.find(each => each.candidate === candidate && each.crf === crf)!
          probed[candidate] = [...(probed[candidate] ?? []), row]
          encodes++
        }
      }
      const truth = rows
        .filter(({ vmaf, bitrateBps }) => vmaf >= 30 && bitrateBps >= FLOOR_BPS)
        .map(row => ({ ...row, logRate: Math.log2(row.bitrateBps) }))
      const chosen = hullOf(own, probed).flatMap(
        ({ candidate, crf }) => truth.find(point => point.candidate === candidate && point.crf === crf) ?? [],
      )
      assert.ok(encodes <= rows.length / 6, `${encodes} encodes of ${rows.length}`)
      const loss = bdRate(upperHull(truth), chosen)!
      assert.ok(loss <= 0.01, `${(100 * loss).toFixed(2)} % more bits`)
      // What a rung may be is near what it is.
      for (const { candidate, crf, vmaf } of worthwhile(own, probed)) {
        const row = truth.find(point => point.candidate === candidate && point.crf === crf)
        if (row) assert.ok(Math.abs(row.vmaf - vmaf) < 3, `${candidate} at ${crf}: ${vmaf} foretold, ${row.vmaf} true`)
      }
    })
  }

  it('ends on titles of every kind, and encodes nothing twice', () => {
    fc.assert(
      fc.property(title, each => {
        const { encodes } = search(each, TOLERANCE)
        assert.ok(encodes <= (candidates.length * 25) / 4, `${encodes} encodes`)
      }),
      { numRuns: 200, seed: 5 },
    )
  })

  it('is the same every time', () => {
    const each: Title = { kbps: 6000, halving: 6, detail: 9, shoulder: 40, steep: 4 }
    assert.deepEqual(search(each, TOLERANCE), search(each, TOLERANCE))
  })

  it('asks for less where less is wanted', () => {
    const each: Title = { kbps: 6000, halving: 6, detail: 9, shoulder: 40, steep: 4 }
    assert.ok(search(each, 2).encodes < search(each, 0.2).encodes)
    assert.equal(search(each, 100).encodes, 14, 'two of each size')
  })
})
