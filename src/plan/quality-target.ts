// A promise of quality: how it is read, and by how much the rate is moved when it was missed once.
import { HeadendError } from '../core/index.ts'
import type { EncodePlan, QualityTarget } from '../model/index.ts'
import type { TranscodeOptions } from './options.ts'

/** What was promised, by either option; null when nothing was. @throws {HE_USAGE} when both are given */
export function qualityTargetOf({ verify, vmafTarget }: TranscodeOptions): QualityTarget | null {
  if (vmafTarget !== undefined) {
    if (verify !== undefined)
      throw new HeadendError('HE_USAGE', 'there are two promises of quality: vmafTarget and verify')
    return { metric: 'vmaf', value: vmafTarget }
  }
  if (verify === undefined) return null
  const [metric, value] = verify.split('=') as [QualityTarget['metric'], string]
  return { metric, value: Number(value) }
}

export type Correction = { readonly options: Partial<TranscodeOptions>; readonly because: string }

/**
 * A step of x264's or x265's CRF is worth about 0.6 dB and one of SVT-AV1's or libvpx's scale of 63 about 0.4 dB on
 * natural pictures; a doubled bit rate about 3 dB. Cautious figures: the second attempt is the last.
 */
const DB_PER_STEP = { h264: 0.6, hevc: 0.6, av1: 0.4, vp9: 0.4 } as const
const DB_PER_DOUBLING = 3
/** A little more than was missed, because the curve flattens. */
const MARGIN_DB = 0.2
const BEST_QUALITY = 1

/** null when the target is reached, or when nothing is left to give. */
export function correctRate(plan: EncodePlan, measured: number): Correction | null {
  const target = plan.qualityTarget
  const rung = plan.video?.renditions[0]
  if (!target || !rung || measured >= target.value) return null
  const missedDb = inDb(target.metric, target.value) - inDb(target.metric, measured) + MARGIN_DB
  const missed = `${target.metric} reached ${measured.toFixed(4)} where ${target.value} was asked for`
  const { rate } = rung
  if (rate.mode === 'constant-quality') {
    const step = DB_PER_STEP[rung.codec as keyof typeof DB_PER_STEP] ?? 0.5
    const quality = Math.max(BEST_QUALITY, Math.round((rate.quality - missedDb / step) * 10) / 10)
    if (quality >= rate.quality) return null
    return {
      options: { crf: quality },
      because: `${missed}: encoded again at constant quality ${quality} instead of ${rate.quality}.`,
    }
  }
  if (rate.mode === 'fixed') return null
  const factor = 2 ** (missedDb / DB_PER_DOUBLING)
  const bitrate = Math.ceil(rate.averageBps * factor)
  const maxrate = rate.mode === 'vbr' ? { maxrate: Math.ceil(rate.maxrateBps * factor) } : {}
  return {
    options: { bitrate, ...maxrate, bufsize: Math.ceil(rate.bufsizeBits * factor) },
    because: `${missed}: encoded again at ${bitrate} bit/s instead of ${rate.averageBps}.`,
  }
}

/** SSIM and VMAF on a scale that behaves as decibels do: what is missing to the best, as a ratio. */
function inDb(metric: QualityTarget['metric'], value: number): number {
  if (metric === 'ssim') return -10 * Math.log10(Math.max(1e-6, 1 - value))
  if (metric === 'vmaf') return -10 * Math.log10(Math.max(0.01, 100 - value))
  return value
}
