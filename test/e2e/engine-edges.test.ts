// The engine at the edges of what it is given: cut streams, fields, tracks that say nothing for long, wrong options.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { HeadendError } from '../../src/core/index.ts'
import { ffprobe, fileSpec, frameHashes, runAndCount, type Track } from './engine-kit.ts'
import { hasTool } from './tools.ts'

const skip = hasTool('ffprobe') && hasTool('ffmpeg') ? false : 'no ffprobe or no ffmpeg on this machine'
const video: Track = {
  generate: 'testsrc2=s=192x108:r=25,trim=end_frame=50,format=yuv420p',
  encode: {
    name: 'libx264',
    options: { preset: 'veryfast', bf: 2, 'forced-idr': 1 },
    frameRate: '25/1',
    keyFrameEvery: 25,
  },
}

let dir: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-edges-'))
})
after(() => rm(dir, { recursive: true, force: true }))

describe('edges', { skip }, () => {
  it('a copy of a stream that was cut begins at its first key frame', async () => {
    const whole = join(dir, 'whole.ts')
    await runAndCount(fileSpec(whole, { format: 'mpegts' }, [video]))
    const { packets } = await ffprobe(whole, '-show_packets')
    assert.ok(packets![25]!.flags!.includes('K'))
    // What was recorded from the middle on: the tables, then everything from the tenth picture.
    const bytes = await readFile(whole)
    const from = Math.floor(Number(packets![10]!.pos) / 188) * 188
    const cut = join(dir, 'cut.ts')
    await writeFile(cut, Buffer.concat([bytes.subarray(0, 3 * 188), bytes.subarray(from)]))
    const path = join(dir, 'cut.mp4')
    await runAndCount(fileSpec(path, { format: 'mp4' }, [{ source: { path: cut, stream: 0 } }]))
    const copied = await ffprobe(path, '-show_packets')
    assert.equal(copied.packets!.length, 25)
    assert.ok(copied.packets![0]!.flags!.includes('K'))
    assert.deepEqual(await frameHashes(path), (await frameHashes(whole)).slice(25))
  })

  it('fields are named by the container as they are in the picture', async () => {
    for (const [mode, order] of [
      ['interleave_top', 'tt'],
      ['interleave_bottom', 'bb'],
    ]) {
      const path = join(dir, 'fields.mov')
      const encode = {
        name: 'prores_ks',
        options: { profile: 'standard', flags: '+ildct' },
        frameRate: '25/1' as const,
      }
      const generate = `testsrc2=s=192x128:r=50,trim=end_frame=8,tinterlace=${mode},format=yuv422p10le`
      await runAndCount(fileSpec(path, { format: 'mov' }, [{ generate, encode }]))
      const { streams } = await ffprobe(path)
      assert.equal(streams[0]!.field_order, order)
    }
    const path = join(dir, 'frames.mov')
    await runAndCount(fileSpec(path, { format: 'mov' }, [video]))
    assert.equal((await ffprobe(path)).streams[0]!.field_order, 'progressive')
  })

  it('a muxer option that FFmpeg would swallow is refused', async () => {
    const spec = fileSpec(join(dir, 'option.mp4'), { format: 'mp4', options: { bogus_opt: 1 } }, [video])
    await assert.rejects(
      runAndCount(spec),
      error => error instanceof HeadendError && error.code === 'HE_OPTION_UNKNOWN' && /bogus_opt/.test(error.message),
    )
  })

  it('a short track is written whole, however long the others are', async () => {
    const path = join(dir, 'short.mp4')
    const blip: Track = {
      type: 'audio',
      generate: 'sine=r=48000:d=0.1,aformat=sample_fmts=fltp:channel_layouts=mono',
      encode: { name: 'aac', options: { b: 64_000 } },
    }
    await runAndCount(fileSpec(path, { format: 'mp4' }, [blip, video]))
    const { streams } = await ffprobe(path, '-count_packets')
    assert.deepEqual(
      streams.map(({ codec_name, nb_read_packets }) => [codec_name, Number(nb_read_packets)]),
      [
        ['aac', 6],
        ['h264', 50],
      ],
    )
  })

  it('a subtitle track whose first words come late does not hold up the others', async () => {
    const words = join(dir, 'words.srt')
    await writeFile(words, '1\n00:00:01,900 --> 00:00:02,000\nAt last\n')
    const path = join(dir, 'words.mkv')
    await runAndCount(
      fileSpec(path, { format: 'matroska' }, [{ source: { path: words, stream: 0 }, mux: { language: 'eng' } }, video]),
    )
    const { streams } = await ffprobe(path, '-count_packets')
    assert.deepEqual(
      streams.map(({ codec_name, nb_read_packets }) => [codec_name, Number(nb_read_packets)]),
      [
        ['subrip', 1],
        ['h264', 50],
      ],
    )
  })
})
