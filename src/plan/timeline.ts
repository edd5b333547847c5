// Frame rate, length and grid of a presentation: exact, in whole frames.
import {
  compare,
  div,
  floor,
  formatRational,
  HeadendError,
  mul,
  parseRational,
  type Rational,
  type RationalText,
  rational,
  round,
  toNumber,
} from '../core/index.ts'
import type { AudioStream, Choice, MediaFacts, VideoStream, Warning } from '../model/index.ts'

export type Timeline = {
  readonly startTime: RationalText
  readonly duration: RationalText
  readonly frameRate: Rational | null
  readonly frames: number
  readonly gopFrames: number
  readonly segmentFrames: number
  readonly segmentDuration: RationalText
  readonly choices: readonly Choice[]
  readonly warnings: readonly Warning[]
}

const standardRates = ['24000/1001', '24/1', '25/1', '30000/1001', '30/1', '48/1', '50/1', '60000/1001', '60/1'].map(
  parseRational,
)
const MAX_RATE = rational(60)

function chooseRate(video: VideoStream): { rate: Rational; choice: Choice; warning?: Warning } {
  const stated = video.frameRate ? parseRational(video.frameRate) : null
  const what = 'video.frameRate'
  if (stated && video.frameRateMode !== 'variable') {
    if (compare(stated, MAX_RATE) <= 0)
      return { rate: stated, choice: { what, pick: formatRational(stated), because: 'the source’s own constant rate' } }
    const halved = div(stated, rational(2))
    const rate = compare(halved, MAX_RATE) <= 0 ? halved : MAX_RATE
    return {
      rate,
      choice: {
        what,
        pick: formatRational(rate),
        because: `players stop at 60 fps; the source has ${toNumber(stated).toFixed(2)}`,
      },
    }
  }
  const average = stated ?? rational(25)
  // A variable rate goes to the next standard rate that is not below its average, so that no picture is lost on the whole.
  const slack = rational(99, 100)
  const rate = standardRates.find(each => compare(each, mul(average, slack)) >= 0) ?? MAX_RATE
  const because = `the source’s rate varies (${toNumber(average).toFixed(3)} fps on average); segments need a constant grid`
  return {
    rate,
    choice: { what, pick: formatRational(rate), because },
    warning: {
      code: 'variable-frame-rate',
      message: `The frame rate varies; pictures are repeated or dropped to make ${toNumber(rate).toFixed(3)} fps.`,
    },
  }
}

export type TimelineRequest = {
  readonly facts: MediaFacts
  readonly video: VideoStream | null
  readonly audio: readonly AudioStream[]
  readonly gopSeconds: number
  readonly segmentSeconds: number
}

/** @throws {HE_INPUT_EMPTY} when nothing lasts. */
export function planTimeline({ facts, video, audio, gopSeconds, segmentSeconds }: TimelineRequest): Timeline {
  const starts = [...(video ? [video] : []), ...audio].map(stream => parseRational(stream.startTime ?? '0/1'))
  const startTime = formatRational(starts.reduce((a, b) => (compare(a, b) <= 0 ? a : b)))
  if (!video) return soundTimeline(facts, audio, startTime, segmentSeconds)
  const { rate, choice, warning } = chooseRate(video)
  const frames = countFrames(video, facts, rate)
  if (frames <= 0) throw new HeadendError('HE_INPUT_EMPTY', 'the picture has no frame')
  const gopFrames = Math.max(1, Number(round(mul(rate, decimal(gopSeconds)))))
  const gops = Math.max(1, Math.round((segmentSeconds * toNumber(rate)) / gopFrames))
  const segmentFrames = gopFrames * gops
  const seconds = (count: number): RationalText => formatRational(div(rational(count), rate))
  return {
    startTime,
    duration: seconds(frames),
    frameRate: rate,
    frames,
    gopFrames,
    segmentFrames,
    segmentDuration: seconds(segmentFrames),
    choices: [
      choice,
      { what: 'video.frames', pick: String(frames), because: 'counted in the source' },
      {
        what: 'video.gopFrames',
        pick: String(gopFrames),
        because: `${gopSeconds} s in whole frames; closed, so that every rung can be joined there`,
      },
      {
        what: 'video.segmentFrames',
        pick: String(segmentFrames),
        because: `${gops} GOPs, ${toNumber(parseRational(seconds(segmentFrames))).toFixed(3)} s: exact at ${formatRational(rate)} fps`,
      },
    ],
    warnings: warning ? [warning] : [],
  }
}

const decimal = (value: number): Rational => parseRational(value.toFixed(6))

/** Frames on the grid: those of the source where its rate is kept, else its length in frames. */
function countFrames(video: VideoStream, facts: MediaFacts, rate: Rational): number {
  const kept =
    video.frameRateMode !== 'variable' &&
    video.frameRate !== null &&
    compare(parseRational(video.frameRate), rate) === 0
  if (kept && video.frameCount !== null) return video.frameCount
  const duration = video.duration ?? facts.container.duration
  return duration ? Number(round(mul(parseRational(duration), rate))) : (video.frameCount ?? 0)
}

function soundTimeline(
  facts: MediaFacts,
  audio: readonly AudioStream[],
  startTime: RationalText,
  segmentSeconds: number,
): Timeline {
  const lengths = audio.map(stream => parseRational(stream.duration ?? facts.container.duration ?? '0/1'))
  const longest = lengths.reduce((a, b) => (compare(a, b) >= 0 ? a : b), rational(0))
  if (longest.num <= 0n) throw new HeadendError('HE_INPUT_EMPTY', 'the sound has no length')
  const samples = floor(mul(longest, rational(48_000)))
  return {
    startTime,
    duration: formatRational(rational(samples, 48_000)),
    frameRate: null,
    frames: 0,
    gopFrames: 0,
    segmentFrames: 0,
    segmentDuration: formatRational(decimal(segmentSeconds)),
    choices: [],
    warnings: [],
  }
}
