// Encoded files → CMAF segments by Shaka Packager, HLS and DASH written by us from what is in them.
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, extname, join, resolve } from 'node:path'
import type { TrackRole } from '../audio/index.ts'
import { HeadendError, type RationalText, type RunOptions } from '../core/index.ts'
import { formatMedia, formatMpd, formatMultivariant, parseMpd } from '../manifest/index.ts'
import { describeDash } from './describe-dash.ts'
import { describeHls } from './describe-hls.ts'
import type { NamedTrack } from './named-track.ts'
import { readTrack } from './read-track.ts'
import { runPackager } from './run-packager.ts'
import { layout, shakaArguments } from './shaka-arguments.ts'
import { watchGrowth } from './watch-growth.ts'

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

export type PackageRequest = {
  /** Renditions of the picture in the order in which the master playlist offers them; then sound. */
  readonly inputs: readonly PackageInput[]
  /** Made where it is missing. Nothing outside of it is written; after a failure its content is to be thrown away. */
  readonly outDir: string
  readonly segmentDuration: RationalText
  readonly hls: boolean
  readonly dash: boolean
}

/** Shaka's manifest: read for its codec strings, then removed. */
const SHAKA_MPD = 'shaka.mpd'

/**
 * Writes `<id>/init.mp4`, `<id>/00001.m4s` …, for HLS `master.m3u8` and `<id>/media.m3u8`, for DASH `manifest.mpd`, all from the same segments.
 *
 * Inputs must carry reordering delay and encoder delay in edit lists, as FFmpeg's mp4 muxer does by itself: Shaka keeps
 * them, and players and FFmpeg honour them. Without one, sound comes out later by the encoder delay (1,024 samples for
 * AAC); with negative composition offsets instead (`negative_cts_offsets`), FFmpeg shows the picture late.
 * @throws {HE_PACKAGER_MISSING} {HE_PACKAGER_FAILED} {HE_OUTPUT_FULL} {HE_OUTPUT_UNWRITABLE} or the signal's reason.
 */
export async function packageStreams(request: PackageRequest, { signal, log, onProgress }: RunOptions): Promise<void> {
  const { inputs, segmentDuration, hls, dash } = request
  const outDir = resolve(request.outDir)
  check(inputs)
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
  const named: NamedTrack[] = []
  for (const [i, input] of inputs.entries()) {
    named.push({
      track: await readBack(outDir, input.id, signal),
      type: input.type,
      codecs: codecs.get(input.id) ?? fail(`the packager did not write ${input.id}`),
      language: languages[i]!,
      label: input.label ?? null,
      role: input.role ?? 'main',
      isDefault: input === lead,
    })
  }
  for (const [path, text] of renderManifests(named, { hls, dash })) {
    signal.throwIfAborted()
    await write(join(outDir, path), text)
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

function renderManifests(
  named: readonly NamedTrack[],
  { hls, dash }: { hls: boolean; dash: boolean },
): [string, string][] {
  const files: [string, string][] = []
  if (hls) {
    const { multivariant, media } = describeHls(named)
    for (const [path, playlist] of Object.entries(media)) files.push([path, formatMedia(playlist)])
    files.push([layout.multivariant, formatMultivariant(multivariant)])
  }
  if (dash) files.push([layout.mpd, formatMpd(describeDash(named))])
  return files
}

function check(inputs: readonly PackageInput[]): void {
  const ids = inputs.map(({ id }) => id)
  if (inputs.length === 0 || new Set(ids).size < ids.length || !ids.every(id => /^[a-z0-9_-]+$/.test(id)))
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

/** Codec strings by stream id. */
async function readCodecs(outDir: string): Promise<Map<string, string>> {
  const path = join(outDir, SHAKA_MPD)
  const mpd = parseMpd(await readFile(path, 'utf8'))
  await rm(path)
  return new Map(
    mpd.adaptationSets
      .flatMap(set => set.representations)
      .map(({ initialization, codecs }) => [dirname(initialization), codecs]),
  )
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
