// The HLS playlists of a channel: RFC 8216bis with parts while it is live, a recording when it has ended.
import { type Rational, rational, toNumber } from '../core/index.ts'
import { type Ratio, segmentDuration } from '../live/index.ts'
import {
  type DateRange,
  formatMedia,
  formatMultivariant,
  type LowLatency,
  type MediaMap,
  type MediaSegment,
  type PartialSegment,
  plainSegment,
  type StreamInfo,
  targetDuration,
  type Variant,
} from '../manifest/index.ts'
import type { ChannelStore, Program, StoredSegment, StoredTrack } from './channel-store.ts'
import type { StoredCue } from './cue-list.ts'
import { keyPictureRate, keyTrackOf } from './key-pictures.ts'
import { measuredBitrate } from './measured-bitrate.ts'

/** 4.4.4.9: parts of the last three target durations are listed; older ones nobody needs. */
const SEGMENTS_WITH_PARTS = 3
/** Under a second players stall: measured, docs/live.md. */
const MIN_PART_HOLD_BACK = rational(1)
/** RFC 8216bis 4.4.3.8: at least six target durations. */
const SKIP_TARGETS = 6
const VERSION = 9
export const KEY_PLAYLIST = 'iframes.m3u8'

const toRational = ({ num, den }: Ratio): Rational => rational(num, den)

export function formatMaster(store: ChannelStore): string {
  const program = store.program!
  const tracks = program.tracks.map(id => store.tracks.get(id)!)
  const described = tracks.map(track => ({ track, description: track.descriptions.get(program.version)! }))
  const audio = described.filter(({ description }) => description.kind === 'audio')
  const video = described.filter(({ description }) => description.kind === 'video')
  const rate = ({ track, description }: (typeof described)[number]) => ({
    peak: Math.max(description.peakBps, measuredBitrate(track, description.timescale).peak),
    average: measuredBitrate(track, description.timescale).average || description.bitrateBps,
  })
  const sound = audio[0] && rate(audio[0])
  const variants = (video.length > 0 ? video : audio).map((each): Variant => {
    const { description } = each
    const own = rate(each)
    const withSound = video.length > 0 && sound ? sound : { peak: 0, average: 0 }
    return {
      uri: `${description.id}/playlist.m3u8`,
      bandwidth: own.peak + withSound.peak,
      averageBandwidth: own.average + withSound.average,
      score: null,
      codecs: [description.codec, ...(video.length > 0 && audio[0] ? [audio[0].description.codec] : [])].join(','),
      supplementalCodecs: null,
      resolution: description.kind === 'video' ? { width: description.width, height: description.height } : null,
      videoRange: description.kind === 'video' ? 'SDR' : null,
      hdcpLevel: null,
      frameRate:
        description.kind === 'video' ? (description.frameRate.num / description.frameRate.den).toFixed(3) : null,
      audio: video.length > 0 && audio[0] ? 'audio' : null,
      subtitles: null,
      closedCaptions: description.kind === 'video' ? 'NONE' : null,
    }
  })
  return formatMultivariant({
    version: VERSION,
    independentSegments: true,
    sessionKeys: [],
    sessionData: [],
    contentSteering: null,
    media:
      video.length > 0
        ? audio.map(({ description }, i) => ({
            type: 'AUDIO' as const,
            groupId: 'audio',
            name: description.kind === 'audio' ? (description.language ?? description.id) : description.id,
            language: (description.kind === 'audio' && description.language) || 'und',
            associatedLanguage: null,
            isDefault: i === 0,
            autoselect: true,
            forced: false,
            characteristics: [],
            channels: description.kind === 'audio' ? `${description.channels}` : null,
            instreamId: null,
            uri: `${description.id}/playlist.m3u8`,
          }))
        : [],
    variants: startFirst(variants),
    iframes: keyPictures(store, program),
  })
}

/** Fast forward: the key frames of one rendition. */
function keyPictures(store: ChannelStore, program: Program): StreamInfo[] {
  const track = keyTrackOf(store)
  const description = track?.descriptions.get(program.version)
  if (!track || description?.kind !== 'video') return []
  const { width, height, codec, id } = description
  const { peak, average } = keyPictureRate(track, program.version)
  return [
    {
      ...{ uri: `${id}/${KEY_PLAYLIST}`, bandwidth: peak, averageBandwidth: average, score: null },
      ...{ codecs: codec, supplementalCodecs: null, resolution: { width, height }, videoRange: 'SDR', hdcpLevel: null },
    },
  ]
}

