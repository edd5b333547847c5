// What the inspection of a caption track is asked for and what it says; and how far a stream reaches.
import { z } from 'zod'
import { SubtitleFormat } from './coding.ts'

/** Packets of one text track (port `in`) → what is wrong with its cues. */
export const CuesParams = z.object({
  format: SubtitleFormat,
  /** Text that changes faster is noted; absent when nobody asks. */
  maxCharactersPerS: z.number().positive().optional(),
  /** Cues that are shown for less are noted. */
  minDurationS: z.number().nonnegative().default(0),
})
export type CuesParams = z.infer<typeof CuesParams>

/** One cue worth looking at. `figure`: seconds of an overlap or of a duration, characters per second. */
export type CueNote = {
  readonly startS: number
  readonly endS: number
  readonly figure: number
  /** Its beginning. */
  readonly text: string
}

/** At most so many are kept. */
export type CueNotes = { readonly found: readonly CueNote[]; readonly more: number }

export const cueFaults = ['overlap', 'short', 'fast', 'empty', 'unreadable'] as const
export type CueFault = (typeof cueFaults)[number]

/** What a cues node emits at the end as event `result`. */
export type CuesResult = {
  readonly cues: number
  readonly startS: number | null
  readonly endS: number | null
  /** The last cue to end. */
  readonly lastText: string
  readonly faults: Readonly<Record<CueFault, CueNotes>>
}

/** What a span node emits at the end as event `result`: how far the packets of a stream reach in presentation. */
export type SpanResult = {
  /** null when no packet had a time. */
  readonly startS: number | null
  readonly endS: number | null
  readonly packets: number
}
