// The graphs of a comparison: two files measured against each other, and the pictures of a few moments of both.
import { formatFilters } from '../codecs/index.ts'
import { div, formatRational, mul, parseRational, type Rational, rational, sub } from '../core/index.ts'
import type { ComparedPicture, ComparisonPlan, EdgeSpec, FilterStep, GraphSpec, NodeSpec } from '../model/index.ts'
import { edgeBounds } from '../plan/index.ts'
import { CUTS_CHAIN, cutKey, qualityChain, qualityKeys } from './measure-specs.ts'

export const comparisonKeys = [...qualityKeys, 'lavfi.psnr.psnr.u', 'lavfi.psnr.psnr.v'] as const

type Graph = { readonly nodes: NodeSpec[]; readonly edges: EdgeSpec[] }

/** Node `compare` emits the result of all metrics, `cuts` the cuts of the reference. */
export function comparisonSpec(plan: ComparisonPlan): GraphSpec {
  const graph: Graph = { nodes: [], edges: [] }
  addSide(graph, 'reference', plan.reference)
  addSide(graph, 'distorted', plan.distorted)
  graph.nodes.push(
    {
      id: 'compare',
      kind: 'measure',
      params: {
        type: 'video',
        inputs: 'pair',
        graph: qualityChain,
        keys: [...comparisonKeys],
        vmaf: { models: plan.models, every: plan.vmaf.every, accuracy: plan.accuracy, engine: plan.engine, share: 1 },
      },
    },
    { id: 'cuts', kind: 'measure', params: { type: 'video', inputs: 'single', graph: CUTS_CHAIN, keys: [cutKey] } },
  )
  graph.edges.push(
    { from: 'shape_reference.out', to: 'compare.reference', ...edgeBounds.frames },
    { from: 'shape_distorted.out', to: 'compare.distorted', ...edgeBounds.frames },
    { from: 'shape_reference.out', to: 'cuts.in', ...edgeBounds.frames },
  )
  return graph
}

function addSide(graph: Graph, side: string, { path, stream, startTime, steps }: ComparedPicture): void {
  graph.nodes.push(
    { id: `file_${side}`, kind: 'source', params: { path, streams: [stream], startTime } },
    { id: `decode_${side}`, kind: 'decode', params: { type: 'video', onDamage: 'count' } },
    { id: `shape_${side}`, kind: 'filter', params: { type: 'video', graph: formatFilters(steps) } },
  )
  graph.edges.push(
    { from: `file_${side}.s${stream}`, to: `decode_${side}.in`, ...edgeBounds.packets },
    { from: `decode_${side}.out`, to: `shape_${side}.in`, ...edgeBounds.frames },
  )
}

/** A picture to be shown: the frame of one file at a time, written as JPEG. */
export type Moment = { readonly side: 'reference' | 'distorted'; readonly timeS: number; readonly path: string }

/** `display` brings the compared picture to what a web page shows. */
export function momentSpec(
  plan: ComparisonPlan,
  moments: readonly Moment[],
  display: readonly FilterStep[],
): GraphSpec {
  const graph: Graph = { nodes: [], edges: [] }
  const half = div(rational(1, 2), parseRational(plan.frameRate))
  for (const [i, { side, timeS, path }] of moments.entries()) {
    const picture = plan[side]
    const at = rational(Math.round(timeS * 1e6), 1_000_000)
    const from = atLeastZero(sub(at, half))
    // The frame shown at that time, wherever its clock was rounded to.
    const chain = formatFilters([
      { name: 'trim', args: { start: seconds(from) } },
      { name: 'trim', args: { end_frame: 1 } },
      ...picture.steps,
      ...display,
    ])
    graph.nodes.push(
      {
        id: `file_${i}`,
        kind: 'source',
        params: {
          path: picture.path,
          streams: [picture.stream],
          startTime: picture.startTime,
          seek: formatRational(from),
        },
      },
      { id: `decode_${i}`, kind: 'decode', params: { type: 'video', onDamage: 'count' } },
      { id: `shape_${i}`, kind: 'filter', params: { type: 'video', graph: chain } },
      {
        id: `jpeg_${i}`,
        kind: 'encode',
        params: { type: 'video', name: 'mjpeg', options: { qmin: 2, qmax: 2 }, frameRate: plan.frameRate },
      },
      { id: `write_${i}`, kind: 'mux', params: { path, format: 'mjpeg', tracks: [{ port: 's0' }] } },
    )
    graph.edges.push(
      { from: `file_${i}.s${picture.stream}`, to: `decode_${i}.in`, ...edgeBounds.packets },
      { from: `decode_${i}.out`, to: `shape_${i}.in`, ...edgeBounds.frames },
      { from: `shape_${i}.out`, to: `jpeg_${i}.in`, ...edgeBounds.frames },
      { from: `jpeg_${i}.out`, to: `write_${i}.s0`, ...edgeBounds.packets },
    )
  }
  return graph
}

const ZERO = rational(0)
const atLeastZero = (time: Rational): Rational => (time.num < 0n ? ZERO : time)
/** As FFmpeg reads it: microseconds are its own clock. */
const seconds = (time: Rational): string => {
  const micros = mul(time, rational(1_000_000))
  return (Number(micros.num / micros.den) / 1e6).toFixed(6)
}
