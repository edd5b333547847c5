// One rendition: level, rate, encoder with its fallbacks, and the chain that scales to it.
import {
  chooseLevel,
  codecLabels,
  decodedPictureBuffer,
  type EncoderRequest,
  encoderSettings,
  levelLimits,
  type ProfileRow,
  referencesAllowed,
} from '../codecs/index.ts'
import type { ColorPlan } from '../color/index.ts'
import { formatRational, HeadendError, toNumber } from '../core/index.ts'
import type {
  Choice,
  EncoderSettings,
  FilterStep,
  RateControl,
  VideoCodec,
  VideoRendition,
  Warning,
} from '../model/index.ts'
import type { Grid } from './timeline.ts'

/** What is asked of the rate; what is left out follows from the codec and the level. */
export type RateWish = {
  /** Constant quality on the encoder's own scale; the codec's usual one when both this and `averageBps` are absent. */
  readonly quality?: number | undefined
  readonly averageBps?: number | undefined
  readonly maxrateBps?: number | undefined
  readonly bufsizeBits?: number | undefined
  readonly cbr?: boolean
  /** The most that anybody who will play it takes, and who says so. */
  readonly ceiling?: { readonly bps: number; readonly setBy: string } | undefined
}

type Size = { readonly width: number; readonly height: number }

export type RenditionRequest = {
  readonly id: string
  readonly size: Size & {
    readonly because: string
    /** The picture inside of it, where bars must fill the rest. */
    readonly inner?: Size | undefined
  }
  readonly sampleAspectRatio: VideoRendition['sampleAspectRatio']
  readonly scan: VideoRendition['scan']
  readonly grid: Pick<Grid, 'rate' | 'gopFrames'>
  readonly color: ColorPlan
  readonly codec: { readonly name: VideoCodec; readonly because: string; readonly over: readonly string[] }
  readonly profile: { readonly row: ProfileRow; readonly because: string }
  readonly pixelFormat: string
  readonly tag: string | null
  readonly highestLevel?: string | undefined
  readonly tier?: 'main' | 'high' | undefined
  readonly rate: RateWish
  /** Of constant quality: a setting for each shot. */
  readonly shots?: EncoderRequest['shots']
  readonly passes: 1 | 2
  readonly speed: string
  readonly keyFrames: EncoderRequest['keyFrames']
  readonly bFrames: number | null
  readonly references: number | null
  /** FFmpeg's encoder names in the order in which they are used, with the reason for that order. */
  readonly chain: { readonly names: readonly string[]; readonly because: string; readonly over: readonly string[] }
}

export type PlannedRendition = {
  readonly rendition: VideoRendition
  readonly choices: readonly Choice[]
  readonly warnings: readonly Warning[]
}

/** Quality that most viewers take for the source's, on each encoder's scale (its project's own advice, rounded down). */
export const usualQuality: Readonly<Record<VideoCodec, number | null>> = {
  h264: 21,
  hevc: 23,
  av1: 30,
  vp9: 31,
  mpeg2: null,
  prores: null,
  dnxhr: null,
  ffv1: null,
}
/** Seconds of the cap that the decoder's buffer holds: one GOP of the default length can be sent ahead. */
const BUFFER_SECONDS = 2

