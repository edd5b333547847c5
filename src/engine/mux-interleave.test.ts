import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'node:test'
import { CodecParameters, Packet } from 'node-av/lib'
import { rational } from '../core/index.ts'
import type { Input, Item } from '../graph/index.ts'
import { liveItems, PacketItem, type PacketOrigin } from './items.ts'
import { Interleaver } from './mux-interleave.ts'

const parameters = new CodecParameters()
parameters.alloc()
const origin = (ticksPerSecond: number): PacketOrigin => ({ timebase: rational(1, ticksPerSecond), parameters })

function packet(dts: number, from: PacketOrigin, bytes = 1): PacketItem {
  const made = new Packet()
  made.alloc()
  made.data = Buffer.alloc(bytes)
  made.dts = BigInt(dts)
  made.pts = BigInt(dts)
  return new PacketItem(made, from)
}

/** A track that is fed by hand. */
function track(): Input & { push(item: Item): void; end(): void; fail(error: Error): void } {
  const ready: (() => Promise<Item | undefined>)[] = []
  let wanted: ((answer: Promise<Item | undefined>) => void) | null = null
  const offer = (answer: () => Promise<Item | undefined>): void => {
    if (wanted) wanted(answer())
    else ready.push(answer)
    wanted = null
  }
  const next = (): Promise<Item | undefined> => {
    const first = ready.shift()
    if (first) return first()
    const { promise, resolve } = Promise.withResolvers<Item | undefined>()
    wanted = resolve
    return promise
  }
  return {
    next,
    [Symbol.asyncIterator]: () => assert.fail('not read in this way'),
    push: item => offer(async () => item),
    end: () => offer(async () => undefined),
    fail: error => offer(() => Promise.reject(error)),
  }
}

/** Takes everything there is; `2:40` is time 40 ms of track 2. */
async function take(inputs: Interleaver, count = Number.POSITIVE_INFINITY): Promise<string[]> {
  const order: string[] = []
  while (order.length < count) {
    const next = await inputs.next()
    if (!next) break
    using item = next.item
    const { num, den } = item.origin.timebase
    order.push(`${next.track}:${Number(item.packet.dts * num * 1000n) / Number(den)}`)
  }
  return order
}

describe('interleaving', () => {
  afterEach(() => assert.equal(liveItems(), 0))

  it('goes by decoding time over all timebases, the first track first at equal times', async () => {
    const [a, b] = [track(), track()]
    using inputs = new Interleaver([a, b])
    for (const dts of [0, 40, 80]) a.push(packet(dts, origin(1000)))
    for (const dts of [0, 1920, 3841]) b.push(packet(dts, origin(48_000)))
    a.end()
    b.end()
    assert.equal((await inputs.origins()).length, 2)
    assert.deepEqual(await take(inputs), ['0:0', '1:0', '0:40', '1:40', '0:80', '1:80.02083333333333'])
  })

  it('knows a track by its announcement, which is never written, and null where there was nothing at all', async () => {
    const [a, b, c] = [track(), track(), track()]
    using inputs = new Interleaver([a, b, c])
    const [from, silent] = [origin(1000), origin(90_000)]
    a.push(packet(0, from))
    b.push(PacketItem.announce(silent))
    c.end()
    const [first, second, third] = await inputs.origins()
    assert.deepEqual([first === from, second === silent, third], [true, true, null])
    a.end()
    b.end()
    assert.deepEqual(await take(inputs), ['0:0'])
  })

  it('waits for a track that lags', async () => {
    const [a, b] = [track(), track()]
    using inputs = new Interleaver([a, b])
    for (const dts of [0, 40, 80]) a.push(packet(dts, origin(1000)))
    let taken: string[] | undefined
    const taking = take(inputs, 2).then(order => {
      taken = order
    })
    for (let turn = 0; turn < 20; turn++) await null
    assert.equal(taken, undefined)
    b.push(packet(20, origin(1000)))
    b.push(packet(90, origin(1000)))
    await taking
    assert.deepEqual(taken, ['0:0', '1:20'])
  })

  it('does not wait for ever: with 64 MiB in hand the earliest goes out, and what comes late still comes', async () => {
    const [a, b] = [track(), track()]
    using inputs = new Interleaver([a, b])
    b.push(PacketItem.announce(origin(1000)))
    for (let i = 0; i < 70; i++) a.push(packet(i, origin(1000), 1 << 20))
    // With the seventh gone it holds 63 MiB, and waits again.
    assert.deepEqual(await take(inputs, 7), ['0:0', '0:1', '0:2', '0:3', '0:4', '0:5', '0:6'])
    b.push(packet(1, origin(1000)))
    assert.deepEqual(await take(inputs, 1), ['1:1'])
    b.end()
    a.end()
    assert.equal((await take(inputs)).length, 63)
  })

  it('rejects with the reason of an abort, and frees what it holds and what comes after', async () => {
    const [a, b] = [track(), track()]
    const inputs = new Interleaver([a, b])
    a.push(packet(0, origin(1000)))
    const reason = new Error('stop')
    const waiting = inputs.next()
    b.fail(reason)
    await assert.rejects(waiting, error => error === reason)
    await assert.rejects(inputs.next(), error => error === reason)
    inputs[Symbol.dispose]()
    a.push(packet(40, origin(1000)))
    for (let turn = 0; turn < 20; turn++) await null
  })
})
