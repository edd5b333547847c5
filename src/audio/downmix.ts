// Down-mix with explicit coefficients: by default so that no sum can clip, whatever the channels hold.
import { HeadendError } from '../core/index.ts'
import type { AudioStream, FilterStep } from '../model/index.ts'
import { downmixParts, HALF_POWER, matrixParts, surroundNames, surroundParts } from './layouts.data.ts'
import { readLayout } from './source-layout.ts'

export type DownmixTarget = 'mono' | 'stereo' | '5.1'

export type DownmixOptions = {
  /** `ltrt` puts the surrounds out of phase into left and right, so that a matrix decoder finds them again. */
  readonly matrix?: 'standard' | 'ltrt' | undefined
  /** Gain at which low-frequency effects go into each side; left out, they are. */
  readonly lfeDb?: number | undefined
  /** `safe` divides all coefficients so that full scale in all channels cannot clip; `unity` leaves them as they are. */
  readonly gain?: 'safe' | 'unity' | undefined
  /** What tracks of as many channels are taken for, whatever they state. */
  readonly layout?: string | undefined
}

export type Downmix = {
  readonly filters: readonly FilterStep[]
  readonly channels: number
  readonly layout: string
  readonly because: string
  /** The layout that is taken for granted because the stream states none; null when it states one. */
  readonly assumedLayout: string | null
  /** What the largest sum may reach, in parts of full scale; 1 when nothing can clip. */
  readonly mayReach: number
}

/**
 * To no more channels than `to` has; a track that has fewer keeps them.
 * @throws {HE_INPUT_UNSUPPORTED} when nothing says where the channels belong, {HE_PLAN_IMPOSSIBLE} for an up-mix.
 */
export function planDownmix(
  stream: Pick<AudioStream, 'layout' | 'channels'>,
  to: DownmixTarget = 'stereo',
  options: DownmixOptions = {},
): Downmix {
  const { layout, channels } = stream
  const source = readLayout(stream, options.layout)
  const assumedLayout = source.from === 'assumed' ? source.name : null
  const unknown = source.names?.filter(name => !downmixParts[name]) ?? [layout]
  if (!source.names || unknown.length > 0) {
    throw new HeadendError(
      'HE_INPUT_UNSUPPORTED',
      `there is no down-mix rule for ${unknown.join(', ')} (${channels} channels)`,
      { hint: 'Give the track a standard layout of up to 7.1 (--layout), or mix it to stereo first.' },
    )
  }
  const { names } = source
  if (to === '5.1') refuseUpmix(names)
  else if (names.length === 1) return { ...keepMono(layout), assumedLayout }
  else if (to === 'stereo' && layout === 'stereo')
    return {
      ...{ filters: [], channels: 2, layout: 'stereo', because: 'stereo stays stereo' },
      ...{ assumedLayout, mayReach: 1 },
    }
  return { ...mixDown(names, to, options), assumedLayout }
}

/** Channels that are not there are not made up. @throws {HE_PLAN_IMPOSSIBLE} */
function refuseUpmix(names: readonly string[]): void {
  const has = (...some: readonly string[]): boolean => some.some(name => names.includes(name))
  if (has('FL') && has('FR') && has('FC') && has('LFE') && has('SL', 'BL') && has('SR', 'BR')) return
  throw new HeadendError('HE_PLAN_IMPOSSIBLE', `${names.join(' ')} cannot become 5.1: nothing is mixed up`, {
    hint: 'Use --channels keep, or choose tracks with --audio-tracks.',
  })
}

const keepMono = (layout: string): Omit<Downmix, 'assumedLayout'> => ({
  // A lone channel with another name would be mixed to mono with a gain that nobody asked for.
  filters: layout === 'mono' ? [] : [{ name: 'pan', args: { args: 'mono|c0=c0' } }],
  channels: 1,
  layout: 'mono',
  because: 'mono stays mono: players send it to both sides',
  mayReach: 1,
})

const OUTPUTS: Readonly<Record<DownmixTarget, readonly string[]>> = {
  mono: ['FC'],
  stereo: ['FL', 'FR'],
  '5.1': surroundNames,
}

function mixDown(names: readonly string[], to: DownmixTarget, options: DownmixOptions): Omit<Downmix, 'assumedLayout'> {
  const outputs = OUTPUTS[to]
  const parts = names.map(name => partsOf(name, to, options))
  // The fullest side decides for all, so that the image does not move.
  const total = Math.max(...outputs.map((_, k) => parts.reduce((sum, part) => sum + Math.abs(part[k]!), 0)))
  if (total === 0) throw new HeadendError('HE_INPUT_UNSUPPORTED', 'the track has only low-frequency effects')
  const divisor = options.gain === 'unity' ? 1 : Math.max(1, total)
  const sum = (k: number): string =>
    parts
      .map((part, i) => ({ gain: part[k]! / divisor, channel: `c${i}` }))
      .filter(({ gain }) => gain !== 0)
      .map(({ gain, channel }, i) => `${gain < 0 ? '-' : i > 0 ? '+' : ''}${Math.abs(gain).toFixed(6)}*${channel}`)
      .join('') || '0*c0'
  return {
    filters: [{ name: 'pan', args: { args: [to, ...outputs.map((name, k) => `${name}=${sum(k)}`)].join('|') } }],
    channels: outputs.length,
    layout: to,
    because: reason(names, to, options, total),
    mayReach: Math.max(1, total / divisor),
  }
}

/** Of one channel in each channel of the output. */
function partsOf(name: string, to: DownmixTarget, { matrix, lfeDb }: DownmixOptions): readonly number[] {
  if (to === '5.1') return surroundParts[name] ?? surroundNames.map(() => 0)
  const lfe = lfeDb === undefined ? 0 : 10 ** (lfeDb / 20)
  const [left, right] = name.startsWith('LFE')
    ? [lfe, lfe]
    : ((to === 'stereo' && matrix === 'ltrt' ? matrixParts[name] : undefined) ?? downmixParts[name]!)
  // BS.775-4 Table 2: the row of 1/0 is both sides of 2/0 at −3 dB.
  return to === 'mono' ? [HALF_POWER * (left + right)] : [left, right]
}

function reason(
  names: readonly string[],
  to: DownmixTarget,
  { matrix, lfeDb, gain }: DownmixOptions,
  total: number,
): string {
  if (to === 'stereo' && names.length === 2) return 'two channels are left and right'
  const scaled =
    total <= 1
      ? ''
      : gain === 'unity'
        ? `, coefficients as they are: the fullest sum is ${total.toFixed(3)} of full scale`
        : `, all divided by ${total.toFixed(3)} so that no sum can clip`
  const from = names.join(' ')
  if (to === '5.1')
    return `from ${from}: each channel at full level to the nearest of 5.1, surround pairs added${scaled}`
  const lfe = !names.some(name => name.startsWith('LFE'))
    ? ''
    : lfeDb === undefined
      ? ', LFE left out'
      : `, LFE at ${lfeDb} dB in each side`
  const rule =
    to === 'stereo' && matrix === 'ltrt'
      ? `Lt/Rt from ${from}: centre at −3 dB, all surrounds at −3 dB out of phase`
      : `ITU-R BS.775 from ${from}: ${to === 'mono' ? 'left and right at −3 dB, centre at 0 dB, surrounds at −6 dB' : 'centre and surrounds at −3 dB'}`
  return `${rule}${lfe}${scaled}`
}
