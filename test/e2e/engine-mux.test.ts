// What the mux node writes besides packets, read by Debian's ffprobe; copies of packets; filters, devices.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { HeadendError, silentLog } from '../../src/core/index.ts'
import { runSpec } from '../../src/engine/index.ts'
import type { FilterResult, GraphSpec } from '../../src/model/index.ts'
import { ffprobe, fileSpec, frameHashes, runAndCount, type Track } from './engine-kit.ts'
import { hasTool } from './tools.ts'

const skip = hasTool('ffprobe') && hasTool('ffmpeg') ? false : 'no ffprobe or no ffmpeg on this machine'
const h264: Track = {
  generate: 'testsrc2=s=192x108:r=25,trim=end_frame=50,format=yuv420p',
  encode: { name: 'libx264', options: { preset: 'veryfast', bf: 3, g: 25 }, frameRate: '25/1' },
}
const sound = (name: string): Track => ({
  generate: `sine=f=440:r=48000:d=2,aformat=sample_fmts=${name === 'aac' ? 'fltp' : 's16'}:channel_layouts=stereo`,
  type: 'audio',
  encode: { name, options: name.startsWith('pcm') ? {} : { b: 96_000 } },
})

let dir: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-mux-'))
})
after(() => rm(dir, { recursive: true, force: true }))

describe('a file', { skip }, () => {
  it('says what the plan says of it and of its tracks, in their order', async () => {
    for (const format of ['mp4', 'matroska']) {
      const path = join(dir, `said.${format}`)
      const tracks: Track[] = [
        { ...sound('aac'), mux: { language: 'deu', title: 'Ton', dispositions: ['comment'] } },
        { ...h264, mux: { default: true } },
        { ...sound('aac'), mux: { language: 'eng', default: false } },
      ]
      await runAndCount(fileSpec(path, { format, tags: { title: 'Ein Titel', artist: 'Wer' } }, tracks))
      const { streams, format: file } = await ffprobe(path)
      assert.deepEqual(
        streams.map(({ codec_type }) => codec_type),
        ['audio', 'video', 'audio'],
      )
      const { title, TITLE, artist, ARTIST } = (file as { tags: Record<string, string> }).tags
      assert.deepEqual([title ?? TITLE, artist ?? ARTIST], ['Ein Titel', 'Wer'])
      assert.equal(streams[0]!.tags?.language, 'deu')
      assert.equal(streams[2]!.tags?.language, 'eng')
      assert.equal(streams[1]!.disposition?.default, 1)
      if (format === 'matroska') {
        assert.equal(streams[0]!.tags?.title, 'Ton')
        assert.equal(streams[0]!.disposition?.comment, 1)
      }
    }
  })

  it('turns its picture by a display matrix', async () => {
    for (const [format, rotation] of [
      ['mp4', 90],
      ['mov', 180],
      ['mp4', 270],
      ['matroska', 90],
    ] as const) {
      const path = join(dir, `turned-${rotation}.${format}`)
      await runAndCount(fileSpec(path, { format }, [{ ...h264, mux: { rotation } }]))
      const { streams } = await ffprobe(path)
      const [data] = streams[0]!.side_data_list as { rotation: number }[]
      // ffprobe counts counterclockwise.
      assert.equal(((-data!.rotation % 360) + 360) % 360, rotation)
    }
  })

  it('carries a timecode track where it is asked to', async () => {
    const path = join(dir, 'timecode.mov')
    const mux = { format: 'mov', options: { write_tmcd: 1 }, tags: { timecode: '01:00:00:00' } }
    await runAndCount(fileSpec(path, mux, [{ ...h264, mux: { timescale: 25_000 } }]))
    const { streams } = await ffprobe(path)
    assert.equal(streams.at(-1)!.codec_tag_string, 'tmcd')
    assert.equal(streams.at(-1)!.tags?.timecode, '01:00:00:00')
    assert.equal(streams[0]!.time_base, '1/25000')
  })

  const formats: [string, Track, Track][] = [
    ['flv', h264, sound('aac')],
    ['mpegts', h264, sound('aac')],
    [
      'webm',
      { ...h264, encode: { name: 'libvpx-vp9', options: { deadline: 'realtime', 'cpu-used': 8 }, frameRate: '25/1' } },
      sound('libopus'),
    ],
    [
      'mxf',
      { ...h264, encode: { name: 'mpeg2video', options: { b: 4_000_000, g: 12 }, frameRate: '25/1' } },
      sound('pcm_s16le'),
    ],
  ]
  for (const [format, picture, audio] of formats) {
    it(`of format ${format} holds picture and sound that decode whole`, async () => {
      const path = join(dir, `whole.${format}`)
      await runAndCount(fileSpec(path, { format }, [picture, audio]))
      const { streams } = await ffprobe(path)
      assert.deepEqual(
        streams.map(({ codec_type }) => codec_type),
        ['video', 'audio'],
      )
      assert.equal((await frameHashes(path)).length, 50)
      assert.ok((await frameHashes(path, 'a:0')).length > 20)
    })
  }

  it('is not begun with a disposition or a filter that does not exist', async () => {
    const bad: Track[] = [
      { ...h264, mux: { dispositions: ['bogus'] } },
      { ...h264, mux: { bitstreamFilters: 'bogus' } },
      { ...h264, mux: { bitstreamFilters: 'h264_metadata=bogus=1' } },
    ]
    for (const track of bad) {
      await assert.rejects(
        runSpec(fileSpec(join(dir, 'bad.mp4'), { format: 'mp4' }, [track]), {
          signal: new AbortController().signal,
          log: silentLog,
        }),
        error => error instanceof HeadendError && error.code === 'HE_OPTION_UNKNOWN',
      )
    }
  })
})

