// EncodePlan → GraphSpec: which nodes, which edges. Pure; the plan has decided everything.
import type { z } from 'zod'
import { formatFilters } from '../codecs/index.ts'
import type {
  AudioRendition,
  EdgeSpec,
  EncodeParams,
  EncodePlan,
  FileOutput,
  GraphSpec,
  MuxParams,
  NodeSpec,
  SubtitleRendition,
  VideoPlan,
  VideoRendition,
} from '../model/index.ts'

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

/** Which of two passes, and where the statistics of each rendition lie, by its id. */
export type Pass = { readonly number: 1 | 2; readonly stats: Readonly<Record<string, string>> }

/**
 * What a packager takes. With edit lists: Shaka Packager keeps them, so that reordering and encoder delay shift neither
 * picture nor sound.
 */
const INTERMEDIATE = { format: 'mp4', options: { movflags: '+write_colr', write_tmcd: 0 } }

/** Text that a packager cuts into segments. */
const TEXT = { format: 'webvtt', options: {} }

type Track = {
  readonly id: string
  readonly out: string
  /** Of a file of its own; INTERMEDIATE where it is absent. */
  readonly alone?: typeof TEXT
  readonly mux: Omit<MuxTrack, 'port'>
  readonly bounds: { maxItems: number; maxBytes: number }
}
type MuxTrack = z.input<typeof MuxParams>['tracks'][number]

export const isCopy = ({ encoder }: { readonly encoder: { readonly name: string } }): boolean => encoder.name === 'copy'

/** Frames of one rendition, and between its key frames: half of the title's where it shows every second picture. */
export function renditionFrames(
  { frameRate, frames, gopFrames }: VideoPlan,
  rung: Pick<VideoRendition, 'frameRate'>,
): { frames: number; gopFrames: number } {
  if (rung.frameRate === undefined || rung.frameRate === frameRate) return { frames, gopFrames }
  return { frames: Math.ceil(frames / 2), gopFrames: gopFrames / 2 }
}

/** Whether any rendition is encoded in two passes. */
export const needsTwoPasses = ({ video }: EncodePlan): boolean =>
  video?.renditions.some(rung => rung.encoder.firstPass) ?? false

/** @param plan - as planned; `paths` are the temporary files to write. */
export function compilePlan(plan: EncodePlan, paths: OutputPaths, pass?: Pass): GraphSpec {
  const nodes: NodeSpec[] = []
  const edges: EdgeSpec[] = []
  const tracks: Track[] = []
  addSource(plan, nodes)
  if (plan.video) tracks.push(...addVideo(plan, plan.video, pass, nodes, edges))
  tracks.push(...addAudio(plan, nodes, edges))
  if (plan.output.kind === 'file') tracks.push(...addExtras(plan, plan.output, nodes, edges))
  else
    tracks.push(
      ...addSubtitles(plan, plan.output.subtitles ?? [], nodes, edges).map(track => ({ ...track, alone: TEXT })),
    )
  addMuxers(plan, paths, tracks, nodes, edges)
  return { nodes, edges }
}

/** The first of two passes: the picture alone, to its statistics. */
export function compileFirstPass(plan: EncodePlan, stats: Readonly<Record<string, string>>): GraphSpec {
  const nodes: NodeSpec[] = []
  const edges: EdgeSpec[] = []
  const video = plan.video!
  addSource(
    { ...plan, audio: [], output: { ...plan.output, subtitles: [], cover: null } as EncodePlan['output'] },
    nodes,
  )
  const picture = addPrepared(video, nodes, edges)
  for (const rung of video.renditions) {
    if (rung.encoder.firstPass) addEncoder(video, rung, picture, { number: 1, stats }, nodes, edges)
  }
  return { nodes, edges }
}

