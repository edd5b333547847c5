// HLS checks of what Apple's authoring specification demands of rates, text, times and segments.
import { compare, rational, sub, toNumber } from '../../core/index.ts'
import { sumOf } from '../bitrates.ts'
import { type Check, type Found, type HlsEntry, type HlsFacts, neighbours, readSegments } from './facts.ts'
import {
  codecsOf,
  entriesOf,
  entryOf,
  hasPicture,
  isVod,
  longest,
  measuredRates,
  ofType,
  soundsOf,
  variantsOf,
} from './hls-view.ts'
import { abs, continuous, cuts, differs, few, keyFrames, show } from './shared-checks.ts'

const pictures = (facts: HlsFacts) => variantsOf(facts).filter(hasPicture)

const one = (isRight: boolean, message: string): Found[] =>
  isRight ? [] : [{ subject: 'multivariant playlist', message }]

export const keyDistance: Check<HlsFacts> = facts =>
  ofType(facts, 'video').flatMap(({ uri, track }) => {
    const times = readSegments(track).flatMap(({ actual }) => actual.keyTimes)
    const scale = track.init?.timescale ?? 1
    const gap = times.slice(1).reduce((most, time, i) => Math.max(most, Number(time - times[i]!) / scale), 0)
    // 2.002 s at 29.97 frames a second is two seconds.
    return gap > 2.1 ? [{ subject: uri, message: `key frames are up to ${gap.toFixed(2)} s apart` }] : []
  })

const stated = (facts: HlsFacts) =>
  variantsOf(facts).flatMap(variant => {
    const measured = measuredRates(facts, variant)
    const entry = entryOf(facts, variant)
    return measured && entry && isVod(entry) ? [{ variant, measured }] : []
  })

export const averageStated: Check<HlsFacts> = facts =>
  stated(facts).flatMap(({ variant, measured }) =>
    variant.averageBandwidth !== null && Math.abs(variant.averageBandwidth - measured.average) > 0.1 * measured.average
      ? [
          {
            subject: variant.uri,
            message: `AVERAGE-BANDWIDTH is ${variant.averageBandwidth}, measured ${measured.average}`,
          },
        ]
      : [],
  )

export const peakStated: Check<HlsFacts> = facts =>
  stated(facts).flatMap(({ variant, measured }) =>
    Math.abs(variant.bandwidth - measured.peak) > 0.1 * measured.peak
      ? [{ subject: variant.uri, message: `BANDWIDTH is ${variant.bandwidth}, measured ${measured.peak}` }]
      : [],
  )

export const peakEnough: Check<HlsFacts> = facts =>
  stated(facts).flatMap(({ variant, measured }) =>
    variant.bandwidth < measured.peak
      ? [
          {
            subject: variant.uri,
            message: `BANDWIDTH is ${variant.bandwidth}, picture and heaviest sound peak at ${measured.peak}`,
          },
        ]
      : [],
  )

export const steady: Check<HlsFacts> = facts =>
  stated(facts).flatMap(({ variant, measured }) =>
    measured.peak > 2 * measured.average
      ? [{ subject: variant.uri, message: `it peaks at ${measured.peak}, the average is ${measured.average}` }]
      : [],
  )

export const startRate: Check<HlsFacts> = facts => {
  const [first, ...others] = pictures(facts)
  const rate = (each: typeof first): number => each!.averageBandwidth ?? each!.bandwidth
  if (!first || others.length === 0) return []
  // Where no variant comes near, the nearest is right.
  const away = (each: typeof first): number => Math.abs(Math.log(rate(each) / 2_000_000))
  return others.some(each => each.audio === first.audio && away(each) + Math.LN2 < away(first))
    ? [
        {
          subject: first.uri,
          message: `players begin with the first variant, of ${Math.round(rate(first) / 1000)} kbit/s`,
        },
      ]
    : []
}

export const sameShape: Check<HlsFacts> = facts => {
  const shapes = pictures(facts).flatMap(({ uri, resolution }) => (resolution ? [{ uri, ...resolution }] : []))
  const [first] = shapes
  return shapes.flatMap(({ uri, width, height }) => {
    // Sizes are even numbers: two pixels either way are no other shape.
    const expected = (height * first!.width) / first!.height
    return Math.abs(width - expected) <= 2 + (2 * first!.width) / first!.height
      ? []
      : [{ subject: uri, message: `${width}x${height} is not the shape of ${first!.width}x${first!.height}` }]
  })
}

