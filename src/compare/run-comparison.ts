// The journey of two files: probe → plan → measure → pool.
import { HeadendError, parseRational, type RunOptions, toNumber } from '../core/index.ts'
import { runSpec } from '../engine/index.ts'
import type { Comparison, ComparisonPlan, DecodeResult, MeasureResult, MediaFacts, Warning } from '../model/index.ts'
import { type ComparisonOptions, planComparison } from '../plan/index.ts'
import { probe } from '../probe/index.ts'
import { comparisonSpec, cutKey, pool, readVmaf } from '../quality/index.ts'
import { createMeter, headendVersion } from '../transcode/index.ts'
import { findEngine } from './find-engine.ts'
import { worstMoments } from './moments.ts'

export type MeasuredComparison = {
  readonly comparison: Comparison
  /** Every metric of every pair. */
  readonly result: MeasureResult
  readonly facts: { readonly reference: MediaFacts; readonly distorted: MediaFacts }
}

/**
 * Measures `distorted` against `reference`. @throws {HE_INPUT_…} {HE_COMPARE_IMPOSSIBLE} {HE_VMAF_ENGINE} {HE_VMAF_FAILED}
 */
export async function runComparison(
  reference: string,
  distorted: string,
  options: ComparisonOptions,
  run: RunOptions,
): Promise<MeasuredComparison> {
  const { signal, log, onProgress } = run
  const engine = await findEngine(options.engine, signal)
  onProgress?.({ stage: 'probe', done: 0, total: null, unit: 'steps', fps: null, speed: null, etaSeconds: null })
  const facts = {
    reference: await probe(reference, { signal, log, scan: 'full' }),
    distorted: await probe(distorted, { signal, log, scan: 'full' }),
  }
  const plan = planComparison({ ...facts, options, engine })
  const total = Math.min(plan.reference.frames ?? Infinity, plan.distorted.frames ?? Infinity)
  const frames = Number.isFinite(total) ? total : null
  const seconds = (frames ?? 0) / toNumber(parseRational(plan.frameRate))
  const meter = createMeter({ stage: 'measure', total: frames, seconds, onProgress })
  const measured = new Map<string, unknown>()
  const started = performance.now()
  await runSpec(comparisonSpec(plan), {
    signal,
    log,
    onEvent: event => {
      if (event.type !== 'node') return
      if (event.event !== 'progress') measured.set(`${event.node}.${event.event}`, event.data)
      else if (event.node === 'compare') meter.update((event.data as { frames: number }).frames)
    },
  })
  const elapsed = (performance.now() - started) / 1000
  const result = measured.get('compare.result') as MeasureResult
  const cuts = (measured.get('cuts.result') as MeasureResult).series[cutKey] ?? []
  const damaged = (['reference', 'distorted'] as const).flatMap(side =>
    damageOf(side, measured.get(`decode_${side}.decoded`) as DecodeResult),
  )
  const comparison = await assemble(plan, result, cuts, elapsed, damaged)
  return { comparison, result, facts }
}

const damageOf = (side: string, { damaged }: DecodeResult): Warning[] =>
  damaged > 0 ? [{ code: 'damaged', message: `${damaged} packets of the ${side} could not be decoded.` }] : []

/** Identical pictures have infinite PSNR; it is capped where 8-bit figures stop to mean anything. */
const CAP_DB = 100

async function assemble(
  plan: ComparisonPlan,
  result: MeasureResult,
  cuts: readonly number[],
  elapsed: number,
  damaged: readonly Warning[],
): Promise<Comparison> {
  const vmaf = readVmaf(result, {
    plan: plan.vmaf,
    engine: plan.engine.name === 'headend' ? 'headend' : `libvmaf in ffmpeg ${plan.engine.version}`,
    rate: parseRational(plan.frameRate),
    cutsS: cuts.filter(time => !Number.isNaN(time)),
  })
  if (result.frames === 0 || !vmaf)
    throw new HeadendError('HE_COMPARE_IMPOSSIBLE', 'the files have no pictures at the same times', {
      hint: 'Each file’s first picture counts as zero; are they of one programme?',
      details: { unpaired: result.unpaired },
    })
  const capped = (key: string): number[] => (result.series[key] ?? []).map(value => Math.min(value, CAP_DB))
  const [y, u, v] = ['y', 'u', 'v'].map(plane => capped(`lavfi.psnr.psnr.${plane}`)) as [number[], number[], number[]]
  const meanOf = (model: string): number => {
    const scores = (result.series[model] ?? []).filter(score => !Number.isNaN(score))
    return Number((scores.reduce((sum, score) => sum + score, 0) / scores.length).toFixed(4))
  }
  return {
    version: 1,
    tool: { headend: await headendVersion(), node: process.version },
    createdAt: new Date().toISOString(),
    plan,
    frames: result.frames,
    unpaired: result.unpaired,
    vmaf,
    models: Object.fromEntries(plan.models.map(model => [model, meanOf(model)])),
    psnrY: pool(y),
    psnrWeighted: pool(y.map((value, i) => (6 * value + u[i]! + v[i]!) / 8)),
    ssimY: pool(capped('lavfi.ssim.Y')),
    xpsnrY: pool(capped('lavfi.xpsnr.xpsnr.y')),
    worst: worstMoments(result, plan.vmaf.model),
    worstShot: vmaf.worstShot,
    fps: Number((result.frames / elapsed).toFixed(2)),
    warnings: [...plan.warnings, ...unpairedWarnings(result), ...damaged],
  }
}

const unpairedWarnings = ({ unpaired }: MeasureResult): Warning[] =>
  unpaired > 0
    ? [
        {
          code: 'frames-unpaired',
          message: `${unpaired} pictures have no partner within half a frame and were left out.`,
        },
      ]
    : []
