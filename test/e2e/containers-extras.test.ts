// What files carry beside picture and sound: chapters, tags, timecode, covers; by Debian's ffprobe and mediainfo.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { containerRows, muxerFor } from '../../src/codecs/index.ts'
import { silentLog } from '../../src/core/index.ts'
import type { GraphSpec } from '../../src/model/index.ts'
import { TranscodeOptions } from '../../src/plan/index.ts'
import { runTranscode } from '../../src/vod/index.ts'
import { documented } from './containers-docs.ts'
import { ffprobe, runAndCount } from './engine-kit.ts'
import { hasTool } from './tools.ts'

const run = promisify(execFile)
const skip = hasTool('ffprobe') && hasTool('ffmpeg') ? false : 'no ffprobe or no ffmpeg on this machine'
const bounds = { maxItems: 65_536, maxBytes: 256 << 20 }

let dir: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-extras-'))
})
after(() => rm(dir, { recursive: true, force: true }))

type Mux = { readonly id: string; readonly params: Record<string, unknown> }

/** H.264 and AAC, two seconds, into several files from one encode. */
async function writeFiles(muxes: readonly Mux[]): Promise<void> {
  const outputs = ['picture', 'sound'].flatMap((id, port) =>
    muxes.map(mux => ({ from: `${id}.out`, to: `${mux.id}.s${port}`, ...bounds })),
  )
  const spec = {
    nodes: [
      { id: 'film', kind: 'generate', params: { type: 'video', graph: 'testsrc2=s=160x90:r=25:d=2,format=yuv420p' } },
      {
        id: 'tone',
        kind: 'generate',
        params: { type: 'audio', graph: 'sine=f=440:r=48000:d=2,aformat=sample_fmts=fltp' },
      },
      {
        id: 'picture',
        kind: 'encode',
        params: { type: 'video', name: 'libx264', options: { g: 25, preset: 'veryfast' }, frameRate: '25/1' },
      },
      { id: 'sound', kind: 'encode', params: { type: 'audio', name: 'aac', options: {} } },
      ...muxes.map(({ id, params }) => ({
        id,
        kind: 'mux',
        params: { tracks: [{ port: 's0' }, { port: 's1' }], ...params },
      })),
    ],
    edges: [
      { from: 'film.out', to: 'picture.in', maxItems: 4, maxBytes: 1 << 28 },
      { from: 'tone.out', to: 'sound.in', maxItems: 4, maxBytes: 1 << 28 },
      ...outputs,
    ],
  }
  await runAndCount(spec as unknown as GraphSpec)
}

const packetHash = async (path: string): Promise<string> =>
  (
    await run('ffmpeg', [
      '-v',
      'error',
      '-i',
      path,
      '-map',
      '0:v',
      '-map',
      '0:a',
      '-c',
      'copy',
      '-f',
      'streamhash',
      '-',
    ])
  ).stdout

/** Names of the boxes of the outermost level. */
async function outerBoxes(path: string): Promise<readonly string[]> {
  await using file = await open(path)
  const { size } = await file.stat()
  const types: string[] = []
  const header = Buffer.alloc(8)
  for (let at = 0; at < size; at += header.readUInt32BE(0)) {
    await file.read(header, 0, 8, at)
    types.push(header.toString('latin1', 4))
  }
  return types
}