/** One picture for each whole segment. */
export function formatKeyPictures(store: ChannelStore, track: StoredTrack): string {
  const program = store.program!
  const nominal = toRational(segmentDuration(program.timing))
  const { timescale } = track.descriptions.get(program.version) ?? [...track.descriptions.values()].at(-1)!
  const whole = listSegments(track, nominal).filter(({ segment }) => segment === null || segment.complete)
  const segments = whole.map(({ segment, number }, i): MediaSegment => {
    const previous = whole[i - 1]?.segment
    return {
      ...plainSegment(
        `${number}.key.m4s`,
        segment ? durationOf(segment, timescale) : nominal,
        mapOf(segment?.version ?? previous?.version ?? program.version),
      ),
      discontinuity: isBreak(previous, segment),
      gap: segment === null,
      programDateTime: dateOf(segment, number, timescale, nominal),
    }
  })
  return formatMedia({
    version: VERSION,
    targetDurationS: targetDuration([nominal, ...segments.map(({ duration }) => duration)]),
    mediaSequence: whole[0]?.number ?? 0,
    discontinuitySequence: program.version === 0 ? null : (whole[0]?.segment?.version ?? 0),
    playlistType: store.ended ? 'VOD' : null,
    independentSegments: true,
    iframesOnly: true,
    ended: store.ended,
    dateRanges: [],
    segments,
  })
}

const isBreak = (previous: StoredSegment | null | undefined, segment: StoredSegment | null): boolean =>
  previous !== undefined && previous !== null && segment !== null && previous.version !== segment.version

/** RFC 8216 6.3.1: players begin with the first; the largest that most lines carry. */
function startFirst(variants: readonly Variant[]): Variant[] {
  const sorted = [...variants].sort((a, b) => b.bandwidth - a.bandwidth)
  const first = sorted.find(({ bandwidth }) => bandwidth <= 3_500_000) ?? sorted.at(-1)
  return first ? [first, ...sorted.filter(each => each !== first)] : []
}

/** `skip`: whether a delta update was asked for. */
export function formatTrack(store: ChannelStore, track: StoredTrack, skip: boolean): string {
  const program = store.program!
  const nominal = toRational(segmentDuration(program.timing))
  const listed = listSegments(track, nominal)
  const { timescale } = track.descriptions.get(program.version) ?? [...track.descriptions.values()].at(-1)!
  const whole = listed.filter(({ segment }) => segment === null || segment.complete)
  const open = listed.find(({ segment }) => segment !== null && !segment.complete)?.segment ?? null
  const durations = whole.map(({ segment }) => (segment ? durationOf(segment, timescale) : nominal))
  const targetDurationS = targetDuration([nominal, ...durations])
  const skipAfterS = SKIP_TARGETS * targetDurationS
  let skipped = 0
  if (skip && !store.ended) {
    let behind = durations.reduce((sum, each) => sum + toNumber(each), 0)
    // A delta update must leave out something, and never what is younger than it says.
    while (skipped < whole.length && behind - toNumber(durations[skipped]!) > skipAfterS)
      behind -= toNumber(durations[skipped++]!)
  }
  const numbers = whole.map(({ number }) => number)
  const withParts = numbers.at(-SEGMENTS_WITH_PARTS) ?? 0
  const segments = whole.slice(skipped).map(({ segment, number }, i): MediaSegment => {
    const duration = segment ? durationOf(segment, timescale) : nominal
    const previous = whole[skipped + i - 1]?.segment
    const version = segment?.version ?? previous?.version ?? program.version
    const parts =
      !store.ended && segment && number >= withParts && segment.parts.length > 0
        ? { parts: segment.parts.map(part => partOf(segment, part.index, timescale)) }
        : {}
    return {
      uri: `${number}.m4s`,
      duration,
      byteRange: null,
      map: mapOf(version),
      keys: [],
      discontinuity: isBreak(previous, segment),
      gap: segment === null,
      programDateTime: dateOf(segment, number, timescale, nominal),
      ...parts,
    }
  })
  const first = listed[0]?.number ?? 0
  return formatMedia({
    version: VERSION,
    targetDurationS,
    mediaSequence: first,
    discontinuitySequence: program.version === 0 ? null : (listed[0]?.segment?.version ?? 0),
    playlistType: store.ended ? 'VOD' : null,
    independentSegments: true,
    iframesOnly: false,
    ended: store.ended,
    dateRanges: store.cues.all.map(dateRangeOf),
    segments,
    ...(store.ended ? {} : { lowLatency: lowLatencyOf(store, track, program, open, skipAfterS, skipped, timescale) }),
  })
}

type Listed = { readonly number: number; readonly segment: StoredSegment | null }

