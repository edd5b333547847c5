// How far picture and sound are apart in the output, measured all the time: each kind's way from its timestamp to the
// output clock, compared. Medians, so that a single repeated frame does not count.

export type AvOffsetLimits = { readonly aheadUs: number; readonly behindUs: number }
/** ITU-R BT.1359-1: what viewers begin to notice; sound ahead of its picture is noticed sooner than sound behind it. */
export const detectableUs: AvOffsetLimits = { aheadUs: 45_000, behindUs: 125_000 }

/** Watches one pair of picture and sound. */
export class AvOffset {
  readonly #size: number
  readonly #ways = { video: [] as number[], audio: [] as number[] }

  /** `size`: how many of the latest units of each kind count. */
  constructor({ size = 25 }: { readonly size?: number } = {}) {
    this.#size = size
  }

  /** A unit with this media time stands at this time of the output. Repeated frames are not added. */
  add(kind: 'video' | 'audio', mediaUs: number, outUs: number): void {
    const ways = this.#ways[kind]
    ways.push(outUs - mediaUs)
    if (ways.length > this.#size) ways.shift()
  }

  /** Positive: the sound is heard before its picture is seen. Undefined until both were there. */
  get soundAheadUs(): number | undefined {
    const { video, audio } = this.#ways
    if (video.length === 0 || audio.length === 0) return undefined
    return median(video) - median(audio)
  }

  get detectable(): boolean {
    const ahead = this.soundAheadUs ?? 0
    return ahead > detectableUs.aheadUs || -ahead > detectableUs.behindUs
  }

  /** The timeline began anew. */
  reset(): void {
    this.#ways.video = []
    this.#ways.audio = []
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
