// Synthetic MediaFacts for planning tests: what a probe would say of common and awkward masters.
import type { AudioStream, ColorTags, MediaFacts, VideoStream } from '../../src/model/index.ts'

const none: ColorTags = { primaries: null, transfer: null, matrix: null, range: null, chromaLocation: null }
export const tags = (
  primaries: ColorTags['primaries'],
  transfer: ColorTags['transfer'],
  matrix: ColorTags['matrix'],
  range: ColorTags['range'] = 'tv',
): ColorTags => ({ primaries, transfer, matrix, range, chromaLocation: 'left' })

export function videoFacts(
  over: Partial<VideoStream> = {},
  color: ColorTags = tags('bt709', 'bt709', 'bt709'),
): VideoStream {
  return {
    index: 0,
    codec: 'h264',
    codecString: 'avc1.640028',
    codecTag: 'avc1',
    profile: 'High',
    timebase: '1/12800',
    startTime: '0/1',
    duration: '10/1',
    bitrateBps: 20_000_000,
    language: null,
    title: null,
    dispositions: ['default'],
    packets: 250,
    level: 40,
    codedWidth: 1920,
    codedHeight: 1080,
    displayWidth: 1920,
    displayHeight: 1080,
    sampleAspectRatio: '1/1',
    frameRate: '25/1',
    frameRateMode: 'constant',
    frameCount: 250,
    pixelFormat: 'yuv420p',
    bitDepth: 8,
    chroma: '4:2:0',
    hasAlpha: false,
    scan: 'progressive',
    fieldOrder: 'progressive',
    rotation: 0,
    hasBFrames: true,
    color: { container: color, bitstream: color, effective: color, contradictions: [] },
    hdr: { format: 'sdr', masteringDisplay: null, contentLight: null, hdr10Plus: false, dolbyVision: null },
    timecode: null,
    ...over,
  }
}

export function audioFacts(over: Partial<AudioStream> = {}): AudioStream {
  return {
    index: 1,
    codec: 'aac',
    codecString: 'mp4a.40.2',
    codecTag: 'mp4a',
    profile: 'LC',
    timebase: '1/48000',
    startTime: '0/1',
    duration: '10/1',
    bitrateBps: 128_000,
    language: 'eng',
    title: null,
    dispositions: ['default'],
    packets: 470,
    sampleRateHz: 48_000,
    sampleFormat: 'fltp',
    channels: 2,
    layout: 'stereo',
    initialPaddingSamples: 1024,
    ...over,
  }
}

export function mediaFacts(
  video: readonly VideoStream[],
  audio: readonly AudioStream[],
  over: Partial<MediaFacts> = {},
): MediaFacts {
  return {
    path: 'master.mov',
    sizeBytes: 25_000_000,
    container: {
      format: 'mov',
      demuxer: 'mov,mp4,m4a,3gp,3g2,mj2',
      longName: 'QuickTime / MOV',
      majorBrand: 'qt  ',
      startTime: '0/1',
      duration: '10/1',
      bitrateBps: 20_000_000,
      fastStart: true,
      fragmented: false,
      tags: {},
    },
    video: [...video],
    audio: [...audio],
    subtitles: [],
    other: [],
    chapters: [],
    timecode: null,
    scan: 'full',
    truncated: false,
    warnings: [],
    ...over,
  }
}

const uhd = { codedWidth: 3840, codedHeight: 2160, displayWidth: 3840, displayHeight: 2160 }
const pal = {
  codedWidth: 720,
  codedHeight: 576,
  displayWidth: 1024,
  displayHeight: 576,
  sampleAspectRatio: '64/45' as const,
}

/** By name: the golden plans of test/golden/plans.test.ts. */
export const sampleTitles: Readonly<Record<string, MediaFacts>> = {
  '1080p25-stereo': mediaFacts([videoFacts()], [audioFacts()]),
  '720p2997-51': mediaFacts(
    [
      videoFacts({
        codedWidth: 1280,
        codedHeight: 720,
        displayWidth: 1280,
        displayHeight: 720,
        frameRate: '30000/1001',
        frameCount: 300,
        duration: '1001/100',
      }),
    ],
    [audioFacts({ channels: 6, layout: '5.1', codec: 'eac3' })],
  ),
  'pal-interlaced-untagged': mediaFacts(
    [videoFacts({ ...pal, scan: 'interlaced', fieldOrder: 'tff' }, none)],
    [audioFacts({ codec: 'pcm_s16le', codecString: null })],
  ),
  'ntsc-untagged': mediaFacts(
    [
      videoFacts(
        {
          codedWidth: 720,
          codedHeight: 480,
          displayWidth: 720,
          displayHeight: 540,
          frameRate: '30000/1001',
          frameCount: 300,
        },
        none,
      ),
    ],
    [],
  ),
  'portrait-phone': mediaFacts(
    [videoFacts({ displayWidth: 1080, displayHeight: 1920, rotation: 90, frameRate: '30/1', frameCount: 300 })],
    [audioFacts({ channels: 1, layout: 'mono' })],
  ),
  'uhd-hdr10': mediaFacts(
    [
      videoFacts(
        {
          ...uhd,
          codec: 'hevc',
          pixelFormat: 'yuv420p10le',
          bitDepth: 10,
          frameRate: '24000/1001',
          frameCount: 240,
          hdr: {
            format: 'hdr10',
            masteringDisplay: null,
            contentLight: { maxCll: 1000, maxFall: 400 },
            hdr10Plus: false,
            dolbyVision: null,
          },
        },
        tags('bt2020', 'smpte2084', 'bt2020nc'),
      ),
    ],
    [audioFacts({ channels: 8, layout: '7.1' })],
  ),
  'hlg-50p': mediaFacts(
    [
      videoFacts(
        {
          pixelFormat: 'yuv422p10le',
          bitDepth: 10,
          chroma: '4:2:2',
          frameRate: '50/1',
          frameCount: 500,
          hdr: { format: 'hlg', masteringDisplay: null, contentLight: null, hdr10Plus: false, dolbyVision: null },
        },
        tags('bt2020', 'arib-std-b67', 'bt2020nc'),
      ),
    ],
    [audioFacts()],
  ),
  'full-range': mediaFacts(
    [videoFacts({ pixelFormat: 'yuvj420p' }, tags('bt709', 'bt709', 'bt709', 'pc'))],
    [audioFacts()],
  ),
  '444-10bit-bt2020-sdr': mediaFacts(
    [
      videoFacts(
        { pixelFormat: 'yuv444p10le', bitDepth: 10, chroma: '4:4:4' },
        tags('bt2020', 'bt2020-10', 'bt2020nc'),
      ),
    ],
    [audioFacts()],
  ),
  'rgb-screen': mediaFacts(
    [
      videoFacts(
        { pixelFormat: 'gbrp', chroma: 'rgb', frameRate: '60/1', frameCount: 600 },
        { ...none, matrix: 'gbr' },
      ),
    ],
    [],
  ),
  'vfr-clip': mediaFacts(
    [videoFacts({ frameRateMode: 'variable', frameRate: '28517/1000', frameCount: 285 })],
    [audioFacts({ duration: '12/1' })],
  ),
  'audio-only': mediaFacts([], [audioFacts({ index: 0 }), audioFacts({ index: 1, language: 'fra', dispositions: [] })]),
  'two-languages-commentary': mediaFacts(
    [videoFacts()],
    [
      audioFacts({ index: 1, dispositions: [] }),
      audioFacts({ index: 2, language: 'deu' }),
      audioFacts({ index: 3, dispositions: ['comment'] }),
      audioFacts({ index: 4, dispositions: [] }),
    ],
  ),
}
