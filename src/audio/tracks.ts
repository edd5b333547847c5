// Which of the input's audio tracks are delivered.
import type { AudioStream, FilterStep, MediaFacts } from '../model/index.ts'
import { planDownmix } from './downmix.ts'

/** The default track first, then the others in file order; of one language with one purpose only the first. */
export function selectTracks(facts: MediaFacts): AudioStream[] {
  const purpose = (stream: AudioStream): string =>
    ['comment', 'visual_impaired', 'hearing_impaired', 'descriptions'].find(each =>
      stream.dispositions.includes(each),
    ) ?? 'main'
  const ordered = facts.audio.toSorted(
    (a, b) =>
      Number(b.dispositions.includes('default')) - Number(a.dispositions.includes('default')) || a.index - b.index,
  )
  const seen = new Set<string>()
  return ordered.filter(stream => {
    const key = `${stream.language ?? ''}/${purpose(stream)}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

/** The chain after which loudness is measured: what the listener will hear, before any gain. */
export function measureFilters(stream: AudioStream): {
  readonly filters: readonly FilterStep[]
  readonly channels: number
} {
  const { filters, channels } = planDownmix(stream)
  return { filters, channels }
}