function addSource(plan: EncodePlan, nodes: NodeSpec[]): void {
  const { video, audio, output } = plan
  const text = (output.subtitles ?? []).map(({ stream }) => stream)
  const extras = output.kind === 'file' ? [...text, ...cover(output)] : text
  const streams = [...new Set([...(video ? [video.stream] : []), ...audio.map(({ stream }) => stream), ...extras])]
  nodes.push({ id: 'source', kind: 'source', params: { path: plan.input.path, streams, startTime: plan.startTime } })
}

const cover = (output: FileOutput): number[] => (output.cover === null ? [] : [output.cover])

function addVideo(
  plan: EncodePlan,
  video: VideoPlan,
  pass: Pass | undefined,
  nodes: NodeSpec[],
  edges: EdgeSpec[],
): Track[] {
  const source = `source.s${video.stream}`
  const rotation = plan.output.kind === 'file' ? plan.output.rotation : 0
  const describe = (rung: VideoRendition): Track['mux'] => ({
    ...(rung.tag === null ? {} : { tag: rung.tag }),
    ...(isCopy(rung) ? {} : { timescale: videoTimescale(rung.frameRate ?? video.frameRate) }),
    ...(rotation === 0 ? {} : { rotation }),
    ...(video.hdr.dolbyVision ? { dolbyVision: video.hdr.dolbyVision } : {}),
    ...(rung.bitstreamFilters ? { bitstreamFilters: rung.bitstreamFilters } : {}),
    ...(plan.output.kind === 'file' ? { default: true } : {}),
  })
  const picture = video.renditions.every(isCopy) ? null : addPrepared(video, nodes, edges)
  return video.renditions.map(rung => {
    if (picture === null || isCopy(rung)) return { id: rung.id, out: source, mux: describe(rung), bounds: MUX_PACKETS }
    addEncoder(video, rung, picture, pass, nodes, edges)
    return { id: rung.id, out: `${rung.id}.out`, mux: describe(rung), bounds: MUX_PACKETS }
  })
}

function addEncoder(
  video: VideoPlan,
  rung: VideoRendition,
  picture: string,
  pass: Pass | undefined,
  nodes: NodeSpec[],
  edges: EdgeSpec[],
): void {
  const { encoder, fallbacks, id } = rung
  const { masteringDisplay, contentLight } = video.hdr
  const stats = pass?.stats[id]
  const params: z.input<typeof EncodeParams> = {
    type: 'video',
    ...encoder,
    fallbacks,
    frameRate: rung.frameRate ?? video.frameRate,
    keyFrameEvery: renditionFrames(video, rung).gopFrames,
    ...(masteringDisplay || contentLight ? { hdr: { masteringDisplay, contentLight } } : {}),
    ...(pass && stats !== undefined && encoder.firstPass ? { pass: { number: pass.number, stats } } : {}),
  }
  nodes.push(
    { id: `${id}_filter`, kind: 'filter', params: { type: 'video', graph: formatFilters(rung.filters) } },
    { id, kind: 'encode', params: plain(params), stall: MEDIA_STALL },
  )
  edges.push(edge(picture, `${id}_filter.in`, FRAMES), edge(`${id}_filter.out`, `${id}.in`, FRAMES))
}

/** Without the fields that are absent: JSON has no word for them. */
const plain = (params: object): NodeSpec['params'] => JSON.parse(JSON.stringify(params)) as NodeSpec['params']

function addAudio(plan: EncodePlan, nodes: NodeSpec[], edges: EdgeSpec[]): Track[] {
  const inFile = plan.output.kind === 'file'
  const describe = ({ language, label, dispositions }: AudioRendition): Track['mux'] => ({
    ...(language ? { language } : {}),
    title: label,
    ...(inFile ? { default: dispositions.includes('default'), dispositions } : {}),
  })
  const coded = plan.audio.filter(track => !isCopy(track))
  for (const stream of new Set(coded.map(track => track.stream))) {
    nodes.push({ id: `decode_a${stream}`, kind: 'decode', params: { type: 'audio' } })
    edges.push(edge(`source.s${stream}`, `decode_a${stream}.in`, PACKETS))
  }
  for (const track of coded) {
    nodes.push(
      { id: `${track.id}_filter`, kind: 'filter', params: { type: 'audio', graph: formatFilters(track.filters) } },
      { id: track.id, kind: 'encode', params: plain({ type: 'audio', ...track.encoder }) },
    )
    edges.push(
      edge(`decode_a${track.stream}.out`, `${track.id}_filter.in`, PACKETS),
      edge(`${track.id}_filter.out`, `${track.id}.in`, PACKETS),
    )
  }
  return plan.audio.map(track => ({
    id: track.id,
    out: isCopy(track) ? `source.s${track.stream}` : `${track.id}.out`,
    mux: describe(track),
    bounds: MUX_PACKETS,
  }))
}

