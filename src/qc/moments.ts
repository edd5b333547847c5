// Pictures of the moments of findings: a short look back after the pass.
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatFilters } from '../codecs/index.ts'
import { formatRational, type RunOptions, rational } from '../core/index.ts'
import { runSpec } from '../engine/index.ts'
import type { Finding, GraphSpec, MediaFacts, VideoStream } from '../model/index.ts'
import { edgeBounds } from '../plan/index.ts'
import { smallJpeg } from './small-jpeg.ts'
import { isMoving } from './storyboard.ts'

/** JPEG by the time of the programme, in milliseconds. */
export type MomentPictures = ReadonlyMap<number, Uint8Array>

const MOST = 40
/** So many decoders at once. */
const AT_ONCE = 4
const LONGEST = 320

export const momentKey = (seconds: number): number => Math.round(Math.max(0, seconds) * 1000)

/** Of the first findings that have one, which are the worst. What cannot be decoded is left out. */
export async function picturesOf(
  facts: MediaFacts,
  findings: readonly Finding[],
  { signal, log }: Pick<RunOptions, 'signal' | 'log'>,
): Promise<MomentPictures> {
  const pictures = new Map<number, Uint8Array>()
  const video = facts.video.find(isMoving)
  const wanted = [...new Set(findings.flatMap(({ pictureS }) => (pictureS === null ? [] : [momentKey(pictureS)])))]
  if (!video || wanted.length === 0) return pictures
  const folder = await mkdtemp(join(tmpdir(), 'headend-qc-'))
  try {
    for (let from = 0; from < Math.min(MOST, wanted.length); from += AT_ONCE) {
      const some = wanted.slice(from, Math.min(MOST, from + AT_ONCE))
      const paths = some.map(ms => join(folder, `${ms}.jpg`))
      const spec = specOf(facts, video, some, paths)
      if (!spec) return pictures
      // A picture beside a finding is no reason to lose the report.
      await runSpec(spec, { signal, log }).catch(error => {
        signal.throwIfAborted()
        log.warn({ error: String(error) }, 'some pictures of findings could not be taken')
      })
      for (const [i, path] of paths.entries())
        if ((await stat(path).catch(() => null))?.size) pictures.set(some[i]!, await readFile(path))
    }
    return pictures
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function specOf(
  facts: MediaFacts,
  video: VideoStream,
  wanted: readonly number[],
  paths: readonly string[],
): GraphSpec | null {
  const small = smallJpeg(video, LONGEST)
  if (!small) return null
  const nodes: GraphSpec['nodes'][number][] = []
  const edges: GraphSpec['edges'][number][] = []
  for (const [i, ms] of wanted.entries()) {
    // A hair early: the picture that is shown then, however its clock was rounded.
    const from = Math.max(0, ms - 2)
    const graph = formatFilters([
      { name: 'trim', args: { start: `${from}ms` } },
      { name: 'trim', args: { end_frame: 1 } },
      ...small.steps,
    ])
    const source = {
      ...{ path: facts.path, streams: [video.index], startTime: facts.container.startTime ?? '0/1' },
      seek: formatRational(rational(from, 1000)),
    }
    nodes.push(
      { id: `file_${i}`, kind: 'source', params: source },
      { id: `decode_${i}`, kind: 'decode', params: { type: 'video', onDamage: 'count' } },
      { id: `shape_${i}`, kind: 'filter', params: { type: 'video', graph } },
      {
        id: `jpeg_${i}`,
        kind: 'encode',
        params: { type: 'video', name: 'mjpeg', options: { qmin: 3, qmax: 3 }, frameRate: '1/1' },
      },
      { id: `write_${i}`, kind: 'mux', params: { path: paths[i]!, format: 'mjpeg', tracks: [{ port: 's0' }] } },
    )
    edges.push(
      { from: `file_${i}.s${video.index}`, to: `decode_${i}.in`, ...edgeBounds.packets },
      { from: `decode_${i}.out`, to: `shape_${i}.in`, ...edgeBounds.frames },
      { from: `shape_${i}.out`, to: `jpeg_${i}.in`, ...edgeBounds.frames },
      { from: `jpeg_${i}.out`, to: `write_${i}.s0`, ...edgeBounds.packets },
    )
  }
  return { nodes, edges }
}
