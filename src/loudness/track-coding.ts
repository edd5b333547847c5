// How a track whose samples were changed is coded again: as it was, where there is an encoder for it. Pure.
import { planChannels } from '../audio/index.ts'
import { audioCodecRows } from '../codecs/index.ts'
import { HeadendError } from '../core/index.ts'
import type { AudioCodec, AudioStream, CodecOptions, FilterStep } from '../model/index.ts'
import type { OutputKind } from './output-kinds.data.ts'

export type TrackCoding = {
  /** FFmpeg's name of the codec. */
  readonly codec: string
  readonly encoder: string
  readonly options: CodecOptions
  /** Channels as the codec wants them; before gain and limiter. */
  readonly before: readonly FilterStep[]
  /** Rate and samples as the encoder wants them. */
  readonly after: readonly FilterStep[]
  readonly lossless: boolean
}

type Row = {
  readonly encoder: string
  readonly lossless?: true
  /** By source: 16 bits stay 16 bits. */
  readonly sampleFormat: (source: string) => string
  readonly maxChannels: number
  readonly layouts?: Readonly<Record<number, string>>
  readonly options?: CodecOptions
  /** Least rate by channels, bit/s; what is coded a second time gets no less. */
  readonly usualBps?: Readonly<Record<number, number>>
  /** The only rates there are, kbit/s. */
  readonly legalKbps?: readonly number[]
  readonly maxRateHz?: number
  readonly rateHz?: number
}

const deep = (shallow: string, more: string) => (source: string) => (/^(u8|s16)p?$/.test(source) ? shallow : more)
const MPEG1_L3 = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
const MPEG1_L2 = [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384]
/** ATSC A/52 table 5.18. */
const AC3 = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640]

const known = (codec: AudioCodec, more: Partial<Row> = {}): Row => {
  const { encoder, sampleFormat, maxChannels, layouts, options, bitrateBps } = audioCodecRows[codec]
  return {
    ...{ encoder, maxChannels, sampleFormat: () => sampleFormat },
    ...(layouts ? { layouts } : {}),
    ...(options ? { options } : {}),
    ...(bitrateBps ? { usualBps: bitrateBps } : { lossless: true }),
    ...more,
  }
}

const rows: Readonly<Record<string, Row>> = {
  aac: known('aac', { maxRateHz: 96_000 }),
  ac3: known('ac3', { legalKbps: AC3, maxRateHz: 48_000 }),
  eac3: known('eac3', { maxRateHz: 48_000 }),
  opus: known('opus', { rateHz: 48_000 }),
  flac: known('flac', { sampleFormat: deep('s16', 's32') }),
  alac: known('alac', { sampleFormat: deep('s16p', 's32p') }),
  mp3: known('mp3', { legalKbps: MPEG1_L3, maxRateHz: 48_000 }),
  mp2: {
    encoder: 'mp2',
    sampleFormat: () => 's16',
    maxChannels: 2,
    usualBps: { 1: 128_000, 2: 256_000 },
    legalKbps: MPEG1_L2,
    maxRateHz: 48_000,
  },
  vorbis: {
    encoder: 'libvorbis',
    sampleFormat: () => 'fltp',
    maxChannels: 8,
    layouts: { 6: '5.1', 8: '7.1' },
    usualBps: { 1: 96_000, 2: 160_000, 6: 320_000, 8: 448_000 },
  },
  wavpack: { encoder: 'wavpack', lossless: true, sampleFormat: deep('s16p', 's32p'), maxChannels: 16 },
}

/** Sample formats of FFmpeg's PCM encoders: each takes one. */
const PCM: readonly (readonly [RegExp, string])[] = [
  [/^pcm_u8$/, 'u8'],
  [/^pcm_s16[lb]e$/, 's16'],
  [/^pcm_(s24|s32)[lb]e$/, 's32'],
  [/^pcm_f32[lb]e$/, 'flt'],
  [/^pcm_f64[lb]e$/, 'dbl'],
]

function rowOf(codec: string): Row | undefined {
  const sampleFormat = PCM.find(([name]) => name.test(codec))?.[1]
  if (!sampleFormat) return rows[codec]
  return { encoder: codec, lossless: true, sampleFormat: () => sampleFormat, maxChannels: 64 }
}

export const carries = ({ audio }: OutputKind, codec: string): boolean =>
  audio.includes(codec) || (audio.includes('pcm') && codec.startsWith('pcm_'))

/** @throws {HE_PLAN_IMPOSSIBLE} {HE_INPUT_UNSUPPORTED} */
export function planTrackCoding(stream: AudioStream, kind: OutputKind, asked: AudioCodec | undefined): TrackCoding {
  const codec = asked === 'pcm' ? 'pcm_s24le' : (asked ?? stream.codec)
  const row = rowOf(codec)
  const hint = `Name a codec with --audio-codec: ${kind.audio.join(', ')}.`
  if (!row) throw new HeadendError('HE_PLAN_IMPOSSIBLE', `there is no encoder for ${codec} here`, { hint })
  if (!carries(kind, codec))
    throw new HeadendError('HE_PLAN_IMPOSSIBLE', `${kind.label} does not carry ${codec}`, { hint })
  const { layouts, maxChannels } = row
  const mix = planChannels(stream, 'keep', { maxChannels, ...(layouts ? { layouts } : {}) })
  if (mix.channels !== stream.channels)
    throw new HeadendError('HE_PLAN_IMPOSSIBLE', `${codec} does not carry ${stream.channels} channels`, { hint })
  const rateHz = row.rateHz ?? (row.maxRateHz && stream.sampleRateHz > row.maxRateHz ? 48_000 : stream.sampleRateHz)
  const format = row.sampleFormat(stream.sampleFormat)
  const rate = rateFor(row, stream, codec)
  return {
    codec,
    encoder: row.encoder,
    options: { ...(rate === null ? {} : { b: rate }), ...row.options },
    before: mix.filters,
    after: [
      {
        name: 'aresample',
        // What is rounded to 16 bits gets the noise that keeps its quiet parts undistorted.
        args: { sample_rate: rateHz, ...(/^s16p?$/.test(format) ? { osf: format, dither_method: 'triangular' } : {}) },
      },
      { name: 'aformat', args: { sample_fmts: format, channel_layouts: mix.layout } },
    ],
    lossless: row.lossless ?? false,
  }
}

/** No less than the source had, nor than is usual: it is coded a second time. */
function rateFor({ usualBps, legalKbps }: Row, stream: AudioStream, codec: string): number | null {
  if (!usualBps) return null
  const listed = Object.entries(usualBps).find(([count]) => Number(count) >= stream.channels)
  const usual = listed?.[1] ?? Math.max(...Object.values(usualBps))
  // The rate of another codec, or of PCM, says nothing about this one.
  const own = stream.codec === codec ? (stream.bitrateBps ?? 0) : 0
  const least = Math.max(usual, Math.round(own / 1000) * 1000)
  if (!legalKbps) return Math.min(least, 256_000 * stream.channels)
  return (legalKbps.find(kbps => kbps * 1000 >= least * 0.98) ?? legalKbps.at(-1)!) * 1000
}
