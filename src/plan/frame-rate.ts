// The exact constant frame rate of a presentation.
import {
  compare,
  div,
  formatRational,
  mul,
  parseRational,
  type Rational,
  rational,
  sub,
  toNumber,
} from '../core/index.ts'
import type { Choice, VideoStream, Warning } from '../model/index.ts'

export type FrameRateChoice = {
  readonly rate: Rational
  /** Whether each picture of the source has exactly one place on the grid of `rate`. */
  readonly kept: boolean
  readonly choice: Choice
  readonly warnings: readonly Warning[]
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

const WHAT = 'video.frameRate'
const fps = (rate: Rational): string => `${Number(toNumber(rate).toFixed(3))} fps`

const distance = (a: Rational, b: Rational): Rational => {
  const gap = sub(a, b)
  return gap.num < 0n ? { num: -gap.num, den: gap.den } : gap
}

/** The standard rate nearest to `rate`, if it is not further away than that part of it. */
function nearestStandard(rate: Rational, part: Rational): Rational | undefined {
  const nearest = standardRates.reduce((a, b) => (compare(distance(rate, b), distance(rate, a)) < 0 ? b : a))
  return compare(distance(rate, nearest), mul(nearest, part)) <= 0 ? nearest : undefined
}

export function chooseFrameRate(video: VideoStream): FrameRateChoice {
  const stated = statedRate(video)
  if (!stated) {
    const rate = rational(25)
    return {
      rate,
      kept: false,
      choice: { what: WHAT, pick: formatRational(rate), because: 'the source has no frame rate' },
      warnings: [{ code: 'frame-rate-assumed', message: 'The source has no frame rate; 25 fps is assumed.' }],
    }
  }
  return video.frameRateMode === 'variable' ? chooseForVariable(stated) : chooseForConstant(stated)
}

/** The stated rate, or frames over seconds where only these are known. */
function statedRate({ frameRate, frameCount, duration }: VideoStream): Rational | null {
  const stated = frameRate === null ? null : parseRational(frameRate)
  if (stated && stated.num > 0n) return stated
  const seconds = duration === null ? null : parseRational(duration)
  return frameCount && seconds && seconds.num > 0n ? div(rational(frameCount), seconds) : null
}

function chooseForConstant(stated: Rational): FrameRateChoice {
  const standard = nearestStandard(stated, SNAP)
  let rate = standard ?? stated
  let halvings = 0
  for (; compare(rate, MAX_RATE) > 0; halvings++) rate = div(rate, rational(2))
  const own = standard && compare(standard, stated) !== 0 ? `stated as ${formatRational(stated)}` : 'the source’s own'
  return {
    rate,
    kept: halvings === 0,
    choice: {
      what: WHAT,
      pick: formatRational(rate),
      because:
        halvings === 0
          ? `${fps(rate)}, ${own}, exact and constant`
          : `players stop at 60 fps (Apple HLS 1.19); ${fps(stated)} is halved, so that every kept picture stays in its place`,
      ...(halvings > 0 ? { over: [formatRational(stated)] } : {}),
    },
    warnings:
      halvings === 0
        ? []
        : [
            {
              code: 'frame-rate-halved',
              message: `${fps(stated)} becomes ${fps(rate)}: pictures in between are dropped.`,
            },
          ],
  }
}

/** The standard rate at the average, else the next one above: pictures may be repeated, none is lost on the whole. */
function chooseForVariable(average: Rational): FrameRateChoice {
  const rate = nearestStandard(average, NEAR) ?? standardRates.find(each => compare(each, average) >= 0) ?? MAX_RATE
  return {
    rate,
    kept: false,
    choice: {
      what: WHAT,
      pick: formatRational(rate),
      because: `the source varies around ${fps(average)}; segments that join need a constant grid`,
      over: ['a variable rate'],
    },
    warnings: [
      {
        code: 'variable-frame-rate',
        message: `The frame rate varies around ${fps(average)}; pictures are repeated or dropped to make ${fps(rate)}.`,
      },
    ],
  }
}
