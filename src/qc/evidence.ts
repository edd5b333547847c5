// What one pass has measured, for all checks together. Each part of the inspection adds its own key.
import type { Comparison, LayoutResult, MediaFacts, SpanResult } from '../model/index.ts'
import type { CaptionTrack } from './part-captions.ts'
import type { CodedStream } from './part-coded.ts'
import type { PictureTrack } from './part-picture.ts'
import type { SoundTrack } from './part-sound.ts'
import type { TimedStream } from './part-times.ts'

export type Evidence = {
  readonly facts: MediaFacts
  /** Against the master; null where none was named. Measured by itself, not in the pass. */
  readonly comparison: Comparison | null
  /** Every picture that moves, and every track of sound, as they are coded. */
  readonly coded: readonly CodedStream[]
  /** Every picture that moves; what was seen, where it could be decoded. */
  readonly picture: readonly PictureTrack[]
  /** Every track of sound; its samples, where they could be decoded. */
  readonly sound: readonly SoundTrack[]
  readonly captions: readonly CaptionTrack[]
  /** How far the packets of video streams reach, by index. */
  readonly spans: ReadonlyMap<number, SpanResult>
  /** What the file's own structure says; null of containers that are not looked into. */
  readonly layout: LayoutResult | null
  /** Times of the packets of pictures and sound. */
  readonly times: readonly TimedStream[]
}
