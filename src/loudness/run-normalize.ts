// The journey of normalising: measure → plan → write → measure again, until what was written is what was asked for.
import { stat } from 'node:fs/promises'
import { HeadendError, type RunOptions } from '../core/index.ts'
import type { NormalizeReport } from '../model/index.ts'
import { headendVersion } from '../transcode/index.ts'
import { verdictOf } from './judge.ts'
import { correctLevel } from './levels.ts'
import { type MeasuredFile, measureFile } from './measure-file.ts'
import { describeGroups, type Group, groupTracks, requestOf, workOf } from './normalize-groups.ts'
import { type Item, type Parts, writeItem } from './normalize-item.ts'
import type { NormalizeJob } from './normalize-spec.ts'
import { type NormalizeOptions, normalizeAim } from './options.ts'
import { openPlaces } from './places.ts'
import { writeGains } from './write-gains.ts'

export type RunNormalizeOptions = RunOptions & { readonly options: NormalizeOptions; readonly force: boolean }

/** The first attempt, and corrections: a codec may hand back peaks that nobody could know. */
const ATTEMPTS = 5

/**
 * Brings the sound of `inputs` to a loudness, or writes how far it is from one as metadata; pictures, subtitles and covers are
 * handed on as they are. Files appear whole, and none before all of them are finished; a missed target is in the report.
 * @throws {HE_USAGE} {HE_INPUT_…} {HE_OUTPUT_…} {HE_PLAN_IMPOSSIBLE} {HE_ENGINE_CRASHED}
 */
export async function runNormalize(
  inputs: readonly string[],
  target: string,
  { options, force, ...run }: RunNormalizeOptions,
): Promise<NormalizeReport> {
  if (inputs.length === 0) throw new HeadendError('HE_USAGE', 'no file to normalise')
  const aim = normalizeAim(options)
  const places = await openPlaces(inputs, target, { force })
  await using undo = new AsyncDisposableStack()
  for (const place of places) undo.use(place)

  const { track, dualMono } = options
  const measure = (path: string): Promise<MeasuredFile> =>
    measureFile(path, { ...(track === undefined ? {} : { tracks: [track] }), dualMono }, run)
  const items: Item[] = []
  for (const place of places) items.push({ place, before: await measure(place.input), after: null })

  const parts = aim
    ? await normalise(groupTracks(items, aim, options), items, measure, run)
    : await writeGains(items, options, measure, run)

  run.signal.throwIfAborted()
  const files: NormalizeReport['files'] = []
  for (const [i, { place, before }] of items.entries()) {
    const bytes = (await stat(place.partial)).size
    const { tracks, warnings } = parts.files[i]!
    files.push({ input: before.facts.path, output: place.output, bytes, tracks, warnings })
  }
  for (const place of places) await place.commit()
  const checks = [...files.flatMap(({ tracks }) => tracks.flatMap(each => each.checks)), ...(parts.album?.checks ?? [])]
  return {
    version: 1,
    tool: { headend: await headendVersion(), node: process.version },
    createdAt: new Date().toISOString(),
    standard: aim,
    mode: aim ? (options.mode ?? 'auto') : 'metadata',
    album: parts.album,
    files,
    verdict: verdictOf(checks),
  }
}

type Measure = (path: string) => Promise<MeasuredFile>

async function normalise(groups: Group[], items: readonly Item[], measure: Measure, run: RunOptions): Promise<Parts> {
  const stale = new Set(items)
  for (let attempt = 1; attempt <= ATTEMPTS && stale.size > 0; attempt++) {
    for (const item of stale) {
      await writeItem(jobOf(item, groups), item.place.partial, run)
      item.after = await measure(item.place.partial)
    }
    stale.clear()
    if (attempt === ATTEMPTS) break
    for (const group of groups) {
      if (!group.level) continue
      const next = correctLevel(group.level, attemptOf(group), requestOf(group))
      if (!next) continue
      group.level = next
      for (const { item } of group.members) stale.add(item)
    }
  }
  return describeGroups(groups, items)
}

const attemptOf = (group: Group): Parameters<typeof correctLevel>[1] => ({
  lufs: group.loudnessAfter(),
  truePeaksDbtp: group.members.map(member => member.after()?.measurement.truePeakDbtp ?? null),
})

function jobOf(item: Item, groups: readonly Group[]): NormalizeJob {
  return { facts: item.before.facts, kind: item.place.kind, work: workOf(item, groups), tags: new Map() }
}
