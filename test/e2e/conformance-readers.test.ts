// The readers of the conformance matrix see what is there: files of Debian's ffmpeg, right ones and ones with a known fault.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { tool } from './conformance-facts.ts'
import { compare, formatReadings, readBack } from './read-back.ts'
import { hasTool } from './tools.ts'

const missing = ['ffmpeg', 'ffprobe', 'mediainfo'].filter(name => !hasTool(name))

const picture = (more = '', size = '320x180', rate = '25'): string =>
  `-f lavfi -i testsrc2=s=${size}:r=${rate}:d=1${more && `,${more}`}`
const tone = '-f lavfi -i sine=f=440:r=48000:d=1'
const x264 = '-c:v libx264 -preset ultrafast -pix_fmt yuv420p'
const x265 = '-c:v libx265 -preset ultrafast -pix_fmt yuv420p10le'

type Case = {
  readonly file: string
  readonly args: string
  /** By fact; each must have a witness and no reader against it. */
  readonly facts: Readonly<Record<string, string | number>>
}

const cases: readonly Case[] = [
  {
    file: 'front.mp4',
    args: `${picture()} ${tone} -c:v libx264 -preset fast -profile:v high -level 3.1 -bf 2 -g 10 -sc_threshold 0 -pix_fmt yuv420p -c:a aac -metadata:s:a language=deu -movflags +faststart`,
    facts: {
      ...{ container: 'mp4', fastStart: 'true', fragmented: 'false', tag: 'avc1', frames: 25, packets: 25, offGrid: 0 },
      ...{ codec: 'h264', profile: 'high', level: '3.1', 'bitstream.codecString': 'avc1.64001F' },
      ...{ 'container.codecString': 'avc1.64001F', keyFrames: '0,10,20', closedGops: 3, leadingPictures: 0 },
      ...{ duration: 1, scan: 'progressive', 'audio.0.codec': 'aac', 'audio.0.language': 'deu', 'audio.0.channels': 1 },
    },
  },
  {
    file: 'behind.mp4',
    args: `${picture()} ${x264} -profile:v baseline`,
    facts: { fastStart: 'false', profile: 'constrained-baseline', 'bitstream.profile': 'constrained-baseline' },
  },
  {
    file: 'fragments.mp4',
    args: `${picture()} ${x264} -g 5 -movflags +frag_keyframe+empty_moov`,
    facts: { fragmented: 'true', fastStart: 'true', keyFrames: '0,5,10,15,20', closedGops: 5 },
  },
  {
    file: 'open-gop.mp4',
    args: `${picture()} -c:v libx264 -preset medium -g 10 -bf 3 -sc_threshold 0 -pix_fmt yuv420p -x264-params open-gop=1`,
    // Key frames by flag alone: the second and third are no IDR pictures, and pictures lead them.
    facts: { keyFrames: '0,10,20', closedGops: 1, leadingPictures: 2 },
  },
  {
    file: 'open-gop-265.mp4',
    args: `${picture()} ${x265} -x265-params log-level=none:open-gop=1:keyint=10:min-keyint=10:bframes=3:scenecut=0`,
    facts: { closedGops: 1, tag: 'hev1', 'bitstream.profile': 'main10', 'bitstream.tier': 'main' },
  },
  {
    file: 'cuts.mp4',
    args: `${picture()} -c:v libx264 -preset veryfast -pix_fmt yuv420p -g 25 -force_key_frames expr:eq(n,7)`,
    facts: { keyFrames: '0,7', closedGops: 2 },
  },
  {
    file: 'main422.mov',
    args: `${picture()} -c:v libx265 -preset ultrafast -pix_fmt yuv422p10le -x265-params log-level=none:open-gop=0 -tag:v hvc1`,
    facts: {
      ...{ container: 'mov', 'bitstream.profile': 'main422-10', chroma: '4:2:2', bitDepth: 10, tag: 'hvc1' },
      ...{ 'bitstream.level': '2.0', level: '2.0' },
    },
  },
  {
    file: 'high-tier.mp4',
    args: `${picture()} ${x265} -x265-params log-level=none:level-idc=4.0:high-tier=1:vbv-maxrate=29000:vbv-bufsize=29000`,
    facts: { 'bitstream.tier': 'high', tier: 'high', level: '4.0' },
  },
  {
    file: 'high422.mkv',
    args: `${picture('', '720x576')} -vf interlace=scan=bff:lowpass=off,setsar=64/45 -c:v libx264 -preset ultrafast -pix_fmt yuv422p10le -flags +ildct+ilme -x264opts bff=1`,
    facts: { container: 'matroska', profile: 'high422', scan: 'bff', sampleAspectRatio: '64/45', pixelAspect: 1.422 },
  },
  {
    file: 'av1.mp4',
    args: `${picture()} -c:v libsvtav1 -preset 12 -g 10 -pix_fmt yuv420p10le -color_primaries bt709 -color_trc bt709 -colorspace bt709`,
    facts: {
      ...{ codec: 'av1', profile: 'main', 'bitstream.codecString': 'av01.0.00M.10', tag: 'av01' },
      ...{ 'container.codecString': 'av01.0.00M.10', level: '2.0', 'bitstream.primaries': 'bt709', frames: 25 },
    },
  },
  {
    file: 'vp9.webm',
    args: `${picture()} ${tone} -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 10 -pix_fmt yuv420p10le -profile:v 2 -colorspace bt709 -color_range pc -c:a libopus -ac 2`,
    facts: {
      ...{ container: 'webm', codec: 'vp9', 'bitstream.profile': '2', 'bitstream.bitDepth': 10 },
      ...{ 'bitstream.matrix': 'bt709', 'bitstream.range': 'pc', keyFrames: '0,10,20', closedGops: 3 },
      ...{ 'audio.0.codec': 'opus', 'audio.0.layout': 'stereo' },
    },
  },
  {
    file: 'groups.ts',
    args: `${picture()} -c:v mpeg2video -pix_fmt yuv422p -profile:v 0 -level:v 2 -b:v 5M -g 5 -bf 2 -flags +cgop -sc_threshold 1000000000 -mpv_flags +strict_gop`,
    facts: { container: 'mpegts', codec: 'mpeg2', profile: '422', 'bitstream.profile': '422', closedGops: 5 },
  },
  {
    file: 'open-groups.mxf',
    args: `${picture('', '1920x1080')} ${tone} -t 0.48 -c:v mpeg2video -pix_fmt yuv422p -b:v 30M -g 5 -bf 2 -c:a pcm_s24le`,
    facts: { container: 'mxf', closedGops: 1, leadingPictures: 2, 'audio.0.codec': 'pcm' },
  },
  {
    file: 'xq.mov',
    args: `${picture()} ${tone} -c:v prores_ks -profile:v 5 -pix_fmt yuva444p10le -c:a pcm_s24le -color_primaries bt709 -color_trc bt709 -colorspace bt709`,
    facts: { codec: 'prores', profile: '4444xq', tag: 'ap4x', chroma: '4:4:4', 'container.primaries': 'bt709' },
  },
  {
    file: 'hqx.mov',
    args: `${picture('', '1280x720')} -frames:v 5 -c:v dnxhd -profile:v dnxhr_hqx -pix_fmt yuv422p10le`,
    facts: { codec: 'dnxhr', profile: 'hqx', tag: 'AVdh', bitDepth: 10, keyFrames: '0,1,2,3,4' },
  },
  {
    file: 'gray.mkv',
    args: `${picture()} ${tone} -c:v ffv1 -level 3 -pix_fmt gray10le -c:a flac`,
    facts: { codec: 'ffv1', chroma: '4:0:0', bitDepth: 10, 'audio.0.codec': 'flac' },
  },
  {
    file: 'limp.mkv',
    args: `${picture()} -vf settb=1/1000,setpts=N*40+gte(N\\,10)*15 ${x264} -vsync vfr -enc_time_base 1:1000`,
    facts: { offGrid: 15, frameRateMode: 'variable', frames: 25 },
  },
  {
    file: 'surround.mkv',
    args: `${picture()} ${tone} -map 0 -map 1 -map 1 ${x264} -c:a ac3 -ac 6 -metadata:s:a:0 language=fre -disposition:a:0 default -disposition:a:1 0`,
    facts: {
      ...{ audioTracks: 2, 'audio.0.codec': 'ac3', 'audio.0.channels': 6, 'audio.0.layout': '5.1(side)' },
      ...{ 'audio.0.languageShort': 'fr', 'audio.0.default': 'true', 'audio.1.default': 'false' },
    },
  },
]

