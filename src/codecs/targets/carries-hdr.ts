// Which profiles can be HDR.
import { profilesOf } from '../profiles.ts'
import type { TargetVideoRule } from './target.ts'

/**
 * PQ and HLG need 10 bit or more (ITU-R BT.2100). H.264 has profiles of 10 bit, but no device or streaming specification in
 * the table means them by HDR (Apple HLS 1.7 names HEVC alone).
 */
export const carriesHdr = ({ codec, profiles }: Pick<TargetVideoRule, 'codec' | 'profiles'>): boolean =>
  codec !== 'h264' && deepest({ codec, profiles }) >= 10

/** Bits of a sample in the deepest of the profiles. */
export const deepest = ({ codec, profiles }: Pick<TargetVideoRule, 'codec' | 'profiles'>): number =>
  Math.max(...profilesOf(codec).flatMap(row => (profiles.includes(row.name) ? row.bitDepths : [])))
