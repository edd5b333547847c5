// A gain as metadata: the tags that players read, by container and codec. Pure.
import type { LoudnessReading } from '../model/index.ts'
import type { OutputKind } from './output-kinds.data.ts'

/** ReplayGain 2.0 brings programmes to −18 LUFS; the R128 tags of Opus to −23 (RFC 7845 5.2.1). */
const REPLAYGAIN_LUFS = -18
const R128_LUFS = -23

export type GainReading = Pick<LoudnessReading, 'integratedLufs' | 'truePeakDbtp'>

/** Tags that state a gain: false as soon as a sample is changed. */
export const isGainTag = (name: string): boolean => /^(replaygain_|r128_(track|album)_gain$)/i.test(name)

const decibels = (gain: number): string => `${gain.toFixed(2)} dB`
const linear = (dbtp: number | null): string => (dbtp === null ? 0 : 10 ** (dbtp / 20)).toFixed(6)
/** Q7.8, as far as it reaches. */
const q78 = (gain: number): string => String(Math.max(-32768, Math.min(32767, Math.round(gain * 256))))

/** Empty where the container has no place for a gain, or there is no loudness. `album`: of all files together. */
export function gainTags(
  kind: OutputKind,
  codec: string,
  track: GainReading,
  album: GainReading | null,
): Record<string, string> {
  const r128 = kind.gainTags.includes('r128') && codec === 'opus'
  const names = r128 ? (['r128'] as const) : kind.gainTags.filter(each => each !== 'r128')
  const tags: Record<string, string> = {}
  for (const name of names) {
    addTags(tags, name, 'TRACK', track)
    if (album) addTags(tags, name, 'ALBUM', album)
  }
  return tags
}

function addTags(
  tags: Record<string, string>,
  name: OutputKind['gainTags'][number],
  what: 'TRACK' | 'ALBUM',
  { integratedLufs, truePeakDbtp }: GainReading,
): void {
  if (integratedLufs === null) return
  if (name === 'r128') tags[`R128_${what}_GAIN`] = q78(R128_LUFS - integratedLufs)
  else if (name === 'replaygain') {
    tags[`REPLAYGAIN_${what}_GAIN`] = decibels(REPLAYGAIN_LUFS - integratedLufs)
    tags[`REPLAYGAIN_${what}_PEAK`] = linear(truePeakDbtp)
  } else if (what === 'TRACK') {
    // Matroska names them without a level: the tag's target says what they are of.
    tags.REPLAYGAIN_GAIN = decibels(REPLAYGAIN_LUFS - integratedLufs)
    tags.REPLAYGAIN_PEAK = linear(truePeakDbtp)
  }
}
