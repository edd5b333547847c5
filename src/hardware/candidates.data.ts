// The encoders that are tried, by codec and family, with the rate control a delivery uses: proof is only good for what was tried.

export const families = ['nvenc', 'qsv', 'vaapi', 'amf', 'videotoolbox', 'cpu'] as const
export type Family = (typeof families)[number]

export const candidateCodecs = ['h264', 'hevc', 'av1', 'vp9'] as const
export type CandidateCodec = (typeof candidateCodecs)[number]

/** Hardware before software; of hardware, the more widespread in servers first. */
export const defaultOrder: readonly Family[] = families

export type Candidate = {
  readonly codec: CandidateCodec
  readonly family: Family
  /** FFmpeg's encoder name. */
  readonly encoder: string
  readonly options: Readonly<Record<string, string | number>>
}

/** Where a family can exist at all (process.platform); elsewhere it is not tried. */
export const platforms: Readonly<Record<Family, readonly string[] | 'all'>> = {
  nvenc: ['linux', 'win32'],
  qsv: ['linux', 'win32'],
  vaapi: ['linux'],
  amf: ['linux', 'win32'],
  videotoolbox: ['darwin'],
  cpu: 'all',
}

// Capped variable rate at 720p, as a rung of a ladder would ask for it.
const rate = { b: 2_000_000, maxrate: 3_000_000, bufsize: 6_000_000 }
const hardware = (codec: CandidateCodec, of: readonly Family[]): readonly Candidate[] =>
  of.map(family => ({ codec, family, encoder: `${codec}_${family}`, options: rate }))

export const candidates: readonly Candidate[] = [
  ...hardware('h264', ['nvenc', 'qsv', 'vaapi', 'amf', 'videotoolbox']),
  {
    codec: 'h264',
    family: 'cpu',
    encoder: 'libx264',
    options: { preset: 'veryfast', crf: 23, maxrate: 3_000_000, bufsize: 6_000_000 },
  },
  ...hardware('hevc', ['nvenc', 'qsv', 'vaapi', 'amf', 'videotoolbox']),
  {
    codec: 'hevc',
    family: 'cpu',
    encoder: 'libx265',
    options: { preset: 'ultrafast', crf: 26, 'x265-params': 'log-level=error' },
  },
  ...hardware('av1', ['nvenc', 'qsv', 'vaapi', 'amf']),
  { codec: 'av1', family: 'cpu', encoder: 'libsvtav1', options: { preset: 10, crf: 35 } },
  ...hardware('vp9', ['qsv', 'vaapi']),
  {
    codec: 'vp9',
    family: 'cpu',
    encoder: 'libvpx-vp9',
    options: { deadline: 'realtime', 'cpu-used': 8, b: 2_000_000 },
  },
]
