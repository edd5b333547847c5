// The search for one title: what is tried, from the cache or by encoding, and what it says of the whole title.
import { formatRational, HeadendError, type RunOptions } from '../core/index.ts'
import {
  type Cap,
  estimateTitle,
  type PieceFigures,
  type Probe,
  type Sample,
  type SizedCandidate,
  type TitleFigures,
} from '../ladder/index.ts'
import type { Complexity, EncodePlan, LadderCodec, MediaFacts } from '../model/index.ts'
import { type PackageRung, planTrials, type TrialOptions } from '../plan/index.ts'
import type { SampleClip } from './sample-clip.ts'
import { keyOf, type TrialCache, trialSchema } from './trial-cache.ts'
import { tryRungs } from './try-rungs.ts'

/** One setting to try. */
export type Trial = {
  readonly codec: LadderCodec
  readonly candidate: SizedCandidate
  readonly crf: number
  /** Of the sample's frames. */
  readonly shots?: PackageRung['shots']
  /** Left out: as much as its level allows. */
  readonly cap?: Cap | undefined
}

export type Tried = TitleFigures & { readonly pieces: readonly PieceFigures[] }

export type SearchContext = {
  readonly facts: MediaFacts
  readonly options: TrialOptions
  readonly complexity: Complexity
  readonly sample: Sample
  readonly clip: SampleClip
  readonly dir: string
  readonly cache: TrialCache
  /** Tells the title's content apart from others', for the cache. */
  readonly contentId: string
  /** Everything else that figures depend on: versions of tools. */
  readonly tools: string
}

/** What was done so far. */
export type SearchTally = { encodes: number; cached: number; encodeS: number; scoreS: number }

/** So many pixels are encoded at once, in pictures of the source's size: it bounds memory, and keeps two cores busy. */
const AT_ONCE = 3

export type TitleSearch = {
  /** The figures of each setting, in the order asked. Nothing is tried twice. */
  readonly attempt: (trials: readonly Trial[], run: RunOptions) => Promise<readonly Tried[]>
  readonly tally: Readonly<SearchTally>
}

export function createTitleSearch(context: SearchContext): TitleSearch {
  const { facts, options, complexity, sample, clip, dir, cache } = context
  const known = new Map<string, Tried>()
  const tally: SearchTally = { encodes: 0, cached: 0, encodeS: 0, scoreS: 0 }
  const planOf = (trials: readonly Trial[]): EncodePlan => clip(planTrials(facts, options, trials.map(toRung)))
  const keep = (name: string, pieces: readonly PieceFigures[]): void => {
    tally.encodes++
    known.set(name, { pieces, ...estimateTitle(sample, complexity.gops, pieces) })
  }
  const keyFor = (trial: Trial): string => {
    const { video } = planOf([trial])
    const [rendition] = video!.renditions
    const { width, height, frames, gopFrames, frameRate, reference, vmaf } = video!
    const picture = { width, height, frames, gopFrames, frameRate, reference, vmaf, sample: sample.pieces }
    return keyOf([context.tools, context.contentId, picture, rendition])
  }
  return {
    tally,
    async attempt(trials, run) {
      const missing: Trial[] = []
      for (const trial of trials) {
        if (known.has(nameOf(trial)) || missing.some(other => nameOf(other) === nameOf(trial))) continue
        const found = await cache.read(keyFor(trial), trialSchema)
        if (found?.length === sample.pieces.length) {
          tally.cached++
          keep(nameOf(trial), found)
        } else missing.push(trial)
      }
      const area = facts.video[0]!.displayWidth * facts.video[0]!.displayHeight
      for (const batch of inBatches(missing, area)) {
        run.signal.throwIfAborted()
        const { figures, times } = await tryRungs(planOf(batch), sample, dir, run)
        tally.encodeS += times.encodeS
        tally.scoreS += times.scoreS
        for (const [i, trial] of batch.entries()) {
          const pieces = figures[`t${i}`]!
          await cache.write(keyFor(trial), pieces)
          keep(nameOf(trial), pieces)
        }
      }
      return trials.map(trial => known.get(nameOf(trial))!)
    },
  }
}

const nameOf = ({ codec, candidate, crf, shots, cap }: Trial): string =>
  JSON.stringify([codec, candidate.id, crf, shots, cap])

const toRung = ({ codec, candidate, crf, shots, cap }: Trial, i: number): PackageRung => ({
  id: `t${i}`,
  codec,
  width: candidate.width,
  height: candidate.height,
  halved: candidate.halved,
  quality: crf,
  shots,
  ...cap,
  because: candidate.because,
})

function inBatches(trials: readonly Trial[], area: number): Trial[][] {
  const batches: Trial[][] = []
  let room = 0
  for (const trial of trials) {
    const size = (trial.candidate.width * trial.candidate.height) / area
    if (batches.length === 0 || size > room) {
      batches.push([])
      room = AT_ONCE
    }
    batches.at(-1)!.push(trial)
    room -= size
  }
  return batches
}

/** Rate and quality as the curves take them. */
export const toProbe = (crf: number, { bits, vmaf }: Tried, seconds: number): Probe => ({
  crf,
  bitrateBps: bits / seconds,
  vmaf,
})

/** A search needs a score. @throws {HE_LADDER_IMPOSSIBLE} */
export function refuseUnscored(plan: EncodePlan): void {
  const { video } = plan
  if (!video?.vmaf)
    throw new HeadendError('HE_LADDER_IMPOSSIBLE', 'a ladder is found by VMAF, which does not apply here', {
      details: { width: video?.width, height: video?.height },
      hint: 'Pictures below 96x80 have no VMAF, and --vmaf-model off leaves it out: use --ladder fixed.',
    })
}

/** Less than a second says nothing about rates. @throws {HE_LADDER_IMPOSSIBLE} */
export function refuseTooShort(frames: number, rate: { readonly num: bigint; readonly den: bigint }): void {
  const seconds = (frames * Number(rate.den)) / Number(rate.num)
  if (seconds >= 1) return
  throw new HeadendError(
    'HE_LADDER_IMPOSSIBLE',
    `${frames} frame${frames === 1 ? '' : 's'} at ${formatRational(rate)} per second are too few to find a ladder for: a second is the least`,
  )
}
