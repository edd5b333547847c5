import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { HeadendError, silentLog } from '../core/index.ts'
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
import { runGraph } from './run-graph.ts'

const nothingLeft = (ledger: Ledger): void => assert.deepEqual([ledger.live, ledger.freedTwice], [0, 0])
/** Holds nothing and waits until it is aborted. */
const waiting: Run = io =>
  new Promise((_, reject) => io.signal.addEventListener('abort', () => reject(io.signal.reason)))
const deaf: Run = () => new Promise(() => {})

test('a chain delivers everything in order and then ends', async () => {
  const ledger = new Ledger()
  const got: number[] = []
  const { run, seen, stats } = graph({ a: counting(ledger, 20), b: passing, c: collecting(got) }, 'a>b b>c')
  await run.done
  assert.deepEqual(got, numbers(20))
  assert.deepEqual(seen(), ['done a', 'done b', 'done c'])
  const { itemsIn, itemsOut, state, queuedItems, queuedBytes } = stats('b')
  assert.deepEqual(
    { itemsIn, itemsOut, state, queuedItems, queuedBytes },
    {
      itemsIn: 20,
      itemsOut: 20,
      state: 'done',
      queuedItems: 0,
      queuedBytes: 0,
    },
  )
  const { elapsedMs } = run.stats()
  await turn()
  assert.equal(run.stats().elapsedMs, elapsedMs, 'the clock stops at the end')
  nothingLeft(ledger)
})

test('an empty graph, and nodes without edges, end', async () => {
  await graph({}, '').run.done
  const { run, seen } = graph({ a: async () => {} }, '')
  await run.done
  assert.deepEqual(seen(), ['done a'])
})

test('fan-out gives each consumer its own reference, and the last one the original', async () => {
  const ledger = new Ledger()
  const got: [number[], number[], number[]] = [[], [], []]
  const sinks = { x: collecting(got[0]), y: collecting(got[1]), z: collecting(got[2]) }
  await graph({ a: counting(ledger, 10), ...sinks }, 'a>x a>y a>z').run.done
  assert.deepEqual(got, [numbers(10), numbers(10), numbers(10)])
  assert.equal(ledger.made, 30)
  nothingLeft(ledger)
})

test('a consumer that ends early takes nothing more; the producer learns when the last one has gone', async () => {
  const ledger = new Ledger()
  const got: [number[], number[]] = [[], []]
  let pushed = 0
  const producer: Run = async io => {
    while (await io.output('out').push(ledger.item(pushed))) pushed++
  }
  await graph({ a: producer, x: collecting(got[0], 3), y: collecting(got[1], 8) }, 'a>x a>y').run.done
  assert.deepEqual(got, [numbers(3), numbers(8)])
  assert.ok(pushed >= 8 && pushed <= 13, `stops soon after (${pushed})`)
  nothingLeft(ledger)
})

test('a push that waits while its last consumer ends resolves to false', async () => {
  const ledger = new Ledger()
  const taken: boolean[] = []
  const producer: Run = async io => {
    for (const seq of numbers(3)) taken.push(await io.output('out').push(ledger.item(seq)))
  }
  const leaving: Run = io => turns(5).then(() => void io.input('in'))
  await graph({ a: producer, b: leaving, c: leaving }, 'a>b a>c', { maxItems: 2 }).run.done
  assert.deepEqual(taken, [true, true, false])
  nothingLeft(ledger)
})

test('a slow consumer holds the producer back', async () => {
  const ledger = new Ledger()
  const slow: Run = async io => {
    for await (using _item of io.input('in')) await turns(5)
  }
  const { run } = graph({ a: counting(ledger, 30), b: passing, c: slow }, 'a>b b>c', { maxItems: 2 })
  await run.done
  // Two queues of two, and one in the hands of each node.
  assert.ok(ledger.peak <= 7, `peak ${ledger.peak}`)
  nothingLeft(ledger)
})

test('a failing node fails the graph, wrapped with its name; the others are aborted with the same error', async () => {
  const ledger = new Ledger()
  const cause = new RangeError('no good')
  const bad: Run = async io => {
    for await (using item of io.input('in')) if ((item as TrackedItem).seq === 5) throw cause
  }
  let reason: unknown
  const watching: Run = async io => {
    await waiting(io).catch(error => {
      reason = error
    })
    // What others say while the graph stops does not replace the first failure.
    throw new Error('second')
  }
  const { run, stats } = graph({ a: counting(ledger), b: passing, c: bad, d: watching }, 'a>b b>c')
  const error = await run.done.then(
    () => undefined,
    failure => failure,
  )
  assert.ok(error instanceof HeadendError)
  assert.deepEqual([error.code, error.details, error.cause], ['HE_INTERNAL', { node: 'c' }, cause])
  assert.equal(reason, error)
  assert.deepEqual([stats('a').state, stats('c').state], ['failed', 'failed'])
  nothingLeft(ledger)
})

