// Static HDR metadata in boxes and bitstream, and what is per frame: Dolby Vision and HDR10+, encoded anew and copied.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { ffprobe, fileSpec, frameHashes, runAndCount } from './engine-kit.ts'
import { hasTool } from './tools.ts'

const skip = hasTool('ffprobe') ? false : 'no ffprobe on this machine'
/** Real clips that nothing here can generate lie in the folder that HEADEND_SAMPLES names; else their tests are skipped. */
const folder = process.env.HEADEND_SAMPLES
const samples = { dolby: join(folder ?? '', 'dovi-p7.mkv'), hdr10Plus: join(folder ?? '', 'hdr10plus.mkv') }
const skipWithout = (path: string) => skip || (folder && existsSync(path) ? false : `HEADEND_SAMPLES has no ${path}`)

const hdr = {
  masteringDisplay: {
    red: [0.68, 0.32] as [number, number],
    green: [0.265, 0.69] as [number, number],
    blue: [0.15, 0.06] as [number, number],
    whitePoint: [0.3127, 0.329] as [number, number],
    minLuminance: 0.005,
    maxLuminance: 1000,
  },
  contentLight: { maxCll: 900, maxFall: 300 },
}
const x265Light =
  'hdr10=1:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50):max-cll=900,300'
const encoders: Record<string, Record<string, string | number>> = {
  libx265: { preset: 'ultrafast', 'forced-idr': 1, 'x265-params': `log-level=none:repeat-headers=1:${x265Light}` },
  libsvtav1: {
    preset: 12,
    crf: 50,
    b: 0,
    'svtav1-params':
      'mastering-display=G(0.265,0.69)B(0.15,0.06)R(0.68,0.32)WP(0.3127,0.329)L(1000,0.005):content-light=900,300',
  },
}
const picture =
  'testsrc2=s=192x108:r=25,trim=end_frame=12,format=yuv420p10le,setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc:range=tv'

let dir: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-hdr-'))
})
after(() => rm(dir, { recursive: true, force: true }))

type SideData = Record<string, unknown> & { side_data_type?: string }
const named = (list: unknown, pattern: RegExp): SideData | undefined =>
  ((list ?? []) as SideData[]).find(each => pattern.test(each.side_data_type ?? ''))

/** Fractions as ffprobe prints them. */
const value = (fraction: unknown): number => {
  const [num, den] = String(fraction).split('/').map(Number) as [number, number]
  return num / den
}

/** SVT-AV1 counts luminance in 1/16384 and chromaticity in 1/65536 (AV1 specification, 6.7.4). */
function assertLight(list: unknown, where: string): void {
  const display = named(list, /Mastering display/)
  assert.ok(display, `mastering display ${where}`)
  const near = (key: string, expected: number): void => {
    assert.ok(Math.abs(value(display[key]) - expected) < 1e-4, `${key} ${where}: ${display[key]}`)
  }
  near('red_x', 0.68)
  near('green_y', 0.69)
  near('blue_x', 0.15)
  near('white_point_y', 0.329)
  near('min_luminance', 0.005)
  near('max_luminance', 1000)
  const light = named(list, /Content light/)
  assert.deepEqual([light?.max_content, light?.max_average], [900, 300], `content light ${where}`)
}

const firstFrames = ['-select_streams', 'v:0', '-read_intervals', '%+#4', '-show_frames']

describe('static HDR metadata', { skip }, () => {
  for (const [name, options] of Object.entries(encoders)) {
    for (const format of ['mp4', 'matroska']) {
      it(`of ${name} is in the boxes of ${format} as in its bitstream`, async () => {
        const path = join(dir, `${name}.${format}`)
        const encode = { name, options, hdr, frameRate: '25/1' as const }
        await runAndCount(fileSpec(path, { format }, [{ generate: picture, encode }]))
        const { streams, frames } = await ffprobe(path, ...firstFrames)
        assertLight(streams[0]!.side_data_list, 'of the stream')
        assertLight(frames![0]!.side_data_list, 'of the first frame')
        // ffprobe hands the stream's on to frames: only the bare bitstream shows what it says itself.
        const bare = join(dir, `${name}.${format}.${name === 'libx265' ? 'hevc' : 'obu'}`)
        await runAndCount(
          fileSpec(bare, { format: name === 'libx265' ? 'hevc' : 'obu' }, [{ source: { path, stream: 0 } }]),
        )
        assertLight((await ffprobe(bare, ...firstFrames)).frames![0]!.side_data_list, 'of the bitstream')
      })
    }
  }

  it('of the source does not slip through where the plan names none', async () => {
    const [source, path] = [join(dir, 'light.mp4'), join(dir, 'dark.mp4')]
    const encode = { name: 'libx265', options: encoders.libx265!, hdr, frameRate: '25/1' as const }
    await runAndCount(fileSpec(source, { format: 'mp4' }, [{ generate: picture, encode }]))
    const options = { preset: 'ultrafast', 'x265-params': 'log-level=none:repeat-headers=1' }
    const track = { source: { path: source, stream: 0 }, encode: { name: 'libx265', options } }
    await runAndCount(fileSpec(path, { format: 'mp4' }, [track]))
    const { streams, frames } = await ffprobe(path, ...firstFrames)
    for (const list of [streams[0]!.side_data_list, frames![0]!.side_data_list]) {
      assert.equal(named(list, /Mastering|Content light/), undefined)
    }
  })
})

