// What one pass has measured, for all checks together. Each part of the inspection adds its own key.
import type { MediaFacts, SpanResult } from '../model/index.ts'
import type { CaptionTrack } from './part-captions.ts'
import type { SoundTrack } from './part-sound.ts'

export type Evidence = {
  readonly facts: MediaFacts
  /** Every track of sound; its samples, where they could be decoded. */
  readonly sound: readonly SoundTrack[]
  readonly captions: readonly CaptionTrack[]
  /** How far the packets of video streams reach, by index. */
  readonly spans: ReadonlyMap<number, SpanResult>
}
