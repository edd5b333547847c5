// Which of the input's audio tracks are delivered, under which name, and how they are measured.
import { HeadendError } from '../core/index.ts'
import type { AudioStream, FilterStep, MediaFacts } from '../model/index.ts'
import { type Downmix, type DownmixOptions, type DownmixTarget, planDownmix } from './downmix.ts'
import { layoutChannels } from './layouts.data.ts'
import { readLayout } from './source-layout.ts'
import { trackPurpose } from './track-words.ts'

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

/** `keep` leaves the channels as they are as far as the codec carries them; the others mix down what has more. */
export type ChannelPolicy = 'keep' | DownmixTarget

export type MixOptions = DownmixOptions & {
  /** Of pairs that are no stereo: one of them, or both as one; `spread` puts a lone channel on both sides. */
  readonly dualMono?: 'left' | 'right' | 'sum' | 'spread' | undefined
}

/** What of a codec the channels depend on. */
export type ChannelLimits = { readonly maxChannels: number; readonly layouts?: Readonly<Record<number, string>> }

/** What the listener will hear, before any gain. */
export type Channels = Downmix

/** @throws {HE_INPUT_UNSUPPORTED} {HE_PLAN_IMPOSSIBLE} as `planDownmix`, and for more channels than the codec carries. */
export function planChannels(
  stream: AudioStream,
  policy: ChannelPolicy,
  limits: ChannelLimits,
  options: MixOptions = {},
): Channels {
  if (policy === '5.1' && limits.maxChannels < 6)
    throw new HeadendError('HE_PLAN_IMPOSSIBLE', `no more than ${limits.maxChannels} channels fit the codec or target`)
  const single = splitPair(stream, options)
  if (single) return single
  const source = readLayout(stream, options.layout)
  const fits = stream.channels <= (policy === '5.1' ? 6 : limits.maxChannels)
  const kept = (policy === 'keep' || policy === '5.1') && stream.channels > 2 && fits && source.name !== null
  if (!kept) return mixed(stream, policy, limits, options)
  if (policy === '5.1') planDownmix(stream, '5.1', options)
  const known = source.name!
  const layout = limits.layouts?.[stream.channels] ?? known
  const same = stream.layout === layout
  const because =
    source.from === 'asked'
      ? `taken as ${known} as asked, whatever the source states (${stream.layout})`
      : same || source.from === 'assumed'
        ? 'as in the source'
        : `the source’s ${stream.layout}, as the codec names it`
  return {
    // A track without a layout gets its name first; surround pairs called back or side are the same loudspeakers.
    filters: [FLOAT, ...(same ? [] : nameSteps(source.names!, layout))],
    channels: stream.channels,
    layout,
    because,
    assumedLayout: source.from === 'assumed' ? known : null,
    mayReach: 1,
  }
}

function mixed(stream: AudioStream, policy: ChannelPolicy, limits: ChannelLimits, options: MixOptions): Channels {
  const mix = planDownmix(stream, policy === 'keep' ? nearest(stream, limits, options) : policy, options)
  const layout = mix.channels === 6 ? (limits.layouts?.[6] ?? mix.layout) : mix.layout
  const named = layout === mix.layout ? [] : nameSteps(layoutChannels[mix.layout]!, layout)
  return { ...mix, layout, filters: [FLOAT, ...mix.filters, ...named] }
}

/** As many channels as there is room for: 7.1 becomes 5.1 where six fit. */
function nearest(stream: AudioStream, { maxChannels }: ChannelLimits, { layout }: MixOptions): DownmixTarget {
  if (maxChannels < 2) return 'mono'
  const names = readLayout(stream, layout).names ?? []
  const surround =
    ['FL', 'FR', 'FC', 'LFE'].every(name => names.includes(name)) && names.some(name => /^[BS]L$/.test(name))
  return maxChannels >= 6 && surround ? '5.1' : 'stereo'
}

const PAIRS = {
  left: { pan: 'mono|c0=c0', because: 'the left of two channels that are no stereo, as asked' },
  right: { pan: 'mono|c0=c1', because: 'the right of two channels that are no stereo, as asked' },
  sum: {
    pan: 'mono|c0=0.5*c0+0.5*c1',
    because: 'two channels of one sound, as asked: half of each, so that what is the same keeps its level',
  },
  spread: { pan: 'stereo|c0=c0|c1=c0', because: 'one channel on both sides at its own level, as asked' },
} as const

/** undefined for tracks that are not meant: another number of channels. */
function splitPair({ channels }: AudioStream, { dualMono }: MixOptions): Channels | undefined {
  if (dualMono === undefined || channels !== (dualMono === 'spread' ? 1 : 2)) return undefined
  const { pan, because } = PAIRS[dualMono]
  return {
    filters: [FLOAT, { name: 'pan', args: { args: pan } }],
    channels: dualMono === 'spread' ? 2 : 1,
    layout: dualMono === 'spread' ? 'stereo' : 'mono',
    because,
    assumedLayout: null,
    mayReach: 1,
  }
}

/** Hands each channel on as it is; FFmpeg's own conversion would mix, and does not know layouts that have no name. */
function nameSteps(from: readonly string[], layout: string): FilterStep[] {
  const order = layoutChannels[layout]!.map(name => {
    const at = from.indexOf(name)
    return at >= 0 ? at : from.indexOf(SAME_PLACE[name] ?? '')
  })
  if (order.some(at => at < 0)) return []
  return [{ name: 'pan', args: { args: `${layout}|${order.map((at, i) => `c${i}=c${at}`).join('|')}` } }]
}

const SAME_PLACE: Readonly<Record<string, string>> = { SL: 'BL', SR: 'BR', BL: 'SL', BR: 'SR' }
