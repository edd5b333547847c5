import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { HeadendError } from '../core/index.ts'
import {
  collecting,
  counting,
  graph,
  Ledger,
  numbers,
  passing,
  type Run,
  type TrackedItem,
  turn,
  turns,
} from './kit.test.ts'

const afterMs = 1000

/** Lets mocked time pass in steps small enough that whatever runs between two ticks of the watchdog does run. */
function clock(t: TestContext): (ms: number) => Promise<void> {
  t.mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
  return async ms => {
    for (let left = ms; left > 0; left -= 50) {
      t.mock.timers.tick(Math.min(50, left))
      await turns(6)
    }
  }
}

/** Passes items on, but waits at item `at` until `until` resolves or it is aborted. */
const hanging =
  (at: number, until: Promise<void>): Run =>
  async io => {
    const aborted = new Promise<never>((_, reject) => {
      io.signal.addEventListener('abort', () => reject(io.signal.reason), { once: true })
    })
    for await (using item of io.input('in')) {
      if ((item as TrackedItem).seq === at) await Promise.race([until, aborted])
      if (io.outputs.length > 0) await io.output('out').push(item.clone())
    }
  }

test('warn: a node that does not move while input waits is stalled until it moves', async t => {
  const pass = clock(t)
  const ledger = new Ledger()
  const gate = Promise.withResolvers<void>()
  const got: number[] = []
  const b = { run: hanging(3, gate.promise), stall: { afterMs, policy: 'warn' as const } }
  const { run, seen, stats } = graph({ a: counting(ledger, 20), b, c: collecting(got) }, 'a>b b>c')
  await pass(900)
  assert.deepEqual(seen(), [])
  await pass(5000)
  assert.deepEqual(seen(), ['stalled b'], 'told once')
  assert.deepEqual([stats('b').state, stats('b').stalls], ['stalled', 1])
  gate.resolve()
  await turns(50)
  await run.done
  assert.deepEqual(seen(), ['stalled b', 'recovered b', 'done a', 'done b', 'done c'])
  assert.deepEqual(got, numbers(20))
  assert.deepEqual([ledger.live, ledger.freedTwice], [0, 0])
})

test('drop: the input of a stalled node is freed and counted, its siblings go on, and it recovers', async t => {
  const pass = clock(t)
  const ledger = new Ledger()
  const gate = Promise.withResolvers<void>()
  const [got, other]: [number[], number[]] = [[], []]
  const b = { run: hanging(3, gate.promise), stall: { afterMs, policy: 'drop' as const } }
  const nodes = { a: counting(ledger), b, c: collecting(got), d: collecting(other) }
  const { run, seen, stats } = graph(nodes, 'a>b b>c a>d')
  await pass(900)
  const before = other.length
  assert.ok(before < 20, 'a stalled sibling holds everybody back')
  await pass(2000)
  assert.deepEqual(seen(), ['stalled b'])
  assert.ok(other.length > before + 50, 'until it is found')
  gate.resolve()
  await turns(20)
  run.drain()
  await run.done
  assert.equal(seen()[1], 'recovered b')
  const { dropped } = stats('b')
  assert.ok(dropped > 50)
  assert.equal(got.length + dropped, other.length)
  assert.deepEqual(got.slice(0, 4), numbers(4))
  assert.equal(got.at(-1), other.at(-1), 'and gets the newest again')
  assert.deepEqual([ledger.live, ledger.freedTwice], [0, 0])
})

