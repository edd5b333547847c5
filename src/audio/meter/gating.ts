// Energies of blocks → loudness: gates of BS.1770 and of Tech 3342.

/** ITU-R BS.1770-5 Annex 1, equation 2: 997 Hz at 0 dBFS in one front channel reads −3.01 LUFS. */
const OFFSET_DB = -0.691
const ABSOLUTE_GATE_LUFS = -70
/** Of the integrated loudness (BS.1770-5 Annex 1) and of the loudness range (EBU Tech 3342 §2.2). */
const INTEGRATED_GATE_LU = -10
const RANGE_GATE_LU = -20

/** Loudness of a mean energy that is summed over weighted channels; null for digital silence. */
export const loudnessOf = (energy: number): number | null => (energy > 0 ? OFFSET_DB + 10 * Math.log10(energy) : null)

export const energyOf = (lufs: number): number => 10 ** ((lufs - OFFSET_DB) / 10)

/** Mean of those energies that are above `gate`; 0 when there is none. */
function meanAbove(energies: Float64Array, gate: number): number {
  let sum = 0
  let count = 0
  for (let i = 0; i < energies.length; i++) {
    const energy = energies[i]!
    if (energy > gate) {
      sum += energy
      count++
    }
  }
  return count > 0 ? sum / count : 0
}

/** Integrated loudness of 400 ms blocks that overlap by 75 %; null when the absolute gate lets none of them through. */
export function integratedLoudness(blocks: Float64Array): number | null {
  const absolute = energyOf(ABSOLUTE_GATE_LUFS)
  const relative = meanAbove(blocks, absolute) * 10 ** (INTEGRATED_GATE_LU / 10)
  return loudnessOf(meanAbove(blocks, Math.max(absolute, relative)))
}

/**
 * Loudness range of 3 s windows, ten of them per second: from the 10th to the 95th percentile of what the gates let through,
 * by nearest rank as in the reference code of EBU Tech 3342 Annex A; null when they let nothing through.
 */
export function loudnessRange(windows: Float64Array): number | null {
  const absolute = energyOf(ABSOLUTE_GATE_LUFS)
  const relative = meanAbove(windows, absolute) * 10 ** (RANGE_GATE_LU / 10)
  const gate = Math.max(absolute, relative)
  const kept = windows.filter(energy => energy > gate).sort()
  if (kept.length === 0) return null
  const rank = (part: number): number => kept[Math.round((kept.length - 1) * part)]!
  return 10 * Math.log10(rank(0.95) / rank(0.1))
}
