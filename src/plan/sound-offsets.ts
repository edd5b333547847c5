// By how much each track is moved: as asked, else as it was measured against the first one, else not at all.
import { offsetsOf } from '../audio/index.ts'
import type { AudioStream } from '../model/index.ts'
import type { SoundOptions } from './options.ts'

/** How a track lies against the first one. */
export type Alignment = {
  /** Seconds by which it has to come later; null where that cannot be told. */
  readonly offsetS: number | null
  /** As the align node reads it, 0 to 1. */
  readonly confidence: number
}

export type TrackOffset = {
  /** Positive comes later; 0 leaves it where it is. */
  readonly seconds: number
  readonly because: string
  readonly warning: string | null
}

/** By stream index. @throws {HE_PLAN_IMPOSSIBLE} for offsets of tracks that are not there. */
export function chooseOffsets(
  streams: readonly AudioStream[],
  { audioOffset }: Pick<SoundOptions, 'audioOffset'>,
  alignment: Readonly<Record<number, Alignment>> = {},
): ReadonlyMap<number, TrackOffset> {
  const chosen = new Map<number, TrackOffset>()
  const first = streams[0]?.index
  for (const { index } of streams) {
    const found = alignment[index]
    if (!found) continue
    const sure = `confidence ${found.confidence.toFixed(2)}`
    chosen.set(
      index,
      found.offsetS === null
        ? {
            seconds: 0,
            because: `too little in common with audio stream ${first} (${sure}) to tell: left where it is`,
            warning: `Audio stream ${index} was not aligned: it has too little in common with audio stream ${first} (${sure}).`,
          }
        : {
            seconds: found.offsetS,
            because: `what it has in common with audio stream ${first} then lies at the same times (${sure})`,
            warning: null,
          },
    )
  }
  for (const [index, seconds] of offsetsOf(streams, audioOffset))
    chosen.set(index, { seconds, because: 'as asked', warning: null })
  return chosen
}
