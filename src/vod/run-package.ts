// The journey of finished renditions: probe → plan → a file per track → package → check. Appears whole or not at all.
import { writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { type DocumentFormat, formatCaptions } from '../captions/index.ts'
import { HeadendError, type RunOptions, toNumber } from '../core/index.ts'
import { runSpec } from '../engine/index.ts'
import type { ConformanceReport, PackagePlan, PackageReport } from '../model/index.ts'
import {
  type Inventory,
  inventoryPackage,
  type PackageProtection,
  type PackageRequest,
  packageStreams,
  refuseProtection,
} from '../packaging/index.ts'
import {
  compilePackageInput,
  describeMisalignment,
  type PackageFile,
  type PackageOptions,
  planPackage,
} from '../plan/index.ts'
import { probe } from '../probe/index.ts'
import { checkManifests, ownSeverity } from './check-manifests.ts'
import { describeProtection } from './describe-protection.ts'
import { captionFormats, readCaptions } from './read-captions.ts'
import { toolVersions } from './versions.ts'
import { openWorkDir, refuseExisting } from './work-dir.ts'
import { writeAll } from './write-all.ts'

export type RunPackageOptions = RunOptions & {
  readonly options: PackageOptions
  /** null leaves all in the clear. */
  readonly protection: PackageProtection | null
  /** Replace what stands at the output. */
  readonly force: boolean
}

/** What would be made of `inputs`; reads their heads alone. @throws {HE_INPUT_…} {HE_PLAN_IMPOSSIBLE} */
export async function planPackageFiles(
  inputs: readonly PackageFile[],
  options: PackageOptions,
  { signal, log }: Pick<RunOptions, 'signal' | 'log'>,
): Promise<PackagePlan> {
  const sources = []
  for (const { path, words } of inputs) {
    const from = captionFormats[extname(path).toLowerCase()]
    if (from) sources.push({ path, words, from: (await readCaptions(path, from, signal)).from })
    else sources.push({ words, facts: await probe(path, { signal, log, scan: 'head' }) })
  }
  return planPackage(sources, options)
}

/**
 * Makes HLS and DASH of renditions that are encoded already, without coding anything again, and holds the result to the
 * rules of both. A broken rule is a result, not an error.
 * @throws {HE_INPUT_…} {HE_PLAN_IMPOSSIBLE} {HE_OUTPUT_…} {HE_PACKAGER_FAILED} or the signal's reason; then nothing is left on disk.
 */
export async function runPackage(
  inputs: readonly PackageFile[],
  outDir: string,
  { options, protection, force, ...run }: RunPackageOptions,
): Promise<PackageReport> {
  const { signal, log, onProgress } = run
  if (protection) refuseProtection(protection)
  await refuseExisting(outDir, force)
  const plan = await planPackageFiles(inputs, options, run)
  await using work = await openWorkDir(outDir, { force })
  const media = [...plan.video, ...plan.audio].map(({ id }) => [id, join(work.scratch, `${id}.mp4`)])
  const texts = plan.subtitles.map(({ id }) => [id, join(work.scratch, `${id}.vtt`)])
  const paths: Readonly<Record<string, string>> = Object.fromEntries([...media, ...texts])
  for (const [input] of plan.inputs.entries()) {
    const spec = compilePackageInput(plan, input, paths)
    if (spec) await runSpec(spec, { signal, log })
  }
  for (const { id, input, stream, from } of plan.subtitles) {
    if (stream !== null) continue
    const { cues } = await readCaptions(plan.inputs[input]!.path, from as DocumentFormat, signal)
    await writeFile(paths[id]!, formatCaptions('webvtt', cues, { width: 1920, height: 1080 }), { signal })
  }
  const request = { ...requestOf(plan, paths, work.out), ...(protection ? { protection } : {}) }
  const made = await packageStreams(request, run)
  const inventory = await inventoryPackage(work.out, { signal })
  refuseMisaligned(plan, inventory)
  const conformance = await checkManifests(work.out, { signal, onProgress })
  const report: PackageReport = {
    version: 1,
    tool: await toolVersions(run),
    createdAt: new Date().toISOString(),
    plan,
    protection: protection && describeProtection(protection, made),
    tracks: describeTracks(inventory),
    conformance,
    verdict: worst(conformance),
  }
  await writeAll(work.out, { 'report.json': `${JSON.stringify(report, null, 2)}\n` })
  signal.throwIfAborted()
  await work.commit()
  return report
}

function worst(reports: readonly ConformanceReport[]): PackageReport['verdict'] {
  const found = new Set(reports.flatMap(({ findings }) => findings.map(ownSeverity)))
  return (['fail', 'warn'] as const).find(severity => found.has(severity)) ?? 'pass'
}

function requestOf(
  { video, audio, subtitles, segmentDuration, hls, dash }: PackagePlan,
  paths: Readonly<Record<string, string>>,
  outDir: string,
): PackageRequest {
  return {
    inputs: [
      ...video.map(({ id }) => ({ id, path: paths[id]!, type: 'video' as const })),
      ...audio.map(({ id, language, label, role, default: isDefault }) => ({
        ...{ id, path: paths[id]!, type: 'audio' as const, role, default: isDefault },
        ...(language ? { language } : {}),
        ...(label ? { label } : {}),
      })),
    ],
    texts: subtitles.map(({ id, language, label, default: isDefault, forced, hearingImpaired }) => ({
      ...{ id, path: paths[id]!, default: isDefault, forced, hearingImpaired },
      ...(language ? { language } : {}),
      ...(label ? { label } : {}),
    })),
    ...{ outDir, segmentDuration, hls, dash },
  }
}

/** Players change renditions at segments: those of another cut cannot be one title. @throws {HE_PLAN_IMPOSSIBLE} */
function refuseMisaligned({ video, inputs }: PackagePlan, { tracks }: Inventory): void {
  const pictures = video.flatMap(({ id }) => {
    const track = tracks.find(each => each.id === id)
    return track ? [{ id, startsS: track.segments.map(({ start }) => toNumber(start)) }] : []
  })
  const apart = describeMisalignment(pictures)
  if (apart === null) return
  const files = video.map(({ id, input }) => `${id} is ${inputs[input]!.path}`).join(', ')
  throw new HeadendError('HE_PLAN_IMPOSSIBLE', `the pictures cannot be switched between: ${apart} (${files})`, {
    hint: 'Encode them with key frames at the same times (one GOP length, no scene-cut key frames), or make them with headend vod.',
  })
}

const describeTracks = ({ tracks }: Inventory): PackageReport['tracks'] =>
  tracks.map(({ id, init, segments, duration, averageBps, peakSegmentBps }) => ({
    id,
    codec: init.codec ?? init.sampleEntry,
    segments: segments.length,
    durationS: toNumber(duration),
    longestSegmentS: Math.max(...segments.map(each => toNumber(each.duration))),
    averageBps,
    peakBps: peakSegmentBps,
  }))
