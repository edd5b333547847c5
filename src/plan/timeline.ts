// When a presentation starts, how long it is and its grid of frames, GOPs and segments: exact, in whole frames.
import {
  add,
  compare,
  div,
  formatRational,
  HeadendError,
  mul,
  parseRational,
  type Rational,
  type RationalText,
  rational,
  round,
  sub,
  toNumber,
} from '../core/index.ts'
import type { AudioStream, Choice, FilterStep, MediaFacts, VideoStream, Warning } from '../model/index.ts'
import { chooseFrameRate, type FrameRateChoice } from './frame-rate.ts'

/** Sampling rate of every audio rendition: the one of video production, and what every AAC decoder has. */
export const AUDIO_RATE_HZ = 48_000

export type Timeline = {
  /** Where the presentation begins on the input's clock, seconds. */
  readonly startTime: RationalText
  readonly duration: RationalText
  readonly segmentDuration: RationalText
  /** null without a picture. */
  readonly grid: Grid | null
  readonly choices: readonly Choice[]
  readonly warnings: readonly Warning[]
}

export type Grid = {
  readonly rate: Rational
  readonly frames: number
  readonly gopFrames: number
  readonly segmentFrames: number
  /** Whether `frames` was counted; else it follows from a length, and the filter chain must fill or cut to it. */
  readonly counted: boolean
  /** Puts the pictures there. */
  readonly steps: readonly FilterStep[]
}

export type TimelineRequest = {
  readonly facts: MediaFacts
  readonly video: VideoStream | null
  readonly audio: readonly AudioStream[]
  readonly gopSeconds: number
  readonly segmentSeconds: number
  /** Chosen by the caller; else the source's own, as a ladder needs it. */
  readonly rate?: FrameRateChoice
  /** Nothing is decoded: the source's frames as they are. */
  readonly copy?: boolean
}

/** @throws {HE_INPUT_EMPTY} when nothing lasts. */
export function planTimeline(request: TimelineRequest): Timeline {
  return request.video ? pictureTimeline(request, request.video) : soundTimeline(request)
}

const ZERO = rational(0)
export const decimal = (value: number): Rational => parseRational(value.toFixed(6))
const startOf = (stream: VideoStream | AudioStream, facts: MediaFacts): Rational =>
  parseRational(stream.startTime ?? facts.container.startTime ?? '0/1')
/** More than this between the beginnings of picture and sound is told. */
const NOTABLE_S = rational(1, 2)

function pictureTimeline(request: TimelineRequest, video: VideoStream): Timeline {
  const { facts, audio, gopSeconds, segmentSeconds } = request
  const chosen = request.rate ?? chooseFrameRate(video, request.copy ? {} : undefined)
  const { rate } = chosen
  const inFrames = (seconds: Rational): number => Number(round(mul(seconds, rate)))
  const inSeconds = (frames: number): Rational => div(rational(frames), rate)

  const begin = startOf(video, facts)
  const lead = leadOf(begin, audio, facts)
  // Whole frames, so that the picture's own times fall on the grid and not between two of its points. Sound that leads
  // by less than a frame is encoder delay or jitter; it is cut rather than paid for with a repeated picture.
  const leadFrames = compare(lead, inSeconds(1)) < 0 ? 0 : Math.ceil(toNumber(mul(lead, rate)) - 1e-9)
  const own = countFrames(video, facts, chosen)
  if (own.frames <= 0)
    throw new HeadendError('HE_INPUT_EMPTY', `the picture of ${facts.path} has no frame or no length`)

  const frames = own.frames + leadFrames
  const segmentTarget = Math.max(1, inFrames(decimal(segmentSeconds)))
  const gopFrames = Math.min(Math.max(1, inFrames(decimal(gopSeconds))), segmentTarget)
  const gops = Math.max(1, Math.round(segmentTarget / gopFrames))
  const segmentFrames = gopFrames * gops
  const segmentDuration = inSeconds(segmentFrames)
  const exact = `${Number(toNumber(segmentDuration).toFixed(6))} s exactly at ${formatRational(rate)} fps`
  return {
    startTime: formatRational(sub(begin, inSeconds(leadFrames))),
    duration: formatRational(inSeconds(frames)),
    segmentDuration: formatRational(segmentDuration),
    grid: { rate, frames, gopFrames, segmentFrames, counted: own.counted, steps: chosen.steps },
    choices: [
      chosen.choice,
      {
        what: 'video.frames',
        pick: String(frames),
        because: leadFrames > 0 ? `${own.because}, and ${leadFrames} before them while only sound runs` : own.because,
      },
      {
        what: 'video.gopFrames',
        pick: String(gopFrames),
        because: `${gopSeconds} s in whole frames; closed, so that every rung can be joined there`,
      },
      {
        what: 'video.segmentFrames',
        pick: String(segmentFrames),
        because: `${gops} GOP${gops === 1 ? '' : 's'}, ${exact}`,
      },
    ],
    warnings: [
      ...chosen.warnings,
      ...(compare(lead, NOTABLE_S) > 0
        ? [
            {
              code: 'picture-late',
              message: `The picture begins ${toNumber(lead).toFixed(2)} s after the sound; its first frame stands until then.`,
            },
          ]
        : []),
    ],
  }
}

