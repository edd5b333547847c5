// The graph that writes one normalised file: tracks whose gain changes are coded again, all others are handed on. Pure.
import { gainSteps, limiterSteps } from '../audio/index.ts'
import { containerRows, formatFilters, muxerFor } from '../codecs/index.ts'
import {
  compare,
  formatRational,
  HeadendError,
  parseRational,
  type RationalText,
  rational,
  sub,
} from '../core/index.ts'
import type { AudioStream, EdgeSpec, GraphSpec, MediaFacts, NodeSpec, Warning } from '../model/index.ts'
import { edgeBounds } from '../plan/index.ts'
import { isGainTag } from './gain-tags.ts'
import type { OutputKind } from './output-kinds.data.ts'
import { carries, type TrackCoding } from './track-coding.ts'

const { packets: PACKETS, muxPackets: MUX_PACKETS } = edgeBounds

export type TrackWork = {
  readonly coding: TrackCoding
  readonly gainDb: number
  readonly ceilingDb: number | null
}

export type NormalizeJob = {
  readonly facts: MediaFacts
  readonly kind: OutputKind
  /** By stream index; what is not named is copied. */
  readonly work: ReadonlyMap<number, TrackWork>
  /** By stream index, what is written beside the track's own tags. */
  readonly tags: ReadonlyMap<number, Readonly<Record<string, string>>>
}

type Kept = { readonly index: number; readonly how: 'copy' | 'encode' | 'text' | 'cover' | 'attachment' }
type Draft = { readonly nodes: NodeSpec[]; readonly edges: EdgeSpec[] }

/** What an output cannot take of the input; nothing is lost in silence. @throws {HE_PLAN_IMPOSSIBLE} */
export function chooseStreams({ facts, kind, work }: Omit<NormalizeJob, 'tags'>): {
  readonly kept: readonly Kept[]
  readonly warnings: readonly Warning[]
} {
  const same = kind.formats.includes(facts.container.format)
  if (facts.video.length > 0 && !(same && kind.container))
    throw new HeadendError('HE_PLAN_IMPOSSIBLE', `the picture of ${facts.path} cannot be copied into ${kind.label}`, {
      hint: 'Write a file of the same kind as the input.',
    })
  const audio = facts.audio.map((stream): Kept => {
    if (work.has(stream.index)) return { index: stream.index, how: 'encode' }
    if (!carries(kind, stream.codec) && !same)
      throw new HeadendError('HE_PLAN_IMPOSSIBLE', `${kind.label} does not carry ${stream.codec}`, {
        hint: 'Write a file of the same kind as the input, or name a codec with --audio-codec.',
      })
    return { index: stream.index, how: 'copy' }
  })
  const text = facts.subtitles.flatMap(({ index, codec }): Kept[] =>
    same ? [{ index, how: codec === 'mov_text' ? 'text' : 'copy' }] : [],
  )
  const covers = facts.other.flatMap(({ index, type }): Kept[] => {
    if (type !== 'picture' || !same) return []
    if (kind.muxer === 'matroska') return [{ index, how: 'attachment' }]
    return kind.container && !containerRows[kind.container].cover ? [] : [{ index, how: 'cover' }]
  })
  const kept = [...facts.video.map(({ index }): Kept => ({ index, how: 'copy' })), ...audio, ...text, ...covers]
  const lost = [...facts.subtitles, ...facts.other].filter(({ index }) => !kept.some(each => each.index === index))
  return {
    kept: kept.toSorted((a, b) => a.index - b.index),
    warnings: lost.map(({ index, codec }) => ({
      code: 'stream-left-out',
      message: `Stream ${index} (${codec}) has no place in ${kind.label} and is left out.`,
    })),
  }
}

