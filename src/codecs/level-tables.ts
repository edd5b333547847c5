// The levels of each codec that has them, and how their names are read.
import { HeadendError } from '../core/index.ts'
import type { VideoCodec } from '../model/index.ts'
import { av1LevelsOf } from './av1-levels.ts'
import { h264LevelsOf } from './h264-levels.ts'
import { hevcLevelsOf } from './hevc-levels.ts'
import type { Level } from './level-rules.ts'
import { mpeg2LevelsOf } from './mpeg2-levels.ts'
import { codecLabels } from './profiles.data.ts'
import { profileOf } from './profiles.ts'
import { vp9LevelsOf } from './vp9-levels.ts'

/** null for codecs of production, which bound nothing but by their profile. */
const tables: Readonly<Record<VideoCodec, ((profile: string) => readonly Level[]) | null>> = {
  h264: h264LevelsOf,
  hevc: hevcLevelsOf,
  av1: av1LevelsOf,
  vp9: vp9LevelsOf,
  mpeg2: mpeg2LevelsOf,
  prores: null,
  dnxhr: null,
  ffv1: null,
}

/** Codecs whose levels come in two tiers. */
export const hasTiers = (codec: VideoCodec): boolean => codec === 'hevc' || codec === 'av1'

/** From small to large; null for codecs without levels. @throws {HE_INTERNAL} when there is no such profile. */
export function levelsOf(codec: VideoCodec, profile: string): readonly Level[] | null {
  profileOf(codec, profile)
  return tables[codec]?.(profile) ?? null
}

/** `4`, `4.0` and `High-1440` as the tables spell them. */
const spelled = (name: string): string => (/^\d+$/.test(name) ? `${name}.0` : name.toLowerCase())

export const findLevel = (levels: readonly Level[], name: string): Level | undefined =>
  levels.find(level => level.name === spelled(name))

/** @throws {HE_INTERNAL} when the codec, in this profile, has no such level. */
export function levelOf(codec: VideoCodec, profile: string, name: string): Level {
  const level = findLevel(levelsOf(codec, profile) ?? [], name)
  if (!level) throw new HeadendError('HE_INTERNAL', `${codecLabels[codec]} ${profile} has no level ${name}`)
  return level
}

/** Names of the levels of a profile, from small to large; none for codecs without levels. */
export const levelNames = (codec: VideoCodec, profile: string): readonly string[] =>
  (levelsOf(codec, profile) ?? []).map(({ name }) => name)

/**
 * The level as the bitstream counts and FFmpeg says it: 41 for H.264 4.1, 123 for HEVC 4.1, 9 for AV1 4.1.
 * @throws {HE_INTERNAL} when there is no such level.
 */
export const levelCode = (codec: VideoCodec, profile: string, level: string): number =>
  levelOf(codec, profile, level).code
