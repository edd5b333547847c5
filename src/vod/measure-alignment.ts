// How the tracks of a plan lie against its first one, where that is asked for.
import type { RunOptions } from '../core/index.ts'
import { runSpec } from '../engine/index.ts'
import type { AlignResult, EncodePlan, MediaFacts } from '../model/index.ts'
import type { Alignment } from '../plan/index.ts'
import { alignSpec } from '../quality/index.ts'

/** By stream index; empty when nothing is to be aligned. */
export async function measureAlignment(
  facts: MediaFacts,
  { alignAudio }: { readonly alignAudio: boolean },
  plan: () => EncodePlan,
  { signal, log, onProgress }: RunOptions,
): Promise<Readonly<Record<number, Alignment>>> {
  if (!alignAudio || facts.truncated) return {}
  const { audio, startTime } = plan()
  const streams = [...new Set(audio.map(({ stream }) => stream))].flatMap(
    index => facts.audio.find(each => each.index === index) ?? [],
  )
  if (streams.length < 2) return {}
  onProgress?.({ stage: 'align', done: 0, total: null, unit: 'seconds', fps: null, speed: null, etaSeconds: null })
  let found: AlignResult = []
  await runSpec(alignSpec(facts.path, streams, startTime), {
    signal,
    log,
    onEvent: event => {
      if (event.type === 'node' && event.event === 'result') found = event.data as AlignResult
    },
  })
  return Object.fromEntries(found.map((reading, i) => [streams[i + 1]!.index, reading]))
}
