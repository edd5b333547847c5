// What a live channel makes of its source: renditions, their encoders, the grid of segments and parts. Pure; each choice says why.
import { codecFactor, fastRateFactor, liveFrameRates, liveRungs } from './live-ladder.data.ts'
import type { ProgramTiming, Ratio } from './program.ts'

export type LiveCodec = keyof typeof codecFactor

/** What somebody wants; what is absent is decided by the source. */
export type ChannelRequest = {
  readonly heights?: readonly number[]
  readonly codec?: LiveCodec
  readonly frameRate?: Ratio
  /** Of the whole canvas; the source is fitted into it. */
  readonly size?: { readonly width: number; readonly height: number }
  readonly segmentSeconds?: number
  readonly partSeconds?: number
  readonly audioBitrateBps?: number
  /** libx264's and libx265's preset, or SVT-AV1's number. */
  readonly preset?: string
}

/** What the first second of a source showed. */
export type SourceFacts = {
  readonly video: {
    readonly width: number
    readonly height: number
    /** Of one sample, as width to height. */
    readonly sampleAspect: Ratio
    /** Mean of what was measured, per second. */
    readonly measuredRate: number
  } | null
  readonly audio: { readonly sampleRate: number; readonly channels: number } | null
}

export type PlannedVideo = {
  readonly id: string
  readonly width: number
  readonly height: number
  readonly bitrateBps: number
  readonly peakBps: number
  readonly encoder: string
  readonly options: Readonly<Record<string, string>>
}

export type PlannedAudio = {
  readonly id: string
  readonly bitrateBps: number
  readonly sampleRate: number
  readonly channels: number
  /** Samples of one coded frame. */
  readonly frameSamples: number
}

export type ChannelPlan = {
  readonly timing: ProgramTiming
  /** All sources are brought to this size before renditions are made of them. */
  readonly canvas: { readonly width: number; readonly height: number }
  readonly video: readonly PlannedVideo[]
  readonly audio: PlannedAudio | null
  readonly reasons: readonly string[]
}

const DEFAULT_SEGMENT_SECONDS = 2
const DEFAULT_PART_SECONDS = 0.2
/** Without a picture there is still a grid: sound alone is cut along it. */
const DEFAULT_RATE: Ratio = { num: 25, den: 1 }

/** Plans a channel. @throws {RangeError} neither picture nor sound, or sizes that no encoder takes. */
export function planChannel(request: ChannelRequest, facts: SourceFacts): ChannelPlan {
  if (!facts.video && !facts.audio) throw new RangeError('the source has neither picture nor sound')
  const reasons: string[] = []
  const frameRate = request.frameRate ?? chooseRate(facts, reasons)
  const timing = chooseTiming(frameRate, request, reasons)
  const canvas = chooseCanvas(request, facts, reasons)
  const video = facts.video ? chooseVideo(request, timing, canvas, reasons) : []
  const audio = facts.audio ? chooseAudio(request, facts.audio, reasons) : null
  return { timing, canvas, video, audio, reasons }
}

function chooseRate({ video }: SourceFacts, reasons: string[]): Ratio {
  if (!video) return DEFAULT_RATE
  const measured = video.measuredRate
  const off = (rate: Ratio): number => Math.abs(rate.num / rate.den / measured - 1)
  const known = [...liveFrameRates].sort((a, b) => off(a) - off(b))[0]!
  if (off(known) <= 0.005) {
    reasons.push(`${rateText(known)} frames per second: measured ${measured.toFixed(3)}`)
    return known
  }
  // A varying rate: the grid repeats what is missing. The next higher one loses no picture.
  const above = [...liveFrameRates]
    .filter(rate => rate.num / rate.den >= measured)
    .sort((a, b) => a.num / a.den - b.num / b.den)[0]
  const chosen = above ?? { num: 60, den: 1 }
  reasons.push(
    `${rateText(chosen)} frames per second: measured ${measured.toFixed(3)}, which no standard has; no picture is lost`,
  )
  return chosen
}

const rateText = ({ num, den }: Ratio): string => (den === 1 ? String(num) : (num / den).toFixed(3))

/** The part is the divisor of the segment that comes nearest, so that every segment has the same number of them. */
function chooseTiming(frameRate: Ratio, request: ChannelRequest, reasons: string[]): ProgramTiming {
  const perSecond = frameRate.num / frameRate.den
  const framesPerSegment = Math.max(2, Math.round((request.segmentSeconds ?? DEFAULT_SEGMENT_SECONDS) * perSecond))
  const wanted = (request.partSeconds ?? DEFAULT_PART_SECONDS) * perSecond
  let framesPerPart = framesPerSegment
  for (let frames = 1; frames <= framesPerSegment; frames++)
    if (framesPerSegment % frames === 0 && Math.abs(frames - wanted) < Math.abs(framesPerPart - wanted))
      framesPerPart = frames
  const seconds = (frames: number): string => (frames / perSecond).toFixed(3)
  reasons.push(
    `segments of ${framesPerSegment} frames (${seconds(framesPerSegment)} s), each a GOP; parts of ${framesPerPart} (${seconds(framesPerPart)} s)`,
  )
  return { frameRate, framesPerSegment, framesPerPart }
}

const even = (value: number): number => Math.max(2, Math.round(value / 2) * 2)