describe('chapters', { skip }, () => {
  const chapters = [
    { start: '0/1', end: '1/2', title: 'Erstes – Kapitel' },
    { start: '1/2', end: '1601/1000', title: '二' },
    { start: '1601/1000', end: '2/1', title: null },
  ]
  const files = [
    { id: 'fast', format: 'mp4', extension: 'mp4', options: { movflags: '+faststart' } },
    { id: 'plain', format: 'mp4', extension: 'mp4', options: {} },
    {
      id: 'pieces',
      format: 'mp4',
      extension: 'mp4',
      options: muxerFor('mp4', { fastStart: false, fragmented: true }).options,
    },
    { id: 'quick', format: 'mov', extension: 'mov', options: { movflags: '+faststart' } },
    { id: 'kasten', format: 'matroska', extension: 'mkv', options: {} },
  ]
  const pathOf = (id: string, extension: string, with_: string): string => join(dir, `${id}-${with_}.${extension}`)

  before(async () => {
    if (skip) return
    await writeFiles(
      files.flatMap(({ id, format, extension, options }) =>
        [chapters, []].map(list => {
          const name = list.length > 0 ? 'with' : 'without'
          return { id: `${id}_${name}`, params: { path: pathOf(id, extension, name), format, options, chapters: list } }
        }),
      ),
    )
  })

  for (const { id, format, extension } of files) {
    it(`are in ${id}.${extension}, by ffprobe and mediainfo, and nothing else has changed`, async () => {
      const path = pathOf(id, extension, 'with')
      const probe = (await ffprobe(path, '-show_chapters')) as unknown as {
        chapters: { start_time: string; end_time: string; tags: { title: string } }[]
      }
      assert.deepEqual(
        probe.chapters.map(each => [Number(each.start_time), each.tags.title]),
        [
          [0, 'Erstes – Kapitel'],
          [0.5, '二'],
          [1.601, 'Chapter 3'],
        ],
      )
      assert.deepEqual(
        probe.chapters.slice(0, 2).map(each => Number(each.end_time)),
        [0.5, 1.601],
      )
      if (hasTool('mediainfo')) {
        const { stdout } = await run('mediainfo', [path])
        assert.match(stdout, /Menu[\s\S]*00:00:00\.500 *: .*二/)
      }
      const bare = pathOf(id, extension, 'without')
      assert.equal(await packetHash(path), await packetHash(bare))
      if (format !== 'matroska') assert.deepEqual(await outerBoxes(path), await outerBoxes(bare))
    })
  }

  it('are in WebM', async () => {
    const path = join(dir, 'chapters.webm')
    const graph = 'testsrc2=s=160x90:r=25,trim=end_frame=10,format=yuv420p'
    const spec = {
      nodes: [
        { id: 'film', kind: 'generate', params: { type: 'video', graph } },
        {
          id: 'picture',
          kind: 'encode',
          params: {
            type: 'video',
            name: 'libvpx-vp9',
            options: { 'cpu-used': 8, deadline: 'realtime' },
            frameRate: '25/1',
          },
        },
        {
          id: 'mux',
          kind: 'mux',
          params: {
            path,
            ...muxerFor('webm', { fastStart: true, fragmented: false }),
            tracks: [{ port: 's0' }],
            chapters,
          },
        },
      ],
      edges: [
        { from: 'film.out', to: 'picture.in', maxItems: 4, maxBytes: 1 << 28 },
        { from: 'picture.out', to: 'mux.s0', ...bounds },
      ],
    }
    await runAndCount(spec as unknown as GraphSpec)
    const probe = (await ffprobe(path, '-show_chapters', '-count_packets')) as unknown as { chapters: unknown[] }
    assert.equal(probe.chapters.length, 3)
  })
})

const allTags = {
  ...{ title: 'Titel', artist: 'Wer', album: 'Werk', album_artist: 'Alle', date: '2026', comment: 'Wort' },
  ...{ copyright: 'Recht', description: 'Inhalt', genre: 'Film', show: 'Reihe' },
}

/** Each tag that the container gives back as it was, under whatever case of its name. */
const survivors = (found: Record<string, string> | undefined): readonly string[] => {
  const tags = new Map(Object.entries(found ?? {}).map(([name, value]) => [name.toLowerCase(), value]))
  return Object.entries(allTags)
    .filter(([name, value]) => tags.get(name) === value)
    .map(([name]) => name)
}

