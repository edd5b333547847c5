// A package → its DASH manifest. Decides nothing about media.
import type { TrackRole } from '../audio/index.ts'
import { compare, mul, type Rational, rational, round } from '../core/index.ts'
import { averageBitrate, peakBitrate, sumOf, targetDuration } from './bitrates.ts'
import {
  type AdaptationSet,
  type ContentProtection,
  type Mpd,
  profiles,
  type Representation,
  schemes,
} from './dash-model.ts'
import { layout } from './layout.ts'
import {
  canJoin,
  commonTarget,
  frameRate,
  type ImageTrack,
  leader,
  loads,
  type NamedTrack,
  type PackageTracks,
  type TextTrack,
  type TrickTrack,
} from './package-tracks.ts'
import { trackDuration } from './track.ts'

export function describeDash({ media, trick, text, images }: PackageTracks): Mpd {
  const targetDurationS = commonTarget(media)
  const videos = media.filter(({ type }) => type === 'video')
  const audios = media.filter(({ type }) => type === 'audio')
  const pictures = [...Map.groupBy(videos, switchingGroup).values()]
  const sounds = [...Map.groupBy(audios, soundGroup).values()]
  // The picture decides; the last coded block of sound may reach beyond it by less than itself.
  const ends = (videos.length > 0 ? videos : audios).map(({ track }) => trackDuration(track))
  const longest = (rates: readonly Rational[]): Rational => rates.reduce((a, b) => (compare(a, b) < 0 ? b : a))
  const sets: Omit<AdaptationSet, 'id'>[] = [
    ...[...pictures, ...sounds].map(members =>
      describeSet(members, leader(audios.length > 0 ? audios : members), targetDurationS),
    ),
    ...trick.map(each =>
      describeTrick(
        each,
        pictures.findIndex(set => set.some(({ track }) => track.id === each.of)),
      ),
    ),
    ...text.map(describeText),
    ...images.map(describeImages),
  ]
  return {
    type: 'static',
    profiles: [profiles.live],
    duration: longest(ends),
    minBufferTime: rational(targetDurationS),
    periods: [
      {
        id: '0',
        start: rational(0),
        duration: null,
        adaptationSets: sets.map((set, i) => ({ id: `${i}`, ...set })),
      },
    ],
  }
}

/** Players switch within a set: there a decoder cannot change its codec, nor a screen its range, nor a player its key. */
/** The first: a lead may be in the clear. */
const keyOf = (protection: NamedTrack['protection']): string | null =>
  protection.find(({ kid }) => kid !== null)?.kid ?? null

const switchingGroup = ({ track, protection }: NamedTrack): string =>
  [track.init.sampleEntry, track.init.video?.color?.transfer ?? '', keyOf(protection) ?? ''].join()

/** Bit rates of the same sound share a set; without a label nobody can tell that it is the same. */
const soundGroup = ({ track, language, label, role, protection }: NamedTrack): string =>
  label === null
    ? track.id
    : [track.init.sampleEntry, track.init.audio?.channels, language, label, role, keyOf(protection)].join()

const plainSet = {
  label: null,
  language: null,
  roles: [] as readonly string[],
  accessibility: [],
  essential: [],
  supplemental: [],
  protection: [] as readonly ContentProtection[],
  segmentAlignment: false,
  startsWithSap: false,
  color: null,
} as const

const plainRepresentation = {
  codecs: '',
  width: null,
  height: null,
  sampleAspect: null,
  frameRate: null,
  sampleRateHz: null,
  channels: null,
} as const

/** ISO/IEC 23009-1 5.8.5.5, the scheme of roles, beside main and alternate. */
const SOUND_ROLES: Readonly<Partial<Record<TrackRole, readonly string[]>>> = {
  commentary: ['commentary'],
  description: ['description'],
  hearing: ['enhanced-audio-intelligibility'],
  karaoke: ['karaoke'],
}

/** For whom sound is made: TV-Anytime's AudioPurposeCS, as DASH-IF IOP 4.3 7.1.2 has it. */
const SOUND_PURPOSES: Readonly<Partial<Record<TrackRole, AdaptationSet['accessibility']>>> = {
  description: [{ scheme: schemes.audioPurpose, value: '1' }],
  hearing: [{ scheme: schemes.audioPurpose, value: '2' }],
}

