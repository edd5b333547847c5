// What an encoder is asked for, and what comes back: its true options, or why it cannot.
import type {
  ColorDescription,
  EncoderFamily,
  EncoderSettings,
  FilterStep,
  PlannedHdr,
  RateControl,
  VideoCodec,
} from '../../model/index.ts'

/** x264's names from `ultrafast` to `veryslow`, or a number as text on the encoder's own scale (`8` for SVT-AV1 preset 8). */
export type Speed = string

export type Scan = 'progressive' | 'tff' | 'bff'

/** One rendition as planned, in the words of the plan. */
export type EncoderRequest = {
  readonly codec: VideoCodec
  /** A name of `profilesOf(codec)`. */
  readonly profile: string
  /** As the codec prints it: 4.1; null for codecs without levels. */
  readonly level: string | null
  readonly tier: 'main' | 'high' | null
  /** Planar, as planned; what a device wants instead is in the settings' `filters`. */
  readonly pixelFormat: string
  readonly width: number
  readonly height: number
  /** `num/den` frames per second. */
  readonly frameRate: string
  readonly rate: RateControl
  readonly passes: 1 | 2
  readonly speed: Speed
  /** Frames from one key frame of the grid to the next. */
  readonly gopFrames: number
  /** Key frames on the grid alone, or also where the picture cuts. */
  readonly keyFrames: 'grid' | 'grid-and-cuts'
  /** Consecutive B-frames at most; null leaves it to the encoder. */
  readonly bFrames: number | null
  /** Pictures that one may refer to, which is also what the decoder must hold; null leaves it to the encoder. */
  readonly references: number | null
  readonly color: ColorDescription
  readonly hdr: PlannedHdr
  readonly scan: Scan
  /** Settings of constant quality from a frame on, in order, the first at 0; instead of one for all. `rate` names their mean. */
  readonly shots?: readonly ShotQuality[] | undefined
  /** One of the encoder's `limits.tunes`. */
  readonly tune?: string | undefined
}

/** Constant quality from this frame on. */
export type ShotQuality = { readonly frame: number; readonly quality: number }

export type EncoderAnswer =
  | { readonly ok: true; readonly settings: EncoderSettings; readonly notes: readonly string[] }
  | { readonly ok: false; readonly because: string }

/** The modes of RateControl, constant quality with and without a cap told apart. */
export const rateModes = ['constant-quality', 'capped-quality', 'vbr', 'cbr', 'fixed'] as const
export type RateMode = (typeof rateModes)[number]

export function rateModeOf(rate: RateControl): RateMode {
  return rate.mode === 'constant-quality' && rate.maxrateBps !== null ? 'capped-quality' : rate.mode
}

/** What an encoder can carry. What the device behind it can do besides, a trial tells. */
export type EncoderLimits = {
  /** Planar names as plans use them. */
  readonly pixelFormats: readonly string[]
  readonly profiles: readonly string[]
  readonly rates: readonly RateMode[]
  /** Of these, the modes whose maxrate and buffer bind every stretch of the stream, not only its average. */
  readonly holdsPeak: readonly RateMode[]
  /** How a first pass hands over its statistics; null for encoders of one pass. */
  readonly twoPass: boolean
  readonly scans: readonly Scan[]
  /** Consecutive B-frames; 0 for codecs without. */
  readonly maxBFrames: number
  readonly tunes: readonly string[]
  /** Whether key frames on cuts, besides the grid's, are to be had. */
  readonly cuts: boolean
  /** Whether each shot may have a quality of its own. */
  readonly shots: boolean
  /**
   * Where mastering display and light level come from: `settings` writes them from the options, `frames` takes them from
   * the frames' side data, `container` means that the bitstream has no place for them.
   */
  readonly staticHdr: 'settings' | 'frames' | 'container'
  readonly hdr10Plus: boolean
  readonly dolbyVision: boolean
}

export type Refusal = { readonly because: string }
export type BuiltSettings = {
  readonly options: EncoderSettings['options']
  readonly firstPass?: EncoderSettings['firstPass']
  readonly filters?: readonly FilterStep[]
  readonly device?: string
  readonly notes?: readonly string[]
}

/** What decides the size of the decoded picture buffer. */
export type PictureUse = Pick<EncoderRequest, 'speed' | 'bFrames' | 'references' | 'tune'>

/** One encoder: what it can carry, what it needs of the level, and how a request becomes its options. */
export type EncoderRow = {
  /** FFmpeg's name. */
  readonly name: string
  readonly codec: VideoCodec
  readonly family: EncoderFamily
  readonly limits: EncoderLimits
  /** Frames of decoded picture buffer that its bitstream asks for. */
  readonly pictures: (use: PictureUse) => number
  /** Called with requests that keep `limits`. */
  readonly build: (request: EncoderRequest) => BuiltSettings | Refusal
}

/**
 * The longest and shortest interval to tell encoders that look for cuts. Frames of the grid are forced, so the longest only
 * must not be nearer: x264 sees cuts everywhere as its interval runs out. A tenth of the grid is x264's own shortest.
 */
export function keyInterval({ keyFrames, gopFrames }: EncoderRequest): { longest: number; shortest: number } {
  if (keyFrames === 'grid') return { longest: gopFrames, shortest: gopFrames }
  return { longest: gopFrames * 10, shortest: Math.max(1, Math.floor(gopFrames / 10)) }
}

/** Key=value pairs as x264-params, x265-params and svtav1-params want them; absent values are left out. */
export function joinParams(params: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(params)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${value}`)
    .join(':')
}

/** The record without its absent values. */
export function present(options: Readonly<Record<string, string | number | undefined>>): EncoderSettings['options'] {
  return Object.fromEntries(
    Object.entries(options).filter((entry): entry is [string, string | number] => entry[1] !== undefined),
  )
}

/**
 * x264's and x265's `zones`: what each shot's quantiser scale is divided by. Six steps of quality double the scale, in every mode
 * of both (their rate control divides by `b` after everything else), and the rate keeps its one buffer across shots.
 */
export function qualityZones({ shots = [], rate }: Pick<EncoderRequest, 'shots' | 'rate'>): string | undefined {
  if (shots.length === 0 || rate.mode !== 'constant-quality') return undefined
  const zones = shots.map(({ frame, quality }, i) => {
    const end = (shots[i + 1]?.frame ?? LAST_FRAME + 1) - 1
    return `${frame},${end},b=${(2 ** ((rate.quality - quality) / 6)).toFixed(5)}`
  })
  return zones.join('/')
}
const LAST_FRAME = 2 ** 31 - 1
