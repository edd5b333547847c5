// The part of the inspection that reads coded pictures and sound without decoding them: rates, groups, parameter sets.
import { exceededLimits, levelLimits, profilesOf } from '../codecs/index.ts'
import { parseRational, toNumber } from '../core/index.ts'
import type {
  AudioStream,
  DecodeResult,
  PacketsResult,
  QcCurve,
  RateBucket,
  VideoCodec,
  VideoStream,
} from '../model/index.ts'
import type { GopLimits } from './bitstream-gops.ts'
import type { VbvLimits } from './bitstream-rate.ts'
import type { QcPart } from './pass.ts'

export type CodedStream = {
  readonly subject: string
  readonly stream: VideoStream | AudioStream
  readonly type: 'video' | 'audio'
  /** What its packets say; null where they were not read. */
  readonly result: PacketsResult | null
  /** Packets and frames that could not be decoded whole; null where nobody asked for the decoder. */
  readonly damaged: number | null
}

const nodeOf = (index: number): string => `coded_${index}`
const isCover = ({ dispositions }: VideoStream): boolean => dispositions.includes('attached_pic')

/** FFmpeg's names of codecs whose levels are in our tables. */
const CODECS: Readonly<Record<string, VideoCodec>> = { h264: 'h264', hevc: 'hevc', av1: 'av1', mpeg2video: 'mpeg2' }

/** Our name of the profile that the stream states; null for those that we have no table of. */
export function knownProfile({ codec, profile }: VideoStream): { codec: VideoCodec; profile: string } | null {
  const own = CODECS[codec]
  // Baseline as players know it is the constrained one; its levels are the same.
  const label = profile === 'Baseline' ? 'Constrained Baseline' : profile
  const row = own && profilesOf(own).find(each => each.label === label)
  return row ? { codec: own, profile: row.name } : null
}

/** HEVC and AV1 say their tier in the codec string alone. */
export const tierOf = ({ codecString }: VideoStream): 'main' | 'high' =>
  /\.H\d+/.test(codecString ?? '') ? 'high' : 'main'

export const codedPart: QcPart<readonly CodedStream[]> = {
  addTo(pass, limits) {
    if (![...limits.keys()].some(id => id.startsWith('bitstream.'))) return
    const gops = limits.get('bitstream.gop-length') as GopLimits | undefined
    const vbv = limits.get('bitstream.vbv') as VbvLimits | undefined
    for (const stream of pass.facts.video.filter(each => !isCover(each))) {
      const params = {
        ...{ type: 'video' as const, codec: stream.codec, frameS: frameSeconds(stream) },
        ...(gops ? { maxGopS: gops.maxGopS } : {}),
        buckets: vbv ? bucketsOf(stream, vbv) : [],
      }
      pass.onPackets(stream.index, { id: nodeOf(stream.index), kind: 'packets', params })
    }
    for (const { index, codec } of pass.facts.audio)
      pass.onPackets(index, { id: nodeOf(index), kind: 'packets', params: { type: 'audio', codec } })
  },
  read(results, { video, audio }) {
    const read = (stream: VideoStream | AudioStream, type: 'video' | 'audio'): CodedStream => ({
      ...{ subject: `${type[0]}${stream.index}`, stream, type },
      result: (results.get(nodeOf(stream.index)) as PacketsResult | undefined) ?? null,
      damaged: (results.get(`decode_${stream.index}.decoded`) as DecodeResult | undefined)?.damaged ?? null,
    })
    return [
      ...video.filter(each => !isCover(each)).map(each => read(each, 'video')),
      ...audio.map(each => read(each, 'audio')),
    ]
  },
  curves: ({ coded }) =>
    coded.flatMap(({ subject, result }): QcCurve[] =>
      result && result.rate.curve.timeS.length > 1
        ? [
            {
              ...{ id: 'bitstream.rate', subject, title: 'Bit rate', unit: 'kbit/s' },
              timeS: [...result.rate.curve.timeS],
              values: result.rate.curve.values.map(bps => Math.round(bps / 100) / 10),
            },
          ]
        : [],
    ),
  figures: ({ coded }) =>
    Object.fromEntries(
      coded.flatMap(({ subject, result }) => (result && result.packets > 0 ? [[subject, figuresOf(result)]] : [])),
    ),
}

const rounded = (seconds: number): number => Math.round(seconds * 1000) / 1000

function figuresOf({ rate, gops, kinds }: PacketsResult): Record<string, number | string | null> {
  return {
    averageBps: Math.round(rate.averageBps),
    peakBps: Math.round(rate.peakBps),
    ...(gops && { keyFrames: gops.keys, longestGopS: rounded(gops.longestS) }),
    ...(gops && gops.lengths.length > 0 && { usualGopPictures: gops.lengths[0]![0] }),
    ...(kinds && { picturesI: kinds.I, picturesP: kinds.P, picturesB: kinds.B, longestRunOfB: kinds.mostB }),
  }
}

function frameSeconds({ frameRate, scan }: VideoStream): number | null {
  const rate = frameRate ? toNumber(parseRational(frameRate)) : 0
  return rate > 0 && scan === 'progressive' ? 1 / rate : null
}

/** What the level allows, and what the profile of the inspection asks for; the stream's own promise is found by the node. */
function bucketsOf(stream: VideoStream, { maxBitrateBps, bufferBits }: VbvLimits): RateBucket[] {
  const asked =
    maxBitrateBps !== null && bufferBits !== null ? [{ id: 'limit', bitRateBps: maxBitrateBps, bufferBits }] : []
  const known = knownProfile(stream)
  if (!known || stream.level === null || !stream.frameRate) return asked
  const exceeded = exceededLimits(
    {
      ...known,
      ...{ width: stream.codedWidth, height: stream.codedHeight, references: 1 },
      ...{ frameRate: parseRational(stream.frameRate), maxrateBps: null, bufsizeBits: null },
    },
    stream.level,
    tierOf(stream),
  )
  if (!exceeded) return asked
  const { maxrateBps, bufsizeBits } = levelLimits(known.codec, known.profile, exceeded.level, tierOf(stream))
  return bufsizeBits === null ? asked : [...asked, { id: 'level', bitRateBps: maxrateBps, bufferBits: bufsizeBits }]
}