describe('a copy', { skip }, () => {
  let source: string
  before(async () => {
    source = join(dir, 'source.mkv')
    const tracks: Track[] = [
      { ...h264, mux: { default: true } },
      { ...sound('aac'), mux: { dispositions: ['dub'] } },
    ]
    await runAndCount(fileSpec(source, { format: 'matroska' }, tracks))
  })
  const tracks = (): Track[] => [0, 1].map(stream => ({ source: { path: source, stream } }))

  for (const format of ['mp4', 'mov', 'matroska', 'mpegts', 'flv']) {
    it(`to ${format} decodes to the same pictures and sound, at the same times`, async () => {
      const path = join(dir, `copy.${format}`)
      await runAndCount(fileSpec(path, { format }, tracks()))
      assert.deepEqual(await frameHashes(path), await frameHashes(source))
      // MP4's edit list hides the encoder's priming, one frame, which is before zero in Matroska.
      const hidden = format === 'mp4' || format === 'mov' ? 1 : 0
      assert.deepEqual(await frameHashes(path, 'a:0'), (await frameHashes(source, 'a:0')).slice(hidden))
      const times = async (file: string): Promise<number[]> => {
        const { packets } = await ffprobe(file, '-select_streams', 'v:0', '-show_packets')
        const decoding = packets!.map(({ dts_time }) => Number(dts_time)).filter(time => !Number.isNaN(time))
        for (const [i, time] of decoding.entries()) {
          // A frame apart, as they were encoded, to Matroska's milliseconds; it states none itself.
          if (i > 0) assert.ok(Math.abs(time - decoding[i - 1]! - 0.04) < 0.0011, `${time} after ${decoding[i - 1]}`)
        }
        const all = packets!.map(({ pts_time }) => Number(pts_time)).sort((a, b) => a - b)
        return all.map(time => Math.round((time - all[0]!) * 25))
      }
      assert.deepEqual(await times(path), await times(source))
    })
  }

  it('keeps the dispositions of the source where the plan says nothing', async () => {
    const path = join(dir, 'dispositions.mkv')
    await runAndCount(fileSpec(path, { format: 'matroska' }, tracks()))
    const { streams } = await ffprobe(path)
    const { streams: before } = await ffprobe(source)
    assert.deepEqual(
      streams.map(({ disposition }) => disposition),
      before.map(({ disposition }) => disposition),
    )
  })

  it('out of MPEG-TS, which has no headers, and back through two filters in a row', async () => {
    const ts = join(dir, 'in.ts')
    await runAndCount(fileSpec(ts, { format: 'mpegts' }, tracks()))
    const path = join(dir, 'out.mp4')
    await runAndCount(
      fileSpec(path, { format: 'mp4' }, [
        {
          source: { path: ts, stream: 0 },
          mux: { bitstreamFilters: 'h264_metadata=colour_primaries=9:delete_filler=1,h264_mp4toannexb' },
        },
        { source: { path: ts, stream: 1 }, mux: { bitstreamFilters: 'aac_adtstoasc' } },
      ]),
    )
    assert.deepEqual(await frameHashes(path), await frameHashes(source))
    const { frames } = await ffprobe(path, '-select_streams', 'v:0', '-read_intervals', '%+#1', '-show_frames')
    assert.equal(frames![0]!.color_primaries, 'bt2020')
  })
})

describe('a filter chain', { skip }, () => {
  it('counts what its fps filter repeats and leaves out, as many as go in and out', async () => {
    const source = join(dir, 'rate.mkv')
    await runAndCount(fileSpec(source, { format: 'matroska' }, [h264]))
    const result = async (filter: string): Promise<FilterResult> => {
      const encode = { name: 'libx264', options: { preset: 'ultrafast' } }
      const path = join(dir, 'rated.mkv')
      const events = await runAndCount(
        fileSpec(path, { format: 'matroska' }, [{ source: { path: source, stream: 0 }, filter, encode }]),
      )
      const filtered = events.get('t0_filter.filtered') as FilterResult
      assert.equal((await frameHashes(path)).length, filtered.framesOut)
      return filtered
    }
    assert.deepEqual(await result('fps=50'), { framesIn: 50, framesOut: 100, duplicated: 50, dropped: 0 })
    assert.deepEqual(await result('scale=96:54,fps=25/2,format=yuv420p'), {
      framesIn: 50,
      framesOut: 25,
      duplicated: 0,
      dropped: 25,
    })
    assert.deepEqual(await result('hflip'), { framesIn: 50, framesOut: 50, duplicated: 0, dropped: 0 })
    const third = await result('fps=30')
    assert.deepEqual([third.framesOut, third.duplicated - third.dropped], [60, 10])
    assert.deepEqual(await result('trim=end_frame=10,fps=25'), { ...(await result('trim=end_frame=10')) })
  })
})

describe('a device that is not there', { skip }, () => {
  it('leaves decoding to software, with a warning', async () => {
    const source = join(dir, 'device.mkv')
    await runAndCount(fileSpec(source, { format: 'matroska' }, [h264]))
    const path = join(dir, 'decoded.mkv')
    const encode = { name: 'ffv1', options: {} }
    const spec: GraphSpec = fileSpec(path, { format: 'matroska' }, [
      { source: { path: source, stream: 0 }, filter: 'null', encode },
    ])
    for (const device of ['cuda', 'vaapi', 'qsv', 'bogus']) {
      const nodes = spec.nodes.map(node =>
        node.kind === 'decode' ? { ...node, params: { type: 'video', device } } : node,
      )
      const events = await runAndCount({ ...spec, nodes })
      assert.equal((events.get('t0_decode.warning') as { code: string } | undefined)?.code, 'hardware-decode', device)
      assert.deepEqual(await frameHashes(path), await frameHashes(source))
    }
  })
})