describe('readers of the conformance matrix', {
  skip: missing.length > 0 && `${missing.join(', ')} missing`,
  concurrency: 2,
}, () => {
  let dir: string
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'headend-readers-'))
  })
  after(() => rm(dir, { recursive: true, force: true }))

  for (const { file, args, facts } of cases) {
    it(file, async () => {
      const path = join(dir, file)
      await tool('ffmpeg', '-v', 'error', '-nostdin', '-y', ...args.split(' '), path)
      const readings = await readBack(path, { grid: '25/1' })
      const promises = Object.entries(facts).map(([fact, value]) => ({ fact, value, within: 0.001 }))
      const wrong = compare(promises, readings)
      assert.deepEqual(
        wrong,
        [],
        formatReadings(
          readings,
          wrong.map(({ fact }) => fact),
        ),
      )
      // Whatever a reader says, the opposite promise is broken: no fact is compared in name only.
      for (const { facts: said } of readings) {
        for (const [fact, value] of Object.entries(said)) {
          const other = typeof value === 'number' ? value + 1 : `not ${value}`
          assert.ok(compare([{ fact, value: other, within: 0.001 }], readings).length > 0, fact)
        }
      }
    })
  }

  it('a promise that no reader knows is broken', () => {
    const readings = [{ tool: 'ffprobe', facts: { codec: 'h264' } }]
    assert.deepEqual(compare([{ fact: 'tier', value: 'main' }], readings), [
      { fact: 'tier', promised: 'main', tool: 'nobody', said: '' },
    ])
  })

  it('a known difference excuses one tool, and leaves the promise to the others', () => {
    const ffprobe = { tool: 'ffprobe', facts: { container: 'matroska', frameRateDecimal: 19001 / 317 } }
    const known = [{ tool: 'ffprobe', fact: /^frameRate/, of: ['matroska'], because: 'milliseconds' }]
    const asked = [{ fact: 'frameRateDecimal', value: 50 }]
    const tools = (...readings: (typeof ffprobe)[]): string[] => compare(asked, readings, known).map(({ tool }) => tool)
    const mediainfo = (rate: number): typeof ffprobe => ({
      tool: 'mediainfo',
      facts: { container: 'matroska', frameRateDecimal: rate },
    })
    assert.deepEqual(tools(ffprobe, mediainfo(50)), [])
    assert.deepEqual(tools(ffprobe, mediainfo(60)), ['mediainfo'])
    assert.deepEqual(tools(ffprobe), ['nobody'])
  })

  it('mastering displays are equal within the steps of their codings, and no further', () => {
    const planned = '0.68,0.32 0.265,0.69 0.15,0.06 0.3127,0.329 0.0001-1000'
    const says = (text: string): number =>
      compare([{ fact: 'masteringDisplay', value: planned }], [{ tool: 'x', facts: { masteringDisplay: text } }]).length
    assert.equal(says('0.68001,0.32 0.265,0.69 0.15,0.06 0.3127,0.32899 0.0001-1000'), 0)
    assert.equal(says('0.681,0.32 0.265,0.69 0.15,0.06 0.3127,0.329 0.0001-1000'), 1)
    assert.equal(says('0.68,0.32 0.265,0.69 0.15,0.06 0.3127,0.329 0.005-1000'), 1)
    assert.equal(says('0.68,0.32 0.265,0.69 0.15,0.06 0.3127,0.329 0.0001-4000'), 1)
    assert.equal(says(''), 1)
  })
})
