// Which cells of the conformance matrix there are: what is asked of every source, and where a refusal is the right answer.
import type { z } from 'zod'
import type { ErrorCode } from '../../src/core/index.ts'
import type { TranscodeOptions } from '../../src/plan/index.ts'

type Asked = Partial<z.input<typeof TranscodeOptions>>

export type Delivery = {
  readonly id: string
  readonly options: Asked
  /** Sources it is made from; all of them when left out. */
  readonly from?: readonly string[]
}

/** Names of targets that every source is delivered to. */
export const matrixTargets = [
  'web',
  'browser-baseline',
  'ios',
  'tvos',
  'android',
  'chromecast',
  'chromecast-ultra',
  'roku',
  'firetv',
  'tizen-2018',
  'webos-2019',
  'xbox',
  'ps5',
  'broadcast-xdcam-hd422',
  'mezzanine',
  'archive',
] as const

/** Small and of every kind: for deliveries that need no more. */
const few = ['hd-film', 'small-hdr10', 'prores-422', 'two-tracks']

export const deliveries: readonly Delivery[] = [
  ...matrixTargets.map(name => ({ id: name, options: { for: [name] } })),
  { id: 'tizen-2018+ios', options: { for: ['tizen-2018', 'ios'] } },
  {
    id: 'vp9.webm',
    options: { codec: 'vp9', container: 'webm' },
    from: ['full-range', 'vfr', 'small-hdr10', 'odd-size'],
  },
  {
    id: 'av1.mkv',
    options: { codec: 'av1', container: 'matroska' },
    from: ['hd-film', 'small-hdr10', 'hlg-50', 'gray'],
  },
  { id: 'av1.mp4', options: { codec: 'av1' }, from: ['hd-60', 'small-hdr10', 'untagged'] },
  { id: 'h264.ts', options: { codec: 'h264', container: 'mpegts' }, from: ['sd-25i', 'hd-film', 'two-tracks'] },
  { id: 'h264.flv', options: { codec: 'h264', container: 'flv' }, from: ['full-range', 'rotated'] },
  { id: 'fragments', options: { fragmented: true }, from: few },
  { id: 'turn kept', options: { rotation: 'keep' }, from: ['rotated'] },
  { id: 'pixels kept', options: { pixels: 'keep' }, from: ['sd-25i', 'telecined'] },
  { id: 'field rate', options: { deinterlace: 'field' }, from: ['sd-25i'] },
  { id: 'high422', options: { codec: 'h264', chroma: '4:2:2', bits: 10 }, from: ['prores-422', 'full-chroma'] },
  { id: 'main422-10', options: { codec: 'hevc', chroma: '4:2:2', bits: 10 }, from: ['prores-422'] },
  {
    id: 'constrained-baseline',
    options: { codec: 'h264', profile: 'constrained-baseline' },
    from: ['hd-film', 'gray'],
  },
  { id: 'dnxhr', options: { codec: 'dnxhr', container: 'mov' }, from: ['hd-film', 'prores-422', 'full-chroma'] },
  { id: 'prores-4444', options: { codec: 'prores', profile: '4444', container: 'mov' }, from: ['full-chroma'] },
  { id: 'sdr', options: { dynamicRange: 'sdr' }, from: ['small-hdr10', 'hlg-50'] },
  { id: 'to hlg', options: { dynamicRange: 'hlg' }, from: ['small-hdr10', 'hd-film'] },
  { id: 'to hdr10', options: { dynamicRange: 'hdr10' }, from: ['hlg-50', 'hd-film'] },
  { id: 'to 601', options: { space: 'bt601-625' }, from: ['hd-film'] },
  { id: 'full range', options: { range: 'full' }, from: ['hd-film', 'full-range'] },
  { id: '4:3 of 30', options: { width: 320, frameRate: '30' }, from: ['untagged', 'vfr'] },
  { id: 'cbr.ts', options: { codec: 'h264', container: 'mpegts', bitrate: '3M', cbr: true }, from: ['two-tracks'] },
  { id: 'two passes', options: { codec: 'hevc', bitrate: '1M', passes: 2 }, from: ['two-tracks'] },
]

/** A picture of this size is coded for these only; the others are planned, which is where the size matters. */
export const codedInUhd: readonly string[] = ['ios', 'ps5', 'tizen-2018', 'chromecast-ultra', 'archive']

/** Refusals that are right, with their reason. A cell that is not named here must succeed. */
export const refusals: readonly {
  readonly source: string
  readonly delivery: string
  readonly code: ErrorCode
  readonly because: string
}[] = [
  {
    source: 'small-hdr10',
    delivery: 'h264.ts',
    code: 'HE_PLAN_IMPOSSIBLE',
    because: 'no device plays HDR in H.264',
  },
]

/** What is true of each source's picture whatever is made of it; checked against the file, not against the plan. */
export const truths: Readonly<
  Record<string, { readonly aspect: number; readonly seconds: number; readonly progressive: string }>
> = {
  'sd-25i': { aspect: (720 * 16) / 11 / 576, seconds: 1, progressive: '25/1' },
  telecined: { aspect: 4 / 3, seconds: 2.002, progressive: '24000/1001' },
  'hd-film': { aspect: 16 / 9, seconds: 0.5005, progressive: '24000/1001' },
  'hd-60': { aspect: 16 / 9, seconds: 0.4004, progressive: '60000/1001' },
  'full-range': { aspect: 16 / 9, seconds: 1, progressive: '25/1' },
  'prores-422': { aspect: 16 / 9, seconds: 0.48, progressive: '25/1' },
  'uhd-hdr10': { aspect: 16 / 9, seconds: 1 / 3, progressive: '24/1' },
  'small-hdr10': { aspect: 16 / 9, seconds: 0.5, progressive: '24/1' },
  'hlg-50': { aspect: 16 / 9, seconds: 0.5, progressive: '50/1' },
  'odd-size': { aspect: 853 / 481, seconds: 0.48, progressive: '25/1' },
  vfr: { aspect: 16 / 9, seconds: 1.25, progressive: '30/1' },
  rotated: { aspect: 9 / 16, seconds: 0.5, progressive: '30/1' },
  'full-chroma': { aspect: 16 / 9, seconds: 0.48, progressive: '25/1' },
  gray: { aspect: 16 / 9, seconds: 0.48, progressive: '25/1' },
  untagged: { aspect: 4 / 3, seconds: 0.5005, progressive: '30000/1001' },
  'two-tracks': { aspect: 16 / 9, seconds: 1, progressive: '25/1' },
}
