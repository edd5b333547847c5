// HLS checks of what RFC 8216 demands of playlists: groups, names, versions, codecs, sizes, keys.
import { sameCodecString } from '../../codecs/index.ts'
import { parseRational, round } from '../../core/index.ts'
import { targetDuration } from '../bitrates.ts'
import type { Variant } from '../hls-multivariant.ts'
import type { InitFacts } from '../init-segment.ts'
import { formatFrameRate } from '../package-tracks.ts'
import { type Check, type Found, type HlsEntry, type HlsFacts, readSegments } from './facts.ts'
import {
  codecsOf,
  entriesOf,
  entryOf,
  family,
  hasPicture,
  ofType,
  renditionsOf,
  soundsOf,
  variantsOf,
} from './hls-view.ts'
import { few, measuredRate, reachable, show } from './shared-checks.ts'

export const target: Check<HlsFacts> = facts =>
  entriesOf(facts).flatMap(({ uri, playlist }) =>
    few(
      playlist.segments.flatMap(segment =>
        round(segment.duration) > BigInt(playlist.targetDurationS)
          ? [
              {
                subject: uri,
                message: `${segment.uri} lasts ${show(segment.duration)}, EXT-X-TARGETDURATION is ${playlist.targetDurationS}`,
              },
            ]
          : [],
      ),
    ),
  )

export const targetTight: Check<HlsFacts> = facts => {
  // One for all playlists is right (8.2): only what none of them needs is too long.
  const media = entriesOf(facts).filter(({ playlist }) => !playlist.iframesOnly && playlist.ended)
  const needed = targetDuration(media.flatMap(({ playlist }) => playlist.segments.map(({ duration }) => duration)))
  return media.flatMap(({ uri, playlist }) =>
    playlist.segments.length > 0 && playlist.targetDurationS > needed
      ? [
          {
            subject: uri,
            message: `EXT-X-TARGETDURATION is ${playlist.targetDurationS}, the longest segment rounds to ${needed}`,
          },
        ]
      : [],
  )
}

export const groups: Check<HlsFacts> = facts =>
  variantsOf(facts).flatMap(variant => {
    const named = [
      ['AUDIO', variant.audio],
      ['SUBTITLES', variant.subtitles],
      ['CLOSED-CAPTIONS', variant.closedCaptions === 'NONE' ? null : variant.closedCaptions],
    ] as const
    return named.flatMap(([type, group]) =>
      group !== null && renditionsOf(facts, type, group).length === 0
        ? [{ subject: variant.uri, message: `there is no ${type} group “${group}”` }]
        : [],
    )
  })

export const names: Check<HlsFacts> = ({ master }) =>
  [...Map.groupBy(master?.media ?? [], each => `${each.type} ${each.groupId}`)].flatMap(([group, members]) => {
    const twice = members.filter((each, i) => members.findIndex(other => other.name === each.name) < i)
    const defaults = members.filter(({ isDefault }) => isDefault)
    return [
      ...twice.map(({ name }) => ({ subject: group, message: `two renditions are named “${name}”` })),
      ...(defaults.length > 1 ? [{ subject: group, message: `${defaults.length} renditions are the default` }] : []),
    ]
  })

export const endlist: Check<HlsFacts> = facts =>
  entriesOf(facts).flatMap(({ uri, playlist }) =>
    playlist.playlistType === 'VOD' && !playlist.ended
      ? [{ subject: uri, message: 'it is VOD and has no EXT-X-ENDLIST' }]
      : [],
  )

/** RFC 8216 7. */
export const version: Check<HlsFacts> = facts =>
  entriesOf(facts).flatMap(({ uri, playlist }) => {
    const { segments, iframesOnly } = playlist
    const needs: [number, string][] = []
    if (segments.some(({ map }) => map)) needs.push(iframesOnly ? [5, 'EXT-X-MAP'] : [6, 'EXT-X-MAP'])
    if (segments.some(({ keys }) => keys.some(({ keyFormat }) => keyFormat !== null))) needs.push([5, 'KEYFORMAT'])
    if (iframesOnly) needs.push([4, 'EXT-X-I-FRAMES-ONLY'])
    if (segments.some(({ byteRange }) => byteRange)) needs.push([4, 'EXT-X-BYTERANGE'])
    if (segments.some(({ duration }) => duration.den !== 1n)) needs.push([3, 'decimals in EXTINF'])
    const [worst] = needs.filter(([least]) => playlist.version < least).toSorted((a, b) => b[0] - a[0])
    return worst
      ? [{ subject: uri, message: `EXT-X-VERSION is ${playlist.version}; ${worst[1]} asks for ${worst[0]}` }]
      : []
  })