/** @throws {HE_PLAN_IMPOSSIBLE} when no level that may be used allows it, or no encoder of the chain can make it. */
export function planRendition(request: RenditionRequest): PlannedRendition {
  const { id, size, grid, color, codec, profile, chain } = request
  const { width, height } = size
  const limits = {
    ...(request.highestLevel ? { highest: request.highestLevel } : {}),
    ...(request.tier ? { tier: request.tier } : {}),
  }
  const references = request.references ?? heldReferences(request, limits)
  const use = { speed: request.speed, bFrames: request.bFrames, references }
  const stream = {
    codec: codec.name,
    profile: profile.row.name,
    width,
    height,
    frameRate: grid.rate,
    references: decodedPictureBuffer(chain.names[0]!, use),
    interlaced: request.scan !== 'progressive',
    pixelFormat: request.pixelFormat,
    color: color.target,
    intraOnly: grid.gopFrames === 1 && request.keyFrames === 'grid',
  }
  const asked = statedRate(request)
  const level = chooseLevel({ ...stream, ...asked }, limits)
  if (!level.ok) {
    const up = request.highestLevel ? ` up to ${request.highestLevel}` : ''
    throw new HeadendError(
      'HE_PLAN_IMPOSSIBLE',
      `no ${codecLabels[codec.name]} level${up} allows ${id}: ${level.because}`,
      { hint: `The nearest that is allowed: ${level.nearest}.`, details: { width, height, ...asked } },
    )
  }
  const rate = decideRate(request, level)
  const encoders = chooseEncoders({ ...request, references }, level, rate.rate)
  const rendition: VideoRendition = {
    id,
    width,
    height,
    sampleAspectRatio: request.sampleAspectRatio,
    codec: codec.name,
    profile: profile.row.name,
    level: level.level,
    tier: level.tier,
    codecString: level.codecString,
    tag: request.tag,
    pixelFormat: request.pixelFormat,
    scan: request.scan,
    rate: rate.rate,
    encoder: encoders.first,
    fallbacks: [...encoders.rest],
    filters: [
      ...pictureSteps(color, size),
      { name: 'setsar', args: { sar: request.sampleAspectRatio } },
      ...color.finish,
      { name: 'setfield', args: { mode: request.scan === 'progressive' ? 'prog' : request.scan } },
    ],
  }
  const at = (what: string, pick: string, because: string, over: readonly string[] = []): Choice => ({
    what: `video.renditions.${id}.${what}`,
    pick,
    because,
    ...(over.length > 0 ? { over: [...over] } : {}),
  })
  const { primaries, transfer, matrix, range } = color.target
  const choices = [
    at('size', `${width}x${height}`, size.because),
    at('codec', `${codecLabels[codec.name]} ${profile.row.label}, ${request.pixelFormat}`, codec.because, codec.over),
    at('profile', profile.row.label, profile.because),
    ...(level.level === null
      ? []
      : [at('level', level.tier === 'high' ? `${level.level}, High tier` : level.level, level.because)]),
    ...rate.choices.map(({ what, pick, because, over }) => at(what, pick, because, over)),
    at('encoder', encoders.first.name, chain.because, [...chain.over, ...encoders.unable]),
    at('preset', request.speed, 'as asked, or the default: slower is smaller at the same quality'),
    at(
      'gop',
      `${grid.gopFrames} frames, closed`,
      request.keyFrames === 'grid'
        ? 'key frames on the grid and nowhere else'
        : 'key frames on the grid, and at scene cuts inside of it',
      request.keyFrames === 'grid' ? ['key frames at scene cuts'] : [],
    ),
    at('color', [primaries, transfer, matrix, range].join(' / '), 'stated in bitstream and container alike'),
  ]
  const warnings = encoders.notes.map(message => ({ code: 'encoder-note', message }))
  return { rendition, choices, warnings }
}

/** Scaled to its size, with black bars around it where the picture has another shape. */
export function pictureSteps(
  color: ColorPlan,
  { width, height, inner }: Size & { inner?: Size | undefined },
): FilterStep[] {
  const picture = inner ?? { width, height }
  const bars = picture.width < width || picture.height < height
  return [
    ...color.scale(picture.width, picture.height),
    ...(bars ? [{ name: 'pad', args: { w: width, h: height, x: '(ow-iw)/2', y: '(oh-ih)/2', color: 'black' } }] : []),
  ]
}

/**
 * Slow presets keep more pictures than the level that size and rate ask for allows; they are held to that number, because a
 * higher level shuts out decoders and more pictures gain next to nothing. null leaves the encoder its own.
 */
