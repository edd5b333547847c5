// Looks at a title once, all of it: how hard it is to code, and what it is made of.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseRational, type RunOptions, toNumber } from '../core/index.ts'
import { runSpec } from '../engine/index.ts'
import type { Complexity, EncodePlan, MeasureResult, MuxResult } from '../model/index.ts'
import { complexitySpec, readComplexity } from '../quality/index.ts'
import { createMeter } from '../transcode/index.ts'

/** One decode of the plan's picture, whatever its renditions are. A small encode lies in `dir` meanwhile. @throws what the engine throws */
export async function analyse(
  plan: EncodePlan,
  dir: string,
  { signal, log, onProgress }: RunOptions,
): Promise<Complexity> {
  const video = plan.video!
  const proxy = join(dir, 'proxy.mkv')
  const spec = complexitySpec(video, { path: plan.input.path, startTime: plan.startTime }, proxy)
  const seconds = toNumber(parseRational(plan.duration))
  const meter = createMeter({ stage: 'complexity', total: video.frames, seconds, onProgress })
  const results: Record<string, MeasureResult> = {}
  let written: MuxResult = {}
  try {
    await runSpec(spec, {
      signal,
      log,
      onEvent: event => {
        if (event.type !== 'node') return
        if (event.event === 'result') results[event.node] = event.data as MeasureResult
        if (event.event === 'written') written = event.data as MuxResult
        if (event.event === 'progress' && event.node === 'changes')
          meter.update((event.data as { frames: number }).frames)
      },
    })
  } finally {
    await rm(proxy, { force: true })
  }
  const { detail, changes, grain, stir, bars } = results
  return readComplexity(video, {
    detail: detail!,
    changes: changes!,
    grain: grain!,
    stir: stir!,
    bars: bars!,
    proxyBytes: written.s0!.bytesPerKey,
  })
}
