// The part of the inspection that notes how far the pictures reach, by the times of their packets.
import type { SpanResult } from '../model/index.ts'
import type { QcPart } from './pass.ts'

const nodeOf = (index: number): string => `span_${index}`

/** Covers are no programme. */
const isCover = ({ dispositions }: { dispositions: readonly string[] }): boolean =>
  dispositions.includes('attached_pic')

export const spansPart: QcPart<ReadonlyMap<number, SpanResult>> = {
  addTo(pass, limits) {
    const wanted = ['cross.duration', 'cross.av-start', 'captions.timing']
    if (!wanted.some(id => limits.has(id))) return
    for (const stream of pass.facts.video)
      if (!isCover(stream)) pass.onPackets(stream.index, { id: nodeOf(stream.index), kind: 'span', params: {} })
  },
  read: (results, facts) =>
    new Map(
      facts.video.flatMap(({ index }) => {
        const span = results.get(nodeOf(index)) as SpanResult | undefined
        return span ? [[index, span] as const] : []
      }),
    ),
}
