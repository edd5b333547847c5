// The moments of a comparison that are worth a look, and their pictures from both files.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunOptions } from '../core/index.ts'
import { runSpec } from '../engine/index.ts'
import type { ComparisonPlan, MeasureResult, VideoStream, WorstMoment } from '../model/index.ts'
import { jpegSteps, momentSpec } from '../quality/index.ts'

const MOMENTS = 3
/** One bad second is one moment. */
const APART_S = 1

/** The worst scored frames, at least a second apart, the worst first. */
export function worstMoments({ timeS, series }: MeasureResult, model: string): WorstMoment[] {
  const scores = series[model] ?? []
  const order = scores
    .flatMap((score, frame) => (Number.isNaN(score) ? [] : [frame]))
    .toSorted((a, b) => scores[a]! - scores[b]! || a - b)
  const found: number[] = []
  for (const frame of order) {
    if (found.length === MOMENTS) break
    if (found.every(other => Math.abs(timeS[other]! - timeS[frame]!) >= APART_S)) found.push(frame)
  }
  return found.map(frame => ({
    frame,
    timeS: Number(timeS[frame]!.toFixed(6)),
    score: Number(scores[frame]!.toFixed(4)),
  }))
}

/** A moment as both files show it, in JPEG, at the size of the comparison, HDR tone mapped for the page. */
export type MomentPictures = WorstMoment & { readonly reference: Buffer; readonly distorted: Buffer }

export async function picturesOf(
  plan: ComparisonPlan,
  moments: readonly WorstMoment[],
  video: VideoStream,
  { signal, log }: Pick<RunOptions, 'signal' | 'log'>,
): Promise<MomentPictures[]> {
  if (moments.length === 0) return []
  const folder = await mkdtemp(join(tmpdir(), 'headend-moments-'))
  try {
    const wanted = moments.flatMap(({ timeS }, i) =>
      (['reference', 'distorted'] as const).map(side => ({ side, timeS, path: join(folder, `${side}-${i}.jpg`) })),
    )
    await runSpec(momentSpec(plan, wanted, jpegSteps(video, { ...plan, chroma: '4:2:0' })), { signal, log })
    return await Promise.all(
      moments.map(async (moment, i) => ({
        ...moment,
        reference: await readFile(wanted[2 * i]!.path),
        distorted: await readFile(wanted[2 * i + 1]!.path),
      })),
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
