// Looks at a picture before it is planned: black bars, cadence of fields, light level. Only what the plan asks for.
import type { RunOptions } from '../core/index.ts'
import { runSpec } from '../engine/index.ts'
import type { GraphSpec, MeasureResult, MediaFacts, PictureAnalysis } from '../model/index.ts'
import { analysisSpec, lightLevelSpec, readCadence, readCrop, readLightLevel } from '../quality/index.ts'

type Wants = { readonly crop: boolean; readonly cadence: boolean; readonly light: boolean }

/** Decodes the whole picture once for bars and cadence, and once more for light, where they are wanted. */
export async function analysePicture(facts: MediaFacts, wants: Wants, run: RunOptions): Promise<PictureAnalysis> {
  const video = facts.video[0]
  if (!video || facts.truncated || !Object.values(wants).includes(true)) return {}
  const analysis: PictureAnalysis = {}
  if (wants.crop || wants.cadence) {
    const found = await measure(analysisSpec(facts.path, video, wants), run)
    if (wants.crop) {
      const { crop, warnings } = found.crop ? readCrop(found.crop, video) : { crop: null, warnings: [] }
      analysis.crop = crop
      if (warnings.length > 0) analysis.warnings = [...warnings]
      for (const { code, message } of warnings) run.log.warn({ code }, message)
    }
    if (wants.cadence && found.cadence) analysis.cadence = readCadence(found.cadence)
  }
  if (wants.light) {
    const { light } = await measure(lightLevelSpec(facts.path, video, { crop: analysis.crop }), run)
    const level = light && readLightLevel(light)
    if (level) analysis.contentLight = level
  }
  return analysis
}

/** Results by the id of their node. */
async function measure(
  spec: GraphSpec,
  { signal, log, onProgress }: RunOptions,
): Promise<Record<string, MeasureResult>> {
  onProgress?.({ stage: 'look', done: 0, total: null, unit: 'frames', fps: null, speed: null, etaSeconds: null })
  const results: Record<string, MeasureResult> = {}
  await runSpec(spec, {
    signal,
    log,
    onEvent: event => {
      if (event.type === 'node' && event.event === 'result') results[event.node] = event.data as MeasureResult
    },
  })
  return results
}
