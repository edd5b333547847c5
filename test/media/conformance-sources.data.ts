// The recipes of the conformance sources, and what each promises in the words of test/e2e/read-back.ts.
import type { ContentLight, MasteringDisplay } from '../../src/model/index.ts'

type Options = Readonly<Record<string, string | number>>
type Sound = {
  readonly graph: string
  readonly encoder: string
  readonly options?: Options
  readonly language?: string
  readonly isDefault?: boolean
}

export type ConformanceSource = {
  readonly id: string
  readonly extension: 'mp4' | 'mov' | 'mkv' | 'ts'
  readonly video: {
    /** A chain for the `generate` node. */
    readonly graph: string
    readonly encoder: string
    readonly options: Options
    /** Absent: times as the chain makes them. */
    readonly frameRate?: `${bigint}/${bigint}`
    readonly tag?: string
    readonly hdr?: { readonly masteringDisplay: MasteringDisplay; readonly contentLight: ContentLight }
  }
  readonly audio?: readonly Sound[]
  readonly muxer: { readonly format: string; readonly options?: Options }
  /** The track header turns the picture by 90° clockwise. */
  readonly turned?: boolean
  /** By fact; a number is met within rounding. An empty text says that the file must be silent. */
  readonly promises: Readonly<Record<string, string | number>>
}

/** A P3-D65 display of 1000 cd/m², as most HDR10 masters state. */
export const hdr10Mastering: MasteringDisplay = {
  red: [0.68, 0.32],
  green: [0.265, 0.69],
  blue: [0.15, 0.06],
  whitePoint: [0.3127, 0.329],
  minLuminance: 0.0001,
  maxLuminance: 1000,
}
export const hdr10Light: ContentLight = { maxCll: 987, maxFall: 214 }

const p3d65 = 'G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1)'

