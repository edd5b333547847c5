// Facts and measurements of one title → the plan of its package.
import type { RunOptions } from '../core/index.ts'
import type { EncodePlan, Ladder, MediaFacts } from '../model/index.ts'
import { type Alignment, planVod, type VodOptions } from '../plan/index.ts'
import { probe } from '../probe/index.ts'
import { chooseLadder } from './choose-ladder.ts'
import { type Measured, measureLoudnessFor } from './loudness-rounds.ts'
import { measureAlignment } from './measure-alignment.ts'

export type PlannedTitle = {
  readonly facts: MediaFacts
  readonly plan: EncodePlan
  /** What was found, where a ladder was searched for. */
  readonly ladder: Ladder | null
}

/** Probes `path`, finds its ladder, measures its loudness and plans an HLS and DASH package of it. */
export async function planTitle(path: string, options: VodOptions, run: RunOptions): Promise<PlannedTitle> {
  const facts = await probeFully(path, run)
  const { file, found, warnings } = await chooseLadder(facts, options, run)
  let alignment: Readonly<Record<number, Alignment>> = {}
  const make = (measured: Measured): EncodePlan => {
    const plan = planVod({ facts, options, ladder: file ?? undefined, alignment, ...measured })
    return {
      ...plan,
      choices: [...(found?.choices ?? []), ...plan.choices],
      warnings: [...warnings, ...plan.warnings],
    }
  }
  alignment = await measureAlignment(facts, options, () => make({ loudness: {}, makeUpDb: {} }), run)
  const measured = await measureLoudnessFor({ facts, standard: options.loudness, make }, run)
  return { facts, plan: make(measured), ladder: found }
}

export function probeFully(path: string, { signal, log, onProgress }: RunOptions): Promise<MediaFacts> {
  onProgress?.({ stage: 'probe', done: 0, total: null, unit: 'steps', fps: null, speed: null, etaSeconds: null })
  return probe(path, { signal, log, scan: 'full' })
}
