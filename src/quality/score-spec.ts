// The graph that scores trial encodes: one decode of the reference for all of them, VMAF and nothing else.
import { formatFilters } from '../codecs/index.ts'
import type { EdgeSpec, EncodePlan, GraphSpec, NodeSpec } from '../model/index.ts'
import { addPrepared, edgeBounds } from '../plan/index.ts'
import { comparedChain, comparedFormat, referenceSize, repeatTo } from './measure-specs.ts'

/** A measure node needs a chain; this is the cheapest one that pairs both pictures. */
const PAIRING = { graph: '[distorted][reference]psnr', keys: ['lavfi.psnr.psnr.y'] }

/** A trial by its rendition's id, and the file that holds it. */
export type TrialFile = { readonly id: string; readonly path: string }

/** Nodes `file_<id>` emit `read`, `score_<id>` emit `result` with a series of the plan's VMAF model. */
export function scoreSpec(plan: EncodePlan, trials: readonly TrialFile[]): GraphSpec {
  const video = plan.video!
  const { model, every } = video.vmaf!
  const { path, startTime } = { path: plan.input.path, startTime: plan.startTime }
  const nodes: NodeSpec[] = [{ id: 'source', kind: 'source', params: { path, streams: [video.stream], startTime } }]
  const edges: EdgeSpec[] = []
  const prepared = addPrepared(video, nodes, edges)
  const format = comparedFormat(video.renditions)
  const reference = [formatFilters(video.reference), `format=${format}`].filter(Boolean).join(',')
  nodes.push({ id: 'reference', kind: 'filter', params: { type: 'video', graph: reference } })
  edges.push({ from: prepared, to: 'reference.in', ...edgeBounds.frames })
  for (const trial of trials) {
    const rung = video.renditions.find(({ id }) => id === trial.id)!
    const chain = comparedChain({ ...referenceSize(plan), format, rate: repeatTo(video, rung) })
    nodes.push(
      { id: `file_${trial.id}`, kind: 'source', params: { path: trial.path, streams: [0] } },
      { id: `decode_${trial.id}`, kind: 'decode', params: { type: 'video' } },
      { id: `up_${trial.id}`, kind: 'filter', params: { type: 'video', graph: chain } },
      {
        id: `score_${trial.id}`,
        kind: 'measure',
        params: {
          type: 'video',
          inputs: 'pair',
          ...PAIRING,
          vmaf: { models: [model], every, accuracy: 'exact', engine: { name: 'headend' }, share: trials.length },
        },
      },
    )
    edges.push(
      { from: `file_${trial.id}.s0`, to: `decode_${trial.id}.in`, ...edgeBounds.packets },
      { from: `decode_${trial.id}.out`, to: `up_${trial.id}.in`, ...edgeBounds.frames },
      { from: `up_${trial.id}.out`, to: `score_${trial.id}.distorted`, ...edgeBounds.frames },
      { from: 'reference.out', to: `score_${trial.id}.reference`, ...edgeBounds.frames },
    )
  }
  return { nodes, edges }
}
