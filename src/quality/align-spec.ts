// The graph that finds how tracks of sound lie against the first of them.
import { planDownmix } from '../audio/index.ts'
import { formatFilters } from '../codecs/index.ts'
import type { AudioStream, EdgeSpec, GraphSpec, NodeSpec } from '../model/index.ts'
import { edgeBounds } from '../plan/index.ts'

const RATE_HZ = 8000
/** Of the programme: enough music and effects, and no more memory than a few pictures. */
const SECONDS = 600
/** Dubs are off by frames or by a leader; what is further apart is another cut. */
const MOST_S = 15

/** Node `align` emits `result` for all but the first. `startTime` in seconds is taken off all timestamps. */
export function alignSpec(path: string, streams: readonly AudioStream[], startTime: string): GraphSpec {
  const nodes: NodeSpec[] = [
    { id: 'source', kind: 'source', params: { path, streams: streams.map(({ index }) => index), startTime } },
    {
      id: 'align',
      kind: 'align',
      params: { tracks: streams.length, rateHz: RATE_HZ, seconds: SECONDS, mostS: MOST_S },
    },
  ]
  const edges: EdgeSpec[] = []
  for (const [i, stream] of streams.entries()) {
    const graph = formatFilters([
      { name: 'aformat', args: { sample_fmts: 'fltp' } },
      ...planDownmix(stream, 'mono').filters,
      { name: 'aresample', args: { sample_rate: RATE_HZ, async: 1, first_pts: 0 } },
      { name: 'aformat', args: { sample_fmts: 'fltp' } },
      { name: 'atrim', args: { end: SECONDS } },
    ])
    nodes.push(
      { id: `decode_${stream.index}`, kind: 'decode', params: { type: 'audio' } },
      { id: `mono_${stream.index}`, kind: 'filter', params: { type: 'audio', graph } },
    )
    edges.push(
      { from: `source.s${stream.index}`, to: `decode_${stream.index}.in`, ...edgeBounds.packets },
      { from: `decode_${stream.index}.out`, to: `mono_${stream.index}.in`, ...edgeBounds.packets },
      { from: `mono_${stream.index}.out`, to: `align.s${i}`, ...edgeBounds.packets },
    )
  }
  return { nodes, edges }
}
