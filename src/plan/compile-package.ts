// One input of a package → the graph that puts each of its tracks into a file of its own, as it is. Pure.
import type { GraphSpec, NodeSpec, PackagePlan } from '../model/index.ts'
import { edgeBounds } from './compile.ts'

/** Boxes of color are written; tracks of timecode would only be in the packager's way. */
const TRACK = { format: 'mp4', options: { movflags: '+write_colr', write_tmcd: 0 } }

/** `paths` by track id; null where nothing is taken of this input. */
export function compilePackageInput(
  { inputs, video, audio, subtitles }: PackagePlan,
  input: number,
  paths: Readonly<Record<string, string>>,
): GraphSpec | null {
  const own = <T extends { input: number }>(tracks: readonly T[]): T[] => tracks.filter(each => each.input === input)
  const nodes: NodeSpec[] = []
  const edges: GraphSpec['edges'][number][] = []
  const mux = (id: string, from: string, kind: object, track: object): void => {
    const params = { path: paths[id]!, ...kind, tracks: [{ port: 's0', ...track }] }
    nodes.push({ id: `${id}_mux`, kind: 'mux', params: params as NodeSpec['params'] })
    edges.push({ from, to: `${id}_mux.s0`, ...edgeBounds.packets })
  }
  for (const { id, stream, tag } of own(video)) mux(id, `source.s${stream}`, TRACK, tag ? { tag } : {})
  for (const { id, stream } of own(audio)) mux(id, `source.s${stream}`, TRACK, {})
  for (const { id, stream, from } of own(subtitles)) {
    if (stream === null) continue
    const { width, height } = video[0] ?? { width: 1920, height: 1080 }
    nodes.push({ id, kind: 'subtitle', params: { from, to: 'webvtt', width, height } })
    edges.push({ from: `source.s${stream}`, to: `${id}.in`, ...edgeBounds.packets })
    mux(id, `${id}.out`, { format: 'webvtt', options: {} }, {})
  }
  if (nodes.length === 0) return null
  const streams = [...new Set([...own(video), ...own(audio), ...own(subtitles)].flatMap(({ stream }) => stream ?? []))]
  const { path, origin } = inputs[input]!
  const source: NodeSpec = { id: 'source', kind: 'source', params: { path, streams, startTime: origin } }
  return { nodes: [source, ...nodes], edges }
}
