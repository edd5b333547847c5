// The exact constant frame rate of a presentation, and how the source's pictures get there.
import {
  compare,
  div,
  formatRational,
  HeadendError,
  mul,
  parseRational,
  type Rational,
  rational,
  sub,
  toNumber,
} from '../core/index.ts'
import type { Choice, FilterStep, VideoStream, Warning } from '../model/index.ts'
import { describeConversion } from './rate-conversion.ts'

export type FrameRateChoice = {
  readonly rate: Rational
  /** Whether each picture that the scan makes has exactly one place on the grid of `rate`. */
  readonly kept: boolean
  /** Pictures that the scan makes of each frame of the source. */
  readonly factor: Rational
  /** Puts pictures on the grid, beginning at zero. */
  readonly steps: readonly FilterStep[]
  readonly choice: Choice
  readonly warnings: readonly Warning[]
}

export type RateRequest = {
  /** Pictures that the scan makes of each frame of the source; 1 when left out. */
  readonly factor?: Rational
  /** As asked for: 25, 29.97, 30000/1001. */
  readonly requested?: string | undefined
  /** The most that is shown; null for no limit. */
  readonly maxFps?: number | null
  /** Who sets that limit, for the reason. */
  readonly maxFpsSetBy?: string
  /** Of a rate that was asked for: pictures are shown again and left out, or neighbours are mixed. */
  readonly conversion?: 'repeat' | 'blend'
}

/** The rates of Apple's HLS Authoring Specification 1.18, and 48 of cinema. */
const standardRates = ['24000/1001', '24/1', '25/1', '30000/1001', '30/1', '48/1', '50/1', '60000/1001', '60/1'].map(
  parseRational,
)
const MAX_RATE = rational(60)
/** Container clocks of 1 ms or 1/90 s write 29.97 as 2997/100 or 19001/634; the nearest standard rates differ by 1/1000. */
const SNAP = rational(2, 10_000)
/** An average of a varying rate is as exact as its few missing pictures let it be. */
const NEAR = rational(5, 1000)

const ONE = rational(1)
const WHAT = 'video.frameRate'
const fps = (rate: Rational): string => `${Number(toNumber(rate).toFixed(3))} fps`

/** A ladder is held to what players of HLS take. */
const LADDER: RateRequest = { maxFps: 60, maxFpsSetBy: 'players stop at 60 fps (Apple HLS 1.19)' }

const distance = (a: Rational, b: Rational): Rational => {
  const gap = sub(a, b)
  return gap.num < 0n ? { num: -gap.num, den: gap.den } : gap
}

/** The standard rate nearest to `rate`, if it is not further away than that part of it. */
function nearestStandard(rate: Rational, part: Rational, rates: readonly Rational[] = standardRates): Rational | null {
  const nearest = rates.reduce((a, b) => (compare(distance(rate, b), distance(rate, a)) < 0 ? b : a))
  return compare(distance(rate, nearest), mul(nearest, part)) <= 0 ? nearest : null
}

/** Every picture on the exact grid of `rate`: shown again where one is missing, left out where two meet. */
const gridStep = (rate: Rational): FilterStep => ({
  name: 'fps',
  args: { fps: formatRational(rate), start_time: 0, round: 'near' },
})

/** The constant rate of the source as it was meant, e.g. 30000/1001 for 2997/100; null when it varies or is unknown. */
export function sourceRate(video: VideoStream): Rational | null {
  const stated = video.frameRateMode === 'variable' ? null : statedRate(video)
  return stated && (nearestStandard(stated, SNAP) ?? stated)
}

/** @throws {HE_USAGE} for a rate that is none, {HE_PLAN_IMPOSSIBLE} for one above the limit */
export function chooseFrameRate(video: VideoStream, request: RateRequest = LADDER): FrameRateChoice {
  const factor = request.factor ?? ONE
  const own = statedRate(video)
  const stated = own && mul(nearestStandard(own, SNAP) ?? own, factor)
  const variable = video.frameRateMode === 'variable'
  if (request.requested !== undefined) return chooseRequested(video, variable ? null : stated, request)
  if (!stated || !own) {
    const rate = limited(rational(25), request)
    return made(rate, factor, false, 'the source has no frame rate', [
      { code: 'frame-rate-assumed', message: `The source has no frame rate; ${fps(rate)} is assumed.` },
    ])
  }
  return variable ? chooseForVariable(stated, video, request) : chooseForConstant(stated, own, request)
}

function made(
  rate: Rational,
  factor: Rational,
  kept: boolean,
  because: string,
  warnings: readonly Warning[] = [],
  over: readonly string[] = [],
): FrameRateChoice {
  const choice = { what: WHAT, pick: formatRational(rate), because, ...(over.length > 0 ? { over: [...over] } : {}) }
  return { rate, kept, factor, steps: [gridStep(rate)], choice, warnings }
}

/** The stated rate, or frames over seconds where only these are known. */
function statedRate({ frameRate, frameCount, duration }: VideoStream): Rational | null {
  const stated = frameRate === null ? null : parseRational(frameRate)
  if (stated && stated.num > 0n) return stated
  const seconds = duration === null ? null : parseRational(duration)
  return frameCount && seconds && seconds.num > 0n ? div(rational(frameCount), seconds) : null
}

const mostOf = ({ maxFps }: RateRequest): Rational | null =>
  maxFps === null || maxFps === undefined ? null : readRate(String(maxFps))