test('restart: a fresh node carries on at the same ports; what the old one does later has no effect', async t => {
  const pass = clock(t)
  const ledger = new Ledger()
  const wake = Promise.withResolvers<void>()
  const got: number[] = []
  const late: unknown[] = []
  let started = 0
  const run: Run = async io => {
    if (started++ > 0) return passing(io)
    const out = io.output('out')
    for await (const item of io.input('in')) {
      if ((item as TrackedItem).seq === 3) {
        await wake.promise
        late.push(io.signal.aborted, await out.push(item).catch((error: HeadendError) => error.code))
        return
      }
      await out.push(item)
    }
  }
  const b = { run, stall: { afterMs, policy: 'restart' as const } }
  const nodes = { a: counting(ledger, 20), b, c: collecting(got) }
  const { run: graphRun, seen, stats } = graph(nodes, 'a>b b>c', { abortGraceMs: 60_000 })
  await pass(1500)
  assert.deepEqual(seen().slice(0, 3), ['stalled b', 'restarted b', 'recovered b'])
  let done = false
  graphRun.done.then(() => {
    done = true
  })
  await turns(50)
  assert.deepEqual(got, [0, 1, 2, ...numbers(20).slice(4)])
  assert.equal(done, false, 'the old one is still waited for')
  wake.resolve()
  await graphRun.done
  assert.deepEqual(late, [true, 'HE_GRAPH_STALLED'])
  assert.deepEqual([stats('b').stalls, stats('b').state, started], [1, 'done', 2])
  assert.deepEqual([ledger.live, ledger.freedTwice], [0, 0])
})

test('restart: a node that stalls again is restarted again, and deaf ones are left behind', async t => {
  const pass = clock(t)
  const ledger = new Ledger()
  const run: Run = async io => {
    using _item = await io.input('in').next()
    await new Promise(() => {})
  }
  const b = { run, stall: { afterMs, policy: 'restart' as const } }
  const controller = new AbortController()
  const options = { signal: controller.signal, abortGraceMs: 100 }
  const { run: graphRun, stats } = graph({ a: counting(ledger), b }, 'a>b', options)
  await pass(4 * 1250)
  assert.ok(stats('b').stalls >= 3, `${stats('b').stalls}`)
  const { stalls } = stats('b')
  controller.abort('enough')
  await pass(5000)
  await assert.rejects(graphRun.done, error => error === 'enough')
  assert.equal(stats('b').stalls, stalls)
  // One in the hands of each instance that never came back, and nothing else.
  assert.deepEqual([ledger.live, ledger.freedTwice], [stalls + 1, 0])
})

test('fail: the graph fails with HE_GRAPH_STALLED and the name of the node', async t => {
  const pass = clock(t)
  const ledger = new Ledger()
  const b = { run: hanging(3, new Promise(() => {})), stall: { afterMs, policy: 'fail' as const } }
  const { run } = graph({ a: counting(ledger), b, c: collecting([]) }, 'a>b b>c')
  await pass(1500)
  await assert.rejects(run.done, { code: 'HE_GRAPH_STALLED', details: { node: 'b' } })
  assert.deepEqual([ledger.live, ledger.freedTwice], [0, 0])
})

test('a stalled event may cancel the graph: nothing is restarted', async t => {
  const pass = clock(t)
  const ledger = new Ledger()
  const controller = new AbortController()
  let started = 0
  const run: Run = io => {
    started++
    return hanging(0, new Promise(() => {}))(io)
  }
  const b = { run, stall: { afterMs, policy: 'restart' as const } }
  const onEvent = (): void => controller.abort('alarm')
  const { run: graphRun } = graph({ a: counting(ledger), b }, 'a>b', { signal: controller.signal, onEvent })
  await pass(3000)
  await assert.rejects(graphRun.done, error => error === 'alarm')
  assert.equal(started, 1)
  assert.deepEqual([ledger.live, ledger.freedTwice], [0, 0])
})

test('a node that never asks for what waits is stalled too', async t => {
  const pass = clock(t)
  const ledger = new Ledger()
  const b = { run: () => new Promise<void>(() => {}), stall: { afterMs, policy: 'fail' as const } }
  const { run } = graph({ a: counting(ledger), b }, 'a>b')
  const outcome = run.done.catch((error: HeadendError) => error.code)
  await pass(8000)
  assert.equal(await outcome, 'HE_GRAPH_STALLED')
  assert.deepEqual([ledger.live, ledger.freedTwice], [0, 0])
})

test('restart: what the old node held does not count against the new one, which may take long at the end', async t => {
  const pass = clock(t)
  const ledger = new Ledger()
  const flushed = Promise.withResolvers<void>()
  let started = 0
  const run: Run = async io => {
    if (started++ === 0) return hanging(3, new Promise(() => {}))(io)
    for await (using _item of io.input('in'));
    await flushed.promise
  }
  const b = { run, stall: { afterMs, policy: 'restart' as const } }
  const { run: graphRun, stats } = graph({ a: counting(ledger, 20), b }, 'a>b')
  await pass(9000)
  assert.deepEqual([started, stats('b').stalls], [2, 1])
  flushed.resolve()
  await graphRun.done
  assert.deepEqual([ledger.live, ledger.freedTwice], [0, 0])
})

