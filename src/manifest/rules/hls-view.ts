// Small questions that many HLS rules ask.
import type { Rational } from '../../core/index.ts'
import { averageBitrate, type Load, peakBitrate } from '../bitrates.ts'
import type { MediaRendition, Variant } from '../hls-multivariant.ts'
import type { HlsEntry, HlsFacts } from './facts.ts'

export const variantsOf = ({ master }: HlsFacts): readonly Variant[] => master?.variants ?? []

/** Entries of media playlists, each once. */
export const entriesOf = ({ entries }: HlsFacts): HlsEntry[] => [...entries.values()]

export const ofType = (facts: HlsFacts, ...types: readonly HlsEntry['track']['type'][]): HlsEntry[] =>
  entriesOf(facts).filter(({ track }) => types.includes(track.type))

/** A variant's own playlist; its picture, where it has one. */
export const entryOf = ({ entries }: HlsFacts, { uri }: { readonly uri: string | null }): HlsEntry | undefined =>
  entries.get(uri ?? '')

export const renditionsOf = (
  { master }: HlsFacts,
  type: MediaRendition['type'],
  group: string | null,
): MediaRendition[] =>
  group === null ? [] : (master?.media ?? []).filter(each => each.type === type && each.groupId === group)

/** Playlists of the sound that belongs to a variant. */
export const soundsOf = (facts: HlsFacts, { audio }: Variant): HlsEntry[] =>
  renditionsOf(facts, 'AUDIO', audio).flatMap(each => entryOf(facts, each) ?? [])

/** null where a size is not known. */
export function loadsOf({ track }: HlsEntry): Load[] | null {
  const known = track.segments.flatMap(({ bytes, statedDuration }) =>
    bytes === null ? [] : [{ bytes, duration: statedDuration }],
  )
  return track.complete && known.length === track.segments.length && known.length > 0 ? known : null
}

/** What picture and heaviest sound of a variant need; null where not all was read. */
export function measuredRates(facts: HlsFacts, variant: Variant): { peak: number; average: number } | null {
  const own = entryOf(facts, variant)
  if (!own) return null
  // A variant of sound alone is listed in its group too: it is counted once.
  const sounds = soundsOf(facts, variant).filter(each => each !== own)
  const isSound = own.track.type === 'audio'
  const rate = (entry: HlsEntry): { peak: number; average: number } | null => {
    const loads = loadsOf(entry)
    return loads && { peak: peakBitrate(loads, entry.playlist.targetDurationS), average: averageBitrate(loads) }
  }
  const picture = rate(own)
  const others = (isSound ? [] : sounds).map(rate)
  if (!picture || others.some(each => each === null)) return null
  return {
    peak: picture.peak + Math.max(0, ...others.map(each => each!.peak)),
    average: picture.average + Math.max(0, ...others.map(each => each!.average)),
  }
}

/** avc1.640028 → avc1 */
export const family = (codec: string): string => codec.split('.')[0] ?? ''

export const codecsOf = ({ codecs }: { readonly codecs: string | null }): string[] =>
  (codecs ?? '')
    .split(',')
    .map(each => each.trim())
    .filter(Boolean)

export const isAvc = (codec: string): boolean => /^avc[13]\./.test(codec)
export const isHevc = (codec: string): boolean => /^h(?:vc|ev)1\./.test(codec)
export const isAv1 = (codec: string): boolean => codec.startsWith('av01.')
export const isPicture = (codec: string): boolean =>
  /^(?:avc[13]|h(?:vc|ev)1|dvh[1e]|dva[v1]|dav1|av01|vp0?[89])(?:\.|$)/.test(codec)

export const hasPicture = (variant: Variant): boolean =>
  variant.resolution !== null || codecsOf(variant).some(isPicture)

export const isVod = (entry: HlsEntry): boolean => entry.playlist.ended

export const longest = (durations: readonly Rational[]): number =>
  durations.reduce((most, { num, den }) => Math.max(most, Number(num) / Number(den)), 0)
