// The table of containers, proven: every codec that it lets in is muxed by the engine and read back by Debian's ffprobe.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { checkContainer, containerRows, muxerFor } from '../../src/codecs/index.ts'
import type { AudioCodec, ContainerName, GraphSpec, VideoCodec } from '../../src/model/index.ts'
import { documented } from './containers-docs.ts'
import { ffprobe, runAndCount } from './engine-kit.ts'
import { hasTool } from './tools.ts'

const run = promisify(execFile)
const skip = hasTool('ffprobe') && hasTool('ffmpeg') ? false : 'no ffprobe or no ffmpeg on this machine'
const bounds = { maxItems: 65_536, maxBytes: 256 << 20 }
const names = Object.keys(containerRows) as ContainerName[]

type Encoder = { readonly name: string; readonly options?: Record<string, string | number>; readonly read?: string }

const videoEncoders: Readonly<Record<VideoCodec, Encoder & { readonly format?: string }>> = {
  h264: { name: 'libx264', options: { preset: 'veryfast', g: 5 } },
  hevc: { name: 'libx265', options: { preset: 'ultrafast', 'x265-params': 'log-level=none' } },
  av1: { name: 'libsvtav1', options: { preset: 12 } },
  vp9: { name: 'libvpx-vp9', options: { 'cpu-used': 8, deadline: 'realtime' } },
  mpeg2: { name: 'mpeg2video', read: 'mpeg2video' },
  prores: { name: 'prores_ks', format: 'yuv422p10le' },
  dnxhr: { name: 'dnxhd', options: { profile: 'dnxhr_sq' }, format: 'yuv422p', read: 'dnxhd' },
  ffv1: { name: 'ffv1' },
}
const audioEncoders: Readonly<Record<AudioCodec, Encoder & { readonly format: string }>> = {
  aac: { name: 'aac', format: 'fltp' },
  ac3: { name: 'ac3', format: 'fltp' },
  eac3: { name: 'eac3', format: 'fltp' },
  opus: { name: 'libopus', format: 's16' },
  flac: { name: 'flac', format: 's16' },
  alac: { name: 'alac', format: 's16p' },
  mp3: { name: 'libmp3lame', format: 's16p' },
  pcm: { name: 'pcm_s16le', format: 's16', read: 'pcm_s16le' },
}

let dir: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-containers-'))
})
after(() => rm(dir, { recursive: true, force: true }))

type Into = { readonly container: ContainerName; readonly path: string; readonly tag?: string | null }

/** Generated once, encoded once, and written into each container. */
async function encodeInto(
  type: 'video' | 'audio',
  graph: string,
  encoder: Encoder,
  files: readonly Into[],
): Promise<void> {
  const rate = type === 'video' ? { frameRate: '25/1' } : {}
  const spec: GraphSpec = {
    nodes: [
      { id: 'generate', kind: 'generate', params: { type, graph } },
      { id: 'encode', kind: 'encode', params: { type, name: encoder.name, options: encoder.options ?? {}, ...rate } },
      ...files.map(({ container, path, tag }) => ({
        id: container,
        kind: 'mux',
        params: {
          path,
          ...muxerFor(container, { fastStart: true, fragmented: false }),
          tracks: [{ port: 's0', ...(tag ? { tag } : {}) }],
        } as never,
      })),
    ],
    edges: [
      { from: 'generate.out', to: 'encode.in', maxItems: 4, maxBytes: 1 << 28 },
      ...files.map(({ container }) => ({ from: 'encode.out', to: `${container}.s0`, ...bounds })),
    ],
  }
  await runAndCount(spec)
}

const size: Partial<Record<VideoCodec, string>> = { dnxhr: '256x144', mpeg2: '352x288' }

