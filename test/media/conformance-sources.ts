// The sources of the conformance matrix: what each is made of, and what it promises to be. Made by our own engine.
import { readFile, writeFile } from 'node:fs/promises'
import { silentLog } from '../../src/core/index.ts'
import { runSpec } from '../../src/engine/index.ts'
import type { EdgeSpec, GraphSpec, MasteringDisplay, NodeSpec } from '../../src/model/index.ts'
import { type ConformanceSource, conformanceSources } from './conformance-sources.data.ts'

export { type ConformanceSource, conformanceSources, hdr10Light, hdr10Mastering } from './conformance-sources.data.ts'

/** SMPTE ST 2086 values as x265 takes them: 0.00002 of chromaticity and 0.0001 cd/m², in the order G B R WP L. */
export function masteringForX265({
  red,
  green,
  blue,
  whitePoint,
  minLuminance,
  maxLuminance,
}: MasteringDisplay): string {
  const xy = ([x, y]: readonly [number, number]): string => `(${Math.round(x * 50_000)},${Math.round(y * 50_000)})`
  const light = [maxLuminance, minLuminance].map(nits => Math.round(nits * 10_000)).join()
  return `G${xy(green)}B${xy(blue)}R${xy(red)}WP${xy(whitePoint)}L(${light})`
}

/** Makes `source` as the file `dir/<id>.<extension>` and returns its path. @throws what the engine throws */
export async function makeSource(dir: string, source: ConformanceSource, signal: AbortSignal): Promise<string> {
  const path = `${dir}/${source.id}.${source.extension}`
  await runSpec(sourceSpec(path, source), { signal, log: silentLog })
  if (source.turned) await turn(path)
  return path
}

function sourceSpec(path: string, { video, audio, muxer }: ConformanceSource): GraphSpec {
  const nodes: NodeSpec[] = []
  const edges: EdgeSpec[] = []
  const tracks: Record<string, string | boolean>[] = []
  const add = (id: string, generate: object, encode: object, track: Record<string, string | boolean>): void => {
    const port = `s${tracks.length}`
    nodes.push(
      { id: `${id}_gen`, kind: 'generate', params: generate as never },
      { id, kind: 'encode', params: encode as never },
    )
    edges.push(
      { from: `${id}_gen.out`, to: `${id}.in`, maxItems: 4, maxBytes: 1 << 28 },
      // Each track has a generator of its own, so a narrow queue cannot block another track.
      { from: `${id}.out`, to: `mux.${port}`, maxItems: 4, maxBytes: 1 << 28 },
    )
    tracks.push({ port, ...track })
  }
  add(
    'video',
    { type: 'video', graph: video.graph },
    {
      type: 'video',
      name: video.encoder,
      options: video.options,
      ...(video.frameRate ? { frameRate: video.frameRate } : {}),
      ...(video.hdr ? { hdr: video.hdr } : {}),
    },
    video.tag ? { tag: video.tag } : {},
  )
  audio?.forEach(({ graph, encoder, options, language, isDefault }, i) => {
    add(
      `audio${i}`,
      { type: 'audio', graph },
      { type: 'audio', name: encoder, options: options ?? {} },
      { ...(language ? { language } : {}), default: isDefault ?? i === 0 },
    )
  })
  nodes.push({
    id: 'mux',
    kind: 'mux',
    params: { path, format: muxer.format, options: muxer.options ?? {}, tracks } as never,
  })
  return { nodes, edges }
}

/**
 * Writes the matrix of a quarter turn clockwise into the first track header (ISO/IEC 14496-12 8.3.2, version 0), by hand:
 * so the matrix does not come from the code that it will be used to test.
 */
async function turn(path: string): Promise<void> {
  const bytes = await readFile(path)
  const header = bytes.indexOf('tkhd') + 4
  if (header < 4 || bytes[header] !== 0) throw new Error(`${path} has no track header of version 0`)
  const matrix = header + 40
  const width = bytes.readUInt32BE(matrix + 36)
  const height = bytes.readUInt32BE(matrix + 40)
  // a b u, c d v, x y w: (p, q) is shown at (-q + height, p).
  const turned = [0, 0x1_0000, 0, -0x1_0000, 0, 0, height, 0, 0x4000_0000]
  for (const [i, value] of turned.entries()) bytes.writeInt32BE(value, matrix + 4 * i)
  if (width === 0 || height === 0) throw new Error(`${path} has no size in its track header`)
  await writeFile(path, bytes)
}

/** @throws when no source has that name */
export function findSource(id: string): ConformanceSource {
  const source = conformanceSources.find(each => each.id === id)
  if (!source) throw new Error(`there is no source ${id}`)
  return source
}