type Tags = { readonly primaries: string; readonly transfer: string; readonly matrix: string; readonly range: string }
const bt709: Tags = { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', range: 'tv' }
const pal: Tags = { primaries: 'bt470bg', transfer: 'smpte170m', matrix: 'bt470bg', range: 'tv' }
const ntsc: Tags = { primaries: 'smpte170m', transfer: 'smpte170m', matrix: 'smpte170m', range: 'tv' }
const pq: Tags = { primaries: 'bt2020', transfer: 'smpte2084', matrix: 'bt2020nc', range: 'tv' }
const hlg: Tags = { primaries: 'bt2020', transfer: 'arib-std-b67', matrix: 'bt2020nc', range: 'tv' }

const tagged = ({ primaries, transfer, matrix, range }: Tags, more = ''): string =>
  `setparams=range=${range}:color_primaries=${primaries}:color_trc=${transfer}:colorspace=${matrix}${more}`
const promised = ({ primaries, transfer, matrix, range }: Tags): Record<string, string> => ({
  primaries,
  transfer,
  matrix,
  range,
})

const fast = { preset: 'ultrafast', crf: 18 }
const x265 = (more: string): Options => ({
  preset: 'ultrafast',
  crf: 18,
  'x265-params': `log-level=none:open-gop=0:repeat-headers=1:${more}`,
})
const stereo = (seconds: string, language = 'eng'): Sound => ({
  graph: `sine=f=440:r=48000:d=${seconds},aformat=sample_fmts=fltp:channel_layouts=stereo`,
  encoder: 'aac',
  options: { b: 128_000 },
  language,
})
const surround = (seconds: string, language: string): Sound => ({
  graph: `sine=f=330:r=48000:d=${seconds},aformat=sample_fmts=fltp,pan=5.1|FL=c0|FR=0.8*c0|FC=0.5*c0|LFE=0.1*c0|BL=0.3*c0|BR=0.2*c0`,
  encoder: 'aac',
  options: { b: 320_000 },
  language,
})

export const conformanceSources: readonly ConformanceSource[] = [
  {
    id: 'sd-25i',
    extension: 'mov',
    video: {
      graph: `testsrc2=s=720x576:r=50:d=1,interlace=scan=tff:lowpass=off,setsar=16/11,format=yuv420p,${tagged(pal)}`,
      encoder: 'libx264',
      options: { ...fast, flags: '+ildct+ilme', field_order: 'tt', 'x264-params': 'tff=1' },
      frameRate: '25/1',
    },
    audio: [stereo('1')],
    muxer: { format: 'mov' },
    promises: {
      ...promised(pal),
      codec: 'h264',
      width: 720,
      height: 576,
      sampleAspectRatio: '16/11',
      frameRate: '25/1',
      frames: 25,
      scan: 'tff',
      chroma: '4:2:0',
      bitDepth: 8,
    },
  },
  {
    id: 'telecined',
    extension: 'ts',
    video: {
      // 48 film frames become 60 video frames by 2:3 pull-down; three of five are made of one frame, two of two.
      graph: `testsrc2=s=720x480:r=24000/1001:d=2.002,telecine=first_field=top:pattern=23,setfield=tff,setsar=8/9,format=yuv420p,${tagged(ntsc)}`,
      encoder: 'mpeg2video',
      options: { b: 8_000_000, g: 15, bf: 2, flags: '+ildct+ilme', field_order: 'tt', seq_disp_ext: 'always' },
      frameRate: '30000/1001',
    },
    muxer: { format: 'mpegts' },
    promises: {
      ...promised(ntsc),
      codec: 'mpeg2',
      width: 720,
      height: 480,
      sampleAspectRatio: '8/9',
      frameRate: '30000/1001',
      frames: 60,
      scan: 'tff',
    },
  },
  {
    id: 'hd-film',
    extension: 'mp4',
    video: {
      graph: `testsrc2=s=1920x1080:r=24000/1001:d=1,trim=end_frame=12,format=yuv420p,${tagged(bt709)}`,
      encoder: 'libx264',
      options: fast,
      frameRate: '24000/1001',
    },
    audio: [stereo('0.5')],
    muxer: { format: 'mp4' },
    promises: {
      ...promised(bt709),
      codec: 'h264',
      width: 1920,
      height: 1080,
      sampleAspectRatio: '1/1',
      frameRate: '24000/1001',
      frames: 12,
      scan: 'progressive',
    },
  },
  {
    id: 'hd-60',
    extension: 'mkv',
    video: {
      graph: `testsrc2=s=1920x1080:r=60000/1001:d=1,trim=end_frame=24,format=yuv420p,${tagged(bt709)}`,
      encoder: 'libx264',
      options: fast,
      frameRate: '60000/1001',
    },
    audio: [stereo('0.4')],
    muxer: { format: 'matroska' },
    promises: {
      ...promised(bt709),
      codec: 'h264',
      width: 1920,
      height: 1080,
      frameRateDecimal: 59.94,
      offGrid: 0,
      frames: 24,
      scan: 'progressive',
    },
  },
  {
    id: 'full-range',
    extension: 'mp4',
    video: {
      graph: `testsrc2=s=640x360:r=25:d=1,format=yuvj420p,${tagged({ ...bt709, range: 'pc' })}`,
      encoder: 'libx264',
      options: fast,
      frameRate: '25/1',
    },
    muxer: { format: 'mp4' },
    promises: { ...promised(bt709), range: 'pc', codec: 'h264', width: 640, height: 360, frames: 25 },
  },
  {
    id: 'prores-422',
    extension: 'mov',
    video: {
      graph: `testsrc2=s=1280x720:r=25:d=0.48,format=yuv422p10le,${tagged(bt709)}`,
      encoder: 'prores_ks',
      options: { profile: 'hq', vendor: 'apl0' },
      frameRate: '25/1',
    },
    audio: [
      {
        graph: 'sine=f=440:r=48000:d=0.48,aformat=sample_fmts=s32:channel_layouts=stereo',
        encoder: 'pcm_s24le',
        language: 'eng',
      },
    ],
    muxer: { format: 'mov' },
    promises: {
      ...promised(bt709),
      codec: 'prores',
      profile: 'hq',
      width: 1280,
      height: 720,
      frameRate: '25/1',
      frames: 12,
      bitDepth: 10,
      chroma: '4:2:2',
    },
  },
  {
    id: 'uhd-hdr10',
    extension: 'mp4',
    video: {
      graph: `testsrc2=s=3840x2160:r=24:d=0.34,trim=end_frame=8,format=yuv420p10le,${tagged(pq, ':chroma_location=topleft')}`,
      encoder: 'libx265',
      options: x265(`hdr10=1:chromaloc=2:master-display=${p3d65}:max-cll=987,214`),
      frameRate: '24/1',
      tag: 'hvc1',
      hdr: { masteringDisplay: hdr10Mastering, contentLight: hdr10Light },
    },
    muxer: { format: 'mp4' },
    promises: {
      ...promised(pq),
      codec: 'hevc',
      profile: 'main10',
      width: 3840,
      height: 2160,
      frameRate: '24/1',
      frames: 8,
      chromaLocation: 'topleft',
      masteringDisplay: '0.68,0.32 0.265,0.69 0.15,0.06 0.3127,0.329 0.0001-1000',
      contentLight: '987,214',
      'container.masteringDisplay': '0.68,0.32 0.265,0.69 0.15,0.06 0.3127,0.329 0.0001-1000',
      'container.contentLight': '987,214',
    },
  },
  {
    id: 'small-hdr10',
    extension: 'mkv',
    video: {
      graph: `testsrc2=s=640x360:r=24:d=0.5,format=yuv420p10le,${tagged(pq, ':chroma_location=topleft')}`,
      encoder: 'libx265',
      options: x265(`hdr10=1:chromaloc=2:master-display=${p3d65}:max-cll=987,214`),
      frameRate: '24/1',
      hdr: { masteringDisplay: hdr10Mastering, contentLight: hdr10Light },
    },
    audio: [surround('0.5', 'eng')],
    muxer: { format: 'matroska' },
    promises: {
      ...promised(pq),
      codec: 'hevc',
      profile: 'main10',
      width: 640,
      height: 360,
      frames: 12,
      chromaLocation: 'topleft',
      masteringDisplay: '0.68,0.32 0.265,0.69 0.15,0.06 0.3127,0.329 0.0001-1000',
      contentLight: '987,214',
    },
  },
  {
    id: 'hlg-50',
    extension: 'mp4',
    video: {
      graph: `testsrc2=s=640x360:r=50:d=0.5,format=yuv420p10le,${tagged(hlg, ':chroma_location=topleft')}`,
      encoder: 'libx265',
      options: x265('atc-sei=18:chromaloc=2'),
      frameRate: '50/1',
      tag: 'hvc1',
    },
    muxer: { format: 'mp4' },
    promises: {
      ...promised(hlg),
      codec: 'hevc',
      profile: 'main10',
      width: 640,
      height: 360,
      frameRate: '50/1',
      frames: 25,
      masteringDisplay: '',
      contentLight: '',
    },
  },
  {
    id: 'odd-size',
    extension: 'mkv',
    video: {
      graph: `testsrc2=s=854x482:r=25:d=0.48,scale=853:481,format=yuv420p,${tagged(bt709)}`,
      encoder: 'ffv1',
      options: { level: 3, g: 1, slicecrc: 1 },
      frameRate: '25/1',
    },
    muxer: { format: 'matroska' },
    promises: { ...promised(bt709), codec: 'ffv1', width: 853, height: 481, frames: 12, chroma: '4:2:0' },
  },
  {
    id: 'vfr',
    extension: 'mkv',
    video: {
      // 0, 33, 66 … ms for a while, then every 50 ms, as a telephone does in the dark.
      graph: `testsrc2=s=640x360:r=30:d=1,settb=1/1000,setpts='if(lt(N,15),N*1000/30,500+(N-15)*50)',format=yuv420p,${tagged(bt709)}`,
      encoder: 'libx264',
      options: fast,
    },
    audio: [stereo('1.25')],
    muxer: { format: 'matroska' },
    promises: { ...promised(bt709), codec: 'h264', width: 640, height: 360, frames: 30, frameRateMode: 'variable' },
  },
  {
    id: 'rotated',
    extension: 'mp4',
    video: {
      graph: `testsrc2=s=640x360:r=30:d=0.5,format=yuv420p,${tagged(bt709)}`,
      encoder: 'libx264',
      options: fast,
      frameRate: '30/1',
    },
    audio: [stereo('0.5')],
    muxer: { format: 'mp4' },
    turned: true,
    promises: { ...promised(bt709), codec: 'h264', width: 640, height: 360, frames: 15, rotation: 90 },
  },
  {
    id: 'full-chroma',
    extension: 'mp4',
    video: {
      graph: `testsrc2=s=640x360:r=25:d=0.48,format=yuv444p,${tagged(bt709)}`,
      encoder: 'libx264',
      options: fast,
      frameRate: '25/1',
    },
    muxer: { format: 'mp4' },
    promises: {
      ...promised(bt709),
      codec: 'h264',
      profile: 'high444',
      width: 640,
      height: 360,
      frames: 12,
      chroma: '4:4:4',
    },
  },
  {
    id: 'gray',
    extension: 'mkv',
    video: {
      graph: `testsrc2=s=640x360:r=25:d=0.48,format=gray,${tagged(bt709)}`,
      encoder: 'ffv1',
      options: { level: 3, g: 1, slicecrc: 1 },
      frameRate: '25/1',
    },
    muxer: { format: 'matroska' },
    promises: { codec: 'ffv1', width: 640, height: 360, frames: 12, chroma: '4:0:0', bitDepth: 8 },
  },
  {
    id: 'untagged',
    extension: 'mp4',
    video: {
      graph: 'testsrc2=s=640x480:r=30000/1001:d=0.5,format=yuv420p',
      encoder: 'libx264',
      options: fast,
      frameRate: '30000/1001',
    },
    muxer: { format: 'mp4' },
    promises: {
      codec: 'h264',
      width: 640,
      height: 480,
      frames: 15,
      frameRate: '30000/1001',
      primaries: '',
      transfer: '',
      matrix: '',
    },
  },
  {
    id: 'two-tracks',
    extension: 'mkv',
    video: {
      graph: `testsrc2=s=640x360:r=25:d=1,format=yuv420p,${tagged(bt709)}`,
      encoder: 'libx264',
      options: fast,
      frameRate: '25/1',
    },
    audio: [surround('1', 'eng'), { ...stereo('1', 'ger'), isDefault: false }],
    muxer: { format: 'matroska' },
    promises: {
      ...promised(bt709),
      codec: 'h264',
      frames: 25,
      'audio.0.channels': 6,
      'audio.0.layout': '5.1',
      'audio.0.language': 'eng',
      'audio.1.channels': 2,
      'audio.1.layout': 'stereo',
      'audio.1.language': 'ger',
    },
  },
]
