// Which of two inputs a channel takes. Decides only; whoever cuts does it at the chosen input's key frame.
import { type FailoverOptions, failoverDefaults, type SourceState } from './source-states.data.ts'

export type InputName = 'primary' | 'backup'
export type InputHealth = {
  readonly state: SourceState
  readonly lastKeyUs: number | undefined
}

export type FailoverReading = {
  readonly active: InputName
  /** Chosen, waiting for its key frame. */
  readonly armed: InputName | null
  readonly changed: { readonly from: InputName; readonly because: string } | null
  readonly switches: number
}

const other = (name: InputName): InputName => (name === 'primary' ? 'backup' : 'primary')

/** One per channel that has two inputs. */
export class Failover {
  readonly #options: FailoverOptions
  readonly #sinceUs: Record<InputName, { good: boolean; atUs: number } | undefined> = {
    primary: undefined,
    backup: undefined,
  }
  #active: InputName = 'primary'
  #armed: { readonly to: InputName; readonly because: string; readonly atUs: number } | null = null
  #wish: InputName | null = null
  #changedAtUs: number | undefined
  #switches = 0

  constructor(options: Partial<FailoverOptions> = {}) {
    this.#options = { ...failoverDefaults, ...options }
  }

  /** Somebody chose by hand; null gives the choice back. The wish holds even if that input is bad. */
  force(input: InputName | null): void {
    this.#wish = input
    this.#armed = null
  }

  step(nowUs: number, health: Readonly<Record<InputName, InputHealth>>): FailoverReading {
    for (const name of ['primary', 'backup'] as const) {
      const good = health[name].state === 'live'
      if (this.#sinceUs[name]?.good !== good) this.#sinceUs[name] = { good, atUs: nowUs }
    }
    const reason = this.#reason(nowUs)
    if (reason === null) this.#armed = null
    else this.#armed ??= { to: other(this.#active), because: reason, atUs: nowUs }

    const from = this.#active
    const armed = this.#armed
    const keyUs = armed ? health[armed.to].lastKeyUs : undefined
    if (armed === null || keyUs === undefined || keyUs < armed.atUs) return this.#reading(null)
    this.#active = armed.to
    this.#armed = null
    this.#changedAtUs = nowUs
    this.#switches++
    return this.#reading({ from, because: armed.because })
  }

  /** Why the other input should be taken now, or null. */
  #reason(nowUs: number): string | null {
    const { switchUs, revertUs, dwellUs } = this.#options
    if (this.#wish !== null) return this.#wish === this.#active ? null : 'chosen by hand'
    if (this.#changedAtUs !== undefined && nowUs - this.#changedAtUs < dwellUs) return null
    const mine = this.#sinceUs[this.#active]!
    const its = this.#sinceUs[other(this.#active)]!
    if (!its.good) return null
    if (!mine.good) return nowUs - mine.atUs >= switchUs ? `${this.#active} is bad` : null
    const reverts = this.#active === 'backup' && revertUs !== null && nowUs - its.atUs >= revertUs
    return reverts ? 'primary has been good again' : null
  }

  #reading(changed: FailoverReading['changed']): FailoverReading {
    return { active: this.#active, armed: this.#armed?.to ?? null, changed, switches: this.#switches }
  }
}
