// Numbers of measure nodes → readings: loudness, pooled quality, events, thinned curves. Pure.
import type {
  AudioOutcome,
  ContentEvent,
  LoudnessReading,
  LoudnessResult,
  MeasureResult,
  Pooled,
  QualityResult,
} from '../model/index.ts'
import { qualityKeys } from './measure-specs.ts'
import { round, thin } from './thin.ts'
import { readVmaf, type VmafContext } from './vmaf-reading.ts'

/** Below the absolute gate of BS.1770 (−70 LUFS) a curve has nothing to say. */
const GATE_LUFS = -70

const NO_READING: LoudnessReading = {
  integratedLufs: null,
  momentaryMaxLufs: null,
  shortTermMaxLufs: null,
  loudnessRangeLu: null,
  truePeakDbtp: null,
  samplePeakDbfs: null,
}

/** The figures of a measurement, to the thousandth; all null where no sound came. */
export function readLoudness({ measurement }: LoudnessResult): LoudnessReading {
  if (!measurement) return NO_READING
  const of = (name: keyof LoudnessReading): number | null => {
    const value = measurement[name]
    return value === null ? null : round(value, 3)
  }
  return {
    integratedLufs: of('integratedLufs'),
    momentaryMaxLufs: of('momentaryMaxLufs'),
    shortTermMaxLufs: of('shortTermMaxLufs'),
    loudnessRangeLu: of('loudnessRangeLu'),
    truePeakDbtp: of('truePeakDbtp'),
    samplePeakDbfs: of('samplePeakDbfs'),
  }
}

/** The curves of a loudness chart; values under the gate are drawn at it. */
export function readLoudnessCurve({ measurement }: LoudnessResult): AudioOutcome['series'] {
  if (!measurement) return { timeS: [], momentaryLufs: [], shortTermLufs: [] }
  const { stepMs, momentaryLufs, shortTermLufs } = measurement.series
  const clamp = (value: number | null | undefined): number => round(Math.max(value ?? GATE_LUFS, GATE_LUFS), 2)
  const keep = thin(momentaryLufs.length, i => clamp(momentaryLufs[i]))
  return {
    timeS: keep.map(i => round(((i + 1) * stepMs) / 1000, 3)),
    momentaryLufs: keep.map(i => clamp(momentaryLufs[i])),
    shortTermLufs: keep.map(i => clamp(shortTermLufs[i])),
  }
}

/** Identical pictures have infinite PSNR; it is capped where 8-bit figures stop to mean anything. */
const CAP_DB = 100
const capped = (value: number): number => Math.min(value, CAP_DB)

/** `vmaf` says how VMAF was measured; null where it was not. */
export function readQuality(rendition: string, result: MeasureResult, vmaf: VmafContext | null): QualityResult {
  const [psnr, ssim, xpsnr] = qualityKeys.map(key => (result.series[key] ?? []).map(capped)) as [
    number[],
    number[],
    number[],
  ]
  const keep = thin(result.timeS.length, i => psnr[i] ?? CAP_DB)
  return {
    rendition,
    frames: result.frames,
    psnrY: pool(psnr),
    ssimY: pool(ssim),
    xpsnrY: pool(xpsnr),
    vmaf: vmaf && readVmaf(result, vmaf),
    series: {
      timeS: keep.map(i => round(result.timeS[i]!, 4)),
      psnrY: keep.map(i => round(psnr[i] ?? 0, 3)),
      ssimY: keep.map(i => round(ssim[i] ?? 0, 5)),
      xpsnrY: keep.map(i => round(xpsnr[i] ?? 0, 3)),
    },
  }
}

/** Arithmetic mean over frames and the low percentiles by nearest rank. All zero when there is no frame. */
export function pool(values: readonly number[]): Pooled {
  if (values.length === 0) return { mean: 0, min: 0, p1: 0, p5: 0, median: 0 }
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return {
    mean: round(mean, 5),
    min: round(sorted[0]!, 5),
    p1: round(at(0.01), 5),
    p5: round(at(0.05), 5),
    median: round(at(0.5), 5),
  }
}

/**
 * Pairs start and end marks. A stretch still open at the end of the file has no end mark (FFmpeg's filters never write
 * one), so it ends at `endS`.
 */
export function readEvents(
  result: MeasureResult,
  kind: ContentEvent['kind'],
  startKey: string,
  endKey: string,
  endS: number,
): ContentEvent[] {
  const events: ContentEvent[] = []
  let startS: number | null = null
  for (let i = 0; i < result.timeS.length; i++) {
    const start = result.series[startKey]?.[i]
    const end = result.series[endKey]?.[i]
    if (end !== undefined && !Number.isNaN(end) && startS !== null) {
      events.push({ kind, startS: round(startS, 3), endS: round(end, 3) })
      startS = null
    }
    if (start !== undefined && !Number.isNaN(start)) startS = start
  }
  if (startS !== null) events.push({ kind, startS: round(startS, 3), endS: round(Math.max(endS, startS), 3) })
  return events
}
