// The graph that measures loudness: each track after a chain of its own, by our own meter.
import { formatFilters } from '../codecs/index.ts'
import type { EdgeSpec, FilterStep, GraphSpec, NodeSpec } from '../model/index.ts'
import { edgeBounds } from '../plan/index.ts'

const PACKETS = edgeBounds.packets

export type LoudnessTrack = {
  readonly stream: number
  /** Before the meter: for a track to be made, exactly what its rendition will get. */
  readonly filters: readonly FilterStep[]
  readonly dualMono?: boolean
}

/** Node `loudness_<stream>` emits the result of each track. `startTime` in seconds is taken off all timestamps. */
export function loudnessSpec(path: string, tracks: readonly LoudnessTrack[], startTime: string): GraphSpec {
  const nodes: NodeSpec[] = [
    { id: 'source', kind: 'source', params: { path, streams: tracks.map(track => track.stream), startTime } },
  ]
  const edges: EdgeSpec[] = []
  for (const { stream, filters, dualMono = false } of tracks) {
    nodes.push({ id: `decode_${stream}`, kind: 'decode', params: { type: 'audio' } })
    edges.push({ from: `source.s${stream}`, to: `decode_${stream}.in`, ...PACKETS })
    let sound = `decode_${stream}.out`
    if (filters.length > 0) {
      nodes.push({
        id: `filter_${stream}`,
        kind: 'filter',
        params: { type: 'audio', graph: formatFilters(filters) },
      })
      edges.push({ from: sound, to: `filter_${stream}.in`, ...PACKETS })
      sound = `filter_${stream}.out`
    }
    nodes.push({ id: `loudness_${stream}`, kind: 'loudness', params: { dualMono } })
    edges.push({ from: sound, to: `loudness_${stream}.in`, ...PACKETS })
  }
  return { nodes, edges }
}
