// Encoded files → CMAF segments by Shaka Packager, HLS and DASH written by us from what is in them.
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, extname, join, resolve } from 'node:path'
import type { TrackRole } from '../audio/index.ts'
import { compare, HeadendError, parseRational, type RationalText, type RunOptions } from '../core/index.ts'
import {
  describeDash,
  describeHls,
  formatMedia,
  formatMpd,
  formatMultivariant,
  layout,
  type NamedTrack,
  type PackageTracks,
  parseXml,
  plainPackage,
  plainTrack,
  type TextTrack,
  type Track,
  type TrackProtection,
  trackDuration,
  type XmlElement,
} from '../manifest/index.ts'
import { type PackageProtection, protectTracks } from './protect-tracks.ts'
import { readTrack } from './read-track.ts'
import { runPackager } from './run-packager.ts'
import { shakaArguments } from './shaka-arguments.ts'
import { watchGrowth } from './watch-growth.ts'
import { writeText } from './write-text.ts'
import { chooseTrickSource, writeTrick } from './write-trick.ts'

export type PackageInput = {
  /** Folder name in the package: `[a-z0-9_-]+`. */
  readonly id: string
  /** A file with one stream of this type. Its edit list is what keeps sound and picture together: see packageStreams. */
  readonly path: string
  readonly type: 'video' | 'audio'
  /** ISO 639 or BCP 47. */
  readonly language?: string
  /** What people read when they choose. */
  readonly label?: string
  /** The sound to start with; the first one when none says so. */
  readonly default?: boolean
  /** What sound is for; the programme itself when left out. */
  readonly role?: TrackRole
}

/** Subtitles: a WebVTT file. */
export type PackageText = {
  /** As of PackageInput, and distinct from those. */
  readonly id: string
  readonly path: string
  readonly language?: string
  readonly label?: string
  /** Shown without being asked for. */
  readonly default?: boolean
  readonly forced?: boolean
  readonly hearingImpaired?: boolean
}

export type PackageRequest = {
  /** Renditions of the picture in the order in which the master playlist offers them; then sound. */
  readonly inputs: readonly PackageInput[]
  readonly texts?: readonly PackageText[]
  /** Made where it is missing. Nothing outside of it is written; after a failure its content is to be thrown away. */
  readonly outDir: string
  readonly segmentDuration: RationalText
  readonly hls: boolean
  readonly dash: boolean
  /** Absent leaves all in the clear. Fast forward is left out where the pictures are encrypted. */
  readonly protection?: PackageProtection
}

/** Shaka's manifest: read for its codec strings, then removed. */
const SHAKA_MPD = 'shaka.mpd'

/**
 * Writes `<id>/init.mp4`, `<id>/00001.m4s` …, for HLS `master.m3u8` and `<id>/media.m3u8`, for DASH `manifest.mpd`, all from the same segments;
 * `iframes.mp4` beside one picture, for fast forward; subtitles as WebVTT.
 *
 * Inputs must carry reordering delay and encoder delay in edit lists, as FFmpeg's mp4 muxer does by itself: Shaka keeps
 * them, and players and FFmpeg honour them. Without one, sound comes out later by the encoder delay (1,024 samples for
 * AAC); with negative composition offsets instead (`negative_cts_offsets`), FFmpeg shows the picture late.
 * @throws {HE_PACKAGER_MISSING} {HE_PACKAGER_FAILED} {HE_OUTPUT_FULL} {HE_OUTPUT_UNWRITABLE} or the signal's reason.
 */
