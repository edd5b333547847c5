// Reads the latency of the encode queue and says how much may pass. Up after a moment, down one state at a time after a
// calm, and more slowly each time that the calm was deceptive.
import {
  type DecodeLevel,
  type PressureAdvice,
  type PressureRow,
  type PressureState,
  pressureRows,
  pressureTimes,
} from './pressure.data.ts'

export type PressureReading = {
  readonly state: PressureState
  readonly keep: PressureRow['keep']
  readonly decode: DecodeLevel
  /** Set at the moment at which it is given, null otherwise. */
  readonly advice: PressureAdvice | null
  readonly changed: { readonly from: PressureState; readonly because: string } | null
}

/** One per channel. */
export class Pressure {
  #level = 0
  #overSinceUs: number | undefined
  #overLevel = 0
  #calmSinceUs: number | undefined
  #leaveUs: number = pressureTimes.leaveUs
  #leftAtUs: number | undefined
  #advisedAtUs: number | undefined

  get state(): PressureState {
    return pressureRows[this.#level]!.state
  }

  /** `lagUs`: how long the oldest frame that waits for an encoder has waited. Call it about once per frame. */
  update(nowUs: number, lagUs: number): PressureReading {
    const from = this.state
    const changed = this.#rise(nowUs, lagUs) ?? this.#fall(nowUs, lagUs)
    if (changed) {
      this.#overSinceUs = undefined
      this.#calmSinceUs = undefined
      this.#advisedAtUs = nowUs
    }
    const row = pressureRows[this.#level]!
    const advises = row.advice !== null && nowUs - (this.#advisedAtUs ?? nowUs) >= pressureTimes.adviseUs
    if (advises) this.#advisedAtUs = nowUs
    return {
      state: row.state,
      keep: row.keep,
      decode: row.decode,
      advice: advises ? row.advice : null,
      changed: changed ? { from, because: changed } : null,
    }
  }

  #rise(nowUs: number, lagUs: number): string | null {
    const wanted = pressureRows.findLastIndex(({ enterLagUs }) => lagUs >= enterLagUs)
    if (wanted <= this.#level) {
      this.#overSinceUs = undefined
      return null
    }
    // While the lag stays over some higher state's limit the time runs; the lowest of the states that were wanted is entered.
    if (this.#overSinceUs === undefined) {
      this.#overSinceUs = nowUs
      this.#overLevel = wanted
    }
    this.#overLevel = Math.min(this.#overLevel, wanted)
    if (nowUs - this.#overSinceUs < pressureTimes.enterUs) return null
    const relapsed = this.#leftAtUs !== undefined && nowUs - this.#leftAtUs < pressureTimes.relapseUs
    this.#leaveUs = relapsed ? Math.min(this.#leaveUs * 2, pressureTimes.maxLeaveUs) : pressureTimes.leaveUs
    this.#level = this.#overLevel
    return `lag of ${lagUs} us for ${nowUs - this.#overSinceUs} us`
  }

  #fall(nowUs: number, lagUs: number): string | null {
    if (this.#level === 0 || lagUs >= pressureRows[this.#level]!.leaveLagUs) {
      this.#calmSinceUs = undefined
      return null
    }
    this.#calmSinceUs ??= nowUs
    if (nowUs - this.#calmSinceUs < this.#leaveUs) return null
    this.#level--
    this.#leftAtUs = nowUs
    return `lag below ${pressureRows[this.#level + 1]!.leaveLagUs} us for ${nowUs - this.#calmSinceUs} us`
  }
}
