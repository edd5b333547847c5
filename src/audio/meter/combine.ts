// Loudness of more or less than one track: several programmes as one, and a programme while somebody speaks. From curves.
import { energyOf, integratedLoudness, loudnessOf } from './gating.ts'

/** Momentary loudness every 100 ms, as a measurement's series has it: these are the gating blocks of BS.1770. */
export type MomentaryCurve = readonly (number | null)[]

const energies = (curve: MomentaryCurve): Float64Array =>
  Float64Array.from(curve, lufs => (lufs === null ? 0 : energyOf(lufs)))

/** Integrated loudness of all programmes one after the other: their blocks pass the gates together. */
export const combinedLoudness = (curves: readonly MomentaryCurve[]): number | null =>
  integratedLoudness(energies(curves.flat()))

export type SpeechLoudness = {
  readonly integratedLufs: number | null
  /** Blocks with speech among those of the programme above −70 LUFS. */
  readonly share: number
}

const ABSOLUTE_GATE_LUFS = -70
const RELATIVE_GATE_LU = -10

/**
 * Loudness of a programme over those blocks in which `speech`, a track of the dialogue alone, passes its own gates of BS.1770:
 * −70 LUFS, then 10 LU below its mean. `delayBlocks`: by how many blocks the dialogue begins after the programme.
 */
export function speechLoudness(programme: MomentaryCurve, speech: MomentaryCurve, delayBlocks = 0): SpeechLoudness {
  const loud = speech.flatMap(lufs => (lufs !== null && lufs > ABSOLUTE_GATE_LUFS ? [energyOf(lufs)] : []))
  if (loud.length === 0) return { integratedLufs: null, share: 0 }
  const mean = loudnessOf(loud.reduce((sum, energy) => sum + energy, 0) / loud.length)!
  const gate = Math.max(ABSOLUTE_GATE_LUFS, mean + RELATIVE_GATE_LU)
  let sum = 0
  let spoken = 0
  let audible = 0
  programme.forEach((lufs, i) => {
    if (lufs === null || lufs <= ABSOLUTE_GATE_LUFS) return
    audible++
    if ((speech[i - delayBlocks] ?? Number.NEGATIVE_INFINITY) <= gate) return
    spoken++
    sum += energyOf(lufs)
  })
  return { integratedLufs: spoken > 0 ? loudnessOf(sum / spoken) : null, share: audible > 0 ? spoken / audible : 0 }
}
