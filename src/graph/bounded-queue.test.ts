import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BoundedQueue } from './bounded-queue.ts'
import { Ledger, TrackedItem, turn } from './kit.test.ts'

const seqs = async (queue: BoundedQueue): Promise<number[]> => {
  const found: number[] = []
  for (;;) {
    using item = await queue.next()
    if (!item) return found
    found.push((item as TrackedItem).seq)
  }
}

test('a push waits while the queue is full by items, and is admitted in order', async () => {
  const ledger = new Ledger()
  const queue = new BoundedQueue({ maxItems: 2, maxBytes: 100 })
  assert.equal(queue.push(ledger.item(0)), true)
  assert.equal(queue.push(ledger.item(1)), true)
  const third = queue.push(ledger.item(2))
  const fourth = queue.push(ledger.item(3))
  assert.ok(third instanceof Promise)
  assert.deepEqual([queue.items, queue.full], [2, true])
  const first = await queue.next()
  first?.[Symbol.dispose]()
  assert.equal(await third, true)
  assert.equal(queue.items, 2)
  queue.end()
  assert.deepEqual(await seqs(queue), [1, 2, 3])
  assert.equal(await fourth, true)
  assert.deepEqual([ledger.live, ledger.freedTwice], [0, 0])
})

test('a push waits while the queue is full by bytes; an oversize item passes when it is empty', async () => {
  const ledger = new Ledger()
  const queue = new BoundedQueue({ maxItems: 10, maxBytes: 10 })
  assert.equal(queue.push(ledger.item(0, 6)), true)
  const second = queue.push(ledger.item(1, 5))
  const small = queue.push(ledger.item(2, 1))
  assert.ok(second instanceof Promise && small instanceof Promise, 'a small one does not overtake')
  const oversize = queue.push(ledger.item(3, 50))
  using _first = await queue.next()
  assert.deepEqual([await second, await small, queue.bytes], [true, true, 6])
  using _second = await queue.next()
  assert.equal(queue.bytes, 1, 'the oversize one waits for an empty queue')
  using _third = await queue.next()
  assert.deepEqual([await oversize, queue.items, queue.bytes], [true, 1, 50])
  assert.ok(queue.push(ledger.item(4, 0)) instanceof Promise)
})

test('an asker gets the item that comes, and the end when none does', async () => {
  const ledger = new Ledger()
  const queue = new BoundedQueue({ maxItems: 1, maxBytes: 1 })
  const asked = [queue.next(), queue.next(), queue.next()]
  queue.push(ledger.item(0, 99))
  queue.push(ledger.item(1, 99))
  assert.equal(queue.items, 0)
  queue.end()
  const got = await Promise.all(asked)
  assert.deepEqual(
    got.map(item => (item as TrackedItem | undefined)?.seq),
    [0, 1, undefined],
  )
  assert.equal(queue.next(), undefined)
  assert.equal(queue.push(ledger.item(2)), false)
  assert.equal(ledger.live, 2)
})

test('close frees what waits, inside and outside, and refuses the rest', async () => {
  const ledger = new Ledger()
  const queue = new BoundedQueue({ maxItems: 1, maxBytes: 100 })
  queue.push(ledger.item(0))
  const waiting = queue.push(ledger.item(1))
  queue.close()
  assert.equal(await waiting, false)
  assert.equal(queue.push(ledger.item(2)), false)
  assert.deepEqual([ledger.live, ledger.freedTwice, queue.items, queue.bytes], [0, 0, 0, 0])
  assert.equal(queue.next(), undefined)
})

test('abort frees what waits and rejects pushes and asks with the very reason', async () => {
  const ledger = new Ledger()
  const reason = new Error('stop')
  const full = new BoundedQueue({ maxItems: 1, maxBytes: 100 })
  full.push(ledger.item(0))
  const push = full.push(ledger.item(1))
  const empty = new BoundedQueue({ maxItems: 1, maxBytes: 100 })
  const ask = empty.next()
  for (const queue of [full, empty]) {
    queue.abort(reason)
    queue.abort(new Error('later'))
  }
  const late = [full.push(ledger.item(2)), full.next()]
  for (const promise of [push, ask, ...late]) await assert.rejects(Promise.resolve(promise), error => error === reason)
  assert.deepEqual([ledger.live, ledger.freedTwice], [0, 0])
})

