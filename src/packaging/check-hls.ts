// Faults of HLS playlists against the segments they list.
import { posix } from 'node:path'
import { add, type Rational, rational, toNumber } from '../core/index.ts'
import {
  displaySize,
  formatFrameRate,
  frameRate,
  loads,
  type MediaPlaylist,
  type MultivariantPlaylist,
  parseMedia,
  peakBitrate,
  type StreamInfo,
  segmentDuration,
  type Track,
  targetDuration,
  videoRange,
} from '../manifest/index.ts'
import { differs } from './check-track.ts'

/** Playlists print microseconds. */
const ROUNDING = rational(1, 1_000_000)

/** `read` gives the text of a file of the package by its relative path. */
export async function checkHls(
  master: MultivariantPlaylist,
  tracks: readonly Track[],
  read: (path: string) => Promise<string>,
): Promise<string[]> {
  const findings: string[] = []
  const renditions = master.media.filter(({ type }) => type !== 'SUBTITLES')
  const uris = new Set([...master.variants.map(({ uri }) => uri), ...renditions.flatMap(({ uri }) => uri ?? [])])
  const playlists = new Map<string, { track: Track; playlist: MediaPlaylist }>()
  for (const path of uris) {
    try {
      const playlist = parseMedia(await read(path))
      const first = playlist.segments[0]?.map
      const map = first && posix.join(posix.dirname(path), first.uri)
      const track = tracks.find(({ initPath }) => initPath === map)
      if (!track) findings.push(`${path}: its EXT-X-MAP is no init segment of the package`)
      else {
        playlists.set(path, { track, playlist })
        findings.push(...checkPlaylist(path, playlist, track))
      }
    } catch (error) {
      findings.push(`${path}: ${error instanceof Error ? error.message : error}`)
    }
  }
  const listed = new Set([...playlists.values()].map(({ track }) => track.id))
  for (const { id } of tracks) if (!listed.has(id)) findings.push(`${id} is in no HLS playlist`)
  for (const variant of master.variants) {
    const found = playlists.get(variant.uri)
    if (!found) continue
    findings.push(...checkStream(variant, found))
    const { video } = found.track.init
    const rate = formatFrameRate(frameRate(found.track))
    if (video && variant.frameRate !== rate)
      findings.push(`${variant.uri}: FRAME-RATE is ${variant.frameRate}, measured ${rate}`)
    if (variant.audio !== null && !master.media.some(({ groupId }) => groupId === variant.audio))
      findings.push(`${variant.uri}: its audio group ${variant.audio} does not exist`)
    const sounds = master.media.filter(({ groupId }) => groupId === variant.audio)
    const sound = sounds.map(({ uri }) => measuredPeak(playlists.get(uri ?? '')))
    const needed = (video ? measuredPeak(found) : 0) + Math.max(0, ...sound)
    if (variant.bandwidth < needed)
      findings.push(`${variant.uri}: BANDWIDTH ${variant.bandwidth} is less than ${needed}`)
  }
  return findings
}

type Found = { readonly track: Track; readonly playlist: MediaPlaylist }

const measuredPeak = (found: Found | undefined): number =>
  found ? peakBitrate(loads(found.track), found.playlist.targetDurationS) : 0

function checkPlaylist(path: string, playlist: MediaPlaylist, track: Track): string[] {
  const findings: string[] = []
  const folder = posix.dirname(path)
  if (!playlist.ended) findings.push(`${path} has no EXT-X-ENDLIST`)
  const listed = playlist.segments.map(({ uri }) => posix.join(folder, uri))
  const onDisk = track.segments.map(segment => segment.path)
  if (listed.join() !== onDisk.join()) {
    const missing = onDisk.filter(each => !listed.includes(each))
    const dead = listed.filter(each => !onDisk.includes(each))
    findings.push(
      `${path} lists ${listed.length} segments, ${onDisk.length} exist (not listed: ${missing.slice(0, 3)}; not there: ${dead.slice(0, 3)})`,
    )
    return findings
  }
  const longest = targetDuration(playlist.segments.map(({ duration }) => duration))
  if (playlist.targetDurationS < longest)
    findings.push(`${path}: EXT-X-TARGETDURATION ${playlist.targetDurationS} is less than a segment of ${longest} s`)
  let said = rational(0)
  let measured = rational(0)
  for (const [i, segment] of track.segments.entries()) {
    const { duration, uri } = playlist.segments[i]!
    const actual = segmentDuration(track, segment)
    said = add(said, duration)
    measured = add(measured, actual)
    if (differs(duration, actual, ROUNDING) || differs(said, measured, ROUNDING)) {
      findings.push(`${path}: EXTINF of ${uri} is ${show(duration)} s, measured ${show(actual)} s`)
      break
    }
  }
  return findings
}

const show = (value: Rational): string => toNumber(value).toFixed(6)

function checkStream(stream: StreamInfo, { track }: Found): string[] {
  const { video } = track.init
  if (!video) return stream.resolution ? [`${stream.uri}: RESOLUTION of a stream without picture`] : []
  const findings: string[] = []
  const size = stream.resolution
  const shown = displaySize(track)
  if (size?.width !== shown?.width || size?.height !== shown?.height)
    findings.push(
      `${stream.uri}: RESOLUTION is ${size?.width}x${size?.height}, the init segment has ${shown?.width}x${shown?.height}`,
    )
  const range = videoRange(track)
  if (range !== null && stream.videoRange !== range)
    findings.push(`${stream.uri}: VIDEO-RANGE is ${stream.videoRange}, the init segment says ${range}`)
  if (video.avc) {
    const codec = avcString(track.init.sampleEntry, video.avc)
    if (!stream.codecs?.split(',').some(each => each.toLowerCase() === codec))
      findings.push(`${stream.uri}: CODECS is ${stream.codecs}, the init segment says ${codec}`)
  }
  return findings
}

/** RFC 6381 3.4: six hexadecimal digits of profile, compatibility and level. */
export function avcString(
  sampleEntry: string,
  { profile, compatibility, level }: { profile: number; compatibility: number; level: number },
): string {
  return `${sampleEntry}.${[profile, compatibility, level].map(byte => byte.toString(16).padStart(2, '0')).join('')}`
}
