// Audio codecs that a plan may use: which encoder makes them, what they carry and at which rate.
import type { AudioCodec } from '../model/index.ts'

export type AudioCodecRow = {
  /** For people. */
  readonly label: string
  /** FFmpeg's encoder name. */
  readonly encoder: string
  /** RFC 6381 as FFmpeg derives it from the coded stream; null where none is defined. */
  readonly codecString: string | null
  /** FFmpeg's sample format that the encoder is fed. */
  readonly sampleFormat: string
  readonly maxChannels: number
  /** bit/s by number of channels; null where nothing is lost. */
  readonly bitrateBps: Readonly<Record<number, number>> | null
  /** Layouts by number of channels where the codec knows only some of FFmpeg's. */
  readonly layouts?: Readonly<Record<number, string>>
  /** Further options of the encoder. */
  readonly options?: Readonly<Record<string, string | number>>
  /** Why these rates. */
  readonly because: string
}

/** What is different with Fraunhofer's encoder; its layouts are those that players know (ISO/IEC 14496-3 Table 1.19). */
export const fdkAac = { encoder: 'libfdk_aac', sampleFormat: 's16' } as const

/** Rates for a whole number of channels that is not listed: the next listed above. */
export const audioCodecRows: Readonly<Record<AudioCodec, AudioCodecRow>> = {
  aac: {
    label: 'AAC-LC',
    encoder: 'aac',
    codecString: 'mp4a.40.2',
    sampleFormat: 'fltp',
    maxChannels: 8,
    bitrateBps: { 1: 64_000, 2: 128_000, 6: 384_000, 8: 512_000 },
    // ISO/IEC 14496-3 Table 1.19 knows these; FFmpeg writes the others, 5.1(side) too, as a program config of their own.
    layouts: { 5: '5.0', 6: '5.1' },
    because: 'what every player decodes (Apple HLS 2.3); 64 kbit/s a channel',
  },
  ac3: {
    label: 'Dolby Digital',
    encoder: 'ac3',
    codecString: 'ac-3',
    sampleFormat: 'fltp',
    maxChannels: 6,
    bitrateBps: { 1: 96_000, 2: 192_000, 6: 448_000 },
    layouts: { 6: '5.1(side)' },
    because: 'receivers decode it; the usual rates of ATSC A/52 broadcasts',
  },
  eac3: {
    label: 'Dolby Digital Plus',
    encoder: 'eac3',
    codecString: 'ec-3',
    sampleFormat: 'fltp',
    maxChannels: 6,
    bitrateBps: { 1: 96_000, 2: 192_000, 6: 384_000 },
    layouts: { 6: '5.1(side)' },
    because: 'receivers and streaming devices decode it (Apple HLS 2.11)',
  },
  opus: {
    label: 'Opus',
    encoder: 'libopus',
    codecString: 'opus',
    sampleFormat: 'flt',
    maxChannels: 8,
    bitrateBps: { 1: 64_000, 2: 128_000, 6: 256_000, 8: 450_000 },
    layouts: { 6: '5.1', 8: '7.1' },
    because: 'the codec of WebM; rates of the Opus project for fullband music (RFC 7845 layouts)',
  },
  flac: {
    label: 'FLAC, 24 bit',
    encoder: 'flac',
    codecString: 'flac',
    sampleFormat: 's32',
    maxChannels: 8,
    bitrateBps: null,
    layouts: { 6: '5.1' },
    because: 'nothing is lost (RFC 9639)',
  },
  alac: {
    label: 'Apple Lossless, 24 bit',
    encoder: 'alac',
    codecString: null,
    sampleFormat: 's32p',
    maxChannels: 6,
    bitrateBps: null,
    layouts: { 6: '5.1' },
    because: 'nothing is lost, and Apple devices play it',
  },
  mp3: {
    label: 'MP3',
    encoder: 'libmp3lame',
    codecString: 'mp4a.40.34',
    sampleFormat: 'fltp',
    maxChannels: 2,
    bitrateBps: { 1: 96_000, 2: 192_000 },
    because: 'asked for; the oldest players decode it',
  },
  pcm: {
    label: 'PCM, 24 bit',
    encoder: 'pcm_s24le',
    codecString: null,
    sampleFormat: 's32',
    maxChannels: 16,
    bitrateBps: null,
    because: 'nothing is coded: what editing and archives take',
  },
}
