// How long segments are: by how the pictures move. Pure.
import type { Complexity } from '../model/index.ts'

export type SegmentChoice = { readonly seconds: number; readonly because: string }

/** Temporal information (P.910) below which little changes, and above which nearly everything does. */
const CALM = 8
const LIVELY = 25

/**
 * Where pictures change much, rates swing and a player must be able to change rungs soon; where they stand, long segments spare
 * requests and cost nothing. The GOP is the same in all cases, so each duration is a whole number of them.
 */
export function chooseSegmentSeconds(
  { ti, shots, frames }: Complexity,
  fps: number,
  gopSeconds: number,
): SegmentChoice {
  const shotSeconds = frames / fps / Math.max(1, shots.length)
  const wanted = ti.mean >= LIVELY || shotSeconds < 2 ? 4 : ti.mean < CALM && shotSeconds >= 4 ? 8 : 6
  const seconds = Math.max(1, Math.round(wanted / gopSeconds)) * gopSeconds
  const measured = `temporal information ${ti.mean.toFixed(1)}, ${shotSeconds.toFixed(1)} s a shot`
  const why =
    wanted === 4
      ? 'much changes, so players must be able to switch soon'
      : wanted === 8
        ? 'little changes: long segments spare requests'
        : 'neither calm nor hectic: what Apple’s specification recommends'
  return { seconds: Number(seconds.toFixed(6)), because: `${measured}: ${why}` }
}
