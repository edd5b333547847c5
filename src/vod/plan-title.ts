// Facts and measurements of one title → the plan of its package.
import type { RunOptions } from '../core/index.ts'
import type { EncodePlan, MediaFacts } from '../model/index.ts'
import { planVod, type VodOptions } from '../plan/index.ts'
import { probe } from '../probe/index.ts'
import { type Measured, measureLoudnessFor } from './loudness-rounds.ts'

export type PlannedTitle = { readonly facts: MediaFacts; readonly plan: EncodePlan }

/** Probes `path`, measures its loudness and plans an HLS and DASH package of it. */
export async function planTitle(path: string, options: VodOptions, run: RunOptions): Promise<PlannedTitle> {
  const facts = await probeFully(path, run)
  const make = (measured: Measured): EncodePlan => planVod({ facts, options, ...measured })
  return { facts, plan: make(await measureLoudnessFor({ facts, standard: options.loudness, make }, run)) }
}

export function probeFully(path: string, { signal, log, onProgress }: RunOptions): Promise<MediaFacts> {
  onProgress?.({ stage: 'probe', done: 0, total: null, unit: 'steps', fps: null, speed: null, etaSeconds: null })
  return probe(path, { signal, log, scan: 'full' })
}