const limited = (rate: Rational, request: RateRequest): Rational => {
  const most = mostOf(request)
  return most && compare(rate, most) > 0 ? most : rate
}
const setBy = ({ maxFpsSetBy, maxFps }: RateRequest): string =>
  maxFpsSetBy === undefined
    ? `${maxFps} fps is the limit`
    : / fps/.test(maxFpsSetBy)
      ? maxFpsSetBy
      : `${maxFpsSetBy} shows at most ${maxFps} fps`

function chooseForConstant(rate: Rational, own: Rational, request: RateRequest): FrameRateChoice {
  const factor = request.factor ?? ONE
  const most = mostOf(request)
  let parts = 1
  while (most && compare(div(rate, rational(parts)), most) > 0) parts++
  if (parts > 1) {
    const slower = div(rate, rational(parts))
    return made(
      slower,
      factor,
      false,
      `${setBy(request)}; one picture in ${parts} of ${fps(rate)} is kept, each in its place`,
      [
        {
          code: parts === 2 ? 'frame-rate-halved' : 'frame-rate-divided',
          message: `${fps(rate)} becomes ${fps(slower)}: pictures in between are dropped.`,
        },
      ],
      [formatRational(rate)],
    )
  }
  const plain = div(rate, factor)
  const origin =
    compare(factor, ONE) !== 0
      ? `${formatRational(factor).replace('/1', '')} pictures for each frame of ${fps(plain)}`
      : compare(plain, own) === 0
        ? 'the source’s own'
        : `stated as ${formatRational(own)}`
  return made(rate, factor, true, `${fps(rate)}, ${origin}, exact and constant`)
}

/** The standard rate at the average, else the next one above: pictures may be repeated, none is lost on the whole. */
function chooseForVariable(average: Rational, { frameCount }: VideoStream, request: RateRequest): FrameRateChoice {
  const most = limited(MAX_RATE, request)
  const rates = standardRates.filter(each => compare(each, most) <= 0)
  const allowed = rates.length > 0 ? rates : [most]
  const rate =
    nearestStandard(average, NEAR, allowed) ?? allowed.find(each => compare(each, average) >= 0) ?? allowed.at(-1)!
  const counted = frameCount === null ? '' : ` ${frameCount}`
  return made(
    rate,
    request.factor ?? ONE,
    false,
    `the source varies around ${fps(average)}; segments that join need a constant grid`,
    [
      {
        code: 'variable-frame-rate',
        message: `The frame rate varies around ${fps(average)}; its${counted} pictures are repeated or dropped to make ${fps(rate)}.`,
      },
    ],
    ['a variable rate'],
  )
}

/** Nominal rates that are written for themselves times 1000/1001, as in SMPTE ST 12-1: 23.976, 29.97, 59.94 … */
const DROPPED = rational(1000, 1001)

/** `29.97` and its like mean the exact rate. @throws {HE_USAGE} */
function readRate(text: string): Rational {
  const rate = /^\d+\/0+$/.test(text) ? rational(0) : parseRational(text)
  if (rate.num <= 0n) throw new HeadendError('HE_USAGE', `${text} is no frame rate`)
  const digits = text.includes('.') ? text.length - text.indexOf('.') - 1 : 0
  if (digits < 2 || rate.den === 1n) return rate
  const half = rational(1n, 2n * 10n ** BigInt(digits))
  const exact = mul(rational(Math.round(toNumber(div(rate, DROPPED)))), DROPPED)
  // People cut 23.976 and 59.94 off as often as they round them.
  return exact.num > 0n && compare(distance(rate, exact), mul(half, rational(2))) <= 0 ? exact : rate
}

/** Formats that the mixing filter takes as they are; others it would convert by defaults of its own. @throws {HE_PLAN_IMPOSSIBLE} */
function checkBlend(pixelFormat: string): void {
  if (/^yuvj?4(20|22|44)p(9|10|12)?(le|be)?$/.test(pixelFormat)) return
  throw new HeadendError('HE_PLAN_IMPOSSIBLE', `pictures of ${pixelFormat} cannot be mixed to change the frame rate`, {
    hint: 'Mixing takes planar Y′CbCr of up to 12 bits without alpha. Use --rate-conversion repeat, or convert the picture first.',
  })
}

function chooseRequested(video: VideoStream, stated: Rational | null, request: RateRequest): FrameRateChoice {
  const { requested = '', conversion = 'repeat' } = request
  const own = statedRate(video)
  const factor = request.factor ?? ONE
  const rate = readRate(requested)
  const most = mostOf(request)
  if (most && compare(rate, most) > 0)
    throw new HeadendError('HE_PLAN_IMPOSSIBLE', `${fps(rate)} is too fast: ${setBy(request)}`, {
      hint: `The nearest that is allowed: ${formatRational(most)}.`,
    })
  const exact = compare(rate, parseRational(requested)) === 0
  const meaning = exact ? 'as asked' : `${requested} means ${formatRational(rate)}`
  const whole = stated && (nearestStandard(stated, SNAP) ?? stated)
  if (whole && compare(whole, rate) === 0) return made(rate, factor, true, `${meaning}; the source’s own`)
  if (conversion === 'blend') checkBlend(video.pixelFormat)
  const told = describeConversion(whole, rate, conversion)
  const from = whole ? fps(whole) : own ? `a rate that varies around ${fps(mul(own, factor))}` : 'an unknown rate'
  const result = made(
    rate,
    factor,
    false,
    `${meaning}: ${from} becomes ${fps(rate)}; ${told.text}`,
    [{ code: 'frame-rate-converted', message: `${from} becomes ${fps(rate)}: ${told.text}.` }],
    [whole ? formatRational(whole) : 'the source’s own', ...told.over],
  )
  return told.steps.length > 0 ? { ...result, steps: [...told.steps, ...result.steps] } : result
}
