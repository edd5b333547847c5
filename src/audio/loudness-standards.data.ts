// What a programme's loudness is judged by: one row per standard or service, each with where its numbers come from.

export type LoudnessStandard = {
  readonly name: string
  /** Integrated loudness of the whole programme; null leaves it as loud as it is. */
  readonly targetLufs: number | null
  readonly toleranceLu: number
  readonly maxTruePeakDbtp: number
  /** Of short items: one of the two maxima must hold. */
  readonly maxShortTermLufs?: number
  readonly maxMomentaryLufs?: number
  /** Judges speech instead of the whole, where there is a measure of it. */
  readonly dialogue?: {
    readonly targetLufs: number
    readonly toleranceLu: number
    /** With a smaller share of speech the programme's target holds. */
    readonly leastShare: number
  }
  readonly source: string
}

export const loudnessStandards = {
  r128: {
    name: 'EBU R 128',
    targetLufs: -23,
    toleranceLu: 0.2,
    maxTruePeakDbtp: -1,
    source:
      'EBU R 128 v4.0 (August 2020): −23.0 LUFS, ±0.2 LU where a finished file is measured; −1 dBTP (tech.ebu.ch/publications/r128)',
  },
  'r128-live': {
    name: 'EBU R 128, live',
    targetLufs: -23,
    toleranceLu: 1,
    maxTruePeakDbtp: -1,
    source:
      'EBU R 128 v4.0 (August 2020): ±1.0 LU in production, where the target cannot be met exactly; v3.0 (2014) asked for ±0.5 LU',
  },
  'r128-s1': {
    name: 'EBU R 128 s1 (short items)',
    targetLufs: -23,
    toleranceLu: 0.2,
    maxTruePeakDbtp: -1,
    maxShortTermLufs: -18,
    maxMomentaryLufs: -15,
    source:
      'EBU R 128 s1: short-term at most −18 LUFS or momentary at most −15 LUFS (tech.ebu.ch, 2014-12-10), tolerance of R 128 v4.0',
  },
  a85: {
    name: 'ATSC A/85',
    targetLufs: -24,
    toleranceLu: 2,
    maxTruePeakDbtp: -2,
    source: 'ATSC A/85:2013 §7 and Annex H: −24 LKFS, ±2 dB, −2 dBTP',
  },
  'arib-tr-b32': {
    name: 'ARIB TR-B32',
    targetLufs: -24,
    toleranceLu: 1,
    maxTruePeakDbtp: -1,
    source:
      'ARIB TR-B32: −24.0 LKFS ±1 dB, −1 dBTP; the figures as broadcasters quote them, the report itself was not read',
  },
  'op-59': {
    name: 'Free TV Australia OP-59',
    targetLufs: -24,
    toleranceLu: 1,
    maxTruePeakDbtp: -2,
    source:
      'Free TV Australia Operational Practice OP-59: −24 LKFS ±1 LU, −2 dBTP (target: sandymilne.com; the rest as quoted)',
  },
  netflix: {
    name: 'Netflix',
    targetLufs: -24,
    toleranceLu: 2,
    maxTruePeakDbtp: -2,
    dialogue: { targetLufs: -27, toleranceLu: 2, leastShare: 0.15 },
    source:
      'Netflix sound mix specification: dialogue −27 LKFS ±2 LU, the whole −24 ±2 where less than 15 % is dialogue; −2 dBTP (partnerhelp.netflixstudios.com 360050414014)',
  },
  'streaming-14': {
    name: 'streaming −14 LUFS',
    targetLufs: -14,
    toleranceLu: 0.5,
    maxTruePeakDbtp: -1,
    source:
      'To what large music and video services turn programmes; AES TD1008: the loudest track of an album at −14 LUFS; −1 dBTP',
  },
  'streaming-16': {
    name: 'streaming −16 LUFS',
    targetLufs: -16,
    toleranceLu: 0.5,
    maxTruePeakDbtp: -1,
    source: 'AES TD1008: music, track by track, at −16 LUFS; −1 dBTP. The tolerance of 0.5 LU is ours, AES says 0.2',
  },
  'streaming-18': {
    name: 'streaming −18 LUFS',
    targetLufs: -18,
    toleranceLu: 0.5,
    maxTruePeakDbtp: -1,
    source: 'AES TD1008: speech at −18 LUFS; −1 dBTP. The tolerance of 0.5 LU is ours',
  },
  apple: {
    name: 'Apple −16 LUFS',
    targetLufs: -16,
    toleranceLu: 1,
    maxTruePeakDbtp: -1,
    source: 'Apple Podcasts audio requirements: −16 dB LKFS ±1 dB, −1 dBTP; Sound Check plays music at −16 LUFS',
  },
  'aes-td1008': {
    name: 'AES TD1008',
    targetLufs: -18,
    toleranceLu: 2,
    maxTruePeakDbtp: -1,
    source:
      'AES TD1008.1.21-9: assorted content whose speech is not measured by itself −18 LUFS ±2 LU (versed.com.au, radioworld.com); −1 dBTP',
  },
  off: {
    name: 'none',
    targetLufs: null,
    toleranceLu: 0,
    maxTruePeakDbtp: 0,
    source: 'loudness is left as it is',
  },
} as const satisfies Record<string, LoudnessStandard>

export type LoudnessStandardName = keyof typeof loudnessStandards
