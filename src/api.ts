// The public calls: arguments are parsed here, once, and what is left out gets its default. The work is done below.
import type { z } from 'zod'
import { type LibvmafFile, runComparison, toLibvmafFile } from './compare/index.ts'
import * as conformance from './conformance/index.ts'
import { HeadendError, type Log, type OnProgress, silentLog } from './core/index.ts'
import { detectMachine as detect } from './hardware/index.ts'
import { LadderPrices } from './ladder/index.ts'
import { LoudnessOptions, NormalizeOptions, runLoudness, runNormalize } from './loudness/index.ts'
import type {
  Comparison,
  ConformanceReport,
  EncodePlan,
  Ladder,
  LoudnessReport,
  Machine,
  MediaFacts,
  NormalizeReport,
  PackageReport,
  QcReport,
  Report,
} from './model/index.ts'
import { packagerVersion } from './packaging/index.ts'
import * as perTitle from './per-title/index.ts'
import {
  ComparisonOptions,
  InputWords,
  LadderOptions,
  PackageOptions,
  TranscodeOptions,
  VodOptions,
} from './plan/index.ts'
import { probe as probeInput } from './probe/index.ts'
import { loadProfile, runQc } from './qc/index.ts'
import * as vod from './vod/index.ts'

export type CommonOptions = {
  /** Aborting it stops the work; the call rejects with the signal's reason and leaves no file behind. */
  readonly signal?: AbortSignal
  /** A pino logger fits. Silent when absent. */
  readonly log?: Log
}

type WithProgress = CommonOptions & { readonly onProgress?: OnProgress }

export type PlanTitleOptions = WithProgress & { readonly options?: z.input<typeof VodOptions> }
export type PlanFileOptions = WithProgress & { readonly options?: z.input<typeof TranscodeOptions> }
/** `force` replaces an output that exists. */
export type RunVodOptions = PlanTitleOptions & { readonly force?: boolean }
export type RunTranscodeOptions = PlanFileOptions & { readonly force?: boolean }

/**
 * Says what a media file is, read from container and bitstream. `scan: 'head'` reads only its beginning.
 * @throws {HE_INPUT_NOT_FOUND} {HE_INPUT_NOT_MEDIA} {HE_INPUT_…}
 */
export async function probe(
  path: string,
  options: CommonOptions & { readonly scan?: 'full' | 'head' } = {},
): Promise<MediaFacts> {
  const { scan = 'full' } = options
  return await probeInput(checkPath(path, 'path'), { ...common(options), scan })
}

export type CheckCallOptions = WithProgress & {
  /** Segments of each track to read at most; all when absent. */
  readonly first?: number
}

/**
 * Holds an HLS or DASH presentation, by path or by address of http or https, against the rules of RFC 8216, Apple's
 * authoring specification, ISO/IEC 23009-1, DASH-IF and CMAF. What is broken is in the report; it is not thrown.
 * @throws {HE_USAGE} {HE_INPUT_…} when there is no manifest to begin with, {HE_FETCH_…}
 */
export async function checkPresentation(target: string, options: CheckCallOptions = {}): Promise<ConformanceReport> {
  const { first = null } = options
  if (first !== null && !(Number.isInteger(first) && first > 0))
    throw new HeadendError('HE_USAGE', 'first must be a whole number above 0')
  return await conformance.checkPresentation(checkPath(target, 'target'), { ...withProgress(options), first })
}

/** A file, and what it does not say of its tracks itself. */
export type PackageInput = { readonly path: string } & z.input<typeof InputWords>

export type PackageCallOptions = WithProgress & {
  readonly options?: z.input<typeof PackageOptions>
  /** Replaces an output that exists. */
  readonly force?: boolean
}

/**
 * Makes HLS and DASH of renditions that are encoded already, in the directory `outDir`; no packet is changed. An input is a path, or a path and
 * what its tracks are. @throws {HE_USAGE} {HE_INPUT_…} {HE_PLAN_IMPOSSIBLE} {HE_OUTPUT_…}; then nothing is left on disk.
 */
