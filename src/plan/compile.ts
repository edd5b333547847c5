// EncodePlan → GraphSpec: which nodes, which edges. Pure; the plan has decided everything.
import { formatFilters } from '../codecs/index.ts'
import type { AudioRendition, EdgeSpec, EncodePlan, GraphSpec, NodeSpec, VideoPlan } from '../model/index.ts'

/** Bounds of the queues. Frames are large and few; encoded packets wait for the other tracks of a shared file. */
const FRAMES = { maxItems: 4, maxBytes: 256 << 20 }
const PACKETS = { maxItems: 64, maxBytes: 64 << 20 }
const MUX_PACKETS = { maxItems: 65536, maxBytes: 256 << 20 }

export const edgeBounds = { frames: FRAMES, packets: PACKETS, muxPackets: MUX_PACKETS } as const

const MEDIA_STALL = { afterMs: 120_000, policy: 'fail' as const }

const edge = (from: string, to: string, bounds: { maxItems: number; maxBytes: number }): EdgeSpec => ({
  from,
  to,
  ...bounds,
})

/** Where each track goes: one file per rendition id, or one file for all. */
export type OutputPaths =
  | { readonly kind: 'each'; readonly paths: Readonly<Record<string, string>> }
  | { readonly kind: 'one'; readonly path: string }

/** FFmpeg muxer options by what reads the file next. */
const MUXERS = {
  mp4: { format: 'mp4', options: { movflags: '+faststart+write_colr', write_tmcd: 0 } },
  mov: { format: 'mov', options: { movflags: '+faststart+write_colr' } },
  matroska: { format: 'matroska', options: {} },
  // With edit lists: Shaka Packager keeps them, so that reordering and encoder delay shift neither picture nor sound.
  intermediate: { format: 'mp4', options: { movflags: '+write_colr', write_tmcd: 0 } },
} as const

/** @param plan - as planned; `paths` are the temporary files to write. */
export function compilePlan(plan: EncodePlan, paths: OutputPaths): GraphSpec {
  const nodes: NodeSpec[] = []
  const edges: EdgeSpec[] = []
  const encoded: { id: string; out: string; audio?: AudioRendition }[] = []
  const streams = [...new Set([...(plan.video ? [plan.video.stream] : []), ...plan.audio.map(track => track.stream)])]
  nodes.push({ id: 'source', kind: 'source', params: { path: plan.input.path, streams, startTime: plan.startTime } })

  if (plan.video) {
    const picture = addPrepared(plan.video, nodes, edges)
    for (const rung of plan.video.renditions) {
      nodes.push(
        { id: `${rung.id}_filter`, kind: 'filter', params: { type: 'video', graph: formatFilters(rung.filters) } },
        {
          id: rung.id,
          kind: 'encode',
          params: { type: 'video', ...rung.encoder, frameRate: plan.video.frameRate },
          stall: MEDIA_STALL,
        },
      )
      edges.push(edge(picture, `${rung.id}_filter.in`, FRAMES), edge(`${rung.id}_filter.out`, `${rung.id}.in`, FRAMES))
      encoded.push({ id: rung.id, out: `${rung.id}.out` })
    }
  }
  for (const stream of new Set(plan.audio.map(track => track.stream))) {
    nodes.push({ id: `decode_a${stream}`, kind: 'decode', params: { type: 'audio' } })
    edges.push(edge(`source.s${stream}`, `decode_a${stream}.in`, PACKETS))
  }
  for (const track of plan.audio) {
    nodes.push(
      { id: `${track.id}_filter`, kind: 'filter', params: { type: 'audio', graph: formatFilters(track.filters) } },
      { id: track.id, kind: 'encode', params: { type: 'audio', ...track.encoder } },
    )
    edges.push(
      edge(`decode_a${track.stream}.out`, `${track.id}_filter.in`, PACKETS),
      edge(`${track.id}_filter.out`, `${track.id}.in`, PACKETS),
    )
    encoded.push({ id: track.id, out: `${track.id}.out`, audio: track })
  }
  addMuxers(plan, paths, encoded, nodes, edges)
  return { nodes, edges }
}

/** Adds decoding and the shared chain; returns the endpoint at which the prepared picture comes out. */
export function addPrepared(video: VideoPlan, nodes: NodeSpec[], edges: EdgeSpec[]): string {
  nodes.push({ id: 'decode_v', kind: 'decode', params: { type: 'video' }, stall: MEDIA_STALL })
  edges.push(edge(`source.s${video.stream}`, 'decode_v.in', PACKETS))
  if (video.prepare.length === 0) return 'decode_v.out'
  nodes.push({ id: 'prepare', kind: 'filter', params: { type: 'video', graph: formatFilters(video.prepare) } })
  edges.push(edge('decode_v.out', 'prepare.in', FRAMES))
  return 'prepare.out'
}

function addMuxers(
  plan: EncodePlan,
  paths: OutputPaths,
  encoded: readonly { id: string; out: string; audio?: AudioRendition }[],
  nodes: NodeSpec[],
  edges: EdgeSpec[],
): void {
  const timescale = plan.video ? videoTimescale(plan.video.frameRate) : undefined
  const describe = (track: { audio?: AudioRendition }, port: string) => ({
    port,
    ...(track.audio?.language ? { language: track.audio.language } : {}),
    ...(track.audio ? { title: track.audio.label } : timescale ? { timescale } : {}),
  })
  if (paths.kind === 'each') {
    for (const track of encoded) {
      const path = paths.paths[track.id]
      if (path === undefined) throw new Error(`no path for ${track.id}`)
      nodes.push({
        id: `${track.id}_mux`,
        kind: 'mux',
        params: { path, ...MUXERS.intermediate, tracks: [describe(track, 's0')] },
      })
      edges.push(edge(track.out, `${track.id}_mux.s0`, PACKETS))
    }
    return
  }
  const container = plan.output.kind === 'file' ? plan.output.container : 'mp4'
  const firstAudio = encoded.findIndex(track => track.audio)
  const tracks = encoded.map((track, i) => ({ ...describe(track, `s${i}`), default: !track.audio || i === firstAudio }))
  nodes.push({ id: 'mux', kind: 'mux', params: { path: paths.path, ...MUXERS[container], tracks } })
  encoded.forEach((track, i) => {
    edges.push(edge(track.out, `mux.s${i}`, MUX_PACKETS))
  })
}

/** Ticks per second in which every frame time is a whole number: 90,000 where it divides, else the rate's numerator × 1000 or so. */
export function videoTimescale(frameRate: string): number {
  const [num, den] = frameRate.split('/').map(Number) as [number, number]
  if ((90_000 * den) % num === 0) return 90_000
  return num < 10_000 ? num * 1000 : num
}