/** Every number from the first to the last; what is missing between them is a gap. */
function listSegments(track: StoredTrack, _nominal: Rational): Listed[] {
  const listed: Listed[] = []
  for (const segment of track.segments) {
    const before = listed.at(-1)
    // A channel that was away for an hour does not list an hour of gaps: it begins again.
    if (before && segment.number - before.number > 100) listed.length = 0
    else if (before)
      for (let number = before.number + 1; number < segment.number; number++) listed.push({ number, segment: null })
    listed.push({ number: segment.number, segment })
  }
  return listed
}

const maps = new Map<number, MediaMap>()
const mapOf = (version: number): MediaMap => {
  const known = maps.get(version)
  if (known) return known
  const map = { uri: `init-${version}.mp4`, byteRange: null }
  maps.set(version, map)
  return map
}

const durationOf = ({ durationTicks }: StoredSegment, timescale: number): Rational => rational(durationTicks, timescale)

const isoOf = (us: number): string => new Date(Math.round(us / 1000)).toISOString()

const dateOf = (segment: StoredSegment | null, number: number, timescale: number, nominal: Rational): string =>
  isoOf(
    segment
      ? Number((segment.decodeTicks * 1_000_000n) / BigInt(timescale))
      : Number((BigInt(number) * nominal.num * 1_000_000n) / nominal.den),
  )

const partOf = (segment: StoredSegment, index: number, timescale: number): PartialSegment => {
  const part = segment.parts.find(each => each.index === index)!
  return {
    uri: `${segment.number}.${index}.m4s`,
    duration: rational(part.durationTicks, timescale),
    independent: part.independent,
    gap: false,
  }
}

function lowLatencyOf(
  store: ChannelStore,
  track: StoredTrack,
  program: Program,
  open: StoredSegment | null,
  skipAfterS: number,
  skipped: number,
  timescale: number,
): LowLatency {
  const partTarget = partTargetOf(store, track)
  const last = track.segments.at(-1)
  const next = nextPart(last)
  const threeParts = rational(partTarget.num * 3n, partTarget.den)
  return {
    partTarget,
    partHoldBack: toNumber(threeParts) > toNumber(MIN_PART_HOLD_BACK) ? threeParts : MIN_PART_HOLD_BACK,
    holdBack: null,
    canBlockReload: true,
    canSkipUntil: rational(skipAfterS),
    skippedSegments: skipped,
    parts: open ? open.parts.map(part => partOf(open, part.index, timescale)) : [],
    preloadHint: next ? `${next.segment}.${next.index}.m4s` : null,
    reports: program.tracks
      .filter(id => id !== track.id)
      .flatMap(id => {
        const other = store.tracks.get(id)?.segments.at(-1)
        if (!other) return []
        return [{ uri: `../${id}/playlist.m3u8`, lastMsn: other.number, lastPart: other.parts.at(-1)?.index ?? null }]
      }),
  }
}

/** The longest part that there can be: parts of sound end with a whole coded frame (the nearest one). */
export function partTargetOf(store: ChannelStore, track: StoredTrack): Rational {
  const { version, timing } = store.program!
  const { num, den } = timing.frameRate
  const description = track.descriptions.get(version)
  const nominal = rational(timing.framesPerPart * den, num)
  if (description?.kind !== 'audio') return nominal
  const longest = track.segments
    .slice(-SEGMENTS_WITH_PARTS)
    .flatMap(({ parts }) => parts)
    .reduce((most, { durationTicks }) => Math.max(most, durationTicks), 0)
  const frames = Math.ceil((timing.framesPerPart * den * description.timescale) / num / AAC_SAMPLES)
  return rational(Math.max(longest, frames * AAC_SAMPLES), description.timescale)
}

const AAC_SAMPLES = 1024

/** What comes next: the hint, and what a client may block for. */
export const nextPart = (last: StoredSegment | undefined): { segment: number; index: number } | null => {
  if (!last) return null
  if (last.complete) return { segment: last.number + 1, index: 0 }
  return { segment: last.number, index: (last.parts.at(-1)?.index ?? -1) + 1 }
}

const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex').toUpperCase()}`

/** RFC 8216 4.3.2.7.1: the end of a break is told with the attributes of its beginning. */
function dateRangeOf({ id, kind, startUs, plannedUs, endUs, begin, end }: StoredCue): DateRange {
  const microseconds = (us: number | null): Rational | null =>
    us === null ? null : rational(Math.round(us), 1_000_000)
  return {
    id,
    class: null,
    startDate: isoOf(startUs),
    endDate: null,
    duration: microseconds(endUs === null ? null : endUs - startUs),
    plannedDuration: microseconds(plannedUs),
    scte35Out: kind === 'out' && begin ? hex(begin) : null,
    scte35In: end ? hex(end) : null,
    scte35Command: kind !== 'out' && begin ? hex(begin) : null,
    endOnNext: false,
    client: {},
  }
}
