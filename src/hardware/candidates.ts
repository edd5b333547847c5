// What `doctor` tries: every encoder of the codecs that deliveries use, with settings as a rung of a ladder would have them.
import { type EncoderRequest, encoderLimits, encoderSettings, encodersFor } from '../codecs/index.ts'
import type { EncoderSettings, RateControl, VideoCodec } from '../model/index.ts'
import type { Family } from './families.data.ts'

export const candidateCodecs = ['h264', 'hevc', 'av1', 'vp9'] as const
export type CandidateCodec = (typeof candidateCodecs)[number]

/** Something to prove: settings, and the frames that they will get. */
export type Candidate = {
  readonly settings: EncoderSettings
  readonly width: number
  readonly height: number
  /** Planar, as planned, before `settings.filters`. */
  readonly pixelFormat: string
  /** `num/den` frames per second. */
  readonly frameRate: string
}

const picture = { width: 1280, height: 720, pixelFormat: 'yuv420p', frameRate: '30000/1001' } as const
const rate: RateControl = { mode: 'vbr', averageBps: 2_000_000, maxrateBps: 3_000_000, bufsizeBits: 6_000_000 }
const profiles: Readonly<Record<CandidateCodec, readonly [profile: string, level: string]>> = {
  h264: ['high', '3.1'],
  hevc: ['main', '3.1'],
  av1: ['main', '3.1'],
  vp9: ['0', '3.1'],
}

/** The candidates for `codec`, in the order of the table of encoders. */
export function candidatesFor(codec: CandidateCodec): readonly Candidate[] {
  return encodersFor(codec).map(({ name, family }) => ({ ...picture, settings: settingsOf(codec, name, family) }))
}

function settingsOf(codec: CandidateCodec, name: string, family: Family): EncoderSettings {
  const [profile, level] = profiles[codec]
  const request: EncoderRequest = {
    ...picture,
    codec,
    profile,
    level,
    tier: codec === 'h264' || codec === 'vp9' ? null : 'main',
    rate,
    passes: 1,
    speed: family === 'cpu' ? 'ultrafast' : 'medium',
    gopFrames: 60,
    keyFrames: 'grid',
    bFrames: encoderLimits(name)!.maxBFrames === 0 ? 0 : null,
    references: null,
    color: { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', range: 'tv', chromaLocation: 'left' },
    hdr: { format: 'sdr', masteringDisplay: null, contentLight: null, hdr10Plus: false, dolbyVision: null },
    scan: 'progressive',
  }
  const answer = encoderSettings(name, request)
  if (!answer.ok) throw new Error(`${name} cannot make the usual rung: ${answer.because}`)
  return answer.settings
}

/** Codecs by the encoders' names. */
export function codecOf(name: string, codecs: readonly VideoCodec[]): VideoCodec | undefined {
  return codecs.find(codec => encodersFor(codec).some(encoder => encoder.name === name))
}
