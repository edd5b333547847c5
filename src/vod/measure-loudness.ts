// Measures tracks of a file after given filter chains, in an engine worker.
import type { RunOptions } from '../core/index.ts'
import { runSpec } from '../engine/index.ts'
import type { LoudnessReading, LoudnessResult } from '../model/index.ts'
import { type LoudnessTrack, loudnessSpec, readLoudness } from '../quality/index.ts'

/** Readings by stream index. `startTime`, in seconds, is taken off all timestamps. */
export async function measureLoudness(
  path: string,
  tracks: readonly LoudnessTrack[],
  startTime: string,
  { signal, log }: Pick<RunOptions, 'signal' | 'log'>,
): Promise<Record<number, LoudnessReading>> {
  const readings: Record<number, LoudnessReading> = {}
  if (tracks.length === 0) return readings
  await runSpec(loudnessSpec(path, tracks, startTime), {
    signal,
    log,
    onEvent: event => {
      if (event.type !== 'node' || event.event !== 'result') return
      readings[Number(event.node.slice('loudness_'.length))] = readLoudness(event.data as LoudnessResult)
    },
  })
  return readings
}
