// Which ladder a title gets: found for it, read from a file, or the fixed one.
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { HeadendError, type RunOptions } from '../core/index.ts'
import type { Ladder, MediaFacts, Warning } from '../model/index.ts'
import { findLadder } from '../per-title/index.ts'
import { LadderFile, LadderOptions, type VodOptions } from '../plan/index.ts'

export type ChosenLadder = {
  /** null leaves the fixed ladder. */
  readonly file: LadderFile | null
  /** Where it was found for the title. */
  readonly found: Ladder | null
  readonly warnings: readonly Warning[]
}

const FIXED: ChosenLadder = { file: null, found: null, warnings: [] }

/** @throws {HE_LADDER_INVALID} {HE_INPUT_…} and what the engine throws */
export async function chooseLadder(facts: MediaFacts, options: VodOptions, run: RunOptions): Promise<ChosenLadder> {
  const { ladder } = options
  if (ladder === 'fixed') return FIXED
  if (ladder !== 'per-title' && ladder !== 'per-shot') return { ...FIXED, file: await readLadderFile(ladder) }
  if (facts.video.length === 0) return FIXED
  try {
    const { found, warnings } = await search(facts, options, run)
    return { file: LadderFile.parse(found), found, warnings }
  } catch (error) {
    if (!(error instanceof HeadendError) || error.code !== 'HE_LADDER_IMPOSSIBLE') throw error
    const message = `${error.message}; the fixed ladder is used.`
    return { ...FIXED, warnings: [{ code: 'ladder-fixed', message }] }
  }
}

async function search(facts: MediaFacts, options: VodOptions, run: RunOptions) {
  const wanted = LadderOptions.keyof().options.filter(key => key in options)
  const own = Object.fromEntries(wanted.map(key => [key, options[key as keyof VodOptions]]))
  const parsed = LadderOptions.parse({ ...own, perShot: options.ladder === 'per-shot' })
  const { ladder } = await findLadder(facts, { ...run, options: parsed, cache: true })
  return { found: ladder, warnings: ladder.warnings }
}

async function readLadderFile(path: string): Promise<LadderFile> {
  let json: unknown
  try {
    json = JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    throw new HeadendError('HE_LADDER_INVALID', `${path} is not a ladder: it cannot be read as JSON`, {
      cause: error,
      hint: '--ladder takes per-title, per-shot, fixed, or the path of a JSON file with rungs.',
    })
  }
  const parsed = LadderFile.safeParse(json)
  if (parsed.success) return parsed.data
  throw new HeadendError('HE_LADDER_INVALID', `${path} is not a ladder: ${z.prettifyError(parsed.error)}`)
}
