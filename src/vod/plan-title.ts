// Facts and measurements of one title → its plan.
import { measureFilters, selectTracks } from '../audio/index.ts'
import type { RunOptions } from '../core/index.ts'
import { runSpec } from '../engine/index.ts'
import type { EncodePlan, LoudnessReading, MeasureResult, MediaFacts } from '../model/index.ts'
import { planTranscode, planVod, type TranscodeOptions, type VodOptions } from '../plan/index.ts'
import { probe } from '../probe/index.ts'
import { loudnessSpec, readLoudness } from '../quality/index.ts'

export type PlannedTitle = { readonly facts: MediaFacts; readonly plan: EncodePlan }

/** Probes `path`, measures its loudness and plans an HLS and DASH package of it. */
export async function planTitle(path: string, options: VodOptions, run: RunOptions): Promise<PlannedTitle> {
  const facts = await probeFully(path, run)
  return { facts, plan: planVod({ facts, loudness: await measureLoudness(facts, options.loudness, run), options }) }
}

/** Probes `path`, measures its loudness and plans one file. */
export async function planFile(path: string, options: TranscodeOptions, run: RunOptions): Promise<PlannedTitle> {
  const facts = await probeFully(path, run)
  return {
    facts,
    plan: planTranscode({ facts, loudness: await measureLoudness(facts, options.loudness, run), options }),
  }
}

function probeFully(path: string, { signal, log, onProgress }: RunOptions): Promise<MediaFacts> {
  onProgress?.({ stage: 'probe', done: 0, total: null, unit: 'steps', fps: null, speed: null, etaSeconds: null })
  return probe(path, { signal, log, scan: 'full' })
}

/** First of two passes: each track after the down-mix that its rendition will get. */
async function measureLoudness(
  facts: MediaFacts,
  standard: string,
  { signal, log, onProgress }: RunOptions,
): Promise<Record<number, LoudnessReading>> {
  if (standard === 'off' || facts.truncated) return {}
  const tracks = selectTracks(facts).map(stream => {
    const { filters, channels } = measureFilters(stream)
    return { stream: stream.index, filters, channels }
  })
  if (tracks.length === 0) return {}
  onProgress?.({ stage: 'loudness', done: 0, total: null, unit: 'seconds', fps: null, speed: null, etaSeconds: null })
  const readings: Record<number, LoudnessReading> = {}
  await runSpec(loudnessSpec(facts.path, tracks), {
    signal,
    log,
    onEvent: event => {
      if (event.type !== 'node' || event.event !== 'result') return
      readings[Number(event.node.slice('loudness_'.length))] = readLoudness(event.data as MeasureResult)
    },
  })
  return readings
}
