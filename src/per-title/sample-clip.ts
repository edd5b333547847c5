// The frames that trials encode: the title itself where all of it is tried, else a lossless clip of the chosen GOPs.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { formatFilters } from '../codecs/index.ts'
import { div, formatRational, parseRational, type RunOptions, rational, toNumber } from '../core/index.ts'
import { runSpec } from '../engine/index.ts'
import type { Sample } from '../ladder/index.ts'
import type { EncodePlan, GraphSpec } from '../model/index.ts'
import { addPrepared, edgeBounds, videoTimescale } from '../plan/index.ts'
import { createMeter } from '../transcode/index.ts'

/** Brings a plan of trials for the title to the pictures of its sample. */
export type SampleClip = (plan: EncodePlan) => EncodePlan

/** Writes the clip into `dir`, when one is needed. `plan`: any trial plan of the title. @throws what the engine throws */
export async function openSampleClip(
  plan: EncodePlan,
  sample: Sample,
  dir: string,
  { signal, log, onProgress }: RunOptions,
): Promise<SampleClip> {
  if (sample.whole) return asPlanned => asPlanned
  const path = join(dir, 'sample.mkv')
  const video = plan.video!
  const seconds = toNumber(parseRational(plan.duration))
  const meter = createMeter({ stage: 'sample', total: sample.frames, seconds, onProgress })
  try {
    await runSpec(clipSpec(plan, sample, path), {
      signal,
      log,
      onEvent: event => {
        if (event.type === 'node' && event.event === 'progress' && event.node === 'encode')
          meter.update((event.data as { packets: number }).packets)
      },
    })
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
  const rate = parseRational(video.frameRate)
  const duration = formatRational(rational(BigInt(sample.frames) * rate.den, rate.num))
  return asPlanned => ({
    ...asPlanned,
    input: { ...asPlanned.input, path },
    startTime: '0/1',
    duration,
    video: { ...asPlanned.video!, stream: 0, frames: sample.frames, prepare: [] },
  })
}

/** What FFV1 stores without loss, in FFmpeg's names; everything that decoders give is among it or converts without loss. */
const STORED = [
  ...['yuv420p', 'yuv422p', 'yuv444p', 'yuv411p', 'yuv410p', 'yuv440p', 'gray'],
  ...[9, 10, 12, 14, 16].flatMap(bits => ['yuv420p', 'yuv422p', 'yuv444p'].map(base => `${base}${bits}le`)),
  ...['gray10le', 'gray12le', 'gray16le', 'gbrp9le', 'gbrp10le', 'gbrp12le', 'gbrp14le', 'gbrp16le', 'bgr0'],
].join('|')

function clipSpec(plan: EncodePlan, { pieces }: Sample, path: string): GraphSpec {
  const video = plan.video!
  const spec: { nodes: GraphSpec['nodes'][number][]; edges: GraphSpec['edges'][number][] } = {
    nodes: [
      {
        id: 'source',
        kind: 'source',
        params: { path: plan.input.path, streams: [video.stream], startTime: plan.startTime },
      },
    ],
    edges: [],
  }
  const prepared = addPrepared(video, spec.nodes, spec.edges)
  const chosen = pieces.map(({ frame, frames }) => `between(n,${frame},${frame + frames - 1})`).join('+')
  const steps = [
    { name: 'select', args: { expr: chosen } },
    // On a clock of frames: no expression has to be rounded.
    { name: 'settb', args: { expr: formatRational(div(rational(1), parseRational(video.frameRate))) } },
    { name: 'setpts', args: { expr: 'N' } },
    { name: 'format', args: { pix_fmts: STORED } },
  ]
  spec.nodes.push(
    { id: 'select', kind: 'filter', params: { type: 'video', graph: formatFilters(steps) } },
    {
      id: 'encode',
      kind: 'encode',
      params: {
        type: 'video',
        name: 'ffv1',
        options: { level: 3, slices: 4, coder: 1, context: 0, g: 1, threads: 0 },
        frameRate: video.frameRate,
      },
    },
    {
      id: 'clip',
      kind: 'mux',
      params: { path, format: 'matroska', tracks: [{ port: 's0', timescale: videoTimescale(video.frameRate) }] },
    },
  )
  spec.edges.push(
    { from: prepared, to: 'select.in', ...edgeBounds.frames },
    { from: 'select.out', to: 'encode.in', ...edgeBounds.frames },
    { from: 'encode.out', to: 'clip.s0', ...edgeBounds.packets },
  )
  return spec
}
