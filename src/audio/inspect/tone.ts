// Line-up tone: one steady sine of one steady level. Looks at 10 ms of each 100.
import type { SoundStretches } from '../../model/index.ts'
import { type ChannelHop, decibels, type Hop, type HopDetector } from './hop.ts'
import { joinStretches, StretchList } from './stretches.ts'

const EVERY_HOPS = 10
/** Averages of so many samples are looked at: noise above the tones goes, and a tone spans more of the band. */
const DECIMATED_HZ = 12_000
/** Line-up tones lie between; lower ones cannot be told from any bass within 10 ms. */
const LOWEST_HZ = 200
const HIGHEST_HZ = 5000
/** How far energy may lie from the sine's own frequency, as a part of it. */
const MAX_SPREAD = 0.03
const SAME_HZ_PART = 0.01
const SAME_DB = 0.5
/** Idents mark a channel by a pause of a quarter of a second or two in its tone. */
const PAUSE_S = 0.6

type Watch = { readonly list: StretchList; hz: number; db: number; endS: number }

/** Found are frequencies (`worst`, in Hz), by channel. */
export class ToneWatch implements HopDetector {
  readonly #step: number
  readonly #rate: number
  readonly #minDbfs: number
  readonly #watches: readonly Watch[]
  readonly #decimated: Float64Array

  constructor(
    names: readonly string[],
    sampleRateHz: number,
    { lengthS, minDbfs }: { lengthS: number; minDbfs: number },
  ) {
    this.#step = Math.max(1, Math.round(sampleRateHz / DECIMATED_HZ))
    this.#rate = sampleRateHz / this.#step
    this.#minDbfs = minDbfs
    this.#decimated = new Float64Array(Math.ceil(sampleRateHz / 100 / this.#step) + 1)
    this.#watches = names.map(name => ({
      list: new StretchList(name, { minS: lengthS, mergeS: PAUSE_S, worse: (a, b) => (a + b) / 2 }),
      hz: 0,
      db: 0,
      endS: Number.NEGATIVE_INFINITY,
    }))
  }

  hop(hop: Hop): void {
    if (hop.index % EVERY_HOPS !== 0) return
    for (const [i, watch] of this.#watches.entries()) {
      const channel = hop.channels[i]!
      const db = decibels(Math.sqrt(channel.energy / hop.length))
      if (db < this.#minDbfs) continue
      const hz = this.#frequencyOf(channel, hop.length)
      if (hz === null) continue
      const same = Math.abs(hz - watch.hz) <= SAME_HZ_PART * watch.hz && Math.abs(db - watch.db) <= SAME_DB
      if (same && hop.startS - watch.endS <= PAUSE_S) watch.list.add(watch.endS, hop.endS, hz)
      else {
        // Another tone, or one that has moved away from where it began.
        watch.list.cut()
        watch.hz = hz
        watch.db = db
      }
      watch.endS = hop.endS
    }
  }

  /** null when it is no lone sine: a sine obeys x[n+1] + x[n−1] = 2·cos ω · x[n], and what is left over tells how nearly. */
  #frequencyOf({ samples }: ChannelHop, length: number): number | null {
    const step = this.#step
    const count = Math.floor(length / step)
    if (count < 16) return null
    const x = this.#decimated
    for (let i = 0; i < count; i++) {
      let sum = 0
      for (let k = 0; k < step; k++) sum += samples[i * step + k]!
      x[i] = sum / step
    }
    let aa = 0
    let ab = 0
    let bb = 0
    for (let i = 1; i < count - 1; i++) {
      const sum = x[i + 1]! + x[i - 1]!
      aa += sum * sum
      ab += sum * x[i]!
      bb += x[i]! * x[i]!
    }
    if (bb === 0) return null
    const cosine = ab / bb / 2
    if (!(Math.abs(cosine) < 1)) return null
    const omega = Math.acos(cosine)
    const hz = (omega * this.#rate) / (2 * Math.PI)
    if (hz < LOWEST_HZ || hz > HIGHEST_HZ) return null
    const left = Math.max(0, aa - (ab * ab) / bb)
    return Math.sqrt(left / bb) / (2 * Math.sin(omega) * omega) <= MAX_SPREAD ? hz : null
  }

  finish(): SoundStretches {
    return joinStretches(this.#watches.map(({ list }) => list))
  }
}