export function normalizeSpec(job: NormalizeJob, path: string): GraphSpec {
  const { facts, kind } = job
  const { kept } = chooseStreams(job)
  const draft: Draft = { nodes: [], edges: [] }
  const startTime = startOf(facts)
  draft.nodes.push({
    id: 'source',
    kind: 'source',
    params: { path: facts.path, streams: kept.map(({ index }) => index), startTime },
  })
  const tracks = kept.map((each, i) => {
    draft.edges.push({ from: addTrack(job, each, draft), to: `mux.s${i}`, ...MUX_PACKETS })
    return { port: `s${i}`, ...describe(job, each) }
  })
  const { container } = kind
  const row = container && containerRows[container]
  const muxer = container
    ? muxerFor(container, { fastStart: true, fragmented: facts.container.fragmented === true })
    : { format: kind.muxer, options: kind.options ?? {} }
  const timecode = row?.timecode && facts.timecode !== null ? { timecode: facts.timecode } : {}
  draft.nodes.push({
    id: 'mux',
    kind: 'mux',
    params: {
      path,
      ...muxer,
      tags: { ...fileTags(job), ...timecode },
      chapters: row?.chapters
        ? facts.chapters.map(({ start, end, title }) => ({
            start: earlier(start, startTime),
            end: earlier(end, startTime),
            title,
          }))
        : [],
      tracks,
    } as NodeSpec['params'],
  })
  return draft
}

/** Transport streams begin anywhere; nothing is moved that begins at zero or, by its priming, before. */
function startOf({ container }: MediaFacts): RationalText {
  const start = parseRational(container.startTime ?? '0/1')
  return compare(start, rational(0)) > 0 ? formatRational(start) : '0/1'
}

const earlier = (time: RationalText, by: RationalText): RationalText =>
  formatRational(sub(parseRational(time), parseRational(by)))

/** Returns the endpoint at which its packets come out. */
function addTrack({ work }: NormalizeJob, { index, how }: Kept, { nodes, edges }: Draft): string {
  const source = `source.s${index}`
  const through = (id: string, node: Omit<NodeSpec, 'id'>, from: string): string => {
    nodes.push({ id, ...node })
    edges.push({ from, to: `${id}.in`, ...PACKETS })
    return `${id}.out`
  }
  if (how === 'copy' || how === 'cover') return source
  if (how === 'attachment') return through(`cover_${index}`, { kind: 'attachment', params: {} }, source)
  if (how === 'text') {
    const params = { from: 'mov_text', to: 'mov_text', width: 1920, height: 1080 }
    return through(`text_${index}`, { kind: 'subtitle', params }, source)
  }
  const { coding, gainDb, ceilingDb } = work.get(index)!
  const chain = [
    // Gaps between packets become silence: what comes after them stays where it is.
    { name: 'aresample', args: { async: 1 } },
    ...coding.before,
    ...gainSteps(gainDb),
    ...(ceilingDb === null ? [] : limiterSteps(ceilingDb)),
    ...coding.after,
  ]
  const decoded = through(`decode_${index}`, { kind: 'decode', params: { type: 'audio' } }, source)
  const graph = formatFilters(chain)
  const filtered = through(`filter_${index}`, { kind: 'filter', params: { type: 'audio', graph } }, decoded)
  const params = { type: 'audio', name: coding.encoder, options: coding.options }
  return through(`encode_${index}`, { kind: 'encode', params }, filtered)
}

/** What muxers write by themselves, or what was true of the old file alone. */
const OWN =
  /^(major_brand|minor_version|compatible_brands|encoder|duration|bps|number_of_.*|_statistics_.*|handler_name|vendor_id|timecode)$/i

const lasting = (tags: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).filter(([name]) => !OWN.test(name) && !isGainTag(name)))

function fileTags({ facts, kind, tags }: NormalizeJob): Record<string, string> {
  const written = kind.tagsOf === 'file' ? [...tags.values()] : []
  return { ...lasting(facts.container.tags), ...Object.assign({}, ...written) }
}

function describe({ facts, kind, tags }: NormalizeJob, { index, how }: Kept): Record<string, unknown> {
  if (how === 'attachment') return {}
  if (how === 'cover') return { dispositions: ['attached_pic'] }
  const stream = [...facts.video, ...facts.audio, ...facts.subtitles].find(each => each.index === index)!
  const own = lasting((stream as Partial<AudioStream>).tags ?? {})
  const more = kind.tagsOf === 'track' ? { ...own, ...tags.get(index) } : own
  const isVideo = facts.video.some(each => each.index === index)
  return {
    ...(stream.language ? { language: stream.language } : {}),
    ...(stream.title ? { title: stream.title } : {}),
    ...(Object.keys(more).length > 0 ? { tags: more } : {}),
    dispositions: stream.dispositions,
    default: stream.dispositions.includes('default'),
    // FFmpeg would call HEVC hev1, whatever it was called.
    ...(isVideo && stream.codec === 'hevc' && /^(hvc1|hev1)$/.test(stream.codecTag ?? '')
      ? { tag: stream.codecTag }
      : {}),
  }
}
