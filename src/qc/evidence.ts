// What one pass has measured, for all checks together. Each part of the inspection adds its own key.
import type { MediaFacts } from '../model/index.ts'

export type Evidence = {
  readonly facts: MediaFacts
}
