// A picture that is handed on as it is: nothing is decoded, so nothing can be changed, and that is said.
import { containerRows } from '../codecs/index.ts'
import { describeSourceColor } from '../color/index.ts'
import { formatRational, HeadendError } from '../core/index.ts'
import type { Choice, MediaFacts, VideoCodec, VideoPlan, VideoRendition, VideoStream } from '../model/index.ts'
import type { Delivery } from './choose-delivery.ts'
import { defaultOptions, type TranscodeOptions } from './options.ts'
import type { PlannedPicture } from './plan-picture.ts'
import type { ChosenStreams } from './streams.ts'
import { planTimeline } from './timeline.ts'

export type CopyRequest = {
  readonly facts: MediaFacts
  readonly streams: ChosenStreams
  readonly options: TranscodeOptions
  readonly delivery: Delivery
}

/** FFmpeg's names of the codecs that can be handed on. */
const CODECS: Readonly<Record<string, VideoCodec>> = {
  h264: 'h264',
  hevc: 'hevc',
  av1: 'av1',
  vp9: 'vp9',
  mpeg2video: 'mpeg2',
  prores: 'prores',
  dnxhd: 'dnxhr',
  ffv1: 'ffv1',
}
/** Options that change pixels, and so cannot be had with a copy. */
const CHANGES = [
  'profile',
  'level',
  'tier',
  'crf',
  'bitrate',
  'maxrate',
  'bufsize',
  'bits',
  'chroma',
  'dynamicRange',
  'space',
  'legal',
  'width',
  'height',
  'crop',
  'frameRate',
  'verify',
] as const satisfies readonly (keyof TranscodeOptions)[]

/** @throws {HE_PLAN_IMPOSSIBLE} when something is asked for that needs new pixels, {HE_INPUT_UNSUPPORTED} for other codecs */
export function planCopy({ facts, streams, options, delivery }: CopyRequest): PlannedPicture {
  const { video, audio } = streams
  const asked = CHANGES.filter(name => options[name] !== defaultOptions[name])
  if (asked.length > 0)
    throw new HeadendError('HE_PLAN_IMPOSSIBLE', `a picture that is copied cannot be changed: ${asked.join(', ')}`, {
      hint: 'Name a codec instead of copy, or leave these options out.',
    })
  const timeline = planTimeline({
    facts,
    video,
    audio,
    gopSeconds: options.gopSeconds,
    segmentSeconds: options.gopSeconds,
    copy: true,
  })
  if (!video || !timeline.grid) return { timeline, video: null, rotation: 0, choices: [], warnings: [] }
  const codec = CODECS[video.codec]
  if (!codec)
    throw new HeadendError('HE_INPUT_UNSUPPORTED', `${video.codec} cannot be copied`, {
      hint: `Name one of the codecs that Headend writes: ${[...new Set(Object.values(CODECS))].join(', ')}.`,
    })
  const { used, assumed } = describeSourceColor(video)
  const { grid } = timeline
  const plan: VideoPlan = {
    stream: video.index,
    sourceColor: { stated: video.color.effective, used, assumed: [...assumed] },
    color: used,
    hdr: video.hdr,
    frameRate: formatRational(grid.rate),
    frames: video.frameCount ?? grid.frames,
    gopFrames: grid.gopFrames,
    segmentFrames: grid.segmentFrames,
    width: video.codedWidth,
    height: video.codedHeight,
    prepare: [],
    reference: [],
    vmaf: null,
    renditions: [rendition(video, codec, delivery)],
  }
  const choices: Choice[] = [
    {
      what: 'video.copy',
      pick: video.codecString ?? video.codec,
      because: 'asked for: the coded picture is handed on bit by bit, with its color tags and HDR metadata',
      over: ['encoding it'],
    },
  ]
  return { timeline, video: plan, rotation: video.rotation, choices, warnings: [] }
}

const levelText = ({ codec, level }: VideoStream): string | null => {
  if (level === null) return null
  const scale = codec === 'hevc' ? 30 : 10
  return (level / scale).toFixed(1)
}

function rendition(video: VideoStream, codec: VideoCodec, { container }: Delivery): VideoRendition {
  return {
    id: `v${Math.min(video.codedWidth, video.codedHeight)}`,
    width: video.codedWidth,
    height: video.codedHeight,
    sampleAspectRatio: video.sampleAspectRatio,
    codec,
    profile: video.profile ?? 'unknown',
    level: levelText(video),
    tier: null,
    codecString: video.codecString,
    tag: containerRows[container].video[codec]?.tag ?? null,
    pixelFormat: video.pixelFormat,
    scan: video.fieldOrder === 'tff' || video.fieldOrder === 'bff' ? video.fieldOrder : 'progressive',
    rate: { mode: 'fixed', averageBps: null },
    encoder: { name: 'copy', family: 'cpu', options: {}, filters: [] },
    fallbacks: [],
    filters: [],
  }
}