export async function packageStreams(
  request: PackageRequest,
  { signal, log, onProgress }: RunOptions,
): Promise<readonly NamedTrack[]> {
  const { inputs, texts = [], segmentDuration, hls, dash, protection } = request
  const outDir = resolve(request.outDir)
  check([...inputs, ...texts], inputs.length)
  signal.throwIfAborted()
  await mkdir(outDir, { recursive: true }).catch(error => Promise.reject(unwritable(outDir, error)))
  await using undo = new AsyncDisposableStack()
  const expectedBytes = await totalBytes(inputs)
  const streams = await linkAwkward(inputs, undo)
  const languages = inputs.map(input => canonicalLanguage(input.language))
  await runShaka()
  const codecs = await readCodecs(outDir)
  const lead =
    inputs.find(input => input.type === 'audio' && input.default) ?? inputs.find(({ type }) => type === 'audio')
  const keyed = protection ? await protect(protection) : null
  const named: NamedTrack[] = []
  for (const [i, input] of inputs.entries()) {
    const track = await readBack(outDir, input.id, signal)
    named.push({
      ...plainTrack(track, track.init.codec ?? codecs.get(input.id) ?? fail(`the packager did not write ${input.id}`), {
        type: input.type,
        language: languages[i]!,
        label: input.label ?? null,
        isDefault: input === lead,
        role: input.role ?? 'main',
      }),
      protection: keyed?.[i] ?? [],
    })
  }
  const tracks = await complete(named)
  for (const [path, text] of renderManifests(tracks, { hls, dash })) {
    signal.throwIfAborted()
    await write(join(outDir, path), text)
  }
  return named

  async function protect(asked: PackageProtection): Promise<TrackProtection[][]> {
    const clear: Track[] = []
    for (const { id } of inputs) clear.push(await readBack(outDir, id, signal))
    return await protectTracks(outDir, clear, asked, { signal }).catch(error => failWrite(outDir, error, signal))
  }

  /** What does not come from the packager: key frames alone, and subtitles. */
  async function complete(media: readonly NamedTrack[]): Promise<PackageTracks> {
    const source = chooseTrickSource(media)
    const trick =
      source && (await writeTrick(outDir, source, { signal }).catch(error => failWrite(outDir, error, signal)))
    const pictures = media.filter(({ type }) => type === 'video')
    const duration = (pictures.length > 0 ? pictures : media)
      .map(({ track }) => trackDuration(track))
      .reduce((a, b) => (compare(a, b) < 0 ? b : a))
    const text: TextTrack[] = []
    for (const each of texts) {
      const {
        language,
        label = null,
        default: isDefault = false,
        forced = false,
        hearingImpaired = false,
        ...own
      } = each
      const track = { ...own, language: canonicalLanguage(language), label, isDefault, forced, hearingImpaired }
      const times = { duration, segmentDuration: parseRational(segmentDuration), signal }
      text.push(await writeText(outDir, track, times).catch(error => failWrite(outDir, error, signal)))
    }
    return { ...plainPackage(media), trick: trick ? [trick] : [], text }
  }

  async function runShaka(): Promise<void> {
    using growth = watchGrowth(
      outDir,
      inputs.map(({ id }) => id),
      expectedBytes,
      onProgress,
    )
    const shaka = streams.map((stream, i) => ({ ...stream, language: languages[i]! }))
    const language = languages.find((_, i) => inputs[i]!.type === 'audio') ?? null
    await runPackager(shakaArguments(shaka, segmentDuration, SHAKA_MPD, language), {
      signal,
      log,
      cwd: outDir,
      expectedBytes,
    })
    growth.finish()
  }
}

function renderManifests(tracks: PackageTracks, { hls, dash }: { hls: boolean; dash: boolean }): [string, string][] {
  const files: [string, string][] = []
  if (hls) {
    const { multivariant, media } = describeHls(tracks)
    for (const [path, playlist] of Object.entries(media)) files.push([path, formatMedia(playlist)])
    files.push([layout.multivariant, formatMultivariant(multivariant)])
  }
  if (dash) files.push([layout.mpd, formatMpd(describeDash(tracks))])
  return files
}

