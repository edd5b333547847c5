// What one pass has measured, for all checks together. Each part of the inspection adds its own key.
import type { MediaFacts } from '../model/index.ts'
import type { PictureTrack } from './part-picture.ts'

export type Evidence = {
  readonly facts: MediaFacts
  /** Every picture that moves; what was seen, where it could be decoded. */
  readonly picture: readonly PictureTrack[]
}
