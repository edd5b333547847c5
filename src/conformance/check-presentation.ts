// The journey of one presentation: fetch or open, read manifests and every segment, hold all against the rules.
import { stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { HeadendError, type OnProgress } from '../core/index.ts'
import {
  type CheckedTrack,
  type DashFacts,
  type HlsFacts,
  type RuleFinding,
  ruleCount,
  runRules,
} from '../manifest/index.ts'
import type { ConformanceReport } from '../model/index.ts'
import { createFileReader } from './file-reader.ts'
import { createHttpReader } from './http-reader.ts'
import { loadDash } from './load-dash.ts'
import { loadHls } from './load-hls.ts'
import type { ReadContext } from './read-track.ts'
import { MAX_MANIFEST_BYTES, type Resource, type ResourceReader } from './resource.ts'

export type CheckOptions = {
  readonly signal: AbortSignal
  readonly onProgress?: OnProgress | undefined
  /** Segments of each track to read at most; null for all. */
  readonly first: number | null
}

/** @throws {HE_INPUT_…} {HE_FETCH_…} when the manifest itself cannot be had, or the signal's reason. */
export async function checkPresentation(target: string, options: CheckOptions): Promise<ConformanceReport> {
  const { reader, name } = await openTarget(target)
  return await checkWith(reader, name, target, options)
}

/** As checkPresentation, wherever it lies. `name` is the manifest's reference in `reader`. */
export async function checkWith(
  reader: ResourceReader,
  name: string,
  target: string,
  { signal, onProgress, first }: CheckOptions,
): Promise<ConformanceReport> {
  let done = 0
  const context: ReadContext = {
    reader,
    signal,
    first,
    onSegment: () =>
      onProgress?.({
        stage: 'check',
        done: ++done,
        total: null,
        unit: 'steps',
        fps: null,
        speed: null,
        etaSeconds: null,
      }),
  }
  const manifest = await reader.read(name, { range: null, maxBytes: MAX_MANIFEST_BYTES, signal })
  const facts = kindOf(manifest) === 'hls' ? await loadHls(name, manifest, context) : await loadDash(manifest, context)
  return report(target, facts, runRules(facts))
}

async function openTarget(target: string): Promise<{ reader: ResourceReader; name: string }> {
  if (/^https?:/i.test(target)) return { reader: createHttpReader(target), name: target }
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(target))
    throw new HeadendError('HE_FETCH_REFUSED', `${target.slice(0, 200)} is no address of http or https`)
  const found = await stat(target).catch(() => null)
  if (!found) throw new HeadendError('HE_INPUT_NOT_FOUND', `there is no ${target}`, { details: { path: target } })
  if (!found.isDirectory()) return { reader: createFileReader(dirname(target)), name: encodeURI(basename(target)) }
  for (const name of ['master.m3u8', 'manifest.mpd'])
    if (await stat(join(target, name)).catch(() => null)) return { reader: createFileReader(target), name }
  throw new HeadendError('HE_INPUT_NOT_FOUND', `${target} has neither master.m3u8 nor manifest.mpd`, {
    details: { path: target },
    hint: 'Name the playlist or the MPD itself.',
  })
}

/** By its first words: names and media types are often wrong. */
function kindOf({ bytes }: Resource): 'hls' | 'dash' {
  const start = new TextDecoder()
    .decode(bytes.subarray(0, 64))
    .replace(/^\ufeff/, '')
    .trimStart()
  if (start.startsWith('#EXTM3U')) return 'hls'
  if (start.startsWith('<')) return 'dash'
  throw new HeadendError('HE_INPUT_NOT_MEDIA', 'it is neither an HLS playlist nor a DASH manifest', {
    hint: 'An HLS playlist begins with #EXTM3U, a DASH manifest is XML.',
  })
}

function report(target: string, facts: HlsFacts | DashFacts, findings: readonly RuleFinding[]): ConformanceReport {
  const tracks = [...facts.entries.values()].map(({ track }) => describe(track))
  const worst = (['fail', 'warn'] as const).find(severity => findings.some(each => each.severity === severity))
  return {
    version: 1,
    target,
    kind: facts.kind,
    status: worst ?? 'pass',
    rules: ruleCount(facts.kind),
    tracks,
    findings: [...findings],
  }
}

const describe = ({ id, type, init, segments }: CheckedTrack): ConformanceReport['tracks'][number] => ({
  id,
  type,
  codec: init?.codec ?? null,
  segments: segments.length,
  read: segments.filter(({ bytes }) => bytes !== null).length,
  bytes: segments.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0),
})