export const stereoAac: Check<HlsFacts> = facts => {
  const sounds = ofType(facts, 'audio')
  if (sounds.length === 0) return []
  return one(
    sounds.some(
      ({ track }) =>
        track.init === null || (track.init.codec?.startsWith('mp4a.40.') && track.init.audio?.channels === 2),
    ),
    'no sound is stereo in AAC',
  )
}

const MEDIA = (facts: HlsFacts) => facts.master?.media ?? []
const automatic = (
  facts: HlsFacts,
  which: (each: ReturnType<typeof MEDIA>[number]) => boolean,
  what: string,
): Found[] =>
  MEDIA(facts).flatMap(each =>
    which(each) && !each.autoselect ? [{ subject: each.name, message: `${what} without AUTOSELECT=YES` }] : [],
  )

export const describedVideo: Check<HlsFacts> = facts =>
  automatic(
    facts,
    each => each.characteristics.includes('public.accessibility.describes-video'),
    'a description of the picture',
  )

const DIALOGUE = 'public.accessibility.transcribes-spoken-dialog'
const SOUNDS = 'public.accessibility.describes-music-and-sound'

export const hearing: Check<HlsFacts> = facts => {
  const isOne = ({ characteristics }: { readonly characteristics: readonly string[] }): boolean =>
    characteristics.includes(DIALOGUE) || characteristics.includes(SOUNDS)
  const half = MEDIA(facts).filter(
    each => isOne(each) && !(each.characteristics.includes(DIALOGUE) && each.characteristics.includes(SOUNDS)),
  )
  return [
    ...half.map(({ name }) => ({ subject: name, message: 'one of the two characteristics is missing' })),
    ...automatic(facts, isOne, 'subtitles for those who do not hear'),
  ]
}

export const forcedText: Check<HlsFacts> = facts => automatic(facts, ({ forced }) => forced, 'forced subtitles')

export const webvtt: Check<HlsFacts> = facts =>
  ofType(facts, 'text').flatMap(({ uri, track }) =>
    few(
      track.segments.flatMap(segment => {
        if (segment.text === null) return []
        if (!/^\ufeff?WEBVTT(?:\s|$)/.test(segment.text))
          return [{ subject: uri, message: `${segment.uri} does not begin with WEBVTT` }]
        return /^X-TIMESTAMP-MAP=/m.test(segment.text)
          ? []
          : [{ subject: uri, message: `${segment.uri} has no X-TIMESTAMP-MAP` }]
      }),
    ),
  )

const whole = ({ playlist }: HlsEntry) => sumOf(playlist.segments.map(({ duration }) => duration))

/** The picture's length, else that of the longest sound. */
function titleLength(facts: HlsFacts) {
  const lengths = (type: 'video' | 'audio') => ofType(facts, type).filter(isVod).map(whole)
  const all = lengths('video').length > 0 ? lengths('video') : lengths('audio')
  return all.length === 0 ? null : all.reduce((a, b) => (compare(a, b) < 0 ? b : a))
}

/** A block of sound and a frame of picture. */
const END_TOLERANCE = rational(1, 10)

const short = (facts: HlsFacts, type: 'audio' | 'text', what: string): Found[] => {
  const title = titleLength(facts)
  return ofType(facts, type).flatMap(entry =>
    title && isVod(entry) && compare(sub(title, whole(entry)), END_TOLERANCE) > 0
      ? [{ subject: entry.uri, message: `${what} lasts ${show(whole(entry))}, the title ${show(title)}` }]
      : [],
  )
}

export const soundCovers: Check<HlsFacts> = facts => short(facts, 'audio', 'the sound')
export const textCovers: Check<HlsFacts> = facts => short(facts, 'text', 'the text')

export const equallyLong: Check<HlsFacts> = facts => {
  const media = ofType(facts, 'video', 'audio').filter(isVod)
  const [first] = media
  return media.flatMap(entry =>
    differs(whole(entry), whole(first!), END_TOLERANCE)
      ? [{ subject: entry.uri, message: `it lasts ${show(whole(entry))}, ${first!.uri} ${show(whole(first!))}` }]
      : [],
  )
}

export const decodeOrder: Check<HlsFacts> = facts =>
  ofType(facts, 'video', 'audio').flatMap(({ track }) => continuous(track))
export const beginWithIdr: Check<HlsFacts> = facts => ofType(facts, 'video').flatMap(({ track }) => keyFrames(track))

