// The journey of one title: probe → plan → encode → package → verify → report. Appears whole or not at all.
import { readdir, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { trackRole } from '../audio/index.ts'
import type { RunOptions } from '../core/index.ts'
import type { EncodePlan, Report } from '../model/index.ts'
import { type PackageProtection, packageStreams, refuseProtection } from '../packaging/index.ts'
import { renderLadder } from '../per-title/index.ts'
import type { VodOptions } from '../plan/index.ts'
import { runPlan } from '../transcode/index.ts'
import { assembleReport } from './assemble-report.ts'
import { brokenRules, checkManifests } from './check-manifests.ts'
import { describeProtection } from './describe-protection.ts'
import { finishedPackage } from './finished-package.ts'
import { planTitle } from './plan-title.ts'
import { renderReport } from './report-page.ts'
import { createStopwatch } from './stopwatch.ts'
import { verify } from './verify.ts'
import { openWorkDir, refuseExisting } from './work-dir.ts'
import { writeAll } from './write-all.ts'

export type RunVodOptions = RunOptions & {
  readonly options: VodOptions
  /** Replace what stands at the output. */
  readonly force: boolean
  /** Absent or null leaves all in the clear. */
  readonly protection?: PackageProtection | null
  /** Told the process id of each engine worker that encodes; for tests that kill it and for monitors. */
  readonly onStart?: (pid: number) => void
}

/**
 * Makes an HLS and DASH package of `path` in `outDir`, with plan.json, report.json and report.html beside it. A failed
 * verdict is a result, not an error. @throws {HE_INPUT_…} {HE_OUTPUT_…} {HE_ENGINE_CRASHED} or the signal's reason;
 * then nothing of it is left on disk.
 */
export async function runVod(
  path: string,
  outDir: string,
  run: RunVodOptions,
): Promise<{ report: Report; outDir: string }> {
  const { options, force, protection = null, ...common } = run
  if (protection) refuseProtection(protection)
  const watch = createStopwatch()
  await refuseExisting(outDir, force)
  const { facts, plan, ladder } = await watch.time('analyse', () => planTitle(path, options, common))
  await using work = await openWorkDir(outDir, { force })
  const media = [...(plan.video?.renditions ?? []), ...plan.audio].map(({ id }) => [id, `${id}.mp4`])
  const texts = (plan.output.subtitles ?? []).map(({ id }) => [id, `${id}.vtt`])
  const paths = Object.fromEntries([...media, ...texts].map(([id, name]) => [id, join(work.scratch, name!)]))
  const { incidents } = await watch.time('encode', () =>
    runPlan(plan, { kind: 'each', paths }, { ...common, onStart: run.onStart }),
  )
  // What is encrypted cannot be measured: the same package is made in the clear first, and that is verified.
  const clear = protection ? join(work.scratch, 'clear') : work.out
  await watch.time('package', () => packageStreams(packageRequest(plan, paths, clear), common))
  const made = await finishedPackage(clear, work.scratch, common)
  const told = protection
    ? await watch.time('protect', () =>
        packageStreams({ ...packageRequest(plan, paths, work.out), protection }, common),
      )
    : null
  const broken = told ? brokenRules(await checkManifests(work.out, common)) : []
  const verification = await watch.time('verify', () =>
    verify(plan, made.renditions, [...made.findings, ...broken], common),
  )

  const artifacts = await listArtifacts(work.out)
  const report = await assembleReport(
    {
      ...{ facts, plan, verification, artifacts, incidents, timings: watch.timings },
      protection: protection && told ? describeProtection(protection, told) : null,
    },
    common,
  )
  await writeAll(work.out, {
    'plan.json': `${JSON.stringify(plan, null, 2)}\n`,
    'report.json': `${JSON.stringify(report, null, 2)}\n`,
    'report.html': renderReport(report),
    ...(ladder
      ? {
          'ladder.json': `${JSON.stringify(ladder, null, 2)}\n`,
          'ladder.html': renderLadder(ladder, report.tool, report.createdAt),
        }
      : {}),
  })
  common.signal.throwIfAborted()
  await work.commit()
  return { report, outDir }
}

function packageRequest(
  plan: EncodePlan,
  paths: Readonly<Record<string, string>>,
  outDir: string,
): Parameters<typeof packageStreams>[0] {
  if (plan.output.kind !== 'package') throw new Error('not a plan for a package')
  const { segmentDuration, hls, dash, subtitles = [] } = plan.output
  return {
    inputs: [
      ...(plan.video?.renditions ?? []).map(({ id }) => ({ id, path: paths[id]!, type: 'video' as const })),
      ...plan.audio.map(({ id, language, label, dispositions }, i) => ({
        id,
        path: paths[id]!,
        type: 'audio' as const,
        label,
        role: trackRole({ dispositions }),
        default: i === 0,
        ...(language ? { language } : {}),
      })),
    ],
    texts: subtitles.map(({ id, language, label, dispositions }) => ({
      id,
      path: paths[id]!,
      default: dispositions.includes('default'),
      forced: dispositions.includes('forced'),
      hearingImpaired: dispositions.includes('hearing_impaired') || dispositions.includes('captions'),
      ...(language ? { language } : {}),
      ...(label ? { label } : {}),
    })),
    outDir,
    segmentDuration,
    hls,
    dash,
  }
}

const KINDS: Readonly<Record<string, string>> = {
  'master.m3u8': 'HLS multivariant playlist',
  'manifest.mpd': 'DASH manifest',
}

/** Manifests by name, and one line per rendition folder. */
async function listArtifacts(dir: string): Promise<Report['artifacts']> {
  const artifacts: Report['artifacts'] = []
  for (const entry of (await readdir(dir, { withFileTypes: true })).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(dir, entry.name)
    const bytes = entry.isDirectory() ? await folderBytes(path) : (await stat(path)).size
    artifacts.push({
      path: relative(dir, path),
      bytes,
      what: entry.isDirectory()
        ? /^t_\d/.test(entry.name)
          ? 'subtitles'
          : 'CMAF segments'
        : (KINDS[entry.name] ?? 'playlist'),
    })
  }
  return artifacts
}

async function folderBytes(dir: string): Promise<number> {
  const sizes = await Promise.all((await readdir(dir)).map(async name => (await stat(join(dir, name))).size))
  return sizes.reduce((sum, bytes) => sum + bytes, 0)
}