function heldReferences(
  { codec, profile, size, grid, scan, chain, speed, bFrames }: RenditionRequest,
  limits: { readonly highest?: string; readonly tier?: 'main' | 'high' },
): number | null {
  const stream = { codec: codec.name, profile: profile.row.name, width: size.width, height: size.height }
  const bare = chooseLevel(
    {
      ...stream,
      frameRate: grid.rate,
      references: 1,
      maxrateBps: null,
      bufsizeBits: null,
      interlaced: scan !== 'progressive',
    },
    limits,
  )
  if (!bare.ok || bare.level === null) return null
  const allowed = referencesAllowed({ ...stream, level: bare.level })
  return decodedPictureBuffer(chain.names[0]!, { speed, bFrames, references: null }) > allowed ? allowed : null
}

type Stated = { readonly maxrateBps: number | null; readonly bufsizeBits: number | null }

/** The bit rate that the caller named, which the level must allow. */
function statedRate({ rate, profile }: RenditionRequest): Stated {
  const { averageBps, maxrateBps, bufsizeBits, cbr } = rate
  const peak = cbr
    ? averageBps
    : (maxrateBps ?? (averageBps === undefined ? undefined : averageBps * PEAK_OVER_AVERAGE))
  if (peak === undefined || profile.row.fixedRate) return { maxrateBps: null, bufsizeBits: bufsizeBits ?? null }
  return { maxrateBps: Math.round(peak), bufsizeBits: bufsizeBits ?? null }
}
/** Of streams whose peak nobody names: hard scenes may take half as much again (Apple HLS 1.29 allows twice). */
const PEAK_OVER_AVERAGE = 1.5

type Level = { readonly level: string | null; readonly tier: 'main' | 'high' | null }
type PartialChoice = {
  readonly what: string
  readonly pick: string
  readonly because: string
  readonly over?: readonly string[]
}
type RateDecision = { readonly rate: RateControl; readonly choices: readonly PartialChoice[] }

function decideRate(request: RenditionRequest, { level, tier }: Level): RateDecision {
  const { codec, profile, rate: wish } = request
  const usual = usualQuality[codec.name]
  if (profile.row.fixedRate) {
    const averageBps = wish.averageBps ?? null
    return {
      rate: { mode: 'fixed', averageBps },
      choices: [
        {
          what: 'rate',
          pick: averageBps === null ? 'of the profile' : `${averageBps} bit/s`,
          because: `${codecLabels[codec.name]} ${profile.row.label} sets its own rate`,
        },
      ],
    }
  }
  const of = level === null ? null : levelLimits(codec.name, profile.row.name, level, tier ?? undefined)
  const stated = statedRate(request)
  const average = wish.averageBps ?? (usual === null ? usualAverage(request, of?.maxrateBps ?? null) : undefined)
  const most = of?.bufsizeBits ?? Number.POSITIVE_INFINITY
  if (average !== undefined) return averageRate(wish, average, stated, most)
  const { cap, because } = chooseCap(wish, of?.maxrateBps ?? null, level)
  const bufsizeBits = cap === null ? null : (wish.bufsizeBits ?? Math.min(most, cap * BUFFER_SECONDS))
  const quality = wish.quality ?? usual ?? usualQuality.h264!
  return {
    rate: { mode: 'constant-quality', quality, maxrateBps: cap, bufsizeBits },
    choices: [
      {
        what: 'quality',
        pick: String(quality),
        because: 'constant quality under a cap: easy scenes take less',
        over: ['constant bit rate', 'two passes'],
      },
      ...(cap === null
        ? []
        : [
            { what: 'maxrate', pick: `${cap} bit/s`, because },
            {
              what: 'bufsize',
              pick: `${bufsizeBits} bit`,
              because:
                wish.bufsizeBits === undefined
                  ? `${BUFFER_SECONDS} s of the cap, at most what the level allows`
                  : 'as asked',
            },
          ]),
    ],
  }
}

/** MPEG-2 knows no constant quality: bits for each pixel as XDCAM HD422 (0.8) and good broadcasts of Main (0.3) spend them. */
function usualAverage({ size, grid, profile }: RenditionRequest, most: number | null): number {
  const perPixel = profile.row.name === '422' ? 0.8 : 0.3
  const bps = Math.round(size.width * size.height * toNumber(grid.rate) * perPixel)
  return most === null ? bps : Math.min(bps, Math.floor(most / PEAK_OVER_AVERAGE))
}

