// Senders, networks and a player's clock without any of them: units are made, delayed, lost and handed over in simulated time,
// the same for the same seed.
import type { Importance, JitterBuffer, MediaUnit } from '../../src/live/index.ts'
import { ticksToUs } from '../../src/live/index.ts'

export type Random = () => number

/** mulberry32: small, and good enough for delays. */
export function seeded(seed: number): Random {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

export const gaussian = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
export const exponential = (random: Random, mean: number): number => -mean * Math.log(1 - random())

export type TestUnit = MediaUnit<{ readonly sentUs: number }>

export type SenderOptions = {
  readonly seconds: number
  readonly fps?: number
  readonly gop?: number
  /** Every second picture between keys is a leaf. */
  readonly leaves?: boolean
  /** Ours per the sender's: a unit of media time m is sent at m * (1 + ppm / 1e6). */
  readonly ppm?: number
  readonly kind?: 'video' | 'audio'
  readonly firstTicks?: bigint
  readonly bytes?: number
}

/** Units at 90 kHz, sent when they are made. */
export function makeUnits(options: SenderOptions): TestUnit[] {
  const { seconds, kind = 'video', gop = 50, leaves = true, ppm = 0, firstTicks = 0n, bytes = 1000 } = options
  const fps = options.fps ?? (kind === 'audio' ? 46.875 : 25)
  return Array.from({ length: Math.floor(seconds * fps) }, (_, index) => {
    const ticks = BigInt(Math.round((index * 90_000) / fps))
    const sentUs = Math.round(((index * 1e6) / fps) * (1 + ppm / 1e6))
    const dts = firstTicks + ticks
    return {
      stream: kind === 'video' ? 0 : 1,
      kind,
      importance: kind === 'audio' ? 'audio' : importanceOf(index % gop, leaves),
      dts,
      pts: dts,
      timescale: 90_000,
      sizeBytes: bytes,
      arrivalUs: sentUs,
      payload: { sentUs },
    }
  })
}

const importanceOf = (position: number, leaves: boolean): Importance =>
  position === 0 ? 'idr' : leaves && position % 2 === 1 ? 'non-reference' : 'reference'

/** Microseconds that a unit sent now takes, or undefined when it is lost. Made anew for each run: it has a state. */
export type Network = (sentUs: number) => number | undefined

/** What a network is like. `ordered`: nothing overtakes (TCP); a late unit holds up those behind it. */
export type NetworkModel = { readonly ordered: boolean; readonly make: (random: Random) => Network }

const BASE_US = 30_000

export const networks = {
  steady: { ordered: true, make: () => () => BASE_US },
  /** The half of a Gaussian: the shortest way is the likeliest. */
  gaussian: { ordered: false, make: random => () => BASE_US + Math.abs(gaussian(random)) * 20_000 },
  exponential: { ordered: false, make: random => () => BASE_US + exponential(random, 20_000) },
  tcp: { ordered: true, make: random => () => BASE_US + exponential(random, 8_000) },
  /** Quiet for seconds, then a queue that builds up and empties, up to 250 ms. */
  bursty: {
    ordered: true,
    make: random => {
      let jamUntilUs = 0
      let nextUs = exponential(random, 6e6)
      return sentUs => {
        if (sentUs > nextUs) {
          jamUntilUs = sentUs + 80_000 + random() * 170_000
          nextUs = jamUntilUs + exponential(random, 6e6)
        }
        return BASE_US + exponential(random, 2_000) + Math.max(0, jamUntilUs - sentUs)
      }
    },
  },
  /**
   * In the manner of a trace from a shared wireless cell: a few milliseconds, contention in fits, now and then a scan of other
   * channels for 100 to 300 ms in which nothing passes.
   */
  wifi: {
    ordered: true,
    make: random => {
      let contended = false
      let scanUntilUs = 0
      return sentUs => {
        if (random() < (contended ? 0.05 : 0.01)) contended = !contended
        if (random() < 0.0015) scanUntilUs = sentUs + 100_000 + random() * 200_000
        const air = contended ? exponential(random, 18_000) : exponential(random, 2_500)
        return BASE_US + air + Math.max(0, scanUntilUs - sentUs)
      }
    },
  },
  /** A quiet line on which, every other minute, somebody else downloads. */
  changing: {
    ordered: false,
    make: random => sentUs => BASE_US + exponential(random, Math.floor(sentUs / 60e6) % 2 === 0 ? 1_500 : 25_000),
  },
  /** One unit in ten is overtaken by the next one or two. */
  reordering: {
    ordered: false,
    make: random => () => BASE_US + exponential(random, 1_000) + (random() < 0.1 ? 45_000 + random() * 40_000 : 0),
  },
  lossy: {
    ordered: false,
    make: random => () => (random() < 0.03 ? undefined : BASE_US + exponential(random, 5_000)),
  },
} as const satisfies Record<string, NetworkModel>

/** The units as they arrive, in the order in which they do. */
export function transmit(units: readonly TestUnit[], model: NetworkModel, random: Random): TestUnit[] {
  const network = model.make(random)
  let lastUs = 0
  const arrived = units.flatMap(unit => {
    const delayUs = network(unit.payload.sentUs)
    if (delayUs === undefined) return []
    const ownUs = Math.round(unit.payload.sentUs + delayUs)
    const arrivalUs = model.ordered ? Math.max(lastUs, ownUs) : ownUs
    lastUs = arrivalUs
    return [{ ...unit, arrivalUs }]
  })
  return arrived.toSorted((a, b) => a.arrivalUs - b.arrivalUs)
}

export type Out = { readonly unit: TestUnit; readonly outUs: number }
export type Played = {
  readonly out: readonly Out[]
  readonly dropped: readonly TestUnit[]
  readonly refused: readonly TestUnit[]
  readonly mostUnits: number
  readonly mostBytes: number
}

/** Runs a buffer in simulated time. `sleepUs`: how late its owner wakes at worst. */
export function play(
  buffer: JitterBuffer<TestUnit>,
  arrivals: readonly TestUnit[],
  { sleepUs = () => 0 }: { readonly sleepUs?: () => number } = {},
): Played {
  const out: Out[] = []
  const dropped: TestUnit[] = []
  const refused: TestUnit[] = []
  let mostUnits = 0
  let mostBytes = 0
  let wakeUs: number | undefined
  const wake = (nowUs: number): void => {
    const { units, nextAtUs } = buffer.due(nowUs)
    for (const unit of units) out.push({ unit, outUs: nowUs })
    wakeUs = nextAtUs === undefined ? undefined : Math.max(nowUs, Math.ceil(nextAtUs)) + sleepUs()
  }
  for (const unit of arrivals) {
    while (wakeUs !== undefined && wakeUs < unit.arrivalUs) wake(wakeUs)
    const pushed = buffer.push(unit)
    if (pushed.outcome !== 'queued') refused.push(unit)
    dropped.push(...pushed.dropped)
    for (const early of pushed.spilled) out.push({ unit: early, outUs: unit.arrivalUs })
    mostUnits = Math.max(mostUnits, buffer.length)
    mostBytes = Math.max(mostBytes, buffer.bytes)
    wake(unit.arrivalUs)
  }
  while (wakeUs !== undefined) wake(wakeUs)
  return { out, dropped, refused, mostUnits, mostBytes }
}

export const mediaUs = (unit: MediaUnit): number => ticksToUs(unit.dts, unit.timescale)