describe('tags and timecode', { skip: skip || (hasTool('mediainfo') ? false : 'no mediainfo on this machine') }, () => {
  it('survive as docs/containers.md says', async () => {
    const tracks = [
      { port: 's0', language: 'fra', title: 'Bild', default: true },
      { port: 's1', language: 'deu', title: 'Ton', dispositions: ['comment'] },
    ]
    const kinds = ['mp4', 'mov', 'matroska', 'mpegts', 'flv'] as const
    const pathOf = (name: string): string => join(dir, `tags.${name}`)
    const tags = { ...allTags, timecode: '01:02:03:04' }
    await writeFiles(
      kinds.map(name => ({
        id: name,
        params: { path: pathOf(name), ...muxerFor(name, { fastStart: true, fragmented: false }), tags, tracks },
      })),
    )
    const table = await documented('Tags')
    for (const name of kinds) {
      const { streams, format } = await ffprobe(pathOf(name))
      const timecode =
        format.tags?.timecode ?? format.tags?.TIMECODE ?? streams.map(({ tags: of }) => of?.timecode).find(Boolean)
      const sound = streams.find(({ codec_type }) => codec_type === 'audio')
      // FFmpeg 5.1 does not read the names of tracks in ISO files.
      const titled = (await run('mediainfo', ['--Inform=Audio;%Title%', pathOf(name)])).stdout.trim() === 'Ton'
      const found = [
        survivors(format.tags).join(', ') || '–',
        ['deu', 'ger'].includes(sound?.tags?.language ?? '') ? 'yes' : 'no',
        titled ? 'yes' : 'no',
        sound?.disposition?.comment === 1 ? 'yes' : 'no',
        timecode === '01:02:03:04' ? 'yes' : 'no',
      ]
      assert.deepEqual(table.get(containerRows[name].label), found, name)
    }
  })
})

describe('a cover', { skip }, () => {
  it('goes from MP4 to Matroska and back, the same picture', async () => {
    const film = join(dir, 'film.mp4')
    const jpeg = join(dir, 'cover.jpg')
    const first = join(dir, 'cover.mp4')
    await writeFiles([{ id: 'file', params: { path: film, format: 'mp4' } }])
    await run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc=s=64x64', '-frames:v', '1', jpeg])
    const made = ['-map', '0:v', '-map', '1', '-c', 'copy', '-disposition:v:1', 'attached_pic', first]
    await run('ffmpeg', ['-v', 'error', '-i', film, '-i', jpeg, ...made])
    const transcode = async (from: string, path: string, options: object): Promise<string[]> => {
      const { signal } = new AbortController()
      const parsed = TranscodeOptions.parse(options)
      const { report } = await runTranscode(from, path, { options: parsed, force: false, signal, log: silentLog })
      assert.notEqual(report.verdict.status, 'fail', path)
      return report.plan.warnings.map(({ code }) => code)
    }
    const keeps = async (from: string, name: string, options: object): Promise<void> => {
      const path = join(dir, name)
      assert.ok(!(await transcode(join(dir, from), path, options)).includes('cover-left-out'), path)
      const { streams } = await ffprobe(path)
      assert.equal(streams.at(-1)?.disposition?.attached_pic, 1, path)
      const extracted = join(dir, 'extracted.jpg')
      await run('ffmpeg', [
        '-v',
        'error',
        '-y',
        '-i',
        path,
        '-map',
        `0:${streams.length - 1}`,
        '-c',
        'copy',
        '-f',
        'image2',
        '-update',
        '1',
        extracted,
      ])
      assert.deepEqual(await readFile(extracted), await readFile(jpeg), path)
    }
    const asIs = { codec: 'copy', audioCodec: 'copy' }
    await keeps('cover.mp4', 'cover.mkv', { container: 'matroska', ...asIs })
    await keeps('cover.mkv', 'cover2.mkv', { container: 'matroska', codec: 'h264' })
    await keeps('cover2.mkv', 'cover2.mp4', { container: 'mp4', codec: 'h264' })
    const lost = await transcode(first, join(dir, 'cover.mov'), { container: 'mov', ...asIs })
    assert.deepEqual(lost, ['cover-left-out'])
  })
})
