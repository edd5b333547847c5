// RFC 6381 codec strings: what a manifest must say about a stream, and what FFmpeg says about a file in the same words.
import type { ColorDescription, VideoCodec } from '../model/index.ts'
import { av1Profiles } from './av1-levels.data.ts'
import { H264_INTRA_ONLY, h264Profiles } from './h264-levels.data.ts'
import { matrixCode, primariesCode, transferCode } from './h273.data.ts'
import { hevcProfiles } from './hevc-levels.data.ts'
import { levelCode } from './level-tables.ts'
import { profileOf } from './profiles.ts'
import { samplingOf } from './sampling.ts'

export type CodecStringRequest = {
  readonly codec: VideoCodec
  readonly profile: string
  /** null for codecs without levels. */
  readonly level: string | null
  readonly tier: 'main' | 'high' | null
  /** The samples; the least of the profile when absent. */
  readonly pixelFormat?: string
  /** AV1 and VP9 name it, in the long form of their strings. */
  readonly color?: ColorDescription
  /** Every picture is a key frame. */
  readonly intraOnly?: boolean
}

/** null where no string is defined, or FFmpeg knows none: MPEG-2, ProRes, DNxHR, FFV1. @throws {HE_INTERNAL} */
export function codecString(request: CodecStringRequest): string | null {
  const { codec, profile, level } = request
  if (level === null) return null
  const code = levelCode(codec, profile, level)
  switch (codec) {
    case 'h264':
      return h264String(request, code)
    case 'hevc':
      return hevcString(request, code)
    case 'av1':
      return av1String(request, code)
    case 'vp9':
      return vp9String(request, code)
    default:
      return null
  }
}

const hex = (value: number): string => value.toString(16).padStart(2, '0')
const two = (value: number): string => String(value).padStart(2, '0')
const formatOf = ({ codec, profile, pixelFormat }: CodecStringRequest): string =>
  pixelFormat ?? profileOf(codec, profile).pixelFormats[0]!

/** `avc1.` and the three bytes profile_idc, constraint flags, level_idc of the sequence parameter set, in lower case. */
function h264String({ profile, intraOnly }: CodecStringRequest, level: number): string {
  const { idc, constraints } = h264Profiles[profile]!
  const intra = intraOnly && idc >= h264Profiles.high!.idc ? H264_INTRA_ONLY : 0
  return `avc1.${hex(idc)}${hex(constraints | intra)}${hex(level)}`
}

/** general_progressive_source_flag and general_frame_only_constraint_flag, in the first constraint byte. */
const HEVC_PROGRESSIVE = 0x90
/** general_lower_bit_rate_constraint_flag and general_intra_constraint_flag, in the second. */
const HEVC_LOWER_RATE = 0x08
const HEVC_INTRA = 0x20

/**
 * ISO/IEC 14496-15 E.3: profile, the 32 compatibility flags in reverse order, tier and level, constraint bytes without those
 * that are zero at the end. x265 writes an intra profile of the extensions when every picture is a key frame.
 */
function hevcString({ profile, tier, intraOnly }: CodecStringRequest, level: number): string {
  const { idc, constraints, intra } = hevcProfiles[profile]!
  const extended = intraOnly ? intra : constraints
  const general = extended ? 4 : idc
  // A decoder of Main 10 decodes Main, and says so (A.3.3).
  const compatible = (1 << general) | (general === 1 ? 1 << 2 : 0)
  const bytes = extended
    ? [HEVC_PROGRESSIVE | extended[0], extended[1] | HEVC_LOWER_RATE | (intraOnly ? HEVC_INTRA : 0)]
    : [HEVC_PROGRESSIVE]
  const flags = bytes.map(byte => hex(byte).toUpperCase()).join('.')
  return `hvc1.${general}.${compatible.toString(16)}.${tier === 'high' ? 'H' : 'L'}${level}.${flags}`
}

