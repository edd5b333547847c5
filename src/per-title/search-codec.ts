// The rungs of one codec: trials where the hull is least certain, then the chosen settings themselves until nothing changes.
import type { RunOptions } from '../core/index.ts'
import {
  type ChosenLadder,
  chooseRungs,
  fitCurve,
  type HullPoint,
  hullOf,
  nextProbes,
  type Probe,
  type QualityCurve,
  type RungWish,
  type SearchSpace,
  type SizedCandidate,
  worthwhile,
} from '../ladder/index.ts'
import type { LadderCodec } from '../model/index.ts'
import { type TitleSearch, type Tried, toProbe } from './title-search.ts'

export type CodecSearch = {
  readonly codec: LadderCodec
  readonly candidates: readonly SizedCandidate[]
  readonly wish: RungWish
  /** Length of the title. */
  readonly seconds: number
  readonly search: TitleSearch
}

/** A setting that was tried. */
export type TriedSetting = { readonly candidate: SizedCandidate; readonly crf: number; readonly tried: Tried }

export type FoundCodec = {
  readonly codec: LadderCodec
  readonly chosen: ChosenLadder
  /** Every rung of `chosen` is among them. */
  readonly settings: readonly TriedSetting[]
  readonly hull: readonly HullPoint[]
  readonly curveOf: (candidateId: string) => QualityCurve | null
  /** The best setting that was searched. */
  readonly best: number
  /** Trials after which the hull was found; the rest confirmed its rungs. */
  readonly hullTrials: number
}

/**
 * What is searched on each encoder's own scale: from where pictures look like their source, to where nobody would watch.
 * SVT-AV1 has 63 steps for what x264 and x265 do in 51.
 */
export const searchedSettings: Readonly<Record<LadderCodec, { readonly from: number; readonly to: number }>> = {
  h264: { from: 18, to: 42 },
  hevc: { from: 18, to: 42 },
  av1: { from: 22, to: 58 },
}

/** Points of VMAF that the hull may be off. On real titles it loses about 0.2 % of the bits (bench/ladder). */
const TOLERANCE = 1
/** Of all sizes at all settings. */
const MOST_TRIALS = 1 / 6
/** Trials at once: more would be chosen by less knowledge. */
const AT_ONCE = 2
const CONFIRMATIONS = 4

export async function searchCodec(request: CodecSearch, run: RunOptions): Promise<FoundCodec> {
  const { codec, candidates, wish, seconds, search } = request
  const { from, to } = searchedSettings[codec]
  const space: SearchSpace = { candidates, crfFrom: from, crfTo: to, leastBps: wish.leastBps }
  const most = Math.max(2 * candidates.length, Math.floor(candidates.length * (to - from + 1) * MOST_TRIALS))
  const settings: TriedSetting[] = []
  const byId = new Map(candidates.map(each => [each.id, each]))
  const attempt = async (wanted: readonly { candidate: string; crf: number }[]): Promise<void> => {
    const trials = wanted.map(({ candidate, crf }) => ({ codec, candidate: byId.get(candidate)!, crf }))
    const tried = await search.attempt(trials, run)
    settings.push(...trials.map(({ candidate, crf }, i) => ({ candidate, crf, tried: tried[i]! })))
  }
  const probed = (): Record<string, Probe[]> =>
    Object.fromEntries(
      candidates.map(({ id }) => [
        id,
        settings.flatMap(({ candidate, crf, tried }) => (candidate.id === id ? [toProbe(crf, tried, seconds)] : [])),
      ]),
    )
  while (settings.length < most) {
    const wanted = nextProbes(space, probed(), TOLERANCE, AT_ONCE)
    if (wanted.length === 0) break
    await attempt(wanted)
  }
  const hullTrials = settings.length
  const isTried = ({ candidate, crf }: HullPoint): boolean =>
    settings.some(each => each.candidate.id === candidate && each.crf === crf)
  // A rung's own trial moves the hull a little, and with it perhaps the choice.
  let chosen = chooseRungs(worthwhile(space, probed()), wish)
  for (let i = 0; i < CONFIRMATIONS; i++) {
    const missing = chosen.rungs.filter(rung => !isTried(rung))
    if (missing.length === 0) break
    await attempt(missing)
    chosen = chooseRungs(worthwhile(space, probed()), wish)
  }
  const last = chosen.rungs.filter(rung => !isTried(rung))
  if (last.length > 0) await attempt(last)
  const final = probed()
  const rungs = strictlyFalling(chosen.rungs.map(rung => withFigures(rung, settings, seconds)))
  return {
    codec,
    chosen: { rungs, bestReachable: chosen.bestReachable === null ? null : rungs[0]!.vmaf },
    settings,
    hull: hullOf(space, final),
    curveOf: id => ((final[id]?.length ?? 0) >= 2 ? fitCurve(final[id]!) : null),
    best: from,
    hullTrials,
  }
}

/** What its own trial showed, in place of the curve's. */
function withFigures<T extends HullPoint>(rung: T, settings: readonly TriedSetting[], seconds: number): T {
  const { tried } = settings.find(({ candidate, crf }) => candidate.id === rung.candidate && crf === rung.crf)!
  return { ...rung, logRate: Math.log2(tried.bits / seconds), vmaf: tried.vmaf }
}

/** By trial a rung may turn out to be no better than the one below: then it is none. */
function strictlyFalling<T extends HullPoint>(rungs: readonly T[]): T[] {
  return rungs.filter((rung, i) =>
    rungs.slice(i + 1).every(lower => lower.logRate < rung.logRate && lower.vmaf < rung.vmaf),
  )
}
