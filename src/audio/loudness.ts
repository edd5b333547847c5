// The one linear gain that reaches a loudness standard, and the limiter where peaks would pass it.
import type { FilterStep, LoudnessReading } from '../model/index.ts'
import type { LoudnessStandard } from './loudness-standards.data.ts'

export type LoudnessPlan = {
  readonly gainDb: number
  readonly limiter: boolean
  readonly filters: readonly FilterStep[]
  readonly because: string
  /** What the reader should know beside the reason; null when nothing. */
  readonly warning: string | null
}

/**
 * AAC hands back peaks above those it was given: 0.3–0.5 dB at 128 kbit/s on limited programme (measured on Big Buck
 * Bunny; noise bursts reach 1.5 dB, which no margin should pay for). The limiter stays this far below the promise.
 */
const CODEC_MARGIN_DB = 0.6
/** Above this the noise of the recording comes up with the programme. */
const NOTABLE_GAIN_DB = 20
/** Taking off more than this is heard, and costs loudness. */
const NOTABLE_LIMITING_DB = 6
/** The limiter looks at four samples for each that is kept: the oversampling of a true-peak meter (BS.1770 Annex 2). */
const OVERSAMPLED_HZ = 192_000

/**
 * `measured` was read after exactly the down-mix that the rendition gets. `makeUpDb` is what a limiter was measured to take
 * away from the loudness at the plain gain; it is added.
 */
export function planLoudness(
  standard: LoudnessStandard,
  measured: LoudnessReading | undefined,
  makeUpDb = 0,
): LoudnessPlan {
  const unchanged = (because: string, warning: string | null = null): LoudnessPlan => ({
    gainDb: 0,
    limiter: false,
    filters: [],
    because,
    warning,
  })
  if (standard.targetLufs === null) return unchanged('loudness was asked to be left as it is')
  if (!measured) return unchanged('loudness was not measured', 'its loudness was not measured and is left as it is')
  if (measured.integratedLufs === null)
    return unchanged('there is no loudness to measure: silence, or shorter than the 400 ms of one gating block')

  const gainDb = Math.round((standard.targetLufs - measured.integratedLufs + makeUpDb) * 100) / 100
  const ceilingDb = standard.maxTruePeakDbtp - CODEC_MARGIN_DB
  const peakDb = measured.truePeakDbtp === null ? null : measured.truePeakDbtp + gainDb
  // Without a reading of the peak the limiter stays in: it does nothing to what is below its ceiling.
  const limiter = peakDb === null || peakDb > ceilingDb
  const peak = peakDb === null ? 'an unknown true peak' : `a true peak of ${peakDb.toFixed(1)} dBTP`
  // Speech cannot be told from the rest in one mix; a stem of it can be named to `headend loudness` alone.
  const whole = standard.dialogue ? ' of the whole programme, whose dialogue was not gated' : ''
  const moved = `${standard.name}: ${measured.integratedLufs.toFixed(1)} to ${standard.targetLufs} LUFS${whole}`
  return {
    gainDb,
    limiter,
    filters: [...gainSteps(gainDb), ...(limiter ? limiterSteps(ceilingDb) : [])],
    because: limiter
      ? `${moved}; ${peak} would pass ${standard.maxTruePeakDbtp} dBTP, so a true-peak limiter holds it at ${ceilingDb.toFixed(1)}${makeUpDb > 0 ? `, and ${makeUpDb.toFixed(2)} dB make up for what that takes away` : ''}`
      : `${moved} by linear gain alone, with ${peak}`,
    warning: warn(gainDb, peakDb === null ? 0 : peakDb - ceilingDb),
  }
}

function warn(gainDb: number, limitedDb: number): string | null {
  if (limitedDb > NOTABLE_LIMITING_DB)
    return `its peaks are limited by ${limitedDb.toFixed(1)} dB to reach the target, which is heard and may leave it too quiet`
  if (gainDb > NOTABLE_GAIN_DB) return `it is raised by ${gainDb.toFixed(1)} dB, and its noise with it`
  return null
}

/** One gain for every sample, in double precision; none for 0 dB. */
export const gainSteps = (gainDb: number): FilterStep[] =>
  gainDb === 0 ? [] : [{ name: 'volume', args: { volume: `${gainDb}dB`, precision: 'double' } }]

/** A limiter that sees true peaks. It leaves the sound at four times the rate of 48 kHz. */
export function limiterSteps(ceilingDb: number): FilterStep[] {
  const limit = Math.floor(10 ** (ceilingDb / 20) * 1e5) / 1e5
  return [
    { name: 'aresample', args: { sample_rate: OVERSAMPLED_HZ } },
    // level=0: no make-up gain, the ceiling is a ceiling. latency=1: what it looks ahead is given back.
    { name: 'alimiter', args: { limit, attack: 5, release: 50, level: 0, latency: 1 } },
  ]
}
