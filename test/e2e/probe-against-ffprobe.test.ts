// Every fact that Debian's ffprobe and mediainfo also know, on clips that Debian's ffmpeg made: ours must be the same.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { silentLog } from '../../src/core/index.ts'
import { MediaFacts } from '../../src/model/index.ts'
import { probe } from '../../src/probe/index.ts'
import { compareWithFfprobe, compareWithMediainfo } from './probe-compare.ts'
import { hasTool } from './tools.ts'

const run = promisify(execFile)
const signal = new AbortController().signal
const missing = ['ffmpeg', 'ffprobe', 'mediainfo'].filter(tool => !hasTool(tool))

type Clip = {
  readonly file: string
  readonly args: string
  /** Facts that the other tools get wrong or mean otherwise, with the reason. */
  readonly except?: Readonly<Record<string, string>>
}

const picture = (rate = '25', size = '320x180', seconds = 1): string =>
  `-f lavfi -i testsrc2=s=${size}:r=${rate}:d=${seconds}`
const tone = '-f lavfi -i sine=f=440:r=48000:d=1'
const x264 = '-c:v libx264 -preset ultrafast -pix_fmt yuv420p'
const bt601 = '-color_primaries smpte170m -color_trc smpte170m -colorspace smpte170m -color_range tv'
const hdr10 = [
  'log-level=none:repeat-headers=1:hdr10=1:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:chromaloc=2',
  'master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1):max-cll=1000,400',
].join(':')

// Nothing in a transport stream fixes the rate; the times of all frames do, which mediainfo does not read.
const infoOnTs = { frameRateMode: 'mediainfo repeats the fixed_frame_rate_flag of H.264' }

const clips: readonly Clip[] = [
  { file: 'plain.mp4', args: `${picture()} ${tone} ${x264} -c:a aac` },
  { file: 'front.mp4', args: `${picture()} ${tone} ${x264} -c:a aac -movflags +faststart` },
  { file: 'fragments.mp4', args: `${picture()} ${x264} -g 10 -movflags +frag_keyframe+empty_moov` },
  {
    file: 'film.ts',
    args: `${picture('24000/1001', '320x180', 2)} ${tone} -c:v libx264 -pix_fmt yuv420p -c:a aac`,
    except: { ...infoOnTs, duration: 'mediainfo leaves out what follows the last time stamp of the stream' },
  },
  { file: 'ntsc.mkv', args: `${picture('30000/1001', '320x180', 3)} ${tone} -c:v libx264 -pix_fmt yuv420p -c:a aac` },
  {
    file: 'fast.mkv',
    args: `${picture('60000/1001', '320x180', 3)} -c:v libx264 -preset fast -pix_fmt yuv420p`,
    except: { frameRate: 'ffprobe 5.1 derives 19001/317 from the rounded duration of a frame' },
  },
  { file: 'vp9.webm', args: `${picture()} ${tone} -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -c:a libopus` },
  {
    file: 'tff.ts',
    args: `${picture('50', '720x576')} -vf interlace=lowpass=0,setsar=64/45 ${x264} -flags +ildct+ilme -x264opts tff=1`,
    except: infoOnTs,
  },
  {
    file: 'bff.mpg',
    args: `${picture('50', '720x576')} -vf interlace=scan=bff:lowpass=0 -c:v mpeg2video -flags +ildct+ilme -top 0 -b:v 4M`,
  },
  {
    file: 'hdr10.mp4',
    args: `${picture()} -c:v libx265 -preset ultrafast -pix_fmt yuv420p10le -x265-params ${hdr10} -tag:v hvc1`,
  },
  { file: 'hdr10.mkv', args: `${picture()} -c:v libx265 -preset ultrafast -pix_fmt yuv420p10le -x265-params ${hdr10}` },
  {
    file: 'hlg.mp4',
    args: `${picture()} -c:v libx265 -preset ultrafast -pix_fmt yuv420p10le -x265-params log-level=none:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc -tag:v hvc1`,
  },
  {
    file: 'drops.mkv',
    args: `${picture('30', '320x180', 3)} -vf select='not(mod(n\\,7)*mod(n\\,5))+lt(n\\,40)' -vsync vfr ${x264}`,
    except: { frameRate: 'a variable rate has no one number' },
  },
  {
    file: 'prores.mov',
    args: `${picture()} ${tone} -c:v prores_ks -profile:v 2 -pix_fmt yuv422p10le -c:a pcm_s24le -timecode 10:00:00:00`,
  },
  {
    file: 'anamorphic.mov',
    args: `${picture('30000/1001', '720x480')} -vf setsar=8/9 ${x264} ${bt601} -timecode 01:00:00;00`,
  },
  {
    file: 'tongues.mkv',
    args: `${picture()} ${tone} ${tone} -map 0 -map 1 -map 2 ${x264} -c:a ac3 -ac 6 -metadata:s:a:0 language=eng -metadata:s:a:1 language=deu -metadata:s:a:1 title=Kommentar -disposition:a:1 comment`,
  },
  { file: 'chapters.mp4', args: `${picture()} -i chapters.txt -map_metadata 1 ${x264}` },
  { file: 'chapters.mkv', args: `${picture()} -i chapters.txt -map_metadata 1 ${x264}` },
  { file: 'text.mp4', args: `${picture()} -i text.srt -map 0 -map 1 ${x264} -c:s mov_text -metadata:s:s language=fre` },
  { file: 'full.mkv', args: `${picture()} -c:v libx264 -preset ultrafast -pix_fmt yuvj444p` },
  { file: 'old.avi', args: `${picture()} -c:v mjpeg -pix_fmt yuvj420p` },
  { file: 'house.mxf', args: `${picture()} ${tone} -c:v mpeg2video -pix_fmt yuv422p -b:v 5M -c:a pcm_s16le` },
  { file: 'eight.mkv', args: `${picture()} -f lavfi -i anullsrc=cl=7.1:d=1 -shortest ${x264} -c:a flac` },
  { file: 'sound.wav', args: `${tone} -c:a pcm_s16le` },
  { file: 'sound.flac', args: `${tone} -c:a flac` },
]

describe('headend probe against ffprobe and mediainfo', {
  skip: missing.length > 0 && `${missing.join(', ')} missing`,
}, () => {
  let dir: string
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'headend-compare-'))
    const chapter = (from: number, title: string): string =>
      `[CHAPTER]\nTIMEBASE=1/1000\nSTART=${from}\nEND=${from + 500}\ntitle=${title}\n`
    await writeFile(join(dir, 'chapters.txt'), `;FFMETADATA1\n${chapter(0, 'One')}${chapter(500, 'Zwei "ä"')}`)
    await writeFile(join(dir, 'text.srt'), '1\n00:00:00,000 --> 00:00:01,000\nhello\n\n')
  })
  after(() => rm(dir, { recursive: true, force: true }))

  for (const { file, args, except } of clips) {
    it(file, async t => {
      await run('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args.split(' '), file], { cwd: dir })
      const path = join(dir, file)
      const facts = MediaFacts.parse(await probe(path, { signal, log: silentLog }))
      const outcomes = [...(await compareWithFfprobe(facts)), ...(await compareWithMediainfo(facts))]
      const excused = new Set(Object.keys(except ?? {}))
      const wrong = outcomes.filter(
        ({ fact, ours, theirs }) => ours !== theirs && !excused.has(fact.replace(/^.*\./, '')),
      )
      assert.deepEqual(wrong, [])
      assert.ok(outcomes.length > 15, 'facts were compared')
      t.diagnostic(`${outcomes.length} facts compared`)
    })
  }
})
