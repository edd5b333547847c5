import assert from 'node:assert/strict'
import { it } from 'node:test'
import { CueList } from './cue-list.ts'

const S = 1_000_000
const out = (id: string, startUs: number, durationUs?: number) =>
  ({ id, kind: 'out', startUs, ...(durationUs === undefined ? {} : { durationUs }), scte35: Buffer.of(1) }) as const
const back = (id: string, startUs: number) => ({ id, kind: 'in', startUs, scte35: Buffer.of(2) }) as const
const short = (list: CueList) =>
  list.all.map(({ id, kind, startUs, plannedUs, endUs }) => [id, kind, startUs / S, plannedUs, endUs && endUs / S])

it('a break has one mark, from its beginning to its end', () => {
  const list = new CueList()
  list.take(out('splice-1', 10 * S, 30 * S))
  list.take(out('splice-1', 10 * S + 5, 20 * S))
  assert.deepEqual(short(list), [['splice-1', 'out', 10, 30 * S, null]], 'what was told of it stays')
  assert.equal(list.openAt(20 * S)?.id, 'splice-1')
  list.take(back('splice-1', 41 * S))
  list.take(back('splice-1', 42 * S))
  assert.deepEqual(short(list), [['splice-1', 'out', 10, 30 * S, 41]])
  assert.deepEqual([list.all[0]!.begin, list.all[0]!.end], [Buffer.of(1), Buffer.of(2)])
  assert.equal(list.openAt(20 * S), null)
})

it('the number of an event that comes again another day is another event', () => {
  const list = new CueList()
  for (const start of [10, 1000, 2000]) list.take(out('splice-1', start * S, 30 * S))
  list.take(back('splice-1', 2030 * S))
  assert.deepEqual(
    short(list).map(([id, , start, , end]) => [id, start, end]),
    [
      ['splice-1', 10, null],
      ['splice-1.1', 1000, null],
      ['splice-1.2', 2000, 2030],
    ],
  )
})

it('what is cancelled before it begins is gone; afterwards it stays', () => {
  const list = new CueList()
  list.take(out('segmentation-7-52', 10 * S))
  list.take(out('segmentation-7-48', 100 * S))
  list.take(out('segmentation-70-48', 100 * S))
  list.take({ id: 'segmentation-7', kind: 'cancel', startUs: 50 * S })
  assert.deepEqual(
    list.all.map(({ id }) => id),
    ['segmentation-7-52', 'segmentation-70-48'],
  )
})

it('a return without a beginning is told as it is; what is over is forgotten', () => {
  const list = new CueList()
  list.take(back('splice-9', 10 * S))
  list.take(out('splice-8', 5 * S, 100 * S))
  assert.deepEqual(
    list.all.map(({ id, kind }) => [id, kind]),
    [
      ['splice-8', 'out'],
      ['splice-9', 'in'],
    ],
  )
  list.forget(50 * S)
  assert.deepEqual(
    list.all.map(({ id }) => id),
    ['splice-8'],
  )
})