test('a HeadendError stays itself and gains the name of the node', async () => {
  const error = new HeadendError('HE_MUX_FAILED', 'no', { details: { track: 1 } })
  const { run } = graph({ m: () => Promise.reject(error) }, '')
  await assert.rejects(run.done, failure => failure === error)
  assert.deepEqual(error.details, { node: 'm', track: 1 })
  const thrown: Run = () => {
    throw new Error('before the first await')
  }
  await assert.rejects(graph({ t: thrown }, '').run.done, { code: 'HE_INTERNAL' })
})

test('a failure is reported only after every node has settled', async () => {
  let tidied = false
  const slowToStop: Run = async io => {
    await waiting(io).catch(() => {})
    await turns(10)
    tidied = true
  }
  const { run } = graph({ a: slowToStop, b: () => Promise.reject(new Error('no')) }, '')
  await assert.rejects(run.done)
  assert.equal(tidied, true)
})

test('cancel frees everything and rejects with the reason unchanged', async () => {
  const ledger = new Ledger()
  const controller = new AbortController()
  const stuck: Run = async io => {
    using _first = await io.input('in').next()
    await waiting(io)
  }
  const { run } = graph({ a: counting(ledger), b: passing, c: stuck }, 'a>b b>c', { signal: controller.signal })
  await turns(30)
  assert.ok(ledger.live > 5)
  const reason = { any: 'thing' }
  controller.abort(reason)
  await assert.rejects(run.done, error => error === reason)
  nothingLeft(ledger)
})

test('a signal that outlives its graphs keeps no listener of them', async () => {
  const { signal } = new AbortController()
  await graph({ a: async () => {} }, '', { signal }).run.done
  await assert.rejects(graph({ a: () => Promise.reject(new Error('no')) }, '', { signal }).run.done)
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})

test('a graph that is cancelled before it begins starts no node', async () => {
  let started = false
  const run: Run = async () => {
    started = true
  }
  const { run: graphRun } = graph({ a: run }, '', { signal: AbortSignal.abort('early') })
  await assert.rejects(graphRun.done, error => error === 'early')
  assert.equal(started, false)
})

test('a node that ignores the abort is left behind after the grace, and what it pushes later is freed', async t => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  const ledger = new Ledger()
  const wake = Promise.withResolvers<void>()
  const outcomes: unknown[] = []
  const ignoring: Run = async io => {
    await wake.promise
    for (const call of [() => io.output('out').push(ledger.item(1)), () => io.input('in').next()]) {
      outcomes.push(await call().catch((error: unknown) => error))
    }
    io.emit('late', 1)
  }
  const controller = new AbortController()
  const { run, seen } = graph({ a: counting(ledger), b: ignoring, c: collecting([]) }, 'a>b b>c', {
    signal: controller.signal,
    abortGraceMs: 700,
  })
  await turns(5)
  controller.abort('stop')
  let settled = false
  run.done.catch(() => {
    settled = true
  })
  t.mock.timers.tick(699)
  await turn()
  assert.equal(settled, false)
  t.mock.timers.tick(1)
  await turn()
  assert.equal(settled, true)
  nothingLeft(ledger)
  wake.resolve()
  await turn()
  assert.deepEqual(outcomes, ['stop', 'stop'])
  assert.deepEqual(seen(), [])
  nothingLeft(ledger)
})

test('drain ends the sources; everything that was pushed is delivered', async () => {
  const ledger = new Ledger()
  const got: number[] = []
  const slow: Run = async io => {
    for await (const item of io.input('in')) {
      await turns(3)
      await io.output('out').push(item)
    }
  }
  const { run, stats } = graph({ a: counting(ledger), b: slow, c: collecting(got) }, 'a>b b>c')
  await turns(40)
  const before = got.length
  run.drain()
  run.drain()
  await run.done
  assert.ok(stats('a').itemsOut > before)
  assert.deepEqual(got, numbers(stats('a').itemsOut))
  nothingLeft(ledger)
})

test('using a port that is not connected fails with HE_GRAPH_INVALID', async () => {
  const pusher: Run = async io => {
    io.output('nowhere')
  }
  const error = { code: 'HE_GRAPH_INVALID', details: { node: 'a', port: 'nowhere', side: 'output' } }
  await assert.rejects(graph({ a: pusher }, '').run.done, error)
  const puller: Run = async io => {
    await io.input('toString').next()
  }
  await assert.rejects(graph({ a: puller }, '').run.done, { code: 'HE_GRAPH_INVALID' })
})