export async function packageRenditions(
  inputs: readonly (string | PackageInput)[],
  outDir: string,
  options: PackageCallOptions = {},
): Promise<PackageReport> {
  const files = inputs.map(input => {
    const { path, ...words } = typeof input === 'string' ? { path: input } : input
    return { path: checkPath(path, 'input'), words: parse(InputWords, words) }
  })
  if (files.length === 0) throw new HeadendError('HE_USAGE', 'no rendition to package')
  return await vod.runPackage(files, checkPath(outDir, 'outDir'), {
    ...withProgress(options),
    options: parse(PackageOptions, options.options),
    protection: null,
    force: options.force ?? false,
  })
}

export type QcCallOptions = WithProgress & {
  /** broadcast, ott, ugc, or the path of a profile; ott when absent. */
  readonly profile?: string
  /** Path of the master to compare with. */
  readonly reference?: string
}

/**
 * Inspects a file and gives a verdict with its reasons. What is wrong with the file is in the report; it is not thrown.
 * @throws {HE_USAGE} {HE_INPUT_…} {HE_QC_PROFILE} {HE_COMPARE_IMPOSSIBLE}
 */
export async function qc(path: string, options: QcCallOptions = {}): Promise<QcReport> {
  const { profile = 'ott', reference } = options
  const { report } = await runQc(checkPath(path, 'path'), {
    ...withProgress(options),
    profile: await loadProfile(profile),
    reference: reference === undefined ? null : checkPath(reference, 'reference'),
    pictures: false,
  })
  return report
}

/** Proves by trial which encoders work on this machine. */
export async function detectMachine(options: CommonOptions = {}): Promise<Machine> {
  return await detect({ ...common(options), packagerVersion })
}

/** Measures `path` and plans an HLS and DASH package of it; writes nothing. @throws {HE_USAGE} {HE_INPUT_…} {HE_PLAN_IMPOSSIBLE} */
export async function planTitle(
  path: string,
  options: PlanTitleOptions = {},
): Promise<{ facts: MediaFacts; plan: EncodePlan }> {
  return await vod.planTitle(checkPath(path, 'path'), parse(VodOptions, options.options), withProgress(options))
}

/** Measures `path` and plans one file of it; writes nothing. @throws as `planTitle`. */
export async function planFile(
  path: string,
  options: PlanFileOptions = {},
): Promise<{ facts: MediaFacts; plan: EncodePlan }> {
  const { facts, plan } = await vod.planFile(
    checkPath(path, 'path'),
    parse(TranscodeOptions, options.options),
    withProgress(options),
  )
  return { facts, plan }
}

/**
 * Makes a verified HLS and DASH package of `path` in the directory `outDir`, which appears whole or not at all. A failed
 * verdict is in the report; it is not thrown.
 * @throws {HE_USAGE} {HE_INPUT_…} {HE_OUTPUT_…} {HE_ENGINE_CRASHED}
 */
export async function runVod(
  path: string,
  outDir: string,
  options: RunVodOptions = {},
): Promise<{ report: Report; outDir: string }> {
  return await vod.runVod(checkPath(path, 'path'), checkPath(outDir, 'outDir'), {
    ...withProgress(options),
    options: parse(VodOptions, options.options),
    force: options.force ?? false,
  })
}

/** Encodes `path` into the one file `outFile` and verifies it. @throws as `runVod`. */
export async function runTranscode(
  path: string,
  outFile: string,
  options: RunTranscodeOptions = {},
): Promise<{ report: Report }> {
  return await vod.runTranscode(checkPath(path, 'path'), checkPath(outFile, 'outFile'), {
    ...withProgress(options),
    options: parse(TranscodeOptions, options.options),
    force: options.force ?? false,
  })
}

export type VmafCallOptions = WithProgress & { readonly options?: z.input<typeof ComparisonOptions> }

/**
 * Measures the picture of `distorted` against that of `reference`: VMAF, PSNR, SSIM and XPSNR, pooled and per frame in libvmaf's
 * layout. @throws {HE_USAGE} {HE_INPUT_…} {HE_COMPARE_IMPOSSIBLE} {HE_VMAF_…}
 */
