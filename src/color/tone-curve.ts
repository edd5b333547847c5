// Tone curves as FFmpeg expressions over the PQ signal of R′, G′ and B′: HDR is brought under a lower peak, channel by channel.
import { HeadendError } from '../core/index.ts'
import type { FilterStep } from '../model/index.ts'
import type { ToneCurve } from './request.ts'

/** Luminance of SDR white in an HDR picture, cd/m²: HDR Reference White of ITU-R BT.2408 §2. */
export const REFERENCE_WHITE_NITS = 203
/** Nominal peak of HLG: ITU-R BT.2100 table 5, with system gamma 1.2. */
export const HLG_PEAK_NITS = 1000
/** What code 1019, the last of limited range in 10 bits, is there: BT.2100 lets HLG go to 109 %. Nothing real is above. */
export const HLG_HIGHEST_NITS = 1811

const M1 = 0.1593017578125
const M2 = 78.84375
const C1 = 0.8359375
const C2 = 18.8515625
const C3 = 18.6875

/** SMPTE ST 2084: signal 0–1 of a luminance in cd/m². */
export function pqSignal(nits: number): number {
  const y = (nits / 10_000) ** M1
  return ((C1 + C2 * y) / (1 + C3 * y)) ** M2
}

/** Text of a number that FFmpeg reads back as it was. */
const num = (value: number): string => (Math.abs(value) < 1e-6 ? '0' : String(Number(value.toPrecision(12))))

/** SMPTE ST 2084 as expressions: cd/m² of the signal in register `r`, and the signal of the cd/m² in it. */
const eotf = (r: number): string =>
  `(st(9,pow(ld(${r}),${num(1 / M2)}));10000*pow(max(ld(9)-${C1},0)/(${C2}-${C3}*ld(9)),${num(1 / M1)}))`
const inverseEotf = (r: number): string =>
  `(st(9,pow(max(ld(${r}),0)/10000,${M1}));pow((${C1}+${C2}*ld(9))/(1+${C3}*ld(9)),${M2}))`

/** ITU-R BT.2390 §5.4.1: the EETF, for a black of 0 on both displays. Reads the signal in register 0. */
function bt2390(peakNits: number, targetNits: number): string {
  const peak = pqSignal(peakNits)
  const maxLum = pqSignal(targetNits) / peak
  const knee = 1.5 * maxLum - 0.5
  const [p, m, k] = [num(peak), num(maxLum), num(knee)]
  return [
    `st(1,min(ld(0)/${p},1))`,
    `st(2,(ld(1)-${k})/${num(1 - knee)})`,
    'st(3,ld(2)*ld(2))',
    'st(4,ld(3)*ld(2))',
    `${p}*if(lt(ld(1),${k}),ld(1),(2*ld(4)-3*ld(3)+1)*${k}+(ld(4)-2*ld(3)+ld(2))*${num(1 - knee)}+(3*ld(3)-2*ld(4))*${m})`,
  ].join(';')
}

/** Curves over light, as a share of the target's peak in register 2: expression of the share that is shown. */
const overLight: Readonly<Record<Exclude<ToneCurve, 'bt2390' | 'clip'>, (peak: number) => string>> = {
  // Reinhard et al., SIGGRAPH 2002, equation 4: `peak` becomes 1.
  reinhard: peak => `ld(2)*(1+ld(2)/${num(peak * peak)})/(1+ld(2))`,
  // Hable, GDC 2010: the filmic curve with its published constants, scaled so that `peak` becomes 1.
  hable: peak => {
    const curve = (x: number): number => (x * (0.15 * x + 0.05) + 0.004) / (x * (0.15 * x + 0.5) + 0.06) - 0.02 / 0.3
    return `((ld(2)*(0.15*ld(2)+0.05)+0.004)/(ld(2)*(0.15*ld(2)+0.5)+0.06)-${num(0.02 / 0.3)})/${num(curve(peak))}`
  },
  // A straight line up to MOBIUS_KNEE, then the Möbius transform that meets it in value and slope and takes `peak` to 1.
  mobius: peak => {
    const j = MOBIUS_KNEE
    const a = (-j * j * (peak - 1)) / (j * j - 2 * j + peak)
    const b = (j * j - 2 * j * peak + peak) / (peak - 1)
    const scale = (b * b + 2 * b * j + j * j) / (b - a)
    return `if(lte(ld(2),${j}),ld(2),${num(scale)}*(ld(2)+${num(a)})/(ld(2)+${num(b)}))`
  },
}
/** Share of SDR white up to which mobius changes nothing; FFmpeg's and mpv's default. */
const MOBIUS_KNEE = 0.3

/**
 * Brings PQ of up to `peakNits` under `targetNits`, both cd/m²: 16-bit R′G′B′ of full range in and out. R′, G′ and B′ take
 * the same curve each (BT.2390 §5.4.2), so that highlights lose color before they lose shape. Anything brighter than the
 * peak is the peak.
 */
export function toneCurveStep(curve: ToneCurve, peakNits: number, targetNits: number): FilterStep {
  if (!(peakNits > 0 && targetNits > 0))
    throw new HeadendError('HE_INTERNAL', 'a tone curve needs two luminances above 0', {
      details: { peakNits, targetNits },
    })
  const peak = Math.max(peakNits, targetNits)
  // A curve between equal peaks is a straight line that ends there.
  const chosen = peak === targetNits ? 'clip' : curve
  if (chosen === 'clip') {
    const expression = `min(val,${num(65535 * pqSignal(targetNits))})`
    return { name: 'lutrgb', args: { r: expression, g: expression, b: expression } }
  }
  const shown =
    chosen === 'bt2390'
      ? bt2390(peak, targetNits)
      : [
          `st(1,${eotf(0)})`,
          `st(2,min(ld(1),${num(peak)})/${num(targetNits)})`,
          `st(3,${num(targetNits)}*(${overLight[chosen](peak / targetNits)}))`,
          inverseEotf(3),
        ].join(';')
  const expression = `st(0,val/65535);65535*(${shown})`
  return { name: 'lutrgb', args: { r: expression, g: expression, b: expression } }
}