function describeSet(
  members: readonly NamedTrack[],
  main: NamedTrack,
  targetDurationS: number,
): Omit<AdaptationSet, 'id'> {
  const first = members[0]!
  const isAudio = first.type === 'audio'
  const role = members.includes(main) ? 'main' : 'alternate'
  return {
    ...plainSet,
    contentType: first.type,
    language: isAudio ? first.language : null,
    label: isAudio ? first.label : null,
    roles: isAudio ? [role, ...(SOUND_ROLES[first.role] ?? [])] : [],
    accessibility: SOUND_PURPOSES[first.role] ?? [],
    protection: describeProtection(first),
    segmentAlignment: true,
    startsWithSap: members.every(canJoin),
    color: colorOf(first),
    representations: members.map(({ track, codecs }) => ({
      id: track.id,
      bandwidth: peakBitrate(loads(track), targetDurationS),
      codecs,
      mimeType: `${first.type}/mp4`,
      width: track.init.video?.width ?? null,
      height: track.init.video?.height ?? null,
      sampleAspect: track.init.video?.aspect ?? null,
      frameRate: track.init.video ? frameRate(track) : null,
      sampleRateHz: track.init.audio?.sampleRateHz ?? null,
      channels: track.init.audio ? `${track.init.audio.channels}` : null,
      segments: {
        kind: 'template',
        timescale: track.init.timescale,
        presentationTimeOffset: 0n,
        initialization: track.initPath,
        media: layout.segmentTemplate(track.id),
        startNumber: 1,
        timeline: track.segments.map(({ start, end }) => ({ start, duration: end - start })),
        nominal: null,
      },
    })),
  }
}

function colorOf({ track }: NamedTrack): AdaptationSet['color'] {
  const color = track.init.video?.color
  return color ? { primaries: color.primaries, transfer: color.transfer, matrix: color.matrix } : null
}

/**
 * ISO/IEC 23009-1 5.8.4.1 and 23001-7 11.2. Where keys change within the period only the scheme is told: key ids and pssh are then
 * in the segments, and one default_KID would be wrong for the others.
 */
function describeProtection({ protection }: NamedTrack): ContentProtection[] {
  const keyed = protection.filter(({ scheme }) => scheme !== null)
  const [first] = keyed
  if (!first) return []
  const rotates = new Set(keyed.map(({ kid }) => kid)).size > 1
  return [
    { scheme: schemes.protection, value: first.scheme, defaultKid: rotates ? null : first.kid, pssh: null },
    ...first.systems.map(({ systemId, name, pssh }) => ({
      scheme: `urn:uuid:${systemId}`,
      value: name,
      defaultKid: null,
      pssh: rotates ? null : pssh,
    })),
  ]
}

/** One file with an index. `main` is the place of the set that it speeds up. */
function describeTrick({ track, codecs }: TrickTrack, main: number): Omit<AdaptationSet, 'id'> {
  const rates = loads(track)
  const { video, timescale } = track.init
  const { indexRange } = track
  const representation: Representation = {
    ...plainRepresentation,
    id: `${track.id}_iframes`,
    bandwidth: peakBitrate(rates, targetDuration(rates.map(({ duration }) => duration))),
    codecs,
    mimeType: 'video/mp4',
    width: video?.width ?? null,
    height: video?.height ?? null,
    sampleAspect: video?.aspect ?? null,
    frameRate: null,
    segments: {
      kind: 'base',
      url: track.initPath,
      timescale,
      presentationTimeOffset: 0n,
      initRange: [0n, BigInt(track.initBytes - 1)],
      indexRange: indexRange && [BigInt(indexRange.offset), BigInt(indexRange.offset + indexRange.bytes - 1)],
    },
  }
  return {
    ...plainSet,
    contentType: 'video',
    essential: [{ scheme: schemes.trickMode, value: `${Math.max(0, main)}` }],
    startsWithSap: true,
    representations: [representation],
  }
}

function describeText({
  id,
  language,
  label,
  isDefault,
  forced,
  hearingImpaired,
  segments,
}: TextTrack): Omit<AdaptationSet, 'id'> {
  const role = forced ? 'forced-subtitle' : hearingImpaired ? 'caption' : 'subtitle'
  return {
    ...plainSet,
    contentType: 'text',
    language,
    label,
    roles: [role, ...(isDefault ? ['main'] : [])],
    accessibility: hearingImpaired ? [{ scheme: schemes.audioPurpose, value: '2' }] : [],
    representations: [
      {
        ...plainRepresentation,
        id,
        // A manifest must name one; text is never 0.
        bandwidth: Math.max(1, averageBitrate(segments)),
        mimeType: 'text/vtt',
        segments: { kind: 'file', url: layout.textFile(id) },
      },
    ],
  }
}

/** DASH-IF IOP 6.2.6. */
function describeImages(images: ImageTrack): Omit<AdaptationSet, 'id'> {
  const { id, mimeType, media, columns, rows, width, height, sheetDuration, bytes } = images
  const ticks = round(mul(sheetDuration, rational(1000)))
  const sheets = bytes.map(size => ({ bytes: size, duration: sheetDuration }))
  return {
    ...plainSet,
    contentType: 'image',
    essential: [{ scheme: schemes.thumbnails, value: `${columns}x${rows}` }],
    representations: [
      {
        ...plainRepresentation,
        id,
        bandwidth: Math.max(1, peakBitrate(sheets, Number(round(sumOf([sheetDuration]))) || 1)),
        mimeType,
        width,
        height,
        segments: {
          kind: 'template',
          timescale: 1000,
          presentationTimeOffset: 0n,
          initialization: null,
          media,
          startNumber: 1,
          timeline: sheets.map((_, i) => ({ start: BigInt(i) * ticks, duration: ticks })),
          nominal: ticks,
        },
      },
    ],
  }
}