export async function vmaf(
  reference: string,
  distorted: string,
  options: VmafCallOptions = {},
): Promise<{ comparison: Comparison; frames: LibvmafFile }> {
  const { comparison, result } = await runComparison(
    checkPath(reference, 'reference'),
    checkPath(distorted, 'distorted'),
    parse(ComparisonOptions, options.options),
    withProgress(options),
  )
  return { comparison, frames: toLibvmafFile(comparison, result) }
}

export type LadderCallOptions = WithProgress & {
  readonly options?: z.input<typeof LadderOptions>
  /** What the bill is made with; assumed where left out. */
  readonly prices?: z.input<typeof LadderPrices>
  /** Whether trials are kept in the user's cache and looked up there; true by default. */
  readonly cache?: boolean
}

/**
 * Finds the rungs that the title `path` needs: trial encodes of samples, scored by VMAF, the convex hull, rungs on it.
 * @throws {HE_USAGE} {HE_INPUT_…} {HE_LADDER_IMPOSSIBLE}
 */
export async function findLadder(path: string, options: LadderCallOptions = {}): Promise<Ladder> {
  const facts = await probe(path, options)
  const { ladder } = await perTitle.findLadder(facts, {
    ...withProgress(options),
    options: parse(LadderOptions, options.options),
    prices: parse(LadderPrices, options.prices),
    cache: options.cache ?? true,
  })
  return ladder
}

export type LoudnessCallOptions = WithProgress & { readonly options?: z.input<typeof LoudnessOptions> }

/**
 * Measures the loudness of every audio track of `paths`, and judges it where a standard or a target is named. A failed verdict is in
 * the report. @throws {HE_USAGE} {HE_INPUT_…}
 */
export async function loudness(paths: readonly string[], options: LoudnessCallOptions = {}): Promise<LoudnessReport> {
  return await runLoudness(checkPaths(paths), parse(LoudnessOptions, options.options), withProgress(options))
}

export type NormalizeCallOptions = WithProgress & {
  readonly options?: z.input<typeof NormalizeOptions>
  /** Replaces files that exist. */
  readonly force?: boolean
}

/**
 * Brings the sound of `paths` to a loudness, in the file or the directory `output`; everything else is copied. Files appear whole, and none
 * before all of them are finished. A missed target is in the report. @throws {HE_USAGE} {HE_INPUT_…} {HE_OUTPUT_…} {HE_PLAN_IMPOSSIBLE}
 */
export async function normalize(
  paths: readonly string[],
  output: string,
  options: NormalizeCallOptions = {},
): Promise<NormalizeReport> {
  return await runNormalize(checkPaths(paths), checkPath(output, 'output'), {
    ...withProgress(options),
    options: parse(NormalizeOptions, options.options),
    force: options.force ?? false,
  })
}

const common = ({ signal, log }: CommonOptions): { signal: AbortSignal; log: Log } => ({
  signal: signal ?? new AbortController().signal,
  log: log ?? silentLog,
})

const withProgress = (options: WithProgress): { signal: AbortSignal; log: Log; onProgress?: OnProgress } => ({
  ...common(options),
  ...(options.onProgress ? { onProgress: options.onProgress } : {}),
})

function checkPath(path: string, name: string): string {
  if (typeof path === 'string' && path !== '') return path
  throw new HeadendError('HE_USAGE', `${name} must be a non-empty string`)
}

function checkPaths(paths: readonly string[]): readonly string[] {
  if (Array.isArray(paths)) return paths.map((path: string, i) => checkPath(path, `paths[${i}]`))
  throw new HeadendError('HE_USAGE', 'paths must be a list of strings')
}

function parse<T extends z.ZodType>(schema: T, options: z.input<T> | undefined): z.output<T> {
  const parsed = schema.safeParse(options ?? {})
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.map(({ path, message }) => `${['options', ...path].join('.')}: ${message}`)
  throw new HeadendError('HE_USAGE', issues.join('; '), { cause: parsed.error })
}
