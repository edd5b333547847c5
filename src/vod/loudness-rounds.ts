// What must be measured of the sound before its plan is complete: loudness, and what a limiter would take away of it.
import type { RunOptions } from '../core/index.ts'
import type { EncodePlan, LoudnessReading, MediaFacts } from '../model/index.ts'
import { measureLoudness } from './measure-loudness.ts'

export type Measured = {
  readonly loudness: Record<number, LoudnessReading>
  readonly makeUpDb: Record<number, number>
}

export type LoudnessRequest = {
  readonly facts: MediaFacts
  readonly standard: string
  readonly make: (measured: Measured) => EncodePlan
}

const ROUNDS = 3
/** Closer than half of a meter's own tolerance is close enough (EBU Tech 3341: ±0.1 LU). */
const CLOSE_LU = 0.05
/** More than this is not what a limiter is for: the programme would be crushed, and the verdict says that it is too quiet. */
const MOST_MAKE_UP_DB = 4

/**
 * A limiter takes loudness away with the peaks: where the plan needs one, the planned chain is measured as well and the
 * gain made up for, until the target is met or making up would crush the programme.
 */
export async function measureLoudnessFor(
  { facts, standard, make }: LoudnessRequest,
  run: RunOptions,
): Promise<Measured> {
  if (standard === 'off' || facts.truncated) return { loudness: {}, makeUpDb: {} }
  run.onProgress?.({
    stage: 'loudness',
    done: 0,
    total: null,
    unit: 'seconds',
    fps: null,
    speed: null,
    etaSeconds: null,
  })
  const makeUpDb: Record<number, number> = {}
  // Planned without a reading a track gets no gain: its chain is what the listener would hear.
  let plan = make({ loudness: {}, makeUpDb })
  const loudness = await measureLoudness(facts.path, plan.audio, plan.startTime, run)
  plan = make({ loudness, makeUpDb })
  for (let round = 0; round < ROUNDS; round++) {
    const limited = plan.audio.filter(track => track.loudness.limiter)
    const after = await measureLoudness(facts.path, limited, plan.startTime, run)
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
  return { loudness, makeUpDb }
}
