// Whether a source is there: live, stalled, replaced by a slate, and back. Watches one kind of units; a channel has one
// monitor for the picture and one for the sound.
import type { Importance } from './media-unit.ts'
import {
  outputOf,
  type SourceOptions,
  type SourceOutput,
  type SourceState,
  sourceDefaults,
  sourceTransitions,
} from './source-states.data.ts'

export type SourceChange = { readonly from: SourceState; readonly to: SourceState; readonly because: string }

export type SourceReading = {
  readonly state: SourceState
  readonly output: SourceOutput
  /** What changed since the last reading, in order. */
  readonly changes: readonly SourceChange[]
  /** When to ask again if no unit comes; undefined when only a unit can change anything. */
  readonly nextAtUs: number | undefined
  /** For how long the state has held. */
  readonly forUs: number
}

export class SourceMonitor {
  readonly #options: SourceOptions
  #state: SourceState = 'waiting'
  #sinceUs: number | undefined
  #lastUs: number | undefined
  #lastKeyUs: number | undefined
  #returnUs = 0
  #changes: SourceChange[] = []

  constructor(options: Partial<SourceOptions> = {}) {
    this.#options = { ...sourceDefaults, ...options }
  }

  /** When the last unit came at which decoding may start. */
  get lastKeyUs(): number | undefined {
    return this.#lastKeyUs
  }

  unit(importance: Importance, nowUs: number): void {
    this.#pass(nowUs)
    if (this.#state === 'waiting') {
      this.#returnUs = this.#options.firstReturnUs
      this.#go('returning', nowUs)
    } else if (this.#state === 'slate') {
      this.#returnUs = this.#options.returnUs
      this.#go('returning', nowUs)
    } else if (this.#state === 'stalled') this.#go('live', nowUs)
    this.#lastUs = nowUs
    // Every frame of sound can be decoded by itself.
    if (importance === 'idr' || importance === 'audio') this.#lastKeyUs = nowUs
    this.#settle(nowUs)
  }

  read(nowUs: number): SourceReading {
    this.#pass(nowUs)
    return {
      state: this.#state,
      output: outputOf[this.#state],
      changes: this.#changes.splice(0),
      nextAtUs: this.#nextUs(),
      forUs: this.#sinceUs === undefined ? 0 : nowUs - this.#sinceUs,
    }
  }

  /** What time alone does. Each change is dated when it was due, however late somebody asks. */
  #pass(nowUs: number): void {
    const { stallUs, slateUs } = this.#options
    if (this.#lastUs === undefined) return
    const silentUs = nowUs - this.#lastUs
    if (this.#state === 'live' && silentUs >= stallUs) this.#go('stalled', this.#lastUs + stallUs)
    if (this.#state === 'stalled' && silentUs >= slateUs) this.#go('slate', this.#lastUs + slateUs)
    if (this.#state === 'returning' && silentUs >= stallUs) this.#go('slate', this.#lastUs + stallUs)
  }

  #settle(nowUs: number): void {
    if (this.#state !== 'returning') return
    const sinceUs = this.#sinceUs!
    const hasKey = this.#lastKeyUs !== undefined && this.#lastKeyUs >= sinceUs
    if (hasKey && nowUs - sinceUs >= this.#returnUs) this.#go('live', nowUs)
  }

  #go(to: SourceState, atUs: number): void {
    const known = sourceTransitions.find(row => row.from === this.#state && row.to === to)
    if (known === undefined) throw new RangeError(`no transition from ${this.#state} to ${to}`)
    this.#changes.push({ from: this.#state, to, because: known.because })
    this.#state = to
    this.#sinceUs = atUs
  }

  #nextUs(): number | undefined {
    const { stallUs, slateUs } = this.#options
    if (this.#lastUs === undefined || this.#state === 'slate' || this.#state === 'waiting') return undefined
    return this.#lastUs + (this.#state === 'stalled' ? slateUs : stallUs)
  }
}