function check(all: readonly { readonly id: string }[], streams: number): void {
  const ids = all.map(({ id }) => id)
  if (streams === 0 || new Set(ids).size < ids.length || !ids.every(id => /^[a-z0-9_-]+$/.test(id)))
    throw new HeadendError('HE_PLAN_INVALID', 'stream ids must be distinct and made of a-z, 0-9, _ and -', {
      details: { ids },
    })
}

async function totalBytes(inputs: readonly PackageInput[]): Promise<number> {
  const sizes = await Promise.all(
    inputs.map(async ({ path }) => {
      const found = await stat(path).catch(() => null)
      if (!found) throw new HeadendError('HE_INPUT_NOT_FOUND', `there is no ${path} to package`, { details: { path } })
      return found.size
    }),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** Gives inputs whose path holds a comma another name for as long as the packager runs. */
async function linkAwkward(
  inputs: readonly PackageInput[],
  undo: AsyncDisposableStack,
): Promise<{ id: string; path: string; type: 'video' | 'audio' }[]> {
  let dir: string | undefined
  const streams = []
  for (const { id, path: given, type } of inputs) {
    let path = resolve(given)
    if (path.includes(',')) {
      if (!dir) {
        const made = await mkdtemp(join(tmpdir(), 'headend-inputs-'))
        undo.defer(() => rm(made, { recursive: true, force: true }))
        dir = made
      }
      const link = join(dir, `${id}${extname(path)}`)
      await symlink(path, link)
      path = link
    }
    streams.push({ id, path, type })
  }
  return streams
}

/** The shortest tag: `eng` → `en`. null for none, unknown, or no tag at all. */
function canonicalLanguage(tag: string | undefined): string | null {
  if (!tag || tag === 'und') return null
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null
  } catch {
    return null
  }
}

/**
 * Codec strings by stream id. Of its manifest nothing else is read, which may be wrong: for Dolby Vision it lists a track twice, once
 * with a frame rate of 16000/0 (3.4.2). The first is that of the base layer.
 */
async function readCodecs(outDir: string): Promise<Map<string, string>> {
  const path = join(outDir, SHAKA_MPD)
  const codecs = new Map<string, string>()
  visit(parseXml(await readFile(path, 'utf8')))
  await rm(path)
  return codecs

  function visit(element: XmlElement): void {
    const codec = element.name === 'Representation' ? element.attributes.get('codecs') : undefined
    const init = element.children.find(({ name }) => name === 'SegmentTemplate')?.attributes.get('initialization')
    if (codec && init && !codecs.has(dirname(init))) codecs.set(dirname(init), codec)
    for (const child of element.children) visit(child)
  }
}

/** What the packager wrote is damaged only through its own fault. */
async function readBack(outDir: string, id: string, signal: AbortSignal): ReturnType<typeof readTrack> {
  try {
    return await readTrack(outDir, id, { signal })
  } catch (error) {
    signal.throwIfAborted()
    throw new HeadendError('HE_PACKAGER_FAILED', `what the packager wrote for ${id} cannot be read`, { cause: error })
  }
}

function fail(message: string): never {
  throw new HeadendError('HE_PACKAGER_FAILED', message)
}

/** Errors of our own writing, as ours. */
function failWrite(outDir: string, error: unknown, signal: AbortSignal): never {
  signal.throwIfAborted()
  throw error instanceof HeadendError ? error : unwritable(outDir, error)
}

/** @throws {HE_OUTPUT_FULL} {HE_OUTPUT_UNWRITABLE} */
async function write(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text)
  } catch (error) {
    throw unwritable(path, error)
  }
}

function unwritable(path: string, error: unknown): HeadendError {
  const { code } = error as NodeJS.ErrnoException
  const full = code === 'ENOSPC' || code === 'EDQUOT'
  return new HeadendError(full ? 'HE_OUTPUT_FULL' : 'HE_OUTPUT_UNWRITABLE', `cannot write ${basename(path)}`, {
    cause: error,
    details: { path, errno: code },
  })
}
