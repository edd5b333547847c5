// What the sound inspection is asked for and what it says of one track. Only stretches and figures: they go by IPC.
import { z } from 'zod'
import type { LoudnessMeasurement } from './loudness.ts'

const seconds = z.number().positive()

/** Samples of one track (port `in`, any format and layout) → what is wrong with them. A check that is absent costs nothing. */
export const SoundParams = z.object({
  /** BS.1770 over all of it; absent leaves the loudness out. */
  loudness: z.object({ dualMono: z.boolean().default(false) }).optional(),
  /** A channel whose samples all stay below this is silent. */
  silenceDbfs: z.number().default(-60),
  /** All channels silent for so long. */
  silenceS: seconds.optional(),
  /** One channel of a pair silent for so long while the other one is heard. */
  muteS: seconds.optional(),
  /** `runSamples` or more in a row that stand at one level; full scale, or a top that was cut off below it. */
  clipping: z.object({ runSamples: z.int().min(3), minDbfs: z.number() }).optional(),
  /** The pair's correlation stays below `correlation` for so long. */
  phase: z.object({ correlation: z.number(), lengthS: seconds }).optional(),
  dc: z.object({ minDbfs: z.number(), lengthS: seconds }).optional(),
  tone: z.object({ lengthS: seconds, minDbfs: z.number() }).optional(),
  /** Digital silence no longer than `longestMs` that begins and ends within programme of at least `programmeDbfs`. */
  dropout: z
    .object({ shortestMs: z.number().positive(), longestMs: z.number().positive(), programmeDbfs: z.number() })
    .optional(),
  /** A jump between samples so many times larger than what surrounds it. */
  click: z.object({ ratio: z.number().positive(), minDbfs: z.number() }).optional(),
  hum: z.boolean().default(false),
  /** Timestamps that differ by more than this from what the samples before them say are a gap or an overlap. */
  clockJumpMs: z.number().positive().default(5),
})
export type SoundParams = z.infer<typeof SoundParams>

/** A stretch of time. `channel` is a channel's name, a pair (`FL+FR`), several at once (`FL, FR`), or null for all of them. */
export type SoundStretch = {
  readonly channel: string | null
  readonly startS: number
  readonly endS: number
  /** The figure where it is worst; which one depends on what was looked for. */
  readonly worst: number
  /** How many events lie in it. */
  readonly count: number
}

/** At most so many stretches are kept; `more` counts the others, which came later. */
export type SoundStretches = { readonly found: readonly SoundStretch[]; readonly more: number }

export type SoundChannel = {
  /** FFmpeg's name: FL, FR, FC, LFE … */
  readonly name: string
  readonly peakDbfs: number | null
  readonly rmsDbfs: number | null
  /** Mean of all samples, as a part of full scale. */
  readonly dcOffset: number
  /** Seconds in which it was not silent. */
  readonly activeS: number
  /** Of LFE channels: energy above 250 Hz against all of it; null for others and for silence. */
  readonly highBandDb: number | null
}

/** Two channels that stand left and right of each other. */
export type SoundPair = {
  readonly left: string
  readonly right: string
  /** Seconds in which at least one of them was not silent. */
  readonly activeS: number
  /** Seconds of those in which both were the same, to −60 dB of their level. */
  readonly sameS: number
  /** Seconds of those in which one of them was silent. */
  readonly oneSidedS: number
  /** Over the whole; null when one of them is silent throughout. */
  readonly correlation: number | null
}

export type SoundHum = {
  readonly channel: string
  readonly mainsHz: 50 | 60
  /** The line that stands out: the mains' own frequency or its second or third harmonic. */
  readonly lineHz: number
  readonly levelDbfs: number
  /** Of the windows with sound, in so many parts of 1 the line stood out. */
  readonly share: number
}

/** Timestamps against the samples that follow them. */
export type SoundClock = {
  readonly startS: number
  readonly endS: number
  /** `worst` is the jump in seconds: positive for a gap, negative for an overlap. */
  readonly jumps: SoundStretches
  /** How far the timestamps had walked away from the samples at the end, jumps left out, in seconds. */
  readonly driftS: number
  /** Frames without a timestamp of their own. */
  readonly untimed: number
}

/** Values at `stepMs` from each other, `i` of the time that ends at `(i + 1) · stepMs`; the largest of it for loudness. */
export type SoundCurves = {
  readonly stepMs: number
  readonly momentaryLufs: readonly (number | null)[]
  readonly shortTermLufs: readonly (number | null)[]
}

export const stretchKinds = [
  'silence',
  'mute',
  'fullScale',
  'flatTop',
  'phase',
  'dc',
  'tone',
  'dropout',
  'click',
  'invalid',
] as const
export type StretchKind = (typeof stretchKinds)[number]

/** What the samples of one track say. */
export type SoundInspection = {
  readonly sampleRateHz: number
  readonly samples: number
  readonly channels: readonly SoundChannel[]
  readonly pairs: readonly SoundPair[]
  readonly stretches: Readonly<Record<StretchKind, SoundStretches>>
  readonly hum: readonly SoundHum[]
}

/** What a sound node emits at the end as event `result`. */
export type SoundResult = {
  /** null when no sound came. */
  readonly inspection: SoundInspection | null
  /** Its series are thinned away: they are in `curves`. */
  readonly loudness: Omit<LoudnessMeasurement, 'series'> | null
  readonly curves: SoundCurves | null
  readonly clock: SoundClock | null
  readonly layout: string
  readonly layoutAssumed: boolean
  /** Where rate, channels or layout change; what comes after the first change is not inspected. */
  readonly changes: readonly { readonly atS: number; readonly from: string; readonly to: string }[]
}