describe('the table of containers', { skip }, () => {
  for (const codec of Object.keys(videoEncoders) as VideoCodec[]) {
    it(`holds for ${codec}`, async () => {
      const encoder = videoEncoders[codec]
      const files = names
        .filter(name => containerRows[name].video[codec])
        .map(name => ({
          container: name,
          path: join(dir, `${codec}.${containerRows[name].extensions[0]}`),
          tag: containerRows[name].video[codec]!.tag,
        }))
      const graph = `testsrc2=s=${size[codec] ?? '160x90'}:r=25,trim=end_frame=10,format=${encoder.format ?? 'yuv420p'}`
      await encodeInto('video', graph, encoder, files)
      for (const { container, path, tag } of files) {
        if (codec === 'ffv1' && container === 'mxf') {
          // FFmpeg 5.1 does not know SMPTE RDD 48.
          if (hasTool('mediainfo'))
            assert.equal((await run('mediainfo', ['--Inform=Video;%Format%', path])).stdout.trim(), 'FFV1')
          continue
        }
        const { streams } = await ffprobe(path, '-count_packets')
        assert.equal(streams[0]?.codec_name, encoder.read ?? codec, `${codec} in ${container}`)
        assert.equal(streams[0]?.nb_read_packets, '10', `${codec} in ${container}`)
        if (tag) assert.equal(streams[0]?.codec_tag_string, tag, `${codec} in ${container}`)
      }
    })
  }

  for (const codec of Object.keys(audioEncoders) as AudioCodec[]) {
    it(`holds for ${codec}`, async () => {
      const encoder = audioEncoders[codec]
      const files = names
        .filter(name => containerRows[name].audio.includes(codec) && name !== 'mxf')
        .map(name => ({
          container: name,
          path: join(dir, `${codec}.${name}.${containerRows[name].extensions.at(-1)}`),
        }))
      const graph = `sine=f=440:r=48000:d=0.5,aformat=sample_fmts=${encoder.format}:channel_layouts=stereo`
      await encodeInto('audio', graph, encoder, files)
      for (const { container, path } of files) {
        const { streams } = await ffprobe(path, '-count_packets')
        assert.equal(streams[0]?.codec_name, encoder.read ?? codec, `${codec} in ${container}`)
        assert.ok(Number(streams[0]?.nb_read_packets) > 4, `${codec} in ${container}`)
      }
    })
  }

  it('holds for MXF with sound and a timecode', async () => {
    const path = join(dir, 'both.mxf')
    const { muxer, ...rest } = { muxer: muxerFor('mxf', { fastStart: true, fragmented: false }), path }
    const spec = {
      nodes: [
        {
          id: 'film',
          kind: 'generate',
          params: { type: 'video', graph: 'testsrc2=s=352x288:r=25:d=1,format=yuv420p' },
        },
        { id: 'tone', kind: 'generate', params: { type: 'audio', graph: 'sine=r=48000:d=1,aformat=sample_fmts=s16' } },
        { id: 'v', kind: 'encode', params: { type: 'video', name: 'mpeg2video', options: {}, frameRate: '25/1' } },
        { id: 'a', kind: 'encode', params: { type: 'audio', name: 'pcm_s16le', options: {} } },
        {
          id: 'mux',
          kind: 'mux',
          params: { ...rest, ...muxer, tags: { timecode: '10:00:00:00' }, tracks: [{ port: 's0' }, { port: 's1' }] },
        },
      ],
      edges: [
        { from: 'film.out', to: 'v.in', maxItems: 4, maxBytes: 1 << 28 },
        { from: 'tone.out', to: 'a.in', maxItems: 4, maxBytes: 1 << 28 },
        { from: 'v.out', to: 'mux.s0', ...bounds },
        { from: 'a.out', to: 'mux.s1', ...bounds },
      ],
    }
    await runAndCount(spec as unknown as GraphSpec)
    const { streams, format } = await ffprobe(path)
    assert.deepEqual(
      streams.map(each => each.codec_name),
      ['mpeg2video', 'pcm_s16le'],
    )
    assert.equal(format.tags?.timecode, '10:00:00:00')
    assert.equal(Number(streams[1]?.duration), 1)
  })

  it('names what does not go in, and where it goes', () => {
    const refused: readonly [ContainerName, VideoCodec, AudioCodec, string[]][] = [
      ['mp4', 'prores', 'pcm', ['prores', 'pcm']],
      ['webm', 'h264', 'aac', ['h264', 'aac']],
      ['flv', 'hevc', 'opus', ['hevc', 'opus']],
      ['mpegts', 'av1', 'flac', ['av1', 'flac']],
      ['mxf', 'h264', 'aac', ['h264', 'aac']],
      ['matroska', 'ffv1', 'flac', []],
    ]
    for (const [container, video, audio, what] of refused) {
      const found = checkContainer(container, { video: { codec: video }, audio: [{ codec: audio }], subtitles: [] })
      assert.deepEqual(
        found.map(each => each.what),
        what,
        container,
      )
      for (const { nearest, source } of found) assert.ok(nearest.length > 0 && source.length > 0)
    }
    const [text] = checkContainer('mp4', { audio: [], subtitles: [{ to: 'srt' }] })
    assert.equal(text?.nearest, 'mov_text')
  })
})

describe('docs/containers.md', () => {
  it('repeats the table as it is', async () => {
    const table = await documented('What goes in')
    const mark = (has: boolean): string => (has ? 'yes' : 'no')
    for (const row of Object.values(containerRows)) {
      const video = Object.entries(row.video).map(([codec, entry]) => codec + (entry.tag ? ` (${entry.tag})` : ''))
      const said = [
        row.extensions.join(', '),
        video.join(', '),
        row.audio.join(', '),
        row.subtitles.join(', ') || '–',
        ...[row.chapters, row.cover, row.timecode, row.rotation].map(mark),
      ]
      assert.deepEqual(table.get(row.label), said, row.label)
    }
    assert.equal(table.size, Object.keys(containerRows).length)
  })
})
