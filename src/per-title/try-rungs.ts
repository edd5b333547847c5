// Encodes the sample with some settings at once, from one decode, and scores them against it, from another.
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { HeadendError, parseRational, type RunOptions, toNumber } from '../core/index.ts'
import { runSpec } from '../engine/index.ts'
import type { PieceFigures, Sample } from '../ladder/index.ts'
import type { EncodePlan, MeasureResult, ReadResult } from '../model/index.ts'
import { scoreSpec } from '../quality/index.ts'
import { createMeter, runPlan } from '../transcode/index.ts'

/** Figures of each piece of the sample, by the id of its rendition. */
export type TrialFigures = Readonly<Record<string, readonly PieceFigures[]>>

/** Seconds of wall time. */
export type TrialTimes = { readonly encodeS: number; readonly scoreS: number }

/**
 * `plan`: trial encodes of the sample. Files lie in a folder of `dir` while it runs. @throws what the engine throws
 */
export async function tryRungs(
  plan: EncodePlan,
  sample: Sample,
  dir: string,
  { signal, log, onProgress }: RunOptions,
): Promise<{ figures: TrialFigures; times: TrialTimes }> {
  const folder = join(dir, 'trials')
  await mkdir(folder, { recursive: true })
  await using undo = new AsyncDisposableStack()
  undo.defer(() => rm(folder, { recursive: true, force: true }))
  const trials = plan.video!.renditions.map(({ id }) => ({ id, path: join(folder, `${id}.mp4`) }))
  const started = performance.now()
  await runPlan(
    plan,
    { kind: 'each', paths: Object.fromEntries(trials.map(({ id, path }) => [id, path])) },
    { signal, log, onProgress: onProgress && (at => onProgress({ ...at, stage: 'try' })) },
  )
  const encoded = performance.now()
  const seen = new Map<string, unknown>()
  const seconds = toNumber(parseRational(plan.duration))
  const meter = createMeter({ stage: 'score', total: plan.video!.frames, seconds, onProgress })
  const done = new Map<string, number>()
  await runSpec(scoreSpec(plan, trials), {
    signal,
    log,
    onEvent: event => {
      if (event.type !== 'node') return
      if (event.event !== 'progress') seen.set(`${event.node}.${event.event}`, event.data)
      else if (event.node.startsWith('score_')) {
        done.set(event.node, (event.data as { frames: number }).frames)
        meter.update([...done.values()].reduce((sum, frames) => sum + frames, 0) / trials.length)
      }
    },
  })
  const scored = performance.now()
  const figures = Object.fromEntries(
    trials.map(({ id }) => [
      id,
      readFigures(plan, sample, {
        id,
        score: seen.get(`score_${id}.result`) as MeasureResult,
        read: seen.get(`file_${id}.read`) as ReadResult,
      }),
    ]),
  )
  return { figures, times: { encodeS: (encoded - started) / 1000, scoreS: (scored - encoded) / 1000 } }
}

type Seen = { readonly id: string; readonly score: MeasureResult; readonly read: ReadResult }

/** Bits between key frames, and the mean of the frames that were scored, piece by piece. */
function readFigures(plan: EncodePlan, { pieces }: Sample, { id, score, read }: Seen): PieceFigures[] {
  const video = plan.video!
  const bytes = read.s0!.bytesPerKey
  if (bytes.length !== pieces.length)
    throw new HeadendError('HE_INTERNAL', `trial ${id} has ${bytes.length} key frames, not ${pieces.length}`)
  const rate = toNumber(parseRational(video.frameRate))
  const scores = score.series[video.vmaf!.model] ?? []
  const sums = pieces.map(() => ({ sum: 0, count: 0 }))
  let end = 0
  const ends = pieces.map(piece => {
    end += piece.frames
    return end
  })
  for (const [i, value] of scores.entries()) {
    if (Number.isNaN(value)) continue
    const frame = Math.round(score.timeS[i]! * rate)
    const sum = sums[ends.findIndex(end => frame < end)]
    if (!sum) continue
    sum.sum += value
    sum.count++
  }
  const all = sums.reduce((total, { sum, count }) => ({ sum: total.sum + sum, count: total.count + count }))
  if (all.count === 0) throw new HeadendError('HE_INTERNAL', `trial ${id} has no frame that was scored`)
  // A short last GOP may lie between two scored frames: it gets the mean of all.
  return bytes.map((each, i) => {
    const { sum, count } = sums[i]!
    return { bits: each * 8, vmaf: count > 0 ? sum / count : all.sum / all.count }
  })
}