function chooseCanvas({ size }: ChannelRequest, { video }: SourceFacts, reasons: string[]): ChannelPlan['canvas'] {
  if (size) return { width: even(size.width), height: even(size.height) }
  if (!video) return { width: 0, height: 0 }
  const { width, height, sampleAspect } = video
  // Square samples: what browsers show without being told.
  const shown = (width * sampleAspect.num) / sampleAspect.den
  const canvas = { width: even(shown), height: even(height) }
  if (Math.abs(shown - width) > 1)
    reasons.push(`${width}×${height} is shown as ${canvas.width}×${canvas.height}: square samples`)
  return canvas
}

function chooseVideo(
  { heights, codec = 'h264', preset }: ChannelRequest,
  timing: ProgramTiming,
  canvas: ChannelPlan['canvas'],
  reasons: string[],
): PlannedVideo[] {
  const wanted = heights ?? defaultHeights(canvas.height)
  // Encoders take even sizes; two that become the same are one rendition.
  const fitting = [...new Set(wanted.filter(height => height <= canvas.height).map(even))].sort((a, b) => b - a)
  const left = wanted.filter(height => height > canvas.height)
  if (left.length > 0)
    reasons.push(
      `no ${left.map(height => `${height}p`).join(', ')}: the source has ${canvas.height} lines, more would be invented`,
    )
  if (fitting.length === 0) fitting.push(even(canvas.height))
  const fast = timing.frameRate.num / timing.frameRate.den > 33
  return fitting.map(height => {
    const width = even((canvas.width * height) / canvas.height)
    const bitrateBps = Math.round(rateOf(width, height) * (fast ? fastRateFactor : 1) * codecFactor[codec]) * 1000
    const peakBps = Math.round(bitrateBps * 1.2)
    const encoder = encoders[codec]
    const options = encoderOptions(codec, { bitrateBps, peakBps, frames: timing.framesPerSegment, preset })
    reasons.push(
      `${height}p: ${width}×${height}, ${codec} at ${bitrateBps / 1000} kbit/s, at most ${peakBps / 1000} over one second`,
    )
    return { id: `v${height}`, width, height, bitrateBps, peakBps, encoder, options }
  })
}

/** The source's own size, and two below it: as many as two cores bear. */
function defaultHeights(height: number): number[] {
  const below = liveRungs.filter(rung => rung.height < height * 0.85).map(rung => rung.height)
  const useful = below.filter((_, index) => index % 2 === 0)
  return [height, ...useful.slice(0, 2)]
}

/** Between two rows by the number of samples, so that odd shapes get what their size needs. */
function rateOf(width: number, height: number): number {
  const pixels = width * height
  const rows = liveRungs.map(rung => ({ pixels: (rung.height * rung.height * 16) / 9, kbps: rung.kbps }))
  const above = rows.findLast(row => row.pixels >= pixels)
  const below = rows.find(row => row.pixels <= pixels)
  if (!above) return (rows[0]!.kbps * pixels) / rows[0]!.pixels
  if (!below) return Math.max(64, (rows.at(-1)!.kbps * pixels) / rows.at(-1)!.pixels)
  if (above.pixels === below.pixels) return above.kbps
  return below.kbps + ((above.kbps - below.kbps) * (pixels - below.pixels)) / (above.pixels - below.pixels)
}

const encoders: Readonly<Record<LiveCodec, string>> = { h264: 'libx264', hevc: 'libx265', av1: 'libsvtav1' }

type RateRequest = { bitrateBps: number; peakBps: number; frames: number; preset: string | undefined }

/** No frame waits for a later one: no B frames, no look-ahead. Key frames only where the grid asks for them. */
function encoderOptions(
  codec: LiveCodec,
  { bitrateBps, peakBps, frames, preset }: RateRequest,
): Record<string, string> {
  const rate = { b: String(bitrateBps), maxrate: String(peakBps), bufsize: String(peakBps), g: String(frames) }
  switch (codec) {
    case 'h264':
      return {
        preset: preset ?? 'veryfast',
        tune: 'zerolatency',
        profile: 'high',
        ...rate,
        keyint_min: String(frames),
        sc_threshold: '0',
        'forced-idr': '1',
        bf: '0',
      }
    case 'hevc':
      return {
        preset: preset ?? 'superfast',
        tune: 'zerolatency',
        ...rate,
        'forced-idr': '1',
        bf: '0',
        'x265-params': `scenecut=0:open-gop=0:keyint=${frames}:min-keyint=${frames}:log-level=none`,
      }
    case 'av1':
      return {
        preset: preset ?? '11',
        b: String(bitrateBps),
        g: String(frames),
        'svtav1-params': 'pred-struct=1:scd=0:rc=2',
      }
  }
}

function chooseAudio(
  { audioBitrateBps }: ChannelRequest,
  { channels, sampleRate }: { channels: number; sampleRate: number },
  reasons: string[],
): PlannedAudio {
  const kept = Math.min(channels, 2)
  const bitrateBps = audioBitrateBps ?? (kept === 1 ? 80_000 : 128_000)
  if (channels > 2) reasons.push(`${channels} channels are mixed down to stereo: ITU-R BS.775`)
  if (sampleRate !== 48_000) reasons.push(`sound at 48 kHz: the source has ${sampleRate} Hz`)
  reasons.push(`AAC-LC at ${bitrateBps / 1000} kbit/s: every player has it`)
  return { id: 'a1', bitrateBps, sampleRate: 48_000, channels: kept, frameSamples: 1024 }
}
