// Every part of the inspection: a part measures for many checks, in the one pass.
import type { MediaFacts } from '../model/index.ts'
import type { Evidence } from './evidence.ts'
import { captionsPart } from './part-captions.ts'
import { soundPart } from './part-sound.ts'
import { spansPart } from './part-spans.ts'
import type { ActiveLimits, Pass, QcPart } from './pass.ts'

/** By the key of the evidence that each one reads. */
const parts: { readonly [K in Exclude<keyof Evidence, 'facts'>]: QcPart<Evidence[K]> } = {
  sound: soundPart,
  captions: captionsPart,
  spans: spansPart,
}

export function addParts(pass: Pass, limits: ActiveLimits): void {
  for (const part of Object.values<QcPart<unknown>>(parts)) part.addTo(pass, limits)
}

export function readParts(results: ReadonlyMap<string, unknown>, facts: MediaFacts): Evidence {
  const read = Object.entries<QcPart<unknown>>(parts).map(([key, part]) => [key, part.read(results, facts)])
  return { facts, ...Object.fromEntries(read) }
}