test('a clone that fails rejects the push and frees the original', async () => {
  const ledger = new Ledger()
  const source: Run = async io => {
    const item = ledger.item(0)
    item.clone = () => {
      throw new Error('out of memory')
    }
    await io.output('out').push(item)
  }
  const { run } = graph({ a: source, b: collecting([]), c: collecting([]) }, 'a>b a>c')
  await assert.rejects(run.done, { code: 'HE_INTERNAL' })
  nothingLeft(ledger)
})

test('asks and pushes that nobody awaits yet do not end the process when the graph is cancelled', async () => {
  const ledger = new Ledger()
  const unhandled: unknown[] = []
  const listen = (reason: unknown): unknown => unhandled.push(reason)
  process.on('unhandledRejection', listen)
  const ahead: Run = async io => {
    const early = [io.input('in').next(), io.output('out').push(ledger.item(0)), io.output('out').push(ledger.item(1))]
    await waiting(io).catch(() => {})
    await turns(3)
    await Promise.all(early)
  }
  const controller = new AbortController()
  const options = { signal: controller.signal, maxItems: 1 }
  const { run } = graph({ a: waiting, b: ahead, c: waiting }, 'a>b b>c', options)
  await turns(3)
  controller.abort('stop')
  await turns(10)
  await assert.rejects(run.done, error => error === 'stop')
  process.off('unhandledRejection', listen)
  assert.deepEqual(unhandled, [])
  nothingLeft(ledger)
})

test('a node that ends with pushes still waiting has them delivered', async () => {
  const ledger = new Ledger()
  const got: number[] = []
  const hasty: Run = async io => {
    for (const seq of numbers(6)) void io.output('out').push(ledger.item(seq))
  }
  await graph({ a: hasty, b: collecting(got) }, 'a>b', { maxItems: 2 }).run.done
  assert.deepEqual(got, numbers(6))
  nothingLeft(ledger)
})

test('emitted data reaches the owner, and an owner that throws does not hurt the node', async () => {
  const heard: unknown[] = []
  const onEvent = (event: object): void => {
    heard.push(event)
    throw new Error('handler')
  }
  await graph({ a: async io => io.emit('progress', { frames: 7 }) }, '', { onEvent }).run.done
  assert.deepEqual(heard, [
    { type: 'node', node: 'a', event: 'progress', data: { frames: 7 } },
    { type: 'done', node: 'a' },
  ])
})

test('a factory that refuses its parameters throws before anything runs, with the name of the node', async () => {
  const refuse = (): never => {
    throw new HeadendError('HE_OPTION_UNKNOWN', 'no such option')
  }
  const spec = { nodes: [{ id: 'enc', kind: 'refuse', params: {} }], edges: [] }
  const options = { signal: new AbortController().signal, log: silentLog }
  assert.throws(() => runGraph(spec, { refuse }, options), { code: 'HE_OPTION_UNKNOWN', details: { node: 'enc' } })
  assert.throws(() => runGraph(spec, {}, options), { code: 'HE_GRAPH_INVALID' })
})

test('process times leave out the time blocked in push; ports and states are as they are', async t => {
  const ledger = new Ledger()
  let now = 0
  t.mock.method(performance, 'now', () => now)
  const gate = Promise.withResolvers<void>()
  const working: Run = async io => {
    assert.deepEqual([io.id, io.inputs, io.outputs], ['b', ['in'], ['out']])
    for await (const item of io.input('in')) {
      now += (item as TrackedItem).seq === 19 ? 50 : 10
      await io.output('out').push(item)
    }
  }
  const closed: Run = async io => {
    await gate.promise
    for await (using _item of io.input('in'));
  }
  const { run, stats } = graph({ a: counting(ledger, 20), b: working, c: closed }, 'a>b b>c', { maxItems: 2 })
  await turns(20)
  assert.deepEqual([stats('a').state, stats('b').state, stats('c').state], ['blocked', 'blocked', 'running'])
  assert.deepEqual([stats('b').queuedItems, stats('b').queuedBytes, stats('b').itemsIn], [2, 2, 3])
  now += 5000
  gate.resolve()
  await run.done
  const { p50Ms, p95Ms } = stats('b')
  assert.deepEqual([p50Ms, p95Ms], [10, 10])
  assert.equal(stats('a').p50Ms, 0, 'a source takes nothing')
  nothingLeft(ledger)
})

test('deaf nodes do not keep timers after the end', async () => {
  const { run } = graph({ a: deaf, b: () => Promise.reject(new Error('no')) }, '', { abortGraceMs: 1 })
  await assert.rejects(run.done)
  assert.deepEqual(
    process.getActiveResourcesInfo().filter(name => name === 'Timeout'),
    [],
  )
})
