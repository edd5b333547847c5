// The truth about one packaged track: read from its init segment and every segment, not from any manifest.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HeadendError } from '../core/index.ts'
import { layout, parseInit, readTrackSegment, type Track, type TrackSegment } from '../manifest/index.ts'

const SEGMENT_NAME = /^\d+\.m4s$/

/** Names of a track's segment files, in order. */
export async function listSegments(dir: string, id: string): Promise<string[]> {
  const names = (await readdir(join(dir, id))).filter(name => SEGMENT_NAME.test(name))
  return names.toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
}

/** Reads one track of the package in `dir`. @throws {HE_INPUT_DAMAGED} naming the file. */
export async function readTrack(dir: string, id: string, { signal }: { signal: AbortSignal }): Promise<Track> {
  const initPath = layout.init(id)
  const initBytes = await readFile(join(dir, initPath), { signal })
  const init = within(initPath, () => parseInit(initBytes))
  const segments: TrackSegment[] = []
  for (const name of await listSegments(dir, id)) {
    const path = `${id}/${name}`
    const bytes = await readFile(join(dir, path), { signal })
    segments.push(within(path, () => readTrackSegment(path, bytes, init)))
  }
  if (segments.length === 0) throw new HeadendError('HE_INPUT_DAMAGED', `${id} has no segments`, { details: { id } })
  return { id, init, initPath, initBytes: initBytes.length, indexRange: null, segments }
}

/** Puts the file's name in front of what is wrong in it. */
function within<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof HeadendError)) throw error
    throw new HeadendError(error.code, `${path}: ${error.message}`, {
      details: { ...error.details, path },
      cause: error,
    })
  }
}
