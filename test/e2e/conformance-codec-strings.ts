// Codec strings out of the bytes of parameter sets and configuration records (RFC 6381, ISO/IEC 14496-15 annex E, AV1 ISOBMFF
// 5, VP9 in ISOBMFF), and the plan's words for profile, level and tier out of those. Independent of src/codecs.

const hex = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, '0')
const two = (value: number): string => String(value).padStart(2, '0')

/** profile_idc, the constraint flags and level_idc as they stand. */
export const avcString = (three: Uint8Array): string => `avc1.${[...three.subarray(0, 3)].map(hex).join('')}`

/** The 12 bytes of general_profile_tier_level, ISO/IEC 14496-15 E.3. */
export function hevcString(ptl: Uint8Array, tag = 'hvc1'): string {
  const [first = 0] = ptl
  const space = ['', 'A', 'B', 'C'][first >> 6]
  const flags = ((ptl[1]! << 24) | (ptl[2]! << 16) | (ptl[3]! << 8) | ptl[4]!) >>> 0
  let reversed = 0
  for (let bit = 0; bit < 32; bit++) if (flags & (1 << bit)) reversed = (reversed | (1 << (31 - bit))) >>> 0
  const constraints = [...ptl.subarray(5, 11)]
  while (constraints.at(-1) === 0) constraints.pop()
  const level = `${first & 0x20 ? 'H' : 'L'}${ptl[11]}`
  const parts = [tag, `${space}${first & 31}`, reversed.toString(16).toUpperCase(), level]
  return [...parts, ...constraints.map(byte => byte.toString(16).toUpperCase())].join('.')
}

export type Av1Numbers = {
  readonly profile: number
  readonly level: number
  readonly tier: number
  readonly bits: number
}
export const av1String = ({ profile, level, tier, bits }: Av1Numbers): string =>
  `av01.${profile}.${two(level)}${tier ? 'H' : 'M'}.${two(bits)}`

export type Vp9Numbers = { readonly profile: number; readonly level: number; readonly bits: number }
export const vp9String = ({ profile, level, bits }: Vp9Numbers): string =>
  `vp09.${two(profile)}.${two(level)}.${two(bits)}`

/** AV1 and VP9 strings may go on with color, which is compared by itself. */
export const shortString = (text: string): string =>
  /^(av01|vp09)\./.test(text) ? text.split('.').slice(0, 4).join('.') : text

/** Profile, level and tier in the words of a plan. Levels always have a decimal: 4.0. */
export type Conformance = { readonly profile?: string; readonly level?: string; readonly tier?: string }

/** ITU-T H.264 A.2: constraint_set1 makes Baseline constrained. */
export function ofAvc([profile = 0, flags = 0, level = 0]: Uint8Array): Conformance {
  const names: Record<number, string> = { 77: 'main', 100: 'high', 110: 'high10', 122: 'high422', 244: 'high444' }
  const baseline = profile === 66 ? (flags & 0x40 ? 'constrained-baseline' : 'baseline') : undefined
  const oneB = level === 11 && flags & 0x10 && profile <= 88
  return { profile: baseline ?? names[profile] ?? `profile ${profile}`, level: oneB ? '1b' : (level / 10).toFixed(1) }
}

/** ITU-T H.265 A.3.5: the format range extensions tell their profiles apart by constraint flags 4 to 9. */
export function ofHevc(ptl: Uint8Array): Conformance {
  const [first = 0] = ptl
  const idc = first & 31
  // max_12bit, max_10bit, max_8bit, max_422chroma, max_420chroma, max_monochrome, intra, one_picture, lower_bit_rate
  const bits = (ptl[5]! << 8) | ptl[6]!
  const flag = (place: number): boolean => Boolean(bits & (1 << (15 - 4 - place)))
  const depth = flag(2) ? 8 : flag(1) ? 10 : flag(0) ? 12 : 16
  const chroma = flag(5) ? 'mono' : flag(4) ? '420' : flag(3) ? '422' : '444'
  const extended = chroma === '420' ? `main${depth === 8 ? '' : depth}` : `main${chroma}-${depth}`
  const profile = { 1: 'main', 2: 'main10', 3: 'main-still', 4: extended }[idc] ?? `profile ${idc}`
  return { profile, level: (ptl[11]! / 30).toFixed(1), tier: first & 0x20 ? 'high' : 'main' }
}

/** AV1 A.3: seq_level_idx counts four to a major level, from 2.0. */
export const ofAv1 = ({ profile, level, tier }: Av1Numbers): Conformance => ({
  profile: ['main', 'high', 'professional'][profile] ?? `profile ${profile}`,
  level: `${2 + (level >> 2)}.${level & 3}`,
  tier: tier ? 'high' : 'main',
})
