import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { silentLog } from '../core/index.ts'
import type { Complexity } from '../model/index.ts'
import { findCaps } from './find-caps.ts'
import type { FoundCodec } from './search-codec.ts'
import type { TitleSearch, Trial, Tried } from './title-search.ts'

const run = { signal: new AbortController().signal, log: silentLog }
const complexity = { gops: [{ frames: 50 }, { frames: 50 }] } as unknown as Complexity
const candidate = { id: '640x360', width: 640, height: 360, halved: false, because: '' } as Trial['candidate']
const tried = (vmaf: number, bits = 4_000_000): Tried =>
  ({ vmaf, bits, gopBits: [bits / 2, bits / 2], vmafError: 0, bitsError: 0, pieces: [] }) as unknown as Tried

const found = (...crfs: number[]): FoundCodec =>
  ({
    codec: 'h264',
    chosen: { rungs: crfs.map(crf => ({ candidate: candidate.id, crf })) },
    settings: crfs.map(crf => ({ candidate, crf, tried: tried(90 - crf) })),
  }) as unknown as FoundCodec

/** Settings below their own least cap lose five points. */
function searchWith(least: Readonly<Record<number, number>>): { search: TitleSearch; caps: number[][] } {
  const caps: number[][] = []
  return {
    caps,
    search: {
      tally: { encodes: 0, cached: 0, encodeS: 0, scoreS: 0 },
      attempt: async trials => {
        caps.push(trials.map(({ cap }) => cap!.maxrateBps))
        return trials.map(({ crf, cap }) => tried(90 - crf - (cap!.maxrateBps < (least[crf] ?? 0) ? 5 : 0)))
      },
    },
  }
}

const ask = (crfs: number[], least: Record<number, number>, ceiling = Infinity) => {
  const { search, caps } = searchWith(least)
  const wanted = { found: [found(...crfs)], shots: null, complexity, fps: 25, ceilingOf: () => ceiling, search }
  return { caps, capped: findCaps(wanted, run) }
}

// 4 Mbit in 4 s: 1 Mbit/s on average, and a cap of 1.25 of that.
describe('caps of rungs', () => {
  it('stay where they cost nothing, after one trial of each', async () => {
    const { caps, capped } = ask([20, 26], {})
    assert.deepEqual(
      (await capped).map(({ crf, cap, widened, tried: { vmaf } }) => [crf, cap.maxrateBps, widened, vmaf]),
      [
        [20, 1_250_000, 0, 70],
        [26, 1_250_000, 0, 64],
      ],
    )
    assert.deepEqual(caps, [[1_250_000, 1_250_000]])
  })

  it('are widened where they cost quality, those alone', async () => {
    const { caps, capped } = ask([20, 26], { 26: 2_000_000 })
    const [first, second] = await capped
    assert.deepEqual([first!.cap.maxrateBps, second!.cap.maxrateBps, second!.widened], [1_250_000, 2_450_000, 2])
    assert.equal(second!.cap.bufsizeBits, 4_900_000)
    assert.equal(second!.tried.vmaf, 64)
    assert.deepEqual(caps, [[1_250_000, 1_250_000], [1_750_000], [2_450_000]])
  })

  it('end where nothing helps: the promise is what the last one shows', async () => {
    const { caps, capped } = ask([20], { 20: 1e9 })
    const [rung] = await capped
    assert.equal(caps.length, 5)
    assert.deepEqual([rung!.tried.vmaf, rung!.widened], [65, 4])
    assert.equal(rung!.cap.maxrateBps, caps.at(-1)![0], 'the cap is the one that was tried')
  })

  it('never pass what the targets take', async () => {
    const { caps, capped } = ask([20], { 20: 1e9 }, 1_500_000)
    const [rung] = await capped
    assert.deepEqual([rung!.cap.maxrateBps, rung!.cap.bufsizeBits, rung!.tried.vmaf], [1_500_000, 3_000_000, 65])
    assert.deepEqual(caps, [[1_250_000], [1_500_000]])
  })
})