/** AV1 codec ISO media file format binding, 5: the long form where the color is known. */
function av1String(request: CodecStringRequest, level: number): string {
  const { profile, tier, color } = request
  const { chroma, bitDepth } = samplingOf(formatOf(request))
  const start = `av01.${av1Profiles[profile]!.idc}.${two(level)}${tier === 'high' ? 'H' : 'M'}.${two(bitDepth)}`
  if (!color) return start
  // chroma_sample_position (6.4.2): 1 is left, 2 is top left, 0 is unknown.
  const position =
    chroma !== '4:2:0' ? 0 : color.chromaLocation === 'left' ? 1 : color.chromaLocation === 'topleft' ? 2 : 0
  const subsampled = `${chroma === '4:2:0' || chroma === '4:2:2' ? 1 : 0}${chroma === '4:2:0' ? 1 : 0}${position}`
  return [start, 0, subsampled, ...colorFields(color)].join('.')
}

/** VP codec ISO media file format binding, “Codecs Parameter String”: the long form where the color is known. */
function vp9String(request: CodecStringRequest, level: number): string {
  const { profile, color } = request
  const { chroma, bitDepth } = samplingOf(formatOf(request))
  const start = `vp09.${two(Number(profile))}.${two(level)}.${two(bitDepth)}`
  if (!color) return start
  const subsampling = chroma === '4:2:0' ? (color.chromaLocation === 'left' ? 0 : 1) : chroma === '4:2:2' ? 2 : 3
  const [primaries, transfer, matrix, range] = colorFields(color)
  return [start, two(subsampling), primaries, transfer, matrix, `0${range}`].join('.')
}

/** Primaries, transfer and matrix in two digits, full range in one. */
function colorFields({ primaries, transfer, matrix, range }: ColorDescription): [string, string, string, string] {
  return [
    two(primariesCode[primaries]),
    two(transferCode[transfer]),
    two(matrixCode[matrix]),
    range === 'pc' ? '1' : '0',
  ]
}

/**
 * FFmpeg's string for a file, corrected: it prints the compatibility flags of HEVC as they lie in the stream, where
 * ISO/IEC 14496-15 E.3 wants them reversed (`hvc1.1.60000000.L90.90` is `hvc1.1.6.L90.90`). Strings that are right stay.
 */
export function standardCodecString(said: string): string {
  const parts = /^(h[ev][cv]1\.[ABC]?)(\d+)\.([0-9a-f]{1,8})(\..*)$/i.exec(said)
  if (!parts) return said
  const [, tag, profile, flags, rest] = parts
  const value = Number.parseInt(flags!, 16)
  const own = Number(profile)
  // The flag of its own profile is always set: its place tells which order this is.
  const isStandard = own > 31 || (value & (1 << own)) !== 0 || (value & (1 << (31 - own))) === 0
  return isStandard ? said : `${tag}${profile}.${reverse32(value).toString(16)}${rest}`
}

function reverse32(value: number): number {
  let reversed = 0
  for (let bit = 0; bit < 32; bit++) if ((value >>> bit) & 1) reversed |= 1 << (31 - bit)
  return reversed >>> 0
}

/**
 * Whether two strings speak of the same stream. Case means nothing; what only one of them says (the long form of AV1 and VP9)
 * is not held against the other. The level of VP9 is left out: no file carries it in its bitstream, and FFmpeg
 * guesses it from the size alone.
 */
export function sameCodecString(a: string, b: string): boolean {
  const [first, second] = [a, b].map(each => standardCodecString(each).toLowerCase().split('.')) as [string[], string[]]
  const shared = Math.min(first.length, second.length)
  const isOpen = first[0] === 'av01' || first[0] === 'vp09'
  if (first.length !== second.length && !(isOpen && shared >= 4)) return false
  return first.slice(0, shared).every((part, i) => part === second[i] || (first[0] === 'vp09' && i === 2))
}
