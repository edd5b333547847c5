// The door to inspection: it runs in an engine worker, so that a file that kills native code kills nothing else.
import type { RunOptions } from '../core/index.ts'
import { callEngine } from '../engine/index.ts'
import type { MediaFacts } from '../model/index.ts'

export type ProbeOptions = Pick<RunOptions, 'signal' | 'log'> & {
  /** `full` (default) reads every packet, counts frames and sees truncation; `head` reads only the beginning. */
  readonly scan?: 'full' | 'head'
}

/**
 * Says what the media file at `path` is.
 * @throws {HE_INPUT_NOT_FOUND} {HE_INPUT_UNREADABLE} {HE_INPUT_EMPTY} {HE_INPUT_NOT_MEDIA} {HE_INPUT_TRUNCATED}
 * {HE_INPUT_DAMAGED} {HE_INPUT_NO_TRACK} {HE_INPUT_UNSUPPORTED} {HE_ENGINE_CRASHED}, or the signal's reason.
 */
export function probe(path: string, { signal, log, scan = 'full' }: ProbeOptions): Promise<MediaFacts> {
  return callEngine<MediaFacts>('inspect', { path, scan }, { signal, log })
}
