// Every option that the encoder tables can write is known to FFmpeg's encoder and its value accepted, with or without the device.
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { AV_OPT_SEARCH_CHILDREN, type FFEncoderCodec } from 'node-av/constants'
import { Codec, CodecContext, FFmpegError, Option } from 'node-av/lib'
import {
  type EncoderRequest,
  encoderLimits,
  encoderNames,
  encoderSettings,
  encodersFor,
  type rateModes,
  type Scan,
  speedNames,
} from '../codecs/index.ts'
import { type CodecOptions, type RateControl, videoCodecs } from '../model/index.ts'

const M = 1_000_000
const rates: Readonly<Record<(typeof rateModes)[number], RateControl>> = {
  'constant-quality': { mode: 'constant-quality', quality: 23, maxrateBps: null, bufsizeBits: null },
  'capped-quality': { mode: 'constant-quality', quality: 23, maxrateBps: 3 * M, bufsizeBits: 6 * M },
  vbr: { mode: 'vbr', averageBps: 2 * M, maxrateBps: 3 * M, bufsizeBits: 6 * M },
  cbr: { mode: 'cbr', averageBps: 2 * M, bufsizeBits: 2 * M },
  fixed: { mode: 'fixed', averageBps: null },
}
const hdr10: EncoderRequest['hdr'] = {
  format: 'hdr10',
  masteringDisplay: {
    red: [0.68, 0.32],
    green: [0.265, 0.69],
    blue: [0.15, 0.06],
    whitePoint: [0.3127, 0.329],
    minLuminance: 0.0001,
    maxLuminance: 1000,
  },
  contentLight: { maxCll: 1000, maxFall: 400 },
  hdr10Plus: false,
  dolbyVision: null,
}
const sdr: EncoderRequest['hdr'] = { ...hdr10, format: 'sdr', masteringDisplay: null, contentLight: null }
const levels: Readonly<Record<string, readonly string[]>> = {
  h264: ['1.0', '3.0', '3.1', '4.0', '4.1', '5.2'],
  hevc: ['1.0', '3.0', '3.1', '4.0', '4.1', '5.2'],
  av1: ['2.0', '3.0', '3.1', '4.0', '5.1'],
  vp9: ['1.0', '3.0', '4.1'],
  mpeg2: ['main', 'high'],
}

/** Every choice of every dimension at least once, the others at their first. */
function requestsFor(name: string): EncoderRequest[] {
  const limits = encoderLimits(name)!
  const codec = videoCodecs.find(each => encodersFor(each).some(encoder => encoder.name === name))!
  const dimensions: { [K in keyof EncoderRequest]?: readonly EncoderRequest[K][] } = {
    rate: limits.rates.map(mode => rates[mode]),
    profile: limits.profiles,
    level: [null, ...(levels[codec] ?? [])],
    tier: [null, 'main', 'high'],
    pixelFormat: limits.pixelFormats,
    passes: limits.twoPass ? [1, 2] : [1],
    speed: speedNames,
    keyFrames: ['grid', 'grid-and-cuts'],
    bFrames: [null, 0, ...(limits.maxBFrames ? [1, limits.maxBFrames] : [])],
    references: [null, 1, 4],
    hdr: [sdr, hdr10],
    scan: limits.scans as readonly Scan[],
    tune: [undefined, ...limits.tunes],
  }
  const base = {
    codec,
    width: 1280,
    height: 720,
    frameRate: '30000/1001',
    gopFrames: 60,
    color: { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', range: 'tv', chromaLocation: 'left' },
  } as const
  const first = Object.fromEntries(Object.entries(dimensions).map(([key, values]) => [key, values[0]]))
  const all: EncoderRequest[] = []
  const add = (changes: object): void => void all.push({ ...base, ...first, ...changes } as EncoderRequest)
  for (const [key, values] of Object.entries(dimensions)) {
    for (const value of values) {
      add({ [key]: value })
      // Two passes are for an average rate.
      if (key === 'passes' || key === 'speed') add({ [key]: value, passes: limits.twoPass ? 2 : 1, rate: rates.vbr })
      // Profiles and their samples go together.
      if (key === 'profile') for (const pixelFormat of limits.pixelFormats) add({ profile: value, pixelFormat })
    }
  }
  return all
}

/** What FFmpeg has against the options; empty when it takes all of them. */
function objections(codec: Codec, options: CodecOptions): string[] {
  const context = new CodecContext()
  context.allocContext3(codec)
  try {
    return Object.entries(options).flatMap(([name, value]) => {
      if (!Option.find(context.getNative(), name, AV_OPT_SEARCH_CHILDREN)) return [`no option ${name}`]
      const ret = Option.set(context.getNative(), name, String(value), AV_OPT_SEARCH_CHILDREN)
      return ret < 0 ? [`${name}=${value}: ${FFmpegError.strerror(ret)}`] : []
    })
  } finally {
    context.freeContext()
  }
}

for (const name of encoderNames) {
  const codec = Codec.findEncoderByName(name as FFEncoderCodec)
  const skip = codec ? false : 'this build of FFmpeg has no such encoder'
  it(`${name}: options are known and their values accepted`, { skip }, () => {
    const found = new Set<string>()
    let accepted = 0
    for (const request of requestsFor(name)) {
      const answer = encoderSettings(name, request)
      if (!answer.ok) continue
      accepted++
      for (const options of [answer.settings.options, answer.settings.firstPass?.options ?? {}]) {
        for (const objection of objections(codec!, options)) found.add(objection)
      }
    }
    assert.ok(accepted > 10, `only ${accepted} requests were accepted`)
    assert.deepEqual([...found], [])
  })
}

it('would notice an option that does not exist and a value that is none', () => {
  const codec = Codec.findEncoderByName('h264_nvenc' as FFEncoderCodec)!
  assert.deepEqual(objections(codec, { preset: 'p4', bogus: 1 }), ['no option bogus'])
  assert.equal(objections(codec, { preset: 'p9' }).length, 1)
})
