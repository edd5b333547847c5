// A request, held against what the encoder can carry, becomes its settings; what it cannot do is said, never left out silently.
import type { EncoderFamily, EncoderSettings, VideoCodec } from '../../model/index.ts'
import {
  type EncoderAnswer,
  type EncoderLimits,
  type EncoderRequest,
  type EncoderRow,
  type PictureUse,
  rateModeOf,
} from './encoder-request.ts'
import { encoderTable } from './encoder-table.ts'
import { hasStaticHdr } from './hdr-params.ts'
import { type SpeedScale, speedNames, speedOn, speedScales } from './speeds.data.ts'

/** The encoders for `codec`, hardware before software; what works on a machine is for a trial to say. */
export function encodersFor(codec: VideoCodec): readonly { readonly name: string; readonly family: EncoderFamily }[] {
  return encoderTable.filter(row => row.codec === codec).map(({ name, family }) => ({ name, family }))
}

/** What an encoder can carry; undefined for names that Headend does not know. */
export function encoderLimits(name: string): EncoderLimits | undefined {
  return findRow(name)?.limits
}

/**
 * Frames that a decoder must hold for what the encoder makes (max_dec_frame_buffering and the like), which the level
 * must allow. 16, the most that any codec has, for names that Headend does not know.
 */
export function decodedPictureBuffer(name: string, use: PictureUse): number {
  return findRow(name)?.pictures(use) ?? 16
}

/** The options that make `name` do what is asked, all of them true, or the first thing that it cannot do. */
export function encoderSettings(name: string, request: EncoderRequest): EncoderAnswer {
  const row = findRow(name)
  if (!row) return { ok: false, because: `there is no encoder ${name}` }
  const refused = refusal(row, request)
  if (refused !== null) return { ok: false, because: refused }
  const built = row.build(request)
  if ('because' in built) return { ok: false, because: built.because }
  const { options, firstPass, filters = [], device, notes = [] } = built
  const settings: EncoderSettings = {
    name,
    family: row.family,
    options,
    filters: [...filters],
    ...(firstPass ? { firstPass } : {}),
    ...(device === undefined ? {} : { device }),
  }
  return { ok: true, settings, notes: [...notes, ...generalNotes(row, request)] }
}

const findRow = (name: string): EncoderRow | undefined => encoderTable.find(row => row.name === name)

/** The first limit that the request breaks, in words; null when it keeps all. */
function refusal({ name, codec, limits, family }: EncoderRow, request: EncoderRequest): string | null {
  const mode = rateModeOf(request.rate)
  const bFrames = request.bFrames ?? 0
  const scale = scaleOf(name, family)
  const checks: readonly (readonly [boolean, string])[] = [
    [codec !== request.codec, `${name} encodes ${codec}, not ${request.codec}`],
    [
      !limits.profiles.includes(request.profile),
      `${name} has no profile ${request.profile}; it has ${limits.profiles.join(', ')}`,
    ],
    [
      !limits.pixelFormats.includes(request.pixelFormat),
      `${name} takes ${limits.pixelFormats.join(', ')}, not ${request.pixelFormat}`,
    ],
    [!limits.rates.includes(mode), `${name} has no ${mode} rate control; it has ${limits.rates.join(', ')}`],
    [
      request.rate.mode === 'constant-quality' &&
        (request.rate.maxrateBps === null) !== (request.rate.bufsizeBits === null),
      'a cap is a maxrate and a buffer: one of them is missing',
    ],
    [!limits.scans.includes(request.scan), `${name} codes progressive pictures only`],
    [request.passes === 2 && !limits.twoPass, `${name} makes one pass only`],
    [
      request.passes === 2 && request.rate.mode !== 'vbr',
      'two passes hold an average rate; the other rate controls need one pass',
    ],
    [bFrames > limits.maxBFrames, `${name} makes ${limits.maxBFrames || 'no'} B-frames, not ${bFrames}`],
    [
      request.tune !== undefined && !limits.tunes.includes(request.tune),
      `${name} has no tune ${request.tune}; it has ${limits.tunes.join(', ') || 'none'}`,
    ],
    [
      speedOn(scale, request.speed) === null,
      `${name} has no speed ${request.speed}; it has ${[...speedNames, ...scale.own].join(', ')}`,
    ],
    [
      (request.shots?.length ?? 0) > 1 && !limits.shots,
      `${name} takes one quality for the whole title, not one for each shot`,
    ],
    [request.hdr.hdr10Plus && !limits.hdr10Plus, `${name} cannot write the metadata of HDR10+`],
    [request.hdr.dolbyVision !== null && !limits.dolbyVision, `${name} cannot write Dolby Vision`],
  ]
  return checks.find(([broken]) => broken)?.[1] ?? null
}

/** CPU encoders have scales of their own, hardware shares its family's. */
const cpuScales: Readonly<Record<string, SpeedScale>> = {
  libx264: speedScales.x26x,
  libx265: speedScales.x26x,
  libsvtav1: speedScales.svtav1,
  'libvpx-vp9': speedScales.libvpx,
}
const scaleOf = (name: string, family: EncoderFamily): SpeedScale =>
  family === 'cpu' ? (cpuScales[name] ?? speedScales.single) : speedScales[family]

/** What will not be as asked although nothing is refused. */
function generalNotes({ name, limits }: EncoderRow, { keyFrames, hdr, codec, rate }: EncoderRequest): string[] {
  const notes: string[] = []
  if (keyFrames === 'grid-and-cuts' && !limits.cuts) notes.push(`${name} places no key frames on cuts: only the grid's`)
  const mode = rateModeOf(rate)
  if ((['capped-quality', 'vbr', 'cbr'] as const).some(each => each === mode) && !limits.holdsPeak.includes(mode))
    notes.push(`${name} keeps to the rate on average only: a short stretch may exceed the buffer`)
  if (hasStaticHdr(hdr) && limits.staticHdr === 'container')
    notes.push(`${name} writes no HDR metadata into ${codec}: it is in the container alone`)
  return notes
}
