// Channels that stand left and right of each other: inverted, the same, or one of them mute.
import type { SoundPair, SoundParams, SoundStretches } from '../../model/index.ts'
import { type ChannelHop, decibels, type Hop, type HopDetector, sizeOf } from './hop.ts'
import { joinStretches, StretchList } from './stretches.ts'

/** FFmpeg's names. */
const sides: readonly (readonly [left: string, right: string])[] = [
  ['FL', 'FR'],
  ['BL', 'BR'],
  ['SL', 'SR'],
  ['DL', 'DR'],
  ['WL', 'WR'],
  ['FLC', 'FRC'],
  ['TFL', 'TFR'],
  ['TBL', 'TBR'],
  ['TSL', 'TSR'],
]

/** Correlation is judged over so many hops. */
const BLOCK_HOPS = 10
/** A block that is not inverted, or a breath, does not end an inverted stretch; a longer one does. */
const BRIDGE_S = 0.3
/** What differs by less than −50 dB of the pair's level is the same: lossy coding of two equal channels stays below. */
const SAME_PART = 1e-5
/** The other channel is heard when it is so far above the level of silence. */
const HEARD_DB = 20

type Mute = {
  readonly channel: string
  readonly list: StretchList
  startS: number
  endS: number
  heard: number
  peak: number
}

class Pair {
  readonly left: string
  readonly right: string
  readonly phase: StretchList
  readonly mutes: readonly [Mute, Mute]
  readonly at: readonly [number, number]
  #hops = 0
  #blockStartS = 0
  readonly #block = { ll: 0, rr: 0, lr: 0, samples: 0 }
  readonly #whole = { ll: 0, rr: 0, lr: 0 }
  #activeS = 0
  #sameS = 0
  #oneSidedS = 0

  constructor(left: string, right: string, at: readonly [number, number], params: SoundParams) {
    this.left = left
    this.right = right
    this.at = at
    this.phase = new StretchList(`${left}+${right}`, {
      minS: params.phase?.lengthS ?? 0,
      mergeS: BRIDGE_S,
      worse: Math.min,
    })
    const mute = (channel: string): Mute => {
      const list = new StretchList(channel, { minS: params.muteS ?? 0, worse: Math.max })
      return { channel, list, startS: 0, endS: 0, heard: 0, peak: 0 }
    }
    this.mutes = [mute(left), mute(right)]
  }

  hop(hop: Hop, silent: number, params: SoundParams): void {
    const left = hop.channels[this.at[0]]!
    const right = hop.channels[this.at[1]]!
    const lr = productOf(left, right, hop.length)
    this.#measure(hop, left, right, lr, silent)
    if (params.muteS !== undefined) {
      watchMute(this.mutes[0], hop, left, right, silent, params.muteS)
      watchMute(this.mutes[1], hop, right, left, silent, params.muteS)
    }
    if (params.phase) this.#watchPhase(hop, left, right, lr, silent, params.phase.correlation)
  }

  #measure(hop: Hop, left: ChannelHop, right: ChannelHop, lr: number, silent: number): void {
    const whole = this.#whole
    whole.ll += left.energy
    whole.rr += right.energy
    whole.lr += lr
    const [l, r] = [left.peak >= silent, right.peak >= silent]
    if (!l && !r) return
    const length = hop.endS - hop.startS
    this.#activeS += length
    if (l !== r) this.#oneSidedS += length
    const both = left.energy + right.energy
    if (both - 2 * lr <= SAME_PART * both) this.#sameS += length
  }

  #watchPhase(hop: Hop, left: ChannelHop, right: ChannelHop, lr: number, silent: number, limit: number): void {
    const block = this.#block
    if (this.#hops++ === 0) this.#blockStartS = hop.startS
    block.ll += left.energy
    block.rr += right.energy
    block.lr += lr
    block.samples += hop.length
    if (this.#hops < BLOCK_HOPS) return
    const gate = silent * silent * block.samples
    if (block.ll > gate && block.rr > gate) {
      const correlation = block.lr / Math.sqrt(block.ll * block.rr)
      if (correlation < limit) this.phase.add(this.#blockStartS, hop.endS, correlation)
    }
    this.#hops = 0
    block.ll = block.rr = block.lr = block.samples = 0
  }

  result(): SoundPair {
    const { ll, rr, lr } = this.#whole
    return {
      left: this.left,
      right: this.right,
      activeS: this.#activeS,
      sameS: this.#sameS,
      oneSidedS: this.#oneSidedS,
      correlation: ll > 0 && rr > 0 ? lr / Math.sqrt(ll * rr) : null,
    }
  }
}

function productOf(left: ChannelHop, right: ChannelHop, length: number): number {
  const [a, b] = [left.samples, right.samples]
  let sum = 0
  for (let i = 0; i < length; i++) sum += a[i]! * b[i]!
  return sum
}

/** Pauses of both belong to the stretch, but do not begin or end it. */
function watchMute(mute: Mute, hop: Hop, own: ChannelHop, other: ChannelHop, silent: number, minS: number): void {
  if (own.peak >= silent) {
    endMute(mute, minS)
    return
  }
  if (other.peak < silent * sizeOf(HEARD_DB)) return
  if (mute.heard === 0) mute.startS = hop.startS
  mute.endS = hop.endS
  mute.heard += hop.endS - hop.startS
  mute.peak = Math.max(mute.peak, other.peak)
}

function endMute(mute: Mute, minS: number): void {
  if (mute.heard >= minS / 2) mute.list.add(mute.startS, mute.endS, decibels(mute.peak))
  mute.heard = 0
  mute.peak = 0
}

export class PairWatch implements HopDetector {
  readonly #pairs: readonly Pair[]
  readonly #params: SoundParams
  readonly #silent: number

  constructor(names: readonly string[], params: SoundParams) {
    this.#params = params
    this.#silent = sizeOf(params.silenceDbfs)
    this.#pairs = sides.flatMap(([left, right]) => {
      const at = [names.indexOf(left), names.indexOf(right)] as const
      return at[0] >= 0 && at[1] >= 0 ? [new Pair(left, right, at, params)] : []
    })
  }

  hop(hop: Hop): void {
    for (const pair of this.#pairs) pair.hop(hop, this.#silent, this.#params)
  }

  finish(): { pairs: readonly SoundPair[]; phase: SoundStretches; mute: SoundStretches } {
    for (const { mutes } of this.#pairs) for (const mute of mutes) endMute(mute, this.#params.muteS ?? 0)
    return {
      pairs: this.#pairs.map(pair => pair.result()),
      phase: joinStretches(this.#pairs.map(({ phase }) => phase)),
      mute: joinStretches(this.#pairs.flatMap(({ mutes }) => mutes.map(({ list }) => list))),
    }
  }
}