describe('Dolby Vision', { skip: skipWithout(samples.dolby) }, () => {
  const source = { path: samples.dolby, stream: 0 }
  const level = ':vbv-maxrate=20000:vbv-bufsize=20000'
  const anew: [string, object, string, RegExp][] = [
    [
      'libx265',
      { ...encoders.libx265, dolbyvision: 1, 'x265-params': `${encoders.libx265!['x265-params']}${level}` },
      'mp4',
      /^8$/,
    ],
    [
      'libx265',
      { ...encoders.libx265, dolbyvision: 1, 'x265-params': `${encoders.libx265!['x265-params']}${level}` },
      'matroska',
      /^8$/,
    ],
    ['libsvtav1', { ...encoders.libsvtav1, dolbyvision: 1 }, 'mp4', /^10$/],
  ]
  for (const [name, options, format, profile] of anew) {
    it(`is encoded anew by ${name} with its RPUs, through a scaler, and ${format} says so`, async () => {
      const path = join(dir, `dolby-${name}.${format}`)
      const encode = { name, options: options as Record<string, string>, hdr, frameRate: '24000/1001' as const }
      const filter = 'trim=end_frame=12,scale=192:108'
      await runAndCount(fileSpec(path, { format }, [{ source, filter, encode }]))
      const { streams, frames } = await ffprobe(path, '-select_streams', 'v:0', '-show_frames')
      const record = named(streams[0]!.side_data_list, /DOVI configuration/)
      assert.match(String(record?.dv_profile), profile)
      assert.deepEqual(
        [record?.rpu_present_flag, record?.el_present_flag, record?.dv_bl_signal_compatibility_id],
        [1, 0, 1],
      )
      // Debian's ffprobe 5.1 reads the RPUs of HEVC only.
      if (name === 'libx265') for (const frame of frames!) assert.ok(named(frame.side_data_list, /Dolby Vision RPU/))
      assert.equal(frames!.length, 12)
    })
  }

  for (const format of ['mp4', 'matroska']) {
    it(`is copied to ${format}: record, RPUs and pictures`, async () => {
      const path = join(dir, `dolby-copy.${format}`)
      await runAndCount(fileSpec(path, { format }, [{ source, mux: { ...(format === 'mp4' ? { tag: 'hvc1' } : {}) } }]))
      const { streams, frames } = await ffprobe(path, '-select_streams', 'v:0', '-show_frames')
      assert.equal(named(streams[0]!.side_data_list, /DOVI configuration/)?.dv_profile, 8)
      // Two frames of the sample have none.
      assert.equal(frames!.length, 259)
      assert.equal(frames!.filter(frame => named(frame.side_data_list, /Dolby Vision RPU/)).length, 257)
      assert.deepEqual(await frameHashes(path), await frameHashes(samples.dolby))
    })
  }
})

describe('HDR10+', { skip: skipWithout(samples.hdr10Plus) }, () => {
  for (const format of ['mp4', 'matroska', 'mpegts']) {
    it(`is copied to ${format} frame by frame`, async () => {
      const path = join(dir, `plus.${format}`)
      await runAndCount(fileSpec(path, { format }, [{ source: { path: samples.hdr10Plus, stream: 0 } }]))
      const count = async (file: string): Promise<number> => {
        const { frames } = await ffprobe(file, '-select_streams', 'v:0', '-show_frames')
        return frames!.filter(frame => named(frame.side_data_list, /HDR Dynamic Metadata SMPTE2094-40/)).length
      }
      const expected = await count(samples.hdr10Plus)
      assert.ok(expected > 10)
      assert.equal(await count(path), expected)
      assert.deepEqual(await frameHashes(path), await frameHashes(samples.hdr10Plus))
    })
  }
})
