// HLS checks of ladders, fast forward, live playlists, delivery and FairPlay.
import type { Check, Found, HlsFacts, Transfer } from './facts.ts'
import { readSegments } from './facts.ts'
import { entriesOf, entryOf, hasPicture, ofType, variantsOf } from './hls-view.ts'
import { few } from './shared-checks.ts'

const one = (isRight: boolean, message: string): Found[] =>
  isRight ? [] : [{ subject: 'multivariant playlist', message }]
const pictures = (facts: HlsFacts) => variantsOf(facts).filter(hasPicture)
const perVariant = (
  facts: HlsFacts,
  lacks: (variant: ReturnType<typeof pictures>[number]) => boolean,
  message: string,
): Found[] => variantsOf(facts).flatMap(variant => (lacks(variant) ? [{ subject: variant.uri, message }] : []))

export const severalRates: Check<HlsFacts> = facts => {
  const uris = new Set(pictures(facts).map(({ uri }) => uri))
  return facts.master === null || uris.size === 0 ? [] : one(uris.size > 1, 'the picture has one bit rate only')
}

export const severalLargest: Check<HlsFacts> = facts => {
  const heights = [...new Map(pictures(facts).map(({ uri, resolution }) => [uri, resolution?.height ?? 0])).values()]
  const most = Math.max(0, ...heights)
  return most < 720
    ? []
    : one(heights.filter(height => height === most).length > 1, `one variant alone has ${most} lines`)
}

export const averageThere: Check<HlsFacts> = facts =>
  perVariant(facts, ({ averageBandwidth }) => averageBandwidth === null, 'AVERAGE-BANDWIDTH is missing')
export const rateThere: Check<HlsFacts> = facts =>
  perVariant(facts, each => hasPicture(each) && each.frameRate === null, 'FRAME-RATE is missing')

export const rangeThere: Check<HlsFacts> = facts => {
  const all = pictures(facts)
  const isSdr = all.every(each => {
    const transfer = entryOf(facts, each)?.track.init?.video?.color?.transfer
    return (each.videoRange === null || each.videoRange === 'SDR') && transfer !== 16 && transfer !== 18
  })
  return isSdr
    ? []
    : all.flatMap(({ uri, videoRange }) =>
        videoRange === null ? [{ subject: uri, message: 'VIDEO-RANGE is missing' }] : [],
      )
}

export const scores: Check<HlsFacts> = facts => {
  const scored = variantsOf(facts).filter(({ score }) => score !== null).length
  return one(
    scored === 0 || scored === variantsOf(facts).length,
    `${scored} of ${variantsOf(facts).length} variants have a SCORE`,
  )
}

export const cellular: Check<HlsFacts> = facts =>
  variantsOf(facts).length === 0
    ? []
    : one(
        variantsOf(facts).some(({ bandwidth }) => bandwidth <= 192_000),
        'no variant peaks at 192 kbit/s or less',
      )

export const fastForward: Check<HlsFacts> = facts =>
  pictures(facts).length === 0 ? [] : one((facts.master?.iframes.length ?? 0) > 0, 'there is no I-frame playlist')

export const fastForwardSdr: Check<HlsFacts> = facts => {
  const iframes = facts.master?.iframes ?? []
  return iframes.length === 0
    ? []
    : one(
        iframes.some(({ videoRange }) => videoRange === null || videoRange === 'SDR'),
        'fast forward is HDR only',
      )
}

export const dense: Check<HlsFacts> = facts =>
  ofType(facts, 'iframes').flatMap(({ uri, playlist }) => {
    const apart = playlist.segments.map(({ duration }) => Number(duration.num) / Number(duration.den))
    const mean = apart.reduce((sum, each) => sum + each, 0) / Math.max(1, apart.length)
    return mean > 1.5 ? [{ subject: uri, message: `pictures are ${mean.toFixed(1)} s apart` }] : []
  })

export const iframesOnly: Check<HlsFacts> = facts =>
  (facts.master?.iframes ?? []).flatMap(stream => {
    const entry = entryOf(facts, stream)
    return entry && !entry.playlist.iframesOnly
      ? [{ subject: stream.uri, message: 'EXT-X-I-FRAMES-ONLY is missing' }]
      : []
  })

export const iframeRanges: Check<HlsFacts> = facts =>
  ofType(facts, 'iframes').flatMap(({ uri, track }) => [
    ...few(
      track.segments.flatMap(({ uri: path, problem }) =>
        problem === null ? [] : [{ subject: uri, message: `${path}: ${problem}` }],
      ),
    ),
    ...few(
      readSegments(track).flatMap(({ uri: path, actual }) =>
        actual.startsWithKeyframe ? [] : [{ subject: uri, message: `${path} does not begin with a key frame` }],
      ),
    ),
  ])

export const live = {
  dates: (facts =>
    liveEntries(facts).flatMap(({ uri, playlist }) =>
      playlist.segments.some(({ programDateTime }) => programDateTime)
        ? []
        : [{ subject: uri, message: 'EXT-X-PROGRAM-DATE-TIME is missing' }],
    )) as Check<HlsFacts>,
  window: (facts =>
    liveEntries(facts).flatMap(({ uri, playlist }) =>
      playlist.segments.length < 6 ? [{ subject: uri, message: `it has ${playlist.segments.length} segments` }] : [],
    )) as Check<HlsFacts>,
  count: (facts =>
    liveEntries(facts).flatMap(({ uri, playlist }) =>
      playlist.segments.some(({ discontinuity }) => discontinuity) && playlist.discontinuitySequence === null
        ? [{ subject: uri, message: 'EXT-X-DISCONTINUITY-SEQUENCE is missing' }]
        : [],
    )) as Check<HlsFacts>,
}

