// Subtitles through the engine: every text format into every container that takes it, read back by Debian's ffmpeg.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { type Cue, formatCaptions, parseSrt, plainText, tidyLines } from '../../src/captions/index.ts'
import type { GraphSpec, SubtitleFormat } from '../../src/model/index.ts'
import { makeClip } from '../media/make-media.ts'
import { ffprobe, runAndCount } from './engine-kit.ts'
import { hasTool } from './tools.ts'

const run = promisify(execFile)
const skip = hasTool('ffmpeg') ? false : 'no ffmpeg on this machine'
const bounds = { maxItems: 65_536, maxBytes: 64 << 20 }

const span = (text: string, style: { bold?: boolean; italic?: boolean; underline?: boolean } = {}) => ({
  ...{ text, bold: false, italic: false, underline: false },
  ...style,
})
const cue = (from: number, to: number, spans: ReturnType<typeof span>[], anchor: Cue['anchor'] = 2): Cue => ({
  startUs: BigInt(from) * 1000n,
  endUs: BigInt(to) * 1000n,
  lines: tidyLines(spans),
  anchor,
})
// Hundredths of a second, which ASS can say too; a gap, a touch, and characters beyond the first plane.
const cues: readonly Cue[] = [
  cue(200, 700, [span('Grüße & 你好 😀\n'), span('zweite', { italic: true }), span(' Zeile')]),
  cue(700, 1010, [span('laut', { bold: true })], 8),
  cue(1500, 1990, [span('a < b, '), span('unten', { underline: true })]),
]

let dir: string
let clip: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-subtitles-'))
  if (skip) return
  clip = join(dir, 'clip.mkv')
  await makeClip(clip, { video: 'testsrc2=s=160x90:r=25:d=2,format=yuv420p' })
})
after(() => rm(dir, { recursive: true, force: true }))

type Input = { readonly path: string; readonly stream: number; readonly from: SubtitleFormat }
const targets = [
  { name: 'srt.mkv', format: 'matroska', to: 'srt' },
  { name: 'ass.mkv', format: 'matroska', to: 'ass' },
  { name: 'webvtt.mkv', format: 'matroska', to: 'webvtt' },
  { name: 'mov_text.mp4', format: 'mp4', to: 'mov_text' },
  { name: 'mov_text.mov', format: 'mov', to: 'mov_text' },
  { name: 'webvtt.webm', format: 'webm', to: 'webvtt' },
] as const

/** A picture and a subtitle track in every container, in one graph. WebM has the text alone: the picture is H.264. */
async function convert({ path, stream, from }: Input, folder: string): Promise<Map<string, unknown>> {
  const spec: { nodes: GraphSpec['nodes'][number][]; edges: GraphSpec['edges'][number][] } = {
    nodes: [
      { id: 'picture', kind: 'source', params: { path: clip, streams: [0] } },
      { id: 'text', kind: 'source', params: { path, streams: [stream] } },
    ],
    edges: [],
  }
  await mkdir(join(dir, folder))
  for (const [i, { name, format, to }] of targets.entries()) {
    const text = { port: 's1', language: 'deu', dispositions: ['forced'] }
    const tracks = format === 'webm' ? [text] : [{ port: 's0' }, text]
    spec.nodes.push(
      { id: `convert${i}`, kind: 'subtitle', params: { from, to, width: 160, height: 90 } },
      { id: `mux${i}`, kind: 'mux', params: { path: join(dir, folder, name), format, tracks } },
    )
    spec.edges.push(
      { from: `text.s${stream}`, to: `convert${i}.in`, ...bounds },
      { from: `convert${i}.out`, to: `mux${i}.s1`, ...bounds },
    )
    if (format !== 'webm') spec.edges.push({ from: 'picture.s0', to: `mux${i}.s0`, ...bounds })
  }
  return runAndCount(spec)
}

/** The cues as Debian's ffmpeg decodes them and writes them as SRT. */
async function readBack(path: string): Promise<readonly Cue[]> {
  const { stdout, stderr } = await run('ffmpeg', ['-v', 'error', '-i', path, '-map', '0:s', '-f', 'srt', '-'])
  assert.equal(stderr.trim(), '', `ffmpeg of ${path}`)
  // FFmpeg wraps text in a font where a style of ASS or MP4 says one; parseSrt leaves those out.
  return parseSrt(stdout).cues
}

const shown = (list: readonly Cue[]) =>
  list.map(each => ({
    at: `${each.startUs}-${each.endUs}`,
    text: plainText(each),
    styles: each.lines.map(line => line.map(({ bold, italic, underline }) => [bold, italic, underline])),
  }))

const sidecar = async (name: string, text: string): Promise<string> => {
  const path = join(dir, name)
  await writeFile(path, text)
  return path
}