/** How much earlier than `begin` the first sound is; never negative. */
function leadOf(begin: Rational, audio: readonly AudioStream[], facts: MediaFacts): Rational {
  const leads = audio.map(stream => sub(begin, startOf(stream, facts)))
  return leads.reduce((a, b) => (compare(a, b) >= 0 ? a : b), ZERO)
}

type Count = { readonly frames: number; readonly counted: boolean; readonly because: string }

/** Frames on the grid: what the scan makes of the source's where their rate is kept, else its length in frames. */
function countFrames(video: VideoStream, facts: MediaFacts, { rate, kept, factor }: FrameRateChoice): Count {
  const { frameCount } = video
  const length = lengthOf(video, facts)
  const expected = length === null ? null : Number(round(mul(length, rate)))
  const constant = kept && video.frameRateMode === 'constant'
  const inFrames = expected === null ? null : Math.round(expected / toNumber(factor))
  if (frameCount !== null && expected !== null && inFrames !== null && isFieldCount(video, frameCount, inFrames))
    return { frames: expected, counted: false, because: `${frameCount} fields were counted, two to a frame` }
  if (constant && frameCount !== null) return countScanned(frameCount, factor)
  if (expected !== null) return { frames: expected, counted: false, because: 'the length of the picture in frames' }
  return { frames: frameCount ?? 0, counted: false, because: 'the number of pictures; the length is unknown' }
}

/** Film is four frames out of each five, and what the last cycle holds is filled or cut to that. */
function countScanned(frameCount: number, factor: Rational): Count {
  const frames = Number(round(mul(rational(frameCount), factor)))
  if (factor.den !== 1n)
    return {
      frames,
      counted: false,
      because: `${factor.num} of each ${factor.den} of the ${frameCount} frames counted`,
    }
  if (factor.num === 1n) return { frames, counted: true, because: 'counted in the source' }
  return { frames, counted: true, because: `${factor.num} of each of the ${frameCount} frames counted` }
}

/** Length of the picture; the container's, less the time before the picture begins, when the stream has none. */
function lengthOf(video: VideoStream, facts: MediaFacts): Rational | null {
  if (video.duration !== null) return parseRational(video.duration)
  if (facts.container.duration === null) return null
  const before = sub(startOf(video, facts), parseRational(facts.container.startTime ?? '0/1'))
  return sub(parseRational(facts.container.duration), compare(before, ZERO) > 0 ? before : ZERO)
}

/** Field-coded streams (MPEG-TS, PAFF) may carry each field in a packet of its own, so that packets count double. */
const isFieldCount = (video: VideoStream, frameCount: number, expected: number): boolean =>
  video.scan === 'interlaced' && expected > 10 && Math.abs(frameCount - 2 * expected) <= expected * 0.04

function soundTimeline({ facts, audio, segmentSeconds }: TimelineRequest): Timeline {
  const starts = audio.map(stream => startOf(stream, facts))
  const start = starts.reduce((a, b) => (compare(a, b) <= 0 ? a : b))
  const ends = audio.map((stream, i) =>
    add(starts[i]!, parseRational(stream.duration ?? facts.container.duration ?? '0/1')),
  )
  const end = ends.reduce((a, b) => (compare(a, b) >= 0 ? a : b))
  const samples = round(mul(sub(end, start), rational(AUDIO_RATE_HZ)))
  if (samples <= 0n) throw new HeadendError('HE_INPUT_EMPTY', `the sound of ${facts.path} has no length`)
  return {
    startTime: formatRational(start),
    duration: formatRational(rational(samples, AUDIO_RATE_HZ)),
    segmentDuration: formatRational(decimal(segmentSeconds)),
    grid: null,
    choices: [
      {
        what: 'output.duration',
        pick: `${samples} samples`,
        because: 'the longest track; there is no picture to follow',
      },
    ],
    warnings: [],
  }
}
