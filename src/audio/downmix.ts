// Down-mix to stereo with explicit coefficients that cannot clip, whatever the channels hold.
import { HeadendError } from '../core/index.ts'
import type { AudioStream, FilterStep } from '../model/index.ts'
import { downmixParts, layoutByCount, layoutChannels } from './layouts.data.ts'

export type Downmix = {
  readonly filters: readonly FilterStep[]
  readonly channels: 1 | 2
  readonly layout: 'mono' | 'stereo'
  readonly because: string
  /** The layout that is taken for granted because the stream states none; null when it states one. */
  readonly assumedLayout: string | null
}

/** @throws {HE_INPUT_UNSUPPORTED} when neither layout nor number of channels says where the channels belong. */
export function planDownmix({ layout, channels }: Pick<AudioStream, 'layout' | 'channels'>): Downmix {
  const stated = layoutChannels[layout] ?? parseChannelList(layout)
  const assumedLayout = stated ? null : (layoutByCount[channels] ?? null)
  const names = stated ?? (assumedLayout === null ? undefined : layoutChannels[assumedLayout])
  const unknown = names?.filter(name => !downmixParts[name]) ?? [layout]
  if (!names || unknown.length > 0) {
    throw new HeadendError(
      'HE_INPUT_UNSUPPORTED',
      `there is no down-mix rule for ${unknown.join(', ')} (${channels} channels)`,
      { hint: 'Give the track a standard layout of up to 7.1, or mix it to stereo first.' },
    )
  }
  if (names.length === 1) return keepMono(layout, assumedLayout)
  if (layout === 'stereo')
    return { filters: [], channels: 2, layout: 'stereo', because: 'stereo stays stereo', assumedLayout }
  return mixDown(names, assumedLayout)
}

function keepMono(layout: string, assumedLayout: string | null): Downmix {
  return {
    // A lone channel with another name would be mixed to mono with a gain that nobody asked for.
    filters: layout === 'mono' ? [] : [{ name: 'pan', args: { args: 'mono|c0=c0' } }],
    channels: 1,
    layout: 'mono',
    because: 'mono stays mono: players send it to both sides',
    assumedLayout,
  }
}

/** `6 channels (FL+FR+FC+LFE+SL+SR)`, as FFmpeg describes layouts without a name. */
function parseChannelList(layout: string): readonly string[] | undefined {
  return /^\d+ channels \(([A-Z0-9+]+)\)$/.exec(layout)?.[1]?.split('+')
}

function mixDown(names: readonly string[], assumedLayout: string | null): Downmix {
  const parts = names.map(name => downmixParts[name]!)
  // The louder side decides for both, so that the image does not move.
  const total = Math.max(sum(parts.map(([left]) => left)), sum(parts.map(([, right]) => right)))
  if (total === 0) throw new HeadendError('HE_INPUT_UNSUPPORTED', 'the track has only low-frequency effects')
  const side = (which: 0 | 1): string =>
    parts
      .map((part, i) => ({ gain: part[which] / total, channel: `c${i}` }))
      .filter(({ gain }) => gain > 0)
      .map(({ gain, channel }) => `${gain.toFixed(6)}*${channel}`)
      .join('+')
  const scaled = total > 1 ? `, all divided by ${total.toFixed(3)} so that no sum can clip` : ''
  return {
    filters: [{ name: 'pan', args: { args: `stereo|FL=${side(0) || '0*c0'}|FR=${side(1) || '0*c0'}` } }],
    channels: 2,
    layout: 'stereo',
    because:
      names.length === 2
        ? 'two channels are left and right'
        : `ITU-R BS.775 from ${names.join(' ')}: centre and surrounds at −3 dB, LFE left out${scaled}`,
    assumedLayout,
  }
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
