// Which of the input's audio tracks are delivered, under which name, and how they are measured.
import type { AudioStream, FilterStep, MediaFacts } from '../model/index.ts'
import { type Downmix, planDownmix } from './downmix.ts'
import { layoutByCount, layoutChannels } from './layouts.data.ts'

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

/** `keep` leaves the channels as they are as far as the codec carries them; `stereo` mixes down what has more than two. */
export type ChannelPolicy = 'stereo' | 'keep'

/** What of a codec the channels depend on. */
export type ChannelLimits = { readonly maxChannels: number; readonly layouts?: Readonly<Record<number, string>> }

export type Channels = Pick<Downmix, 'because' | 'assumedLayout'> & {
  /** What the listener will hear, before any gain. */
  readonly filters: readonly FilterStep[]
  readonly channels: number
  readonly layout: string
}

/** @throws {HE_INPUT_UNSUPPORTED} as `planDownmix`. */
export function planChannels(stream: AudioStream, policy: ChannelPolicy, limits: ChannelLimits): Channels {
  const kept = policy === 'keep' && stream.channels > 2 && stream.channels <= limits.maxChannels
  const stated = layoutChannels[stream.layout] ? stream.layout : null
  const known = stated ?? layoutByCount[stream.channels]
  if (!kept || known === undefined) {
    const mix = planDownmix(stream)
    return { ...mix, filters: [FLOAT, ...mix.filters] }
  }
  const layout = limits.layouts?.[stream.channels] ?? known
  return {
    // A track without a layout gets its name first; surround pairs called back or side are the same loudspeakers.
    filters: [FLOAT, ...(stated === layout ? [] : nameSteps(known, layout))],
    channels: stream.channels,
    layout,
    because:
      stated === layout || stated === null ? 'as in the source' : `the source’s ${stated}, as the codec names it`,
    assumedLayout: stated === null ? known : null,
  }
}

/** Hands each channel on as it is; FFmpeg's own conversion would mix, and does not know layouts that have no name. */
function nameSteps(known: string, layout: string): FilterStep[] {
  const from = layoutChannels[known]!
  const order = layoutChannels[layout]!.map(name => {
    const at = from.indexOf(name)
    return at >= 0 ? at : from.indexOf(SAME_PLACE[name] ?? '')
  })
  if (order.some(at => at < 0)) return []
  return [{ name: 'pan', args: { args: `${layout}|${order.map((at, i) => `c${i}=c${at}`).join('|')}` } }]
}

const SAME_PLACE: Readonly<Record<string, string>> = { SL: 'BL', SR: 'BR', BL: 'SL', BR: 'SR' }