test('nodes that wait for others are not stalled: blocked in push, without input, or a source', async t => {
  const pass = clock(t)
  const ledger = new Ledger()
  const gate = Promise.withResolvers<void>()
  const stall = { afterMs, policy: 'fail' as const }
  const source: Run = async io => {
    for (const seq of numbers(3)) await io.output('out').push(ledger.item(seq))
    await gate.promise
    for (const seq of numbers(9)) await io.output('out').push(ledger.item(3 + seq))
  }
  const slow: Run = async io => {
    await gate.promise
    for await (using _item of io.input('in')) await turn()
  }
  const nodes = { a: { run: source, stall }, b: { run: passing, stall }, c: slow, d: { run: collecting([]), stall } }
  const { run, seen, stats } = graph(nodes, 'a>b b>c a>d', { maxItems: 1 })
  await pass(20_000)
  assert.deepEqual(seen(), [])
  assert.deepEqual(
    ['b', 'c', 'd'].map(id => stats(id).state),
    ['blocked', 'running', 'waiting'],
  )
  gate.resolve()
  await turns(50)
  await run.done
  assert.deepEqual([ledger.live, ledger.freedTwice], [0, 0])
})

test('emitting is moving: a node that measures for long and says so is not stalled', async t => {
  const pass = clock(t)
  const ledger = new Ledger()
  const stop = new AbortController()
  const busy: Run = async io => {
    using _item = await io.input('in').next()
    while (!stop.signal.aborted) {
      await turns(10)
      io.emit('progress', 1)
    }
  }
  const b = { run: busy, stall: { afterMs, policy: 'fail' as const } }
  const { run } = graph({ a: counting(ledger), b }, 'a>b')
  await pass(10_000)
  stop.abort()
  await run.done
  assert.deepEqual([ledger.live, ledger.freedTwice], [0, 0])
})

// Gives nothing before it has seen ten, as an encoder with look-ahead does, while its sibling edge holds four.
const lookahead: Run = async io => {
  const held: TrackedItem[] = []
  using _all = { [Symbol.dispose]: () => held.forEach(item => void item[Symbol.dispose]()) }
  for await (const item of io.input('in')) {
    held.push(item as TrackedItem)
    if (held.length >= 10) await io.output('out').push(held.shift()!)
  }
}
const pairing: Run = async io => {
  for (;;) {
    using left = await io.input('l').next()
    using right = await io.input('r').next()
    if (!left || !right) return
  }
}

test('a graph in which every node waits for another fails and names the full edge', async t => {
  const pass = clock(t)
  const ledger = new Ledger()
  const { run } = graph({ a: counting(ledger), b: lookahead, c: pairing }, 'a>b b>c.l a>c.r')
  await pass(9000)
  assert.equal(await Promise.race([run.done.catch(() => 'failed'), turn()]), undefined)
  await pass(3000)
  await assert.rejects(run.done, (error: HeadendError) => {
    assert.equal(error.code, 'HE_GRAPH_STALLED')
    assert.deepEqual(error.details, { nodes: ['a', 'b', 'c'], edges: ['a.out → c.r'] })
    return true
  })
  assert.deepEqual([ledger.live, ledger.freedTwice], [0, 0])
})

test('a graph that looks blocked, but in which somebody still moves, is left alone', async t => {
  const pass = clock(t)
  const ledger = new Ledger()
  const controller = new AbortController()
  const talking: Run = async io => {
    const talk = async (): Promise<void> => {
      for (; !io.signal.aborted; await turns(10)) io.emit('progress', 1)
    }
    await Promise.all([pairing(io), talk()])
  }
  const nodes = { a: counting(ledger), b: lookahead, c: talking }
  const { run } = graph(nodes, 'a>b b>c.l a>c.r', { signal: controller.signal })
  await pass(30_000)
  controller.abort('enough')
  await assert.rejects(run.done, error => error === 'enough')
  await turns(1)
  assert.deepEqual([ledger.live, ledger.freedTwice], [0, 0])
})
