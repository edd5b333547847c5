// An HLS presentation → what its rules look at.
import {
  type HlsEntry,
  type HlsFacts,
  isMultivariant,
  joinUrl,
  type MediaPlaylist,
  type Problem,
  parseMedia,
  parseMultivariant,
} from '../manifest/index.ts'
import { explain, type ListedSegment, type ReadContext, readTrack } from './read-track.ts'
import { MAX_MANIFEST_BYTES, type Resource } from './resource.ts'

type Listed = { readonly uri: string; readonly type: HlsEntry['track']['type'] }

/** `manifest` is the playlist at `name`. @throws {HE_INPUT_DAMAGED} when that is none, or the signal's reason. */
export async function loadHls(name: string, manifest: Resource, context: ReadContext): Promise<HlsFacts> {
  const text = new TextDecoder().decode(manifest.bytes)
  const shared = { kind: 'hls', url: context.reader.url, transfer: manifest.transfer } as const
  const entries = new Map<string, HlsEntry>()
  const problems: Problem[] = []
  if (!isMultivariant(text)) {
    const playlist = parseMedia(text)
    entries.set(name, await readEntry({ uri: name, type: guessType(playlist) }, playlist, manifest, '', context))
    return { ...shared, master: null, entries, problems }
  }
  const master = parseMultivariant(text)
  const media = master.media.flatMap(({ uri, type }): Listed[] =>
    uri === null ? [] : [{ uri, type: type === 'AUDIO' ? 'audio' : type === 'VIDEO' ? 'video' : 'text' }],
  )
  const listed: Listed[] = [
    ...master.variants.map(({ uri, resolution }): Listed => ({ uri, type: resolution ? 'video' : 'audio' })),
    ...media,
    ...master.iframes.map(({ uri }): Listed => ({ uri, type: 'iframes' })),
  ]
  for (const each of listed) {
    if (entries.has(each.uri)) continue
    try {
      const resource = await context.reader.read(each.uri, {
        range: null,
        maxBytes: MAX_MANIFEST_BYTES,
        signal: context.signal,
      })
      const playlist = parseMedia(new TextDecoder().decode(resource.bytes))
      entries.set(each.uri, await readEntry(each, playlist, resource, each.uri, context))
    } catch (error) {
      problems.push({ subject: each.uri, message: explain(error, context.signal) })
    }
  }
  return { ...shared, master, entries, problems }
}

const guessType = ({ iframesOnly, segments }: MediaPlaylist): Listed['type'] =>
  iframesOnly ? 'iframes' : /\.(?:web)?vtt(?:\?|$)/i.test(segments[0]?.uri ?? '') ? 'text' : 'video'

async function readEntry(
  { uri, type }: Listed,
  playlist: MediaPlaylist,
  { transfer }: Resource,
  base: string,
  context: ReadContext,
): Promise<HlsEntry> {
  const listed = playlist.segments.map(
    ({ uri: path, duration, byteRange, map, discontinuity, gap }): ListedSegment => ({
      uri: joinUrl(base, path),
      range: byteRange,
      init: map && { uri: joinUrl(base, map.uri), range: map.byteRange },
      statedStart: null,
      statedDuration: duration,
      discontinuity,
      absent: gap,
    }),
  )
  return { uri, playlist, transfer, track: await readTrack({ id: uri, type }, listed, context) }
}
