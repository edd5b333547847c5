// Small graphs for the engine's end-to-end tests, and what Debian's ffprobe says of the files they write.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { z } from 'zod'
import { type Log, silentLog } from '../../src/core/index.ts'
import { runSpec } from '../../src/engine/index.ts'
import type { EdgeSpec, EncodeParams, GraphSpec, MuxParams, NodeSpec } from '../../src/model/index.ts'

const run = promisify(execFile)
const FRAMES = { maxItems: 4, maxBytes: 256 << 20 }
const PACKETS = { maxItems: 65_536, maxBytes: 256 << 20 }

type Encode = Omit<z.input<typeof EncodeParams>, 'type'>
type Mux = Omit<z.input<typeof MuxParams>, 'path' | 'tracks'>
type MuxTrack = Omit<z.input<typeof MuxParams>['tracks'][number], 'port'>

export type Track =
  | { readonly generate: string; readonly type?: 'video' | 'audio'; readonly encode: Encode; readonly mux?: MuxTrack }
  | {
      readonly source: { readonly path: string; readonly stream: number }
      /** Decoded, filtered and encoded again; absent for a copy. */
      readonly filter?: string
      readonly encode?: Encode
      readonly mux?: MuxTrack
    }

const plain = (params: object): NodeSpec['params'] => JSON.parse(JSON.stringify(params)) as NodeSpec['params']

/** One file out of tracks that are generated, encoded anew or copied. */
export function fileSpec(path: string, mux: Mux, tracks: readonly Track[]): GraphSpec {
  const nodes: NodeSpec[] = []
  const edges: EdgeSpec[] = []
  const edge = (from: string, to: string, bounds: { maxItems: number; maxBytes: number }): void => {
    edges.push({ from, to, ...bounds })
  }
  for (const [i, track] of tracks.entries()) {
    const id = `t${i}`
    let frames: string
    let type: 'video' | 'audio' = 'video'
    if ('generate' in track) {
      type = track.type ?? 'video'
      nodes.push({ id: `${id}_generate`, kind: 'generate', params: { type, graph: track.generate } })
      frames = `${id}_generate.out`
    } else {
      const { stream } = track.source
      // Streams of one file are read by one source, as in a plan.
      const known = nodes.find(
        ({ kind, params }) => kind === 'source' && (params as { path: string }).path === track.source.path,
      )
      const source = known?.id ?? `${id}_source`
      if (known) (known.params as { streams: number[] }).streams.push(stream)
      else nodes.push({ id: source, kind: 'source', params: { path: track.source.path, streams: [stream] } })
      if (!track.encode) {
        edge(`${source}.s${stream}`, `mux.s${i}`, PACKETS)
        continue
      }
      nodes.push({ id: `${id}_decode`, kind: 'decode', params: { type } })
      edge(`${source}.s${stream}`, `${id}_decode.in`, PACKETS)
      frames = `${id}_decode.out`
      if (track.filter) {
        nodes.push({ id: `${id}_filter`, kind: 'filter', params: { type, graph: track.filter } })
        edge(frames, `${id}_filter.in`, FRAMES)
        frames = `${id}_filter.out`
      }
    }
    nodes.push({ id, kind: 'encode', params: plain({ type, ...track.encode }) })
    edge(frames, `${id}.in`, FRAMES)
    edge(`${id}.out`, `mux.s${i}`, PACKETS)
  }
  const params = { path, ...mux, tracks: tracks.map(({ mux: each }, i) => ({ port: `s${i}`, ...each })) }
  nodes.push({ id: 'mux', kind: 'mux', params: plain(params) })
  return { nodes, edges }
}

/** Runs a graph in a worker and checks that it freed everything; returns what its nodes emitted as `node.event`. */
export async function runAndCount(spec: GraphSpec, log: Log = silentLog): Promise<Map<string, unknown>> {
  const events = new Map<string, unknown>()
  const outcome = await runSpec(spec, {
    signal: new AbortController().signal,
    log,
    onEvent: event => event.type === 'node' && events.set(`${event.node}.${event.event}`, event.data),
  })
  assert.equal(outcome.liveItems, 0, 'every reference is freed')
  return events
}

type Probe = {
  readonly streams: readonly (Record<string, unknown> & {
    readonly tags?: Record<string, string>
    readonly disposition?: Record<string, number>
    readonly side_data_list?: readonly Record<string, unknown>[]
  })[]
  readonly format: Record<string, unknown> & { readonly tags?: Record<string, string> }
  readonly frames?: readonly (Record<string, unknown> & {
    readonly side_data_list?: readonly Record<string, unknown>[]
  })[]
  readonly packets?: readonly Record<string, string>[]
}

/** Debian's ffprobe; what it complains of fails the test. */
export async function ffprobe(path: string, ...options: string[]): Promise<Probe> {
  const shown = ['-v', 'error', '-of', 'json', '-show_streams', '-show_format', ...options, path]
  const { stdout, stderr } = await run('ffprobe', shown, { maxBuffer: 1 << 28 })
  assert.equal(stderr.trim(), '', `ffprobe of ${path}`)
  return JSON.parse(stdout) as Probe
}

/** Decodes everything with Debian's ffmpeg, failing at the first error; returns the frames' checksums in order. */
export async function frameHashes(path: string, stream = 'v:0'): Promise<readonly string[]> {
  const options = ['-v', 'error', '-xerror', '-i', path, '-map', `0:${stream}`, '-fps_mode', 'passthrough']
  const { stdout, stderr } = await run('ffmpeg', [...options, '-f', 'framemd5', '-'], { maxBuffer: 1 << 28 })
  assert.equal(stderr.trim(), '', `ffmpeg of ${path}`)
  return stdout
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(line => line.split(',').at(-1)!.trim())
}