describe('subtitles', { skip }, () => {
  it('go from files of each format, and from each container, into every container', async () => {
    const size = { width: 160, height: 90 }
    const sources: (Input & { readonly folder: string })[] = [
      { folder: 'a', path: await sidecar('a.srt', formatCaptions('srt', cues, size)), stream: 0, from: 'srt' },
      { folder: 'b', path: await sidecar('b.vtt', formatCaptions('webvtt', cues, size)), stream: 0, from: 'webvtt' },
      { folder: 'c', path: await sidecar('c.ass', formatCaptions('ass', cues, size)), stream: 0, from: 'ass' },
      { folder: 'd', path: join(dir, 'a/srt.mkv'), stream: 1, from: 'srt' },
      { folder: 'e', path: join(dir, 'a/webvtt.mkv'), stream: 1, from: 'webvtt' },
      { folder: 'f', path: join(dir, 'a/ass.mkv'), stream: 1, from: 'ass' },
      { folder: 'g', path: join(dir, 'a/mov_text.mp4'), stream: 1, from: 'mov_text' },
    ]
    for (const source of sources) {
      const events = await convert(source, source.folder)
      for (const [i, { name, to }] of targets.entries()) {
        const what = `${source.from} of ${source.folder} → ${name}`
        const read = await readBack(join(dir, source.folder, name))
        assert.deepEqual(shown(read), shown(cues), what)
        if (source.from !== to)
          assert.deepEqual(events.get(`convert${i}.subtitles`), { cuesIn: 3, cuesOut: 3, dropped: {} }, what)
        // The corner of a cue has no place in MP4; FFmpeg's own reader of WebVTT leaves it out.
        if (to === 'srt' || to === 'ass')
          assert.deepEqual(
            read.map(({ anchor }) => anchor),
            source.from === 'mov_text' ? [2, 2, 2] : [2, 8, 2],
            what,
          )
      }
    }
    const { stdout } = await run('ffmpeg', [
      '-v',
      'error',
      '-i',
      join(dir, 'c/webvtt.mkv'),
      '-map',
      '0:s',
      '-c',
      'copy',
      '-f',
      'webvtt',
      '-',
    ])
    assert.match(stdout, /00:00\.700 --> 00:01\.010 line:0\n/)
  })

  it('that overlap are shown together in MP4, where samples cannot', async () => {
    const both = [cue(0, 1000, [span('lang')]), cue(400, 600, [span('kurz')])]
    const path = await sidecar('overlap.srt', formatCaptions('srt', both, { width: 160, height: 90 }))
    await convert({ path, stream: 0, from: 'srt' }, 'overlap')
    const read = await readBack(join(dir, 'overlap/mov_text.mp4'))
    assert.deepEqual(
      read.map(each => [each.startUs, each.endUs, plainText(each)]),
      [
        [0n, 400_000n, 'lang'],
        [400_000n, 600_000n, 'lang\nkurz'],
        [600_000n, 1_000_000n, 'lang'],
      ],
    )
    assert.deepEqual(shown(await readBack(join(dir, 'overlap/ass.mkv'))), shown(both))
  })

  it('of ASS lose motion and color, and the node says so', async () => {
    const script = formatCaptions('ass', [cue(100, 900, [span('x')])], { width: 160, height: 90 }).replace(
      ',,x',
      ',,{\\pos(1,2)\\c&HFF0000&\\i1}x',
    )
    const path = await sidecar('styled.ass', script)
    const events = await convert({ path, stream: 0, from: 'ass' }, 'styled')
    assert.deepEqual(events.get('convert3.subtitles'), { cuesIn: 1, cuesOut: 1, dropped: { pos: 1, c: 1 } })
    assert.deepEqual(shown(await readBack(join(dir, 'styled/mov_text.mp4')))[0]?.styles, [[[false, true, false]]])
  })

  it('come from the TTML that FFmpeg writes into MP4, one document with its own times', async () => {
    const source = await sidecar('ttml.srt', formatCaptions('srt', cues, { width: 160, height: 90 }))
    const path = join(dir, 'ttml.mp4')
    await run('ffmpeg', ['-v', 'error', '-i', source, '-c:s', 'ttml', path])
    await convert({ path, stream: 0, from: 'ttml' }, 'ttml')
    for (const name of ['srt.mkv', 'mov_text.mp4']) {
      const read = await readBack(join(dir, 'ttml', name))
      assert.deepEqual(
        read.map(each => [each.startUs, each.endUs, plainText(each)]),
        cues.map(each => [each.startUs, each.endUs, plainText(each)]),
        name,
      )
    }
  })

  it('keep their language and purpose', async () => {
    const { streams } = await ffprobe(join(dir, 'a/mov_text.mp4'))
    assert.equal(streams[1]?.codec_name, 'mov_text')
    assert.equal(streams[1]?.tags?.language, 'deu')
    assert.equal((await ffprobe(join(dir, 'a/ass.mkv'))).streams[1]?.disposition?.forced, 1)
  })
})
