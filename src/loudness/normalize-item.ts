// One file on its way through normalising, and how it is written.
import type { RunOptions } from '../core/index.ts'
import { runSpec } from '../engine/index.ts'
import type { NormalizeReport } from '../model/index.ts'
import type { MeasuredFile } from './measure-file.ts'
import { type NormalizeJob, normalizeSpec } from './normalize-spec.ts'
import type { Place } from './places.ts'

/** What an input was, and what the last attempt made of it. */
export type Item = { readonly place: Place; readonly before: MeasuredFile; after: MeasuredFile | null }

/** What changing samples and writing tags both hand back; `files` in the order of the items. */
export type Parts = Pick<NormalizeReport, 'album'> & {
  readonly files: readonly Pick<NormalizeReport['files'][number], 'tracks' | 'warnings'>[]
}

/** Writes the file of `job` to `path`. @throws {HE_PLAN_IMPOSSIBLE} {HE_ENCODER_…} {HE_MUX_FAILED} {HE_OUTPUT_…} */
export async function writeItem(
  job: NormalizeJob,
  path: string,
  { signal, log, onProgress }: RunOptions,
): Promise<void> {
  const spec = normalizeSpec(job, path)
  onProgress?.({ stage: 'write', done: 0, total: null, unit: 'steps', fps: null, speed: null, etaSeconds: null })
  await runSpec(spec, { signal, log })
}