const liveEntries = (facts: HlsFacts) =>
  ofType(facts, 'video', 'audio').filter(({ playlist }) => !playlist.ended && playlist.playlistType !== 'EVENT')

export const playlistType: Check<HlsFacts> = facts =>
  entriesOf(facts).flatMap(({ uri, playlist }) =>
    playlist.ended && playlist.playlistType === null
      ? [{ subject: uri, message: 'nothing will be added, and EXT-X-PLAYLIST-TYPE is missing' }]
      : [],
  )

export const languages: Check<HlsFacts> = facts =>
  (facts.master?.media ?? []).flatMap(({ type, name, language }) =>
    type !== 'VIDEO' && language === null ? [{ subject: name, message: 'LANGUAGE is missing' }] : [],
  )

const transfers = (facts: HlsFacts): { subject: string; uri: string; transfer: Transfer; type: string }[] =>
  entriesOf(facts).flatMap(({ uri, track }) =>
    track.segments.flatMap(segment =>
      segment.transfer ? [{ subject: uri, uri: segment.uri, transfer: segment.transfer, type: track.type }] : [],
    ),
  )

export const redirects: Check<HlsFacts> = facts =>
  few(
    transfers(facts).flatMap(({ subject, uri, transfer }) =>
      transfer.redirects > 0 ? [{ subject, message: `${uri} was redirected` }] : [],
    ),
  )

export const maps: Check<HlsFacts> = facts =>
  entriesOf(facts).flatMap(({ uri, playlist }) =>
    few(
      playlist.segments.flatMap(segment =>
        segment.map === null && /\.(?:m4[savf]|mp4|cmf[avt])(?:\?|$)/i.test(segment.uri)
          ? [{ subject: uri, message: `${segment.uri} has no EXT-X-MAP` }]
          : [],
      ),
    ),
  )

const playlistTransfers = (facts: HlsFacts): { subject: string; transfer: Transfer }[] => [
  ...(facts.transfer ? [{ subject: facts.url ?? 'multivariant playlist', transfer: facts.transfer }] : []),
  ...entriesOf(facts).flatMap(({ uri, transfer }) => (transfer ? [{ subject: uri, transfer }] : [])),
]

export const compressed: Check<HlsFacts> = facts =>
  few(
    playlistTransfers(facts).flatMap(({ subject, transfer }) =>
      transfer.contentEncoding === null ? [{ subject, message: 'it is served uncompressed' }] : [],
    ),
  )

const playlistTypes = /^(?:application\/vnd\.apple\.mpegurl|audio\/mpegurl|application\/x-mpegurl)\b/i
const segmentTypes = /^(?:video\/(?:mp4|iso\.segment|mp2t)|audio\/(?:mp4|aac|ac3|eac3)|text\/vtt|application\/mp4)\b/i

export const mediaTypes: Check<HlsFacts> = facts => {
  const wrong = (subject: string, { contentType }: Transfer, pattern: RegExp): Found[] =>
    contentType !== null && pattern.test(contentType)
      ? []
      : [{ subject, message: `its type is ${contentType ?? 'missing'}` }]
  return few([
    ...playlistTransfers(facts).flatMap(({ subject, transfer }) => wrong(subject, transfer, playlistTypes)),
    ...transfers(facts).flatMap(({ uri, transfer }) => wrong(uri, transfer, segmentTypes)),
  ])
}

export const secure: Check<HlsFacts> = ({ url }) =>
  url?.startsWith('http:') ? [{ subject: url, message: 'it is not served over TLS' }] : []

const FAIRPLAY = 'com.apple.streamingkeydelivery'
const fairPlay = (facts: HlsFacts) =>
  entriesOf(facts).flatMap(({ uri, playlist }) =>
    [...new Set(playlist.segments.flatMap(({ keys }) => keys))].flatMap(key =>
      key.keyFormat === FAIRPLAY ? [{ uri, key }] : [],
    ),
  )

export const fairPlayMethod: Check<HlsFacts> = facts =>
  few(
    fairPlay(facts).flatMap(({ uri, key }) =>
      key.method === 'AES-128' ? [{ subject: uri, message: `METHOD is ${key.method}` }] : [],
    ),
  )
export const fairPlayIv: Check<HlsFacts> = facts =>
  few(
    fairPlay(facts).flatMap(({ uri, key }) =>
      key.iv === null ? [] : [{ subject: uri, message: 'the key has an IV' }],
    ),
  )
export const fairPlayCounter: Check<HlsFacts> = facts =>
  few(
    fairPlay(facts).flatMap(({ uri, key }) =>
      key.method === 'SAMPLE-AES-CTR' ? [{ subject: uri, message: 'FairPlay cannot decrypt counter mode' }] : [],
    ),
  )

export const cbcsPattern: Check<HlsFacts> = facts =>
  ofType(facts, 'video').flatMap(({ uri, track }) => {
    const protection = track.init?.protection
    if (protection?.scheme !== 'cbcs') return []
    const [encrypted, clear] = protection.pattern ?? [0, 0]
    return encrypted === 1 && clear === 9 ? [] : [{ subject: uri, message: `the pattern is ${encrypted}:${clear}` }]
  })