const initsOf = (facts: HlsFacts, variant: Variant): InitFacts[] =>
  [entryOf(facts, variant), ...soundsOf(facts, variant)].flatMap(entry => entry?.track.init ?? [])

export const codecs: Check<HlsFacts> = facts => [
  ...variantsOf(facts).flatMap(variant => codecFaults(variant.uri, codecsOf(variant), initsOf(facts, variant))),
  ...(facts.master?.iframes ?? []).flatMap(stream => {
    const init = entryOf(facts, stream)?.track.init
    return codecFaults(stream.uri, codecsOf(stream), init ? [init] : [])
  }),
]

function codecFaults(subject: string, stated: readonly string[], inits: readonly InitFacts[]): Found[] {
  // That they are there at all is a rule of its own.
  if (stated.length === 0) return []
  const faults = inits.flatMap(({ codec }) => {
    if (codec === null || stated.some(each => sameCodecString(each, codec))) return []
    const near = stated.find(each => family(each).toLowerCase() === family(codec).toLowerCase())
    return [`CODECS says ${near ?? stated.join()}, the init segment ${codec}`]
  })
  return [...new Set(faults)].map(message => ({ subject, message }))
}

export const resolution: Check<HlsFacts> = facts =>
  variantsOf(facts).flatMap(variant => {
    const video = entryOf(facts, variant)?.track.init?.video
    if (!video || !variant.resolution) return []
    const [x, y] = video.aspect
    const width = x > 0 && y > 0 ? Math.round((video.width * x) / y) : video.width
    const { resolution: said } = variant
    // Either way of rounding, and either side, may be the one that was scaled.
    return Math.abs(said.width - width) <= 1 && Math.abs(said.height - video.height) <= 1
      ? []
      : [
          {
            subject: variant.uri,
            message: `RESOLUTION is ${said.width}x${said.height}, the picture is shown at ${width}x${video.height}`,
          },
        ]
  })

export const frameRate: Check<HlsFacts> = facts =>
  variantsOf(facts).flatMap(variant => {
    const entry = entryOf(facts, variant)
    const rate = entry?.track.init?.video ? measuredRate(entry.track) : null
    if (!rate || variant.frameRate === null || !/^\d{1,6}(?:\.\d{1,9})?$/.test(variant.frameRate)) return []
    const said = formatFrameRate(parseRational(variant.frameRate))
    return said === formatFrameRate(rate)
      ? []
      : [{ subject: variant.uri, message: `FRAME-RATE is ${variant.frameRate}, measured ${formatFrameRate(rate)}` }]
  })

const ranges: Readonly<Record<number, string>> = { 16: 'PQ', 18: 'HLG' }

export const videoRange: Check<HlsFacts> = facts =>
  variantsOf(facts).flatMap(variant => {
    const transfer = entryOf(facts, variant)?.track.init?.video?.color?.transfer
    if (transfer === undefined) return []
    const measured = ranges[transfer] ?? 'SDR'
    return (variant.videoRange ?? 'SDR') === measured
      ? []
      : [
          {
            subject: variant.uri,
            message: `VIDEO-RANGE is ${variant.videoRange ?? 'absent'}, the init segment says ${measured}`,
          },
        ]
  })

export const channels: Check<HlsFacts> = facts =>
  (facts.master?.media ?? []).flatMap(rendition => {
    const init = entryOf(facts, rendition)?.track.init
    // Dolby's sample entries hold no channel count that means anything.
    if (rendition.channels === null || !init?.audio || !/^mp4a|^opus|^fLaC/i.test(init.codec ?? '')) return []
    const said = Number.parseInt(rendition.channels, 10)
    return said === init.audio.channels
      ? []
      : [
          {
            subject: rendition.name,
            message: `CHANNELS is ${rendition.channels}, the init segment has ${init.audio.channels}`,
          },
        ]
  })

const keysOf = ({ playlist }: HlsEntry) => [...new Set(playlist.segments.flatMap(({ keys }) => keys))]

export const keyAddress: Check<HlsFacts> = facts => [
  ...entriesOf(facts)
    .flatMap(entry => keysOf(entry).flatMap(key => identityFault(entry.uri, key)))
    .filter(isFirst),
  ...(facts.master?.sessionKeys ?? []).flatMap(key => identityFault('EXT-X-SESSION-KEY', key)),
]

const isFirst = (found: Found, i: number, all: readonly Found[]): boolean =>
  all.findIndex(other => other.subject === found.subject && other.message === found.message) === i

const identityFault = (subject: string, { keyFormat, uri }: { keyFormat: string | null; uri: string }): Found[] =>
  (keyFormat === null || keyFormat === 'identity') &&
  /^[a-z][a-z0-9+.-]*:/i.test(uri) &&
  !/^(?:https?|data):/i.test(uri)
    ? [{ subject, message: `players fetch ${uri.slice(0, 80)} as the key itself: KEYFORMAT is identity` }]
    : []

