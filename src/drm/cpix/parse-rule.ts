// Usage rules of CPIX: which track takes which key.
import { HeadendError } from '../../core/index.ts'
import { type KeyId, parseKeyId } from '../key-id.ts'
import type { Cpix, CpixRule } from './model.ts'
import { booleanOf, type CpixNode, childrenOf, needAttribute, numberOf, wrong } from './node.ts'

const filters: ReadonlySet<string> = new Set(
  ['KeyPeriodFilter', 'LabelFilter', 'VideoFilter', 'AudioFilter', 'BitrateFilter'].map(name => `cpix:${name}`),
)

/** @throws {HE_CPIX_INVALID} */
export function readRule(node: CpixNode): CpixRule {
  const kid = needAttribute(node, 'kid')
  if (!/^[0-9a-f-]{36}$/i.test(kid) || !/^[0-9a-f]{32}$/i.test(kid.replaceAll('-', '')))
    throw wrong(node.name, 'kid is not a UUID')
  const all = (name: string): CpixNode[] => childrenOf(node, `cpix:${name}`)
  const range = (filter: CpixNode, low: string, high: string): [number | null, number | null] => {
    const [min, max] = [numberOf(filter, low), numberOf(filter, high)]
    if (min !== null && max !== null && min > max) throw wrong(filter.name, `${low} is above ${high}`)
    return [min, max]
  }
  return {
    kid: parseKeyId(kid),
    trackType: node.attributes.get('intendedTrackType') ?? null,
    periods: all('KeyPeriodFilter').map(filter => needAttribute(filter, 'periodId')),
    labels: all('LabelFilter').map(filter => needAttribute(filter, 'label')),
    video: all('VideoFilter').map(filter => {
      const [minPixels, maxPixels] = range(filter, 'minPixels', 'maxPixels')
      const [minFps, maxFps] = range(filter, 'minFps', 'maxFps')
      return { minPixels, maxPixels, minFps, maxFps, hdr: booleanOf(filter, 'hdr'), wcg: booleanOf(filter, 'wcg') }
    }),
    audio: all('AudioFilter').map(filter => {
      const [minChannels, maxChannels] = range(filter, 'minChannels', 'maxChannels')
      return { minChannels, maxChannels }
    }),
    bitrate: all('BitrateFilter').map(filter => {
      const [min, max] = range(filter, 'minBitrate', 'maxBitrate')
      if (min === null && max === null) throw wrong(filter.name, 'has neither minBitrate nor maxBitrate')
      return { min, max }
    }),
    unknown: node.children.filter(({ name }) => !filters.has(name)).map(({ name }) => name),
  }
}

/** A track as usage rules see it. */
export type CpixTrack = {
  readonly type: 'video' | 'audio' | 'other'
  readonly pixels?: number
  readonly fps?: number
  readonly hdr?: boolean
  readonly wcg?: boolean
  readonly channels?: number
  readonly bitrateBps?: number
  readonly label?: string
  readonly periodId?: string
}

/**
 * The key of a track: filters of one kind are alternatives, kinds must all fit.
 * @throws {HE_CPIX_INVALID} when a rule cannot be understood or several keys fit. @throws {HE_KEY_MISSING} when none fits.
 */
export function keyIdForTrack({ rules }: Pick<Cpix, 'rules'>, track: CpixTrack): KeyId {
  const [strange] = rules.flatMap(({ unknown }) => unknown)
  if (strange) throw wrong('cpix:ContentKeyUsageRule', `has the filter ${strange}, which is not known`)
  const kids = new Set(rules.filter(rule => fits(rule, track)).map(({ kid }) => kid))
  if (kids.size > 1) throw wrong('cpix:ContentKeyUsageRuleList', `gives ${kids.size} keys to one ${track.type} track`)
  const [kid] = kids
  if (kid === undefined)
    throw new HeadendError('HE_KEY_MISSING', `no usage rule gives a key to the ${track.type} track`)
  return kid
}

function fits(rule: CpixRule, track: CpixTrack): boolean {
  const some = <T>(of: readonly T[], test: (each: T) => boolean): boolean => of.length === 0 || of.some(test)
  const pixels = track.pixels ?? 0
  const fps = track.fps ?? 0
  return (
    some(rule.periods, id => id === track.periodId) &&
    some(rule.labels, label => label === track.label) &&
    some(
      rule.video,
      each =>
        track.type === 'video' &&
        pixels >= (each.minPixels ?? 0) &&
        pixels <= (each.maxPixels ?? Number.MAX_SAFE_INTEGER) &&
        // The schema's minFps is exclusive, maxFps inclusive.
        (each.minFps === null || fps > each.minFps) &&
        fps <= (each.maxFps ?? Number.MAX_SAFE_INTEGER) &&
        (each.hdr ?? track.hdr) === track.hdr &&
        (each.wcg ?? track.wcg) === track.wcg,
    ) &&
    some(
      rule.audio,
      each =>
        track.type === 'audio' &&
        (track.channels ?? 0) >= (each.minChannels ?? 0) &&
        (track.channels ?? 0) <= (each.maxChannels ?? Number.MAX_SAFE_INTEGER),
    ) &&
    some(
      rule.bitrate,
      ({ min, max }) =>
        (track.bitrateBps ?? 0) >= (min ?? 0) && (track.bitrateBps ?? 0) <= (max ?? Number.MAX_SAFE_INTEGER),
    )
  )
}