export const sixSeconds: Check<HlsFacts> = facts =>
  ofType(facts, 'video').flatMap(({ uri, playlist }) => {
    const usual = longest(playlist.segments.map(({ duration }) => duration))
    return playlist.ended && playlist.segments.length > 1 && Math.abs(usual - 6) > 1
      ? [{ subject: uri, message: `segments last ${usual.toFixed(3)} s` }]
      : []
  })

export const notMuchLonger: Check<HlsFacts> = facts =>
  ofType(facts, 'video', 'audio').flatMap(({ uri, playlist, track }) =>
    few(
      readSegments(track).flatMap(({ uri: path, actual }) => {
        const seconds = Number(actual.end - actual.start) / (track.init?.timescale ?? 1)
        return seconds > playlist.targetDurationS + 0.5
          ? [
              {
                subject: uri,
                message: `${path} lasts ${seconds.toFixed(3)} s, the target is ${playlist.targetDurationS}`,
              },
            ]
          : []
      }),
    ),
  )

/** A frame at 24 a second, or a block of sound; playlists of three decimals drift by less over the runs that matter. */
const FRAME = rational(1, 24)

export const extinf: Check<HlsFacts> = facts =>
  ofType(facts, 'video', 'audio').flatMap(({ uri, track }) => {
    let off = rational(0)
    for (const { statedDuration, actual, uri: path } of readSegments(track)) {
      const real = rational(actual.end - actual.start, track.init?.timescale ?? 1)
      off = sub({ num: off.num, den: off.den }, sub(real, statedDuration))
      if (compare(abs(off), FRAME) > 0)
        return [
          {
            subject: uri,
            message: `at ${path} EXTINF, summed up, is off by ${toNumber(off).toFixed(3)} s; this segment lasts ${show(real)}, EXTINF is ${show(statedDuration)}`,
          },
        ]
    }
    return []
  })

export const discontinuities: Check<HlsFacts> = facts =>
  entriesOf(facts).flatMap(({ uri, playlist, track }) => {
    const maps = playlist.segments.flatMap((segment, i) => {
      const before = playlist.segments[i - 1]
      const changed = before && JSON.stringify(before.map) !== JSON.stringify(segment.map)
      // A new init segment with a new key continues the same encoding.
      const sameKeys = before && JSON.stringify(before.keys) === JSON.stringify(segment.keys)
      return changed && sameKeys && !segment.discontinuity
        ? [{ subject: uri, message: `${segment.uri} has another init segment and no discontinuity` }]
        : []
    })
    const jumps = neighbours(track).flatMap(([before, { actual, discontinuity, uri: path }]) =>
      !discontinuity && actual.start + BigInt(track.init?.timescale ?? 1) < before.actual.end
        ? [{ subject: uri, message: `${path} goes back in time and has no discontinuity` }]
        : [],
    )
    return [...maps, ...jumps]
  })

/** Where discontinuities are, in tenths of a second from the start of the playlist. */
const breaks = ({ playlist }: HlsEntry): string => {
  let at = 0
  return playlist.segments
    .flatMap(({ duration, discontinuity }, i) => {
      const here = at
      at += toNumber(duration)
      return discontinuity && i > 0 ? [Math.round(here * 5)] : []
    })
    .join()
}

export const sameBreaks: Check<HlsFacts> = facts => {
  const media = ofType(facts, 'video', 'audio').filter(isVod)
  const [first] = media
  return media.flatMap(entry =>
    breaks(entry) === breaks(first!)
      ? []
      : [{ subject: entry.uri, message: `its discontinuities are not those of ${first!.uri}` }],
  )
}

export const aligned: Check<HlsFacts> = facts => {
  const videos = ofType(facts, 'video').filter(({ track }) => track.complete && readSegments(track).length > 0)
  const [first] = videos
  return videos.flatMap(({ uri, track }) =>
    cuts(track) === cuts(first!.track) ? [] : [{ subject: uri, message: `it is not cut where ${first!.uri} is` }],
  )
}

export const ownSound: Check<HlsFacts> = facts =>
  pictures(facts).flatMap(variant =>
    variant.audio === null && codecsOf(variant).length > 1 && soundsOf(facts, variant).length === 0
      ? [{ subject: variant.uri, message: 'sound and picture are in the same segments' }]
      : [],
  )

export const independent: Check<HlsFacts> = facts => {
  const videos = ofType(facts, 'video')
  return facts.master === null ||
    facts.master.independentSegments ||
    videos.length === 0 ||
    videos.every(({ playlist }) => playlist.independentSegments)
    ? []
    : one(false, 'EXT-X-INDEPENDENT-SEGMENTS is missing')
}
