// Loudness standards and the linear gain that reaches them.
import type { FilterStep, LoudnessReading } from '../model/index.ts'

export type LoudnessStandard = {
  readonly name: string
  readonly targetLufs: number | null
  readonly toleranceLu: number
  readonly maxTruePeakDbtp: number
}

/** Targets with their sources: EBU R 128; ATSC A/85; the −14 and −16 LUFS of streaming services and podcasts. */
export const loudnessStandards = {
  r128: { name: 'EBU R 128', targetLufs: -23, toleranceLu: 0.5, maxTruePeakDbtp: -1 },
  a85: { name: 'ATSC A/85', targetLufs: -24, toleranceLu: 2, maxTruePeakDbtp: -2 },
  'streaming-14': { name: 'streaming −14 LUFS', targetLufs: -14, toleranceLu: 0.5, maxTruePeakDbtp: -1 },
  'streaming-16': { name: 'streaming −16 LUFS', targetLufs: -16, toleranceLu: 0.5, maxTruePeakDbtp: -1 },
  off: { name: 'none', targetLufs: null, toleranceLu: 0, maxTruePeakDbtp: 0 },
} as const satisfies Record<string, LoudnessStandard>

export type LoudnessPlan = {
  readonly gainDb: number
  readonly limiter: boolean
  readonly filters: readonly FilterStep[]
  readonly because: string
}

/** AAC may overshoot what went in; the limiter stays this far below the promise. */
const CODEC_MARGIN_DB = 0.5

/** One linear gain for the whole programme, and a limiter only when its true peak would pass the ceiling. */
export function planLoudness(standard: LoudnessStandard, measured: LoudnessReading | undefined): LoudnessPlan {
  const none = (because: string): LoudnessPlan => ({ gainDb: 0, limiter: false, filters: [], because })
  if (standard.targetLufs === null) return none('loudness is left as it is')
  if (!measured || measured.integratedLufs === null)
    return none('there is no loudness reading: silent, or shorter than 400 ms')
  const gainDb = Number((standard.targetLufs - measured.integratedLufs).toFixed(2))
  const peak = (measured.truePeakDbtp ?? -120) + gainDb
  const limiter = peak > standard.maxTruePeakDbtp - CODEC_MARGIN_DB
  const filters: FilterStep[] = [{ name: 'volume', args: { volume: `${gainDb}dB`, precision: 'double' } }]
  if (limiter) {
    const limit = 10 ** ((standard.maxTruePeakDbtp - CODEC_MARGIN_DB) / 20)
    // Four times oversampled, so that the limiter sees the peaks between the samples.
    filters.push(
      { name: 'aresample', args: { sample_rate: 192000 } },
      { name: 'alimiter', args: { limit: limit.toFixed(5), attack: 5, release: 50, level: 0, latency: 1 } },
    )
  }
  const moved = `${measured.integratedLufs.toFixed(1)} → ${standard.targetLufs} LUFS`
  const because = limiter
    ? `${standard.name}: ${moved}; the true peak would reach ${peak.toFixed(1)} dBTP, so a true-peak limiter holds it`
    : `${standard.name}: ${moved} by linear gain alone, true peak ${peak.toFixed(1)} dBTP`
  return { gainDb, limiter, filters, because }
}
