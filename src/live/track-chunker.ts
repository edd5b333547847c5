// Collects the coded samples of one track and cuts them into parts at the places of the grid. Samples may be missing (thinned out under
// pressure): the one before then lasts longer, so the timeline has no hole.
import { type ChunkSample, formatChunk } from './chunk.ts'
import { type Place, samePlace } from './places.ts'
import type { ProgramPart } from './program.ts'

export type ChunkerOptions = {
  readonly track: string
  readonly trackId: number
  /** Ticks of one number: of a video frame, or of a coded audio frame. */
  readonly ticksPerNumber: number
  readonly placeOf: (n: bigint) => Place
  /** Every part of sound can be decoded by itself. */
  readonly isAudio: boolean
}

export type CutPart = { readonly part: ProgramPart; readonly bytes: Uint8Array }

type Held = { readonly n: bigint; readonly bytes: Uint8Array; readonly key: boolean }

/** One per track. Numbers rise; what comes back is in order. */
export class TrackChunker {
  readonly #options: ChunkerOptions
  #held: Held[] = []
  #sequence = 0
  /** The number at which the part that is being collected begins. */
  #begin: bigint

  /** @param first - the number of the first sample of the first part. */
  constructor(options: ChunkerOptions, first: bigint) {
    this.#options = options
    this.#begin = first
  }

  /** Numbers that were given and not yet cut. */
  get held(): number {
    return this.#held.length
  }

  add(n: bigint, bytes: Uint8Array, key: boolean): void {
    const last = this.#held.at(-1)
    if (n < this.#begin || (last && n <= last.n))
      throw new RangeError(`sample ${n} comes after ${last?.n ?? this.#begin}`)
    this.#held.push({ n, bytes, key })
  }

  /** Says that no sample below `n` will come any more; gives the parts that are complete by this. */
  advance(n: bigint): CutPart[] {
    const cut: CutPart[] = []
    while (this.#begin < n) {
      const end = this.#endOfPart(this.#begin)
      if (end > n) break
      const samples = this.#held.filter(sample => sample.n < end)
      this.#held = this.#held.filter(sample => sample.n >= end)
      // A part without a sample stays a hole that the origin names (EXT-X-GAP).
      if (samples.length > 0) cut.push(this.#cut(samples, end))
      this.#begin = end
    }
    return cut
  }

  #endOfPart(from: bigint): bigint {
    const place = this.#options.placeOf(from)
    let end = from + 1n
    while (samePlace(this.#options.placeOf(end), place)) end++
    return end
  }

  #cut(samples: readonly Held[], end: bigint): CutPart {
    const { ticksPerNumber, placeOf, track, trackId, isAudio } = this.#options
    const { segment, part: index } = placeOf(this.#begin)
    const coded = samples.map(({ bytes, key }, i): ChunkSample => {
      // The first begins where the part begins, even if its own place comes later.
      const from = i === 0 ? this.#begin : samples[i]!.n
      const until = samples[i + 1]?.n ?? end
      return { bytes, key, durationTicks: Number(until - from) * ticksPerNumber }
    })
    const decodeTicks = this.#begin * BigInt(ticksPerNumber)
    const bytes = formatChunk({ sequence: ++this.#sequence, trackId, decodeTicks, samples: coded })
    const part: ProgramPart = {
      track,
      segment,
      index,
      last: placeOf(end).segment !== segment,
      independent: isAudio || samples[0]!.key,
      decodeTicks,
      durationTicks: Number(end - this.#begin) * ticksPerNumber,
    }
    return { part, bytes }
  }
}
