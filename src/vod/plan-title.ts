// Facts and measurements of one title → its plan.
import type { RunOptions } from '../core/index.ts'
import type { EncodePlan, LoudnessReading, MediaFacts } from '../model/index.ts'
import { loudnessTracks, planTranscode, planVod, type TranscodeOptions, type VodOptions } from '../plan/index.ts'
import { probe } from '../probe/index.ts'
import { measureLoudness } from './measure-loudness.ts'

export type PlannedTitle = { readonly facts: MediaFacts; readonly plan: EncodePlan }

/** Probes `path`, measures its loudness and plans an HLS and DASH package of it. */
export async function planTitle(path: string, options: VodOptions, run: RunOptions): Promise<PlannedTitle> {
  const facts = await probeFully(path, run)
  const make: MakePlan = measured => planVod({ facts, options, ...measured })
  return { facts, plan: await planMeasured(facts, options.loudness, make, run) }
}

/** Probes `path`, measures its loudness and plans one file. */
export async function planFile(path: string, options: TranscodeOptions, run: RunOptions): Promise<PlannedTitle> {
  const facts = await probeFully(path, run)
  const make: MakePlan = measured => planTranscode({ facts, options, ...measured })
  return { facts, plan: await planMeasured(facts, options.loudness, make, run) }
}

function probeFully(path: string, { signal, log, onProgress }: RunOptions): Promise<MediaFacts> {
  onProgress?.({ stage: 'probe', done: 0, total: null, unit: 'steps', fps: null, speed: null, etaSeconds: null })
  return probe(path, { signal, log, scan: 'full' })
}

type Measured = { readonly loudness: Record<number, LoudnessReading>; readonly makeUpDb: Record<number, number> }
type MakePlan = (measured: Measured) => EncodePlan

const ROUNDS = 3
/** Closer than half of a meter's own tolerance is close enough (EBU Tech 3341: ±0.1 LU). */
const CLOSE_LU = 0.05
/** More than this is not what a limiter is for: the programme would be crushed, and the verdict says that it is too quiet. */
const MOST_MAKE_UP_DB = 4

/**
 * Plans with what was measured. A limiter takes loudness away with the peaks: where the plan needs one, the planned chain is
 * measured as well and the gain made up for, until the target is met or making up would crush the programme.
 */
async function planMeasured(facts: MediaFacts, standard: string, make: MakePlan, run: RunOptions): Promise<EncodePlan> {
  if (standard === 'off' || facts.truncated) return make({ loudness: {}, makeUpDb: {} })
  run.onProgress?.({
    stage: 'loudness',
    done: 0,
    total: null,
    unit: 'seconds',
    fps: null,
    speed: null,
    etaSeconds: null,
  })
  const loudness = await measureLoudness(facts.path, loudnessTracks(facts), '0/1', run)
  const makeUpDb: Record<number, number> = {}
  let plan = make({ loudness, makeUpDb })
  for (let round = 0; round < ROUNDS; round++) {
    const limited = plan.audio.filter(track => track.loudness.limiter)
    const tracks = limited.map(({ stream, channels, filters }) => ({ stream, channels, filters }))
    const after = await measureLoudness(facts.path, tracks, plan.startTime, run)
    let moved = false
    for (const { stream, loudness: target } of limited) {
      const reached = after[stream]?.integratedLufs
      if (reached == null || target.targetLufs === null) continue
      const before = makeUpDb[stream] ?? 0
      const wanted = Math.min(MOST_MAKE_UP_DB, Math.max(0, before + target.targetLufs - reached))
      if (Math.abs(wanted - before) <= CLOSE_LU) continue
      makeUpDb[stream] = wanted
      moved = true
    }
    if (!moved) break
    plan = make({ loudness, makeUpDb })
  }
  return plan
}
