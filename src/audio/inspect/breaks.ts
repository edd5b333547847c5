// Breaks in a programme: short digital silence with sound right before and after it, and clicks.
import type { SoundStretches } from '../../model/index.ts'
import { type ChannelHop, decibels, type Hop, type HopDetector, sizeOf } from './hop.ts'
import { joinCoinciding, StretchList } from './stretches.ts'

/** How long after a silence the level has to be back. */
const BACK_S = 0.01

type Waiting = { readonly from: number; readonly samples: number; readonly before: number }

/** Decides which runs of digital silence are dropouts. Found are lengths in milliseconds. */
export class DropoutWatch {
  readonly #list: StretchList
  readonly #programme: number
  readonly #longest: number
  readonly #back: number
  readonly #timeOf: (sample: number) => number
  #waiting: Waiting | null = null

  constructor(
    channel: string,
    options: { readonly longestMs: number; readonly programmeDbfs: number },
    sampleRateHz: number,
    timeOf: (sample: number) => number,
  ) {
    this.#list = new StretchList(channel, { worse: Math.max })
    this.#programme = sizeOf(options.programmeDbfs) ** 2
    this.#longest = (options.longestMs / 1000) * sampleRateHz
    this.#back = BACK_S * sampleRateHz
    this.#timeOf = timeOf
  }

  /** `before` is the mean energy right before it. */
  silent(from: number, samples: number, before: number): void {
    this.#waiting = samples <= this.#longest && before >= this.#programme ? { from, samples, before } : null
  }

  /** Everything up to sample `at` is known; `level` is the mean energy since the last silence. */
  look(at: number, level: number): void {
    const waiting = this.#waiting
    if (!waiting || at < waiting.from + waiting.samples + this.#back) return
    this.#waiting = null
    if (level < this.#programme) return
    const start = this.#timeOf(waiting.from)
    const end = this.#timeOf(waiting.from + waiting.samples)
    this.#list.add(start, end, (end - start) * 1000)
  }

  get list(): StretchList {
    return this.#list
  }
}

/** So many hops on each side must have nothing like it: a drum or a voice rings, and a buzz comes again. */
const QUIET_HOPS = 5
/** Samples around a jump that belong to it. */
const OWN_SAMPLES = 4
/** What lies around a click is at most so large a part of it. */
const NEIGHBOUR_PART = 1 / 6
/** Programme goes on after a click as it was before; a drum begins with one and is louder. */
const SAME_LEVEL_DB = 6

type Look = { readonly jump: number; readonly ratio: number; readonly atS: number; readonly energy: number }

/** Lone jumps between samples. Found is by how much a jump stands above its surroundings. */
export class ClickWatch implements HopDetector {
  readonly #ratio: number
  readonly #min: number
  readonly #channels: readonly { readonly list: StretchList; readonly looks: Look[] }[]

  constructor(names: readonly string[], { ratio, minDbfs }: { ratio: number; minDbfs: number }) {
    this.#ratio = ratio
    this.#min = sizeOf(minDbfs)
    this.#channels = names.map(name => ({ list: new StretchList(name, { worse: Math.max, mergeS: 0.05 }), looks: [] }))
  }

  hop(hop: Hop): void {
    for (const [i, { list, looks }] of this.#channels.entries()) {
      looks.push(this.#lookAt(hop, hop.channels[i]!))
      if (looks.length <= 2 * QUIET_HOPS) continue
      this.#judge(list, looks)
      looks.shift()
    }
  }

  #lookAt(hop: Hop, channel: ChannelHop): Look {
    const { jump, jumpAt, jumpEnergy, energy, samples } = channel
    const atS = hop.startS + ((hop.endS - hop.startS) * jumpAt) / hop.length
    const none = { jump, ratio: 0, atS, energy: energy / hop.length }
    // Cheap first: the jump's own energy is at least its square.
    if (jump < this.#min || jump * jump * hop.length < (this.#ratio / 4) ** 2 * jumpEnergy) return none
    let rest = 0
    let count = 0
    for (let i = 2; i < hop.length; i++) {
      if (Math.abs(i - jumpAt) <= OWN_SAMPLES) continue
      rest += (samples[i]! - 2 * samples[i - 1]! + samples[i - 2]!) ** 2
      count++
    }
    const around = Math.sqrt(rest / Math.max(1, count))
    return { ...none, ratio: around > 0 ? jump / around : Number.POSITIVE_INFINITY }
  }

  #judge(list: StretchList, looks: readonly Look[]): void {
    const look = looks[QUIET_HOPS]!
    if (look.ratio < this.#ratio) return
    const before = looks.slice(0, QUIET_HOPS)
    const after = looks.slice(QUIET_HOPS + 1)
    // A jump on the border of two hops shows in both of them.
    const others = [...before.slice(0, -1), ...after.slice(1)]
    if (others.some(({ jump }) => jump > look.jump * NEIGHBOUR_PART)) return
    if (Math.max(before.at(-1)!.jump, after[0]!.jump) >= look.jump) return
    const change = decibels(Math.sqrt(mean(after))) - decibels(Math.sqrt(mean(before)))
    if (Math.abs(change) > SAME_LEVEL_DB) return
    list.add(look.atS, look.atS + 0.001, Math.min(look.ratio, 10_000))
  }

  finish(): SoundStretches {
    return joinCoinciding(this.#channels.map(({ list }) => list))
  }
}

const mean = (looks: readonly Look[]): number => looks.reduce((sum, { energy }) => sum + energy, 0) / looks.length
