// Which of the input's audio tracks are delivered, under which name, and how they are measured.
import type { AudioStream, FilterStep, MediaFacts } from '../model/index.ts'
import { planDownmix } from './downmix.ts'

/** What a track is for, by its dispositions; the programme itself is `main`. */
export const trackPurpose = ({ dispositions }: AudioStream): string =>
  ['comment', 'visual_impaired', 'hearing_impaired', 'descriptions', 'karaoke'].find(each =>
    dispositions.includes(each),
  ) ?? 'main'

/**
 * The default track first, then the others in file order; of those with one language and one purpose only the first.
 * Tracks without channels or a sampling rate cannot be decoded and are left out.
 */
export function selectTracks(facts: Pick<MediaFacts, 'audio'>): AudioStream[] {
  const isDefault = (stream: AudioStream): number => Number(stream.dispositions.includes('default'))
  const ordered = facts.audio
    .filter(({ channels, sampleRateHz }) => channels > 0 && sampleRateHz > 0)
    .toSorted((a, b) => isDefault(b) - isDefault(a) || a.index - b.index)
  const seen = new Set<string>()
  return ordered.filter(stream => {
    const key = `${stream.language?.toLowerCase() ?? ''}/${trackPurpose(stream)}`
    return seen.has(key) ? false : seen.add(key)
  })
}

/** Integer samples would be rounded by each filter; 32-bit float is not. */
const FLOAT: FilterStep = { name: 'aformat', args: { sample_fmts: 'fltp' } }

/** The down-mix as a chain: what the listener will hear, before any gain. */
export function downmixFilters(stream: AudioStream): FilterStep[] {
  return [FLOAT, ...planDownmix(stream).filters]
}

/** The chain after which loudness is measured: the very steps that the rendition's own chain begins with. */
export function measureFilters(stream: AudioStream): {
  readonly filters: readonly FilterStep[]
  readonly channels: number
} {
  return { filters: downmixFilters(stream), channels: planDownmix(stream).channels }
}
