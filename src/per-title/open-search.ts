// Everything that trials of a title stand on: its grid, its complexity, a sample of it, the cache, and a folder for a while.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunOptions, toNumber } from '../core/index.ts'
import { chooseSample, ladderCandidates, type Sample, type SizedCandidate } from '../ladder/index.ts'
import { Complexity, type EncodePlan, type LadderCodec, type MediaFacts } from '../model/index.ts'
import {
  canHalve,
  type LadderOptions,
  ladderLimits,
  planTrials,
  type TrialOptions,
  type TrialTitle,
  trialTitle,
} from '../plan/index.ts'
import { analyse } from './analyse.ts'
import { openSampleClip } from './sample-clip.ts'
import { createTitleSearch, refuseTooShort, refuseUnscored, type TitleSearch } from './title-search.ts'
import { cacheDir, createTrialCache, fingerprint, keyOf, noCache, type TrialCache } from './trial-cache.ts'
import { toolVersions } from './versions.ts'

export type SearchOptions = RunOptions & {
  readonly options: LadderOptions
  /** Whether trials are kept and looked up in the user's cache. */
  readonly cache: boolean
}

export interface OpenSearch extends AsyncDisposable {
  readonly title: TrialTitle
  /** Any trial plan of the title. */
  readonly plan: EncodePlan
  readonly complexity: Complexity
  readonly sample: Sample
  readonly search: TitleSearch
  readonly candidatesOf: (codec: LadderCodec) => SizedCandidate[]
}

/** Frames of each trial that are scored: more change a mean by less than a few tenths. */
const SCORED_FRAMES = 160
/** Stands in where the setting does not matter. */
const ANY_QUALITY = 30

/** @throws {HE_LADDER_IMPOSSIBLE} {HE_INPUT_…} and what the engine throws */
export async function openSearch(facts: MediaFacts, run: SearchOptions): Promise<OpenSearch> {
  const { options, cache: cached, ...common } = run
  const trialOptions: TrialOptions = {
    preset: options.preset,
    gopSeconds: options.gopSeconds,
    segmentSeconds: options.segmentSeconds ?? options.gopSeconds,
    targets: options.for,
    vmafModel: options.vmafModel,
    vmafEvery: options.vmafEvery,
    vmafFrames: SCORED_FRAMES,
  }
  const title = trialTitle(facts, trialOptions)
  refuseTooShort(title.grid.frames, title.rate)
  const candidatesOf = (codec: LadderCodec): SizedCandidate[] =>
    ladderCandidates({
      width: title.video.displayWidth,
      height: title.video.displayHeight,
      fps: toNumber(title.rate),
      maxHeight: options.maxHeight,
      mayHalve: options.frameRates === 'auto' && canHalve(title.grid),
      fits: ladderLimits(options.for, codec, title.rate).fits,
    })
  const largest = candidatesOf('h264')[0]!
  const plan = planTrials(facts, trialOptions, [{ ...largest, id: 't0', codec: 'h264', quality: ANY_QUALITY }])
  refuseUnscored(plan)

  await using undo = new AsyncDisposableStack()
  const dir = await mkdtemp(join(tmpdir(), 'headend-ladder-'))
  undo.defer(() => rm(dir, { recursive: true, force: true }))
  const cache = cached ? createTrialCache(cacheDir(), run.log) : noCache
  const [contentId, tools] = await Promise.all([fingerprint(facts.path), toolVersions(common)])
  const complexity = await complexityOf(plan, { dir, cache, contentId, tools }, common)
  const sample = chooseSample(complexity.gops, Math.round(options.sampleSeconds * toNumber(title.rate)))
  const clip = await openSampleClip(plan, sample, dir, common)
  const search = createTitleSearch({
    ...{ facts, options: trialOptions, complexity, sample, clip, dir, cache, contentId, tools },
  })
  const opened = undo.move()
  return {
    ...{ title, plan, complexity, sample, search, candidatesOf },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

type Context = { readonly dir: string; readonly cache: TrialCache; readonly contentId: string; readonly tools: string }

async function complexityOf(plan: EncodePlan, { dir, cache, contentId, tools }: Context, run: RunOptions) {
  const { prepare, frames, gopFrames, frameRate } = plan.video!
  const key = keyOf(['complexity', tools, contentId, plan.startTime, prepare, frames, gopFrames, frameRate])
  const known = await cache.read(key, Complexity)
  if (known) return known
  const complexity = await analyse(plan, dir, run)
  await cache.write(key, complexity)
  return complexity
}
