// Caps under which rungs keep what their trials promise: an encoder that comes near its cap saves long before it must.
import type { RunOptions } from '../core/index.ts'
import { type Cap, capOf, type SizedCandidate, widen } from '../ladder/index.ts'
import type { Complexity, LadderCodec } from '../model/index.ts'
import type { FoundShots } from './find-shots.ts'
import type { FoundCodec } from './search-codec.ts'
import type { TitleSearch, Tried } from './title-search.ts'

export type CapSearch = {
  readonly found: readonly FoundCodec[]
  readonly shots: FoundShots | null
  readonly complexity: Complexity
  readonly fps: number
  /** The highest rate that the targets take of a codec, bit/s; Infinity without one. */
  readonly ceilingOf: (codec: LadderCodec) => number
  readonly search: TitleSearch
}

/** A rung as it will be made. */
export type CappedRung = {
  readonly codec: LadderCodec
  readonly candidate: SizedCandidate
  readonly crf: number
  readonly cap: Cap
  /** How often it was widened. */
  readonly widened: number
  /** Under the cap. */
  readonly tried: Tried
}

/** Points of VMAF that a cap may cost. */
const LOST = 0.5
/** A cap that costs more is widened so often: at the last it is four times what the bursts need. */
const ROUNDS = 4

/** Each rung of `found`, in their order. Most caps cost nothing, and one trial of each says so. */
export async function findCaps(request: CapSearch, run: RunOptions): Promise<readonly CappedRung[]> {
  const { found, shots, complexity, fps, ceilingOf, search } = request
  const gopSeconds = complexity.gops.map(({ frames }) => frames / fps)
  const rungs = found.flatMap(({ codec, chosen, settings }) =>
    chosen.rungs.map(({ candidate: id, crf }) => {
      const { candidate, tried } = settings.find(each => each.candidate.id === id && each.crf === crf)!
      const row = shots?.rungs.find(each => each.codec === codec && each.candidate === id && each.crf === crf)
      const free = row?.tried ?? tried
      return { codec, candidate, crf, shots: row?.onSample, free, cap: capOf(free.gopBits, gopSeconds) }
    }),
  )
  const capped = rungs.map((rung): CappedRung => ({ ...rung, widened: 0, tried: rung.free }))
  let open = rungs.map((_, i) => i)
  for (let round = 0; open.length > 0 && round <= ROUNDS; round++) {
    const trials = open.map(i => ({ ...rungs[i]!, cap: within(capped[i]!.cap, ceilingOf(rungs[i]!.codec)) }))
    const tried = await search.attempt(trials, run)
    for (const [at, i] of open.entries())
      capped[i] = { ...rungs[i]!, cap: trials[at]!.cap, widened: round, tried: tried[at]! }
    open = open.filter(i => {
      const { cap, tried, codec } = capped[i]!
      return rungs[i]!.free.vmaf - tried.vmaf > LOST && cap.maxrateBps < ceilingOf(codec)
    })
    if (round < ROUNDS) for (const i of open) capped[i] = { ...capped[i]!, cap: widen(capped[i]!.cap) }
  }
  return capped
}

const within = (cap: Cap, ceiling: number): Cap =>
  cap.maxrateBps <= ceiling ? cap : { maxrateBps: ceiling, bufsizeBits: (cap.bufsizeBits / cap.maxrateBps) * ceiling }
