// Every part of the inspection: a part measures for many checks, in the one pass.
import type { MediaFacts, QcReport } from '../model/index.ts'
import type { Evidence } from './evidence.ts'
import { captionsPart } from './part-captions.ts'
import { codedPart } from './part-coded.ts'
import { layoutPart } from './part-layout.ts'
import { picturePart } from './part-picture.ts'
import { soundPart } from './part-sound.ts'
import { spansPart } from './part-spans.ts'
import { timesPart } from './part-times.ts'
import type { ActiveLimits, Pass, QcPart } from './pass.ts'
import { referenceFigures } from './reference-checks.ts'

/** By the key of the evidence that each one reads. */
const parts: { readonly [K in Exclude<keyof Evidence, 'facts' | 'comparison'>]: QcPart<Evidence[K]> } = {
  coded: codedPart,
  picture: picturePart,
  sound: soundPart,
  captions: captionsPart,
  spans: spansPart,
  layout: layoutPart,
  times: timesPart,
}

export function addParts(pass: Pass, limits: ActiveLimits): void {
  for (const part of Object.values<QcPart<unknown>>(parts)) part.addTo(pass, limits)
}

export function readParts(results: ReadonlyMap<string, unknown>, facts: MediaFacts): Omit<Evidence, 'comparison'> {
  const read = Object.entries<QcPart<unknown>>(parts).map(([key, part]) => [key, part.read(results, facts)])
  return { facts, ...Object.fromEntries(read) }
}

/** What every part measured over time, and its figures by subject. */
export function describeParts(evidence: Evidence): Pick<QcReport, 'curves' | 'figures'> {
  const all = Object.values<QcPart<unknown>>(parts)
  const figures: QcReport['figures'] = {}
  for (const measured of [...all.map(part => part.figures?.(evidence) ?? {}), referenceFigures(evidence)])
    for (const [subject, named] of Object.entries(measured)) figures[subject] = { ...figures[subject], ...named }
  return { curves: all.flatMap(part => part.curves?.(evidence) ?? []), figures }
}