function addSubtitles(
  plan: EncodePlan,
  subtitles: readonly SubtitleRendition[],
  nodes: NodeSpec[],
  edges: EdgeSpec[],
): Track[] {
  const { width, height } = plan.video?.renditions[0] ?? { width: 1920, height: 1080 }
  return subtitles.map(({ id, stream, from, to, language, label, dispositions }) => {
    // Samples without text between those of mov_text collide with the muxer's own: the node leaves them out.
    const same = from === to && from !== 'mov_text'
    if (!same) {
      nodes.push({ id, kind: 'subtitle', params: { from, to, width, height } })
      edges.push(edge(`source.s${stream}`, `${id}.in`, PACKETS))
    }
    return {
      id,
      out: same ? `source.s${stream}` : `${id}.out`,
      mux: {
        ...(language ? { language } : {}),
        ...(label ? { title: label } : {}),
        dispositions,
      },
      bounds: MUX_PACKETS,
    }
  })
}

/** Subtitles and the cover picture. */
function addExtras(plan: EncodePlan, output: FileOutput, nodes: NodeSpec[], edges: EdgeSpec[]): Track[] {
  return [
    ...addSubtitles(plan, output.subtitles, nodes, edges),
    ...cover(output).map(stream => {
      const id = 'cover'
      const out = `source.s${stream}`
      if (output.muxer.format !== 'matroska') {
        return { id, out, mux: { dispositions: ['attached_pic'] }, bounds: MUX_PACKETS }
      }
      // In Matroska a cover is an attached file; as a track it would be a film of one picture.
      nodes.push({ id, kind: 'attachment', params: {} })
      edges.push(edge(out, `${id}.in`, PACKETS))
      return { id, out: `${id}.out`, mux: {}, bounds: MUX_PACKETS }
    }),
  ]
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
  tracks: readonly Track[],
  nodes: NodeSpec[],
  edges: EdgeSpec[],
): void {
  if (paths.kind === 'each') {
    for (const { id, out, mux, alone } of tracks) {
      const path = paths.paths[id]
      if (path === undefined) throw new Error(`no path for ${id}`)
      const params = { path, ...(alone ?? INTERMEDIATE), tracks: [{ port: 's0', ...mux }] }
      nodes.push({ id: `${id}_mux`, kind: 'mux', params: plain(params) })
      edges.push(edge(out, `${id}_mux.s0`, PACKETS))
    }
    return
  }
  const file = plan.output.kind === 'file' ? plan.output : null
  const params: z.input<typeof MuxParams> = {
    path: paths.path,
    ...(file ? { ...file.muxer, tags: file.tags, chapters: file.chapters } : INTERMEDIATE),
    tracks: tracks.map(({ mux }, i) => ({ port: `s${i}`, ...mux })),
  }
  nodes.push({ id: 'mux', kind: 'mux', params: plain(params) })
  tracks.forEach(({ out, bounds }, i) => {
    edges.push(edge(out, `mux.s${i}`, bounds))
  })
}

/** Ticks per second in which every frame time is a whole number: 90,000 where it divides, else the rate's numerator × 1000 or so. */
export function videoTimescale(frameRate: string): number {
  const [num, den] = frameRate.split('/').map(Number) as [number, number]
  if ((90_000 * den) % num === 0) return 90_000
  return num < 10_000 ? num * 1000 : num
}