const FAIRPLAY = 'com.apple.streamingkeydelivery'

export const keyPerKid: Check<HlsFacts> = facts => {
  const kids = new Map<string, Set<string>>()
  for (const entry of entriesOf(facts)) {
    const kid = entry.track.init?.protection?.defaultKid
    for (const { keyFormat, uri } of keysOf(entry))
      if (kid && keyFormat === FAIRPLAY) kids.set(uri, (kids.get(uri) ?? new Set()).add(kid))
  }
  return [...kids].flatMap(([uri, shared]) =>
    shared.size > 1
      ? [{ subject: uri.slice(0, 80), message: `${shared.size} key ids share this address: ${[...shared].join(', ')}` }]
      : [],
  )
}

export const keyFormats: Check<HlsFacts> = facts => {
  const formats = entriesOf(facts).flatMap(({ uri, playlist }) =>
    playlist.segments.flatMap(({ keys }) =>
      keys.length === 0
        ? []
        : [
            {
              uri,
              set: keys
                .map(({ keyFormat }) => keyFormat ?? 'identity')
                .toSorted()
                .join(', '),
            },
          ],
    ),
  )
  const first = formats[0]
  return formats
    .flatMap(({ uri, set }) =>
      set === first!.set ? [] : [{ subject: uri, message: `keys are ${set}, those of ${first!.uri} ${first!.set}` }],
    )
    .filter(isFirst)
}

export const keyMissing: Check<HlsFacts> = facts =>
  entriesOf(facts).flatMap(({ uri, playlist, track }) => {
    if (!track.init) return []
    const keyed = playlist.segments.filter(({ keys }) => keys.length > 0).length
    if (track.init.protection && keyed === 0)
      return [{ subject: uri, message: 'its init segment says encrypted, and no segment has a key' }]
    return !track.init.protection &&
      keyed > 0 &&
      playlist.segments.some(({ keys }) => keys.some(({ method }) => method !== 'AES-128'))
      ? [{ subject: uri, message: 'its segments have keys, and its init segment is in the clear' }]
      : []
  })

/** Frames a second below which nothing is a picture to watch, where others have three times as many. */
const SLIDE_SHOW = 8

export const trickVariant: Check<HlsFacts> = facts => {
  const rates = variantsOf(facts).flatMap(variant =>
    variant.frameRate === null ? [] : [{ variant, rate: Number.parseFloat(variant.frameRate) }],
  )
  const fastest = Math.max(0, ...rates.map(({ rate }) => rate))
  return rates.flatMap(({ variant, rate }) =>
    rate < SLIDE_SHOW && rate * 3 < fastest
      ? [
          {
            subject: variant.uri,
            message: `a variant of ${variant.frameRate} frames a second beside one of ${fastest}: players may choose it`,
          },
        ]
      : [],
  )
}

export const unread: Check<HlsFacts> = facts =>
  ofType(facts, 'video', 'audio').flatMap(({ uri, track }) =>
    track.segments.length > 0 &&
    readSegments(track).length === 0 &&
    track.segments.every(({ problem }) => problem === null)
      ? [{ subject: uri, message: 'its segments are no CMAF; only the playlist was checked' }]
      : [],
  )

export const everythingReachable: Check<HlsFacts> = facts => [
  ...facts.problems,
  ...entriesOf(facts).flatMap(({ track }) => reachable(track)),
]

export const completeAttributes: Check<HlsFacts> = facts => [
  ...variantsOf(facts).flatMap(variant => [
    ...(variant.codecs === null ? [{ subject: variant.uri, message: 'CODECS is missing' }] : []),
    ...(hasPicture(variant) && !variant.resolution ? [{ subject: variant.uri, message: 'RESOLUTION is missing' }] : []),
  ]),
  ...(facts.master?.iframes ?? []).flatMap(stream =>
    stream.codecs === null || !stream.resolution
      ? [{ subject: stream.uri, message: 'CODECS or RESOLUTION is missing' }]
      : [],
  ),
]

export const sameTarget: Check<HlsFacts> = facts => {
  const media = ofType(facts, 'video', 'audio')
  const [first] = media
  return media.flatMap(({ uri, playlist }) =>
    playlist.targetDurationS === first!.playlist.targetDurationS
      ? []
      : [
          {
            subject: uri,
            message: `EXT-X-TARGETDURATION is ${playlist.targetDurationS}, that of ${first!.uri} ${first!.playlist.targetDurationS}`,
          },
        ],
  )
}