function averageRate(wish: RateWish, averageBps: number, stated: Stated, mostBits: number): RateDecision {
  const peakBps = wish.cbr ? averageBps : (stated.maxrateBps ?? Math.round(averageBps * PEAK_OVER_AVERAGE))
  const bufsizeBits = stated.bufsizeBits ?? Math.min(mostBits, peakBps * BUFFER_SECONDS)
  if (wish.cbr)
    return {
      rate: { mode: 'cbr', averageBps, bufsizeBits },
      choices: [
        { what: 'rate', pick: `${averageBps} bit/s, constant`, because: 'as asked', over: ['constant quality'] },
        { what: 'bufsize', pick: `${bufsizeBits} bit`, because: 'what the decoder holds' },
      ],
    }
  const maxrateBps = peakBps
  return {
    rate: { mode: 'vbr', averageBps, maxrateBps, bufsizeBits },
    choices: [
      { what: 'rate', pick: `${averageBps} bit/s on average`, because: 'as asked', over: ['constant quality'] },
      {
        what: 'maxrate',
        pick: `${maxrateBps} bit/s`,
        because: wish.maxrateBps === undefined ? 'half as much again as the average, for hard scenes' : 'as asked',
      },
      { what: 'bufsize', pick: `${bufsizeBits} bit`, because: 'what the decoder holds' },
    ],
  }
}

/** A level promises a bit rate too: constant quality gets the smallest of all caps that anybody set. */
function chooseCap(
  { maxrateBps, ceiling }: RateWish,
  ofLevel: number | null,
  level: string | null,
): { cap: number | null; because: string } {
  const caps = [
    ...(maxrateBps === undefined ? [] : [{ bps: maxrateBps, because: 'as asked' }]),
    ...(ceiling ? [{ bps: ceiling.bps, because: `the most that ${ceiling.setBy} takes` }] : []),
    ...(ofLevel === null ? [] : [{ bps: ofLevel, because: `the most that level ${level} allows` }]),
  ]
  const least = caps.toSorted((a, b) => a.bps - b.bps)[0]
  return least ? { cap: least.bps, because: least.because } : { cap: null, because: '' }
}

type Encoders = {
  readonly first: EncoderSettings
  readonly rest: readonly EncoderSettings[]
  readonly unable: readonly string[]
  readonly notes: readonly string[]
}

/** Each encoder of the chain with its own options; those that cannot do what is asked are named. */
function chooseEncoders(request: RenditionRequest, { level, tier }: Level, rate: RateControl): Encoders {
  const { size, grid, color, codec, profile, chain } = request
  const answers = chain.names.map((name, i) => ({
    name,
    answer: encoderSettings(name, {
      codec: codec.name,
      profile: profile.row.name,
      level,
      tier,
      pixelFormat: request.pixelFormat,
      width: size.width,
      height: size.height,
      frameRate: formatRational(grid.rate),
      rate,
      // An encoder that steps in half-way has no statistics to go by.
      passes: i === 0 ? request.passes : 1,
      speed: request.speed,
      gopFrames: grid.gopFrames,
      keyFrames: request.keyFrames,
      bFrames: request.bFrames,
      references: request.references,
      color: color.target,
      hdr: color.hdr,
      scan: request.scan,
      shots: request.shots,
    }),
  }))
  const able = answers.flatMap(({ answer }) => (answer.ok ? [answer] : []))
  const unable = answers.flatMap(({ name, answer }) => (answer.ok ? [] : [`${name}: ${answer.because}`]))
  const [first, ...rest] = able
  if (!first)
    throw new HeadendError('HE_PLAN_IMPOSSIBLE', `no encoder can make ${request.id}: ${unable.join('; ')}`, {
      details: { encoders: unable },
    })
  return { first: first.settings, rest: rest.map(({ settings }) => settings), unable, notes: first.notes }
}