test('what nobody looks at when the abort comes does not end the process', async t => {
  const unhandled = t.mock.fn()
  process.on('unhandledRejection', unhandled)
  const queue = new BoundedQueue({ maxItems: 1, maxBytes: 1 })
  const other = new BoundedQueue({ maxItems: 1, maxBytes: 1 })
  for (const seq of [0, 1]) void queue.push(new Ledger().item(seq))
  void other.next()
  for (const each of [queue, other]) {
    each.abort('stop')
    void each.next()
  }
  await turn()
  process.off('unhandledRejection', unhandled)
  assert.equal(unhandled.mock.callCount(), 0)
})

test('a queue that grows while its ring is turned keeps the order', async () => {
  const ledger = new Ledger()
  const queue = new BoundedQueue({ maxItems: 100, maxBytes: 1e6 })
  for (let seq = 0; seq < 6; seq++) void queue.push(ledger.item(seq, seq))
  for (let seq = 0; seq < 5; seq++) (await queue.next())?.[Symbol.dispose]()
  for (let seq = 6; seq < 40; seq++) void queue.push(ledger.item(seq, seq))
  assert.equal(queue.bytes, (35 * (5 + 39)) / 2)
  queue.end()
  assert.deepEqual(
    await seqs(queue),
    Array.from({ length: 35 }, (_, n) => n + 5),
  )
  assert.equal(queue.bytes, 0)
})

test('while discarding, what waits and comes is freed and counted and nobody waits', async () => {
  const ledger = new Ledger()
  const queue = new BoundedQueue({ maxItems: 1, maxBytes: 100 })
  queue.push(ledger.item(0))
  const waiting = queue.push(ledger.item(1))
  queue.discard(true)
  assert.deepEqual([await waiting, queue.push(ledger.item(2)), queue.dropped, ledger.live], [true, true, 3, 0])
  queue.discard(false)
  queue.push(ledger.item(3))
  queue.end()
  assert.deepEqual(await seqs(queue), [3])
  assert.equal(queue.dropped, 3)
})

test('an item that cannot be freed does not keep the others from it', () => {
  const ledger = new Ledger()
  const queue = new BoundedQueue({ maxItems: 9, maxBytes: 100 })
  const bad = new TrackedItem(ledger, 0, 1)
  bad[Symbol.dispose] = () => {
    throw new Error('broken')
  }
  queue.push(bad)
  queue.push(ledger.item(1))
  queue.abort(new Error('stop'))
  assert.equal(ledger.live, 1)
})

test('property: any sequence of pushes and asks gives what a plain list gives, within the bounds', async () => {
  const step = fc.oneof(fc.record({ push: fc.integer({ min: 0, max: 40 }) }), fc.constant('next' as const))
  const bounds = fc.record({ maxItems: fc.integer({ min: 1, max: 40 }), maxBytes: fc.integer({ min: 1, max: 300 }) })
  await fc.assert(
    fc.asyncProperty(bounds, fc.array(step, { maxLength: 200 }), async (limits, steps) => {
      const ledger = new Ledger()
      const queue = new BoundedQueue(limits)
      const asked: ReturnType<BoundedQueue['next']>[] = []
      let pushed = 0
      for (const each of steps) {
        if (each === 'next') asked.push(queue.next())
        else void queue.push(ledger.item(pushed++, each.push))
        assert.ok(queue.items <= limits.maxItems)
        assert.ok(queue.bytes <= limits.maxBytes || queue.items === 1)
      }
      const given = Math.min(asked.length, pushed)
      queue.end()
      const got = await Promise.all(asked)
      const seq = got.map(item => (item as TrackedItem | undefined)?.seq)
      assert.deepEqual(
        seq.slice(0, given),
        Array.from({ length: given }, (_, n) => n),
      )
      assert.ok(got.slice(given).every(item => item === undefined))
      for (const item of got) item?.[Symbol.dispose]()
      assert.deepEqual(
        await seqs(queue),
        Array.from({ length: pushed - given }, (_, n) => n + given),
      )
      assert.deepEqual([ledger.live, ledger.freedTwice, queue.bytes], [0, 0, 0])
    }),
    { numRuns: 300 },
  )
})
