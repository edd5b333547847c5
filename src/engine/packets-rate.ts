// Bit rate of a stream: its average, the most of any second, and a curve that does not grow with the file.
import type { PacketsResult } from '../model/index.ts'

const WINDOW_S = 1
const MAX_POINTS = 2000
/** Packets of a second; a stream that has more has no usable times. */
const MAX_WINDOW = 100_000

export class PacketRate {
  readonly #times: number[] = []
  readonly #bits: number[] = []
  #head = 0
  #inWindow = 0
  #peak = 0
  #peakAtS = 0
  #total = 0
  #firstS: number | null = null
  /** Bits of each `#step` seconds from the first packet on. */
  #curve: number[] = []
  #step = 1

  /** `atS` is the decoding time. */
  add(atS: number, bytes: number): void {
    const bits = bytes * 8
    this.#total += bits
    this.#firstS ??= atS
    if (atS < (this.#times.at(-1) ?? atS) || this.#times.length - this.#head > MAX_WINDOW) this.#restart()
    this.#times.push(atS)
    this.#bits.push(bits)
    this.#inWindow += bits
    // A window is half open: packets exactly one second apart are not in the same.
    while (this.#times[this.#head]! <= atS - WINDOW_S + 1e-9) this.#inWindow -= this.#bits[this.#head++]!
    if (this.#head > 4096) {
      this.#times.splice(0, this.#head)
      this.#bits.splice(0, this.#head)
      this.#head = 0
    }
    if (this.#inWindow > this.#peak) [this.#peak, this.#peakAtS] = [this.#inWindow, this.#times[this.#head]!]
    this.#draw(atS - this.#firstS, bits)
  }

  /** `durationS` is what the stream lasts. */
  finish(durationS: number): PacketsResult['rate'] {
    const start = this.#firstS ?? 0
    return {
      averageBps: durationS > 0 ? this.#total / durationS : 0,
      peakBps: this.#peak / WINDOW_S,
      peakAtS: this.#peakAtS,
      curve: {
        timeS: this.#curve.map((_, i) => start + i * this.#step),
        values: this.#curve.map(bits => Math.round(bits / this.#step)),
      },
    }
  }

  #restart(): void {
    this.#times.length = 0
    this.#bits.length = 0
    this.#head = 0
    this.#inWindow = 0
  }

  #draw(sinceS: number, bits: number): void {
    if (!(sinceS >= 0)) return
    while (sinceS / this.#step >= MAX_POINTS) {
      this.#curve = Array.from(
        { length: Math.ceil(this.#curve.length / 2) },
        (_, i) => (this.#curve[i * 2] ?? 0) + (this.#curve[i * 2 + 1] ?? 0),
      )
      this.#step *= 2
    }
    const at = Math.floor(sinceS / this.#step)
    while (this.#curve.length <= at) this.#curve.push(0)
    this.#curve[at]! += bits
  }
}
