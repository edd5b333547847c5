// All parts together, as a channel will use them: a sender with a wrong clock, timestamps that wrap and jump, a bad network;
// at the other end a constant frame rate, sound without a gap, and both in time with each other.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeUnits, networks, seeded, type TestUnit, transmit } from '../../test/live/simulate.ts'
import { rational } from '../core/index.ts'
import { AudioDrift } from './audio-drift.ts'
import { AvOffset, detectableUs } from './av-offset.ts'
import { FrameGrid } from './frame-grid.ts'
import { JitterBuffer } from './jitter-buffer.ts'
import { ticksToUs } from './media-unit.ts'
import { SenderClock } from './sender-clock.ts'
import { TickUnwrapper, timestampBits } from './tick-unwrapper.ts'
import { TimestampRepair } from './timestamp-repair.ts'

const SECONDS = 300
const DELAY_US = 400_000
const wrap = 1n << 33n

type Measured = {
  readonly shown: number
  readonly repeated: number
  readonly dropped: number
  readonly worstOffsetUs: number
  readonly jumps: number
  readonly wraps: number
  /** From when a unit was sent to when it is to be shown. */
  readonly shiftsUs: readonly number[]
}

/** The wire: 33 bits, near the wrap, and a jump of the sender's clock half-way. */
const onWire = (unit: TestUnit, jumpSeconds: number): TestUnit => {
  const jump = unit.payload.sentUs > (SECONDS * 1e6) / 2 ? BigInt(jumpSeconds * 90_000) : 0n
  const raw = (unit.dts + jump + wrap - 60n * 90_000n) % wrap
  return { ...unit, dts: raw, pts: raw }
}

function runChannel(network: keyof typeof networks, ppm: number, jumpSeconds: number): Measured {
  const sent = [...makeUnits({ seconds: SECONDS, ppm }), ...makeUnits({ seconds: SECONDS, ppm, kind: 'audio' })]
  const arrivals = transmit(
    sent.toSorted((a, b) => a.payload.sentUs - b.payload.sentUs),
    networks[network],
    seeded(11),
  )
  const unwrappers = [0, 1].map(() => new TickUnwrapper(timestampBits['mpeg-ts']))
  const repair = new TimestampRepair({ ordered: networks[network].ordered })
  const clock = new SenderClock()
  const buffers = [0, 1].map(() => new JitterBuffer<TestUnit>({ maxDepthUs: DELAY_US }))
  // Units wait as they came, compressed; only the last frames wait as pictures.
  for (const buffer of buffers) buffer.alignTo(DELAY_US - 100_000)
  const grid = new FrameGrid<TestUnit>({ fps: rational(25), epochUs: 0 })
  const offset = new AvOffset()
  const drift = new AudioDrift()
  const shiftsUs: number[] = []
  let soundUs: number | undefined
  let n = 0n
  let worstOffsetUs = 0

  const pass = (unit: TestUnit): void => {
    const mediaUs = ticksToUs(unit.pts, unit.timescale)
    const atUs = clock.toLocalUs(mediaUs)! + DELAY_US
    shiftsUs.push(atUs - unit.payload.sentUs)
    if (unit.kind === 'video') {
      grid.offer(unit, atUs)
      return
    }
    soundUs ??= atUs
    const { ppm: known, locked } = clock.estimate
    const { ratio, jumpUs } = drift.update(unit.arrivalUs, { driftPpm: locked ? known : 0, aheadUs: atUs - soundUs })
    offset.add('audio', mediaUs, soundUs + jumpUs)
    soundUs += jumpUs + (1e6 / 46.875) * ratio
  }
  const tick = (): void => {
    const { frame, repeat } = grid.take(n)
    if (frame && !repeat) offset.add('video', ticksToUs(frame.pts, frame.timescale), grid.timeOfUs(n))
    n++
    // The first ten seconds find their way; then it counts.
    if (n > 250n) worstOffsetUs = Math.max(worstOffsetUs, Math.abs(offset.soundAheadUs!))
  }
  /** Wakes for the buffers and for the grid, in their order, up to this time. */
  const sleepUntil = (untilUs: number): void => {
    const wakes: (number | undefined)[] = [0, 0]
    for (;;) {
      const nextUs = Math.ceil(Math.min(grid.timeOfUs(n), ...wakes.map(wake => wake ?? Infinity)))
      if (nextUs > untilUs) return
      for (const [index, buffer] of buffers.entries()) {
        const { units, nextAtUs } = buffer.due(nextUs)
        wakes[index] = nextAtUs
        for (const unit of units) pass(unit)
      }
      if (grid.timeOfUs(n) <= nextUs) tick()
    }
  }
  for (const wire of arrivals) {
    const nowUs = wire.arrivalUs
    sleepUntil(nowUs)
    const raw = onWire(wire, jumpSeconds)
    const ticks = unwrappers[wire.stream]!.unwrap(raw.dts)
    const { unit } = repair.repair({ ...raw, dts: ticks, pts: ticks })
    clock.add(ticksToUs(unit.dts, unit.timescale), nowUs)
    for (const early of buffers[unit.stream]!.push(unit).spilled) pass(early)
  }
  return { ...grid.counts, worstOffsetUs, jumps: drift.jumps, wraps: unwrappers[0]!.wraps, shiftsUs }
}

for (const network of ['tcp', 'wifi', 'bursty', 'gaussian'] as const)
  for (const [ppm, jumpSeconds] of [
    [200, 3600],
    [-200, -7200],
    [0, 0],
  ] as const)
    test(`${network}, ${ppm} ppm, jump of ${jumpSeconds} s: constant pictures, sound in time`, () => {
      const { shown, repeated, dropped, worstOffsetUs, jumps, wraps, shiftsUs } = runChannel(network, ppm, jumpSeconds)
      // 200 ppm of 300 s are 60 ms, one frame and a half.
      assert.ok(repeated <= 2 && dropped <= 2, `${repeated} repeated, ${dropped} dropped`)
      assert.ok(shown >= (SECONDS - 1) * 25)
      // One frame of the grid's rounding, and below what BT.1359 calls noticeable.
      assert.ok(worstOffsetUs <= detectableUs.aheadUs, `${worstOffsetUs} us apart`)
      assert.equal(jumps, 0)
      if (jumpSeconds === 0) assert.equal(wraps, 1)
      const spreadUs = Math.max(...shiftsUs) - Math.min(...shiftsUs)
      assert.ok(spreadUs < 10_000, `the delay moved by ${spreadUs} us`)
    })
