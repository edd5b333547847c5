// The journey of one ladder: probe → complexity → sample → trials → hull → rungs, each rung tried with its very setting.
import { formatRational, toNumber } from '../core/index.ts'
import {
  bdRate,
  chooseSegmentSeconds,
  LadderPrices,
  planFixedLadder,
  type SizedCandidate,
  tiers,
} from '../ladder/index.ts'
import type { Ladder, LadderCodec, MediaFacts } from '../model/index.ts'
import { ladderLimits } from '../plan/index.ts'
import { assembleLadder } from './assemble-ladder.ts'
import { findCaps } from './find-caps.ts'
import { findShots } from './find-shots.ts'
import { openSearch, type SearchOptions } from './open-search.ts'
import { type FoundCodec, searchCodec } from './search-codec.ts'
import type { SearchTally } from './title-search.ts'

export type FindLadderOptions = SearchOptions & {
  /** What the bill is made with; assumed where left out. */
  readonly prices?: LadderPrices | undefined
}

export type FoundLadder = { readonly ladder: Ladder; readonly tally: Readonly<SearchTally> }

/**
 * Finds the ladder of a probed title (`scan: 'full'`). @throws {HE_LADDER_IMPOSSIBLE} where a search makes no sense,
 * {HE_INPUT_…} and what the engine throws; nothing is left on disk but what the cache keeps.
 */
export async function findLadder(facts: MediaFacts, run: FindLadderOptions): Promise<FoundLadder> {
  const { options, prices = LadderPrices.parse({}), cache: _, ...common } = run
  await using opened = await openSearch(facts, run)
  const { title, plan, complexity, sample, search, candidatesOf } = opened
  const fps = toNumber(title.rate)
  const seconds = title.grid.frames / fps
  const wish = {
    top: options.vmaf ?? tiers[options.tier],
    step: options.step,
    maxRungs: options.maxRungs,
    leastBps: options.minBitrate,
    mostBps: options.maxBitrate ?? usualMost(candidatesOf('h264')[0]!, fps),
  }
  const found: FoundCodec[] = []
  for (const codec of new Set<LadderCodec>(['h264', ...options.codec])) {
    const { ceiling } = ladderLimits(options.for, codec, title.rate)
    const own = { ...wish, mostBps: Math.min(wish.mostBps, ceiling ? ceiling.bps / PEAK_OVER_AVERAGE : Infinity) }
    found.push(await searchCodec({ codec, candidates: candidatesOf(codec), wish: own, seconds, search }, common))
  }
  const kept = found.filter(each => each.codec === 'h264' || gainOver(found[0]!, each) >= LEAST_GAIN)
  const shots = options.perShot ? await findShots({ found: kept, complexity, sample, seconds, search }, common) : null
  const ceilingOf = (codec: LadderCodec): number =>
    ladderLimits(options.for, codec, title.rate).ceiling?.bps ?? Infinity
  const capped = await findCaps({ found: kept, shots, complexity, fps, ceilingOf, search }, common)
  const segments =
    options.segmentSeconds === undefined
      ? chooseSegmentSeconds(complexity, fps, options.gopSeconds)
      : { seconds: options.segmentSeconds, because: 'as asked' }
  const ladder = assembleLadder({
    ...{ facts, options, prices, plan, fps, found, kept, shots, capped, sample, complexity, segments, wish },
    frameRate: formatRational(title.rate),
    tally: search.tally,
  })
  return { ladder, tally: search.tally }
}

/** Room for bursts under what a target takes (Apple HLS 1.29 allows twice). */
const PEAK_OVER_AVERAGE = 1.5

/** A noisy title could ask for any rate: without a limit of the caller's, twice what a fixed ladder spends on its size. */
function usualMost({ width, height }: SizedCandidate, fps: number): number {
  const [top] = planFixedLadder({ width, height, fps, maxRungs: 1, fits: () => true })
  return 2 * top!.averageBps
}

/** A second codec costs encodes and storage: it must save that share of H.264's bits. */
const LEAST_GAIN = 0.05

function gainOver(base: FoundCodec, other: FoundCodec): number {
  const difference = bdRate(base.hull, other.hull)
  return difference === null ? 0 : -difference
}
