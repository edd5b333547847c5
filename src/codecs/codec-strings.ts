// RFC 6381 codec strings: what a manifest must say about a stream.
import { type H264Level, type H264Profile, h264Profiles } from './h264-levels.data.ts'

/** Lower case, as FFmpeg writes it; RFC 6381 takes both. */
const hex = (value: number): string => value.toString(16).padStart(2, '0')

/** `avc1.` and the three bytes profile_idc, constraint flags, level_idc of the sequence parameter set. */
export function h264CodecString(profile: H264Profile, level: H264Level): string {
  const { idc, constraints } = h264Profiles[profile]
  return `avc1.${hex(idc)}${hex(constraints)}${hex(level.idc)}`
}

/** ISO/IEC 14496-3 audio object types that Headend makes: 2 is AAC-LC. */
export const aacLcCodecString = 'mp4a.40.2'
