// A synthetic Report as a run on a 60 s master would write it. Deterministic; for tests and screenshots of the page.
import { rational, toNumber } from '../../src/core/index.ts'
import type {
  AudioOutcome,
  AudioRendition,
  EncodePlan,
  PooledVmaf,
  QualityResult,
  Report,
  VideoOutcome,
  VideoRendition,
  VmafPlan,
  VmafReading,
} from '../../src/model/index.ts'
import { bt709, sampleChecks, sampleChoices, sampleFacts } from './sample-report-words.ts'

export type SampleOptions = {
  readonly verdict?: 'pass' | 'warn' | 'fail'
  readonly path?: string
  readonly durationFrames?: number
}

const fullBt709 = {
  primaries: 'bt709',
  transfer: 'bt709',
  matrix: 'bt709',
  range: 'tv',
  chromaLocation: 'left',
} as const

/** Mulberry32: small, seeded, good enough for noise in a chart. */
function random(seed: number): () => number {
  let a = seed
  return () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const round = (n: number, decimals: number): number => Math.round(n * 10 ** decimals) / 10 ** decimals

/** How hard the picture is at a time, 0 easy to 1 hard: shots of a few seconds, each with its own drift. */
function shotComplexity(durationS: number): (timeS: number) => number {
  const next = random(7)
  const shots: { readonly startS: number; readonly level: number; readonly slope: number }[] = []
  for (let startS = 0; startS < durationS; startS += 2.2 + next() * 4.5)
    shots.push({ startS, level: 0.15 + next() * 0.7, slope: (next() - 0.5) * 0.08 })
  return timeS => {
    const shot = shots.findLast(s => s.startS <= timeS) ?? shots[0]!
    return Math.min(1, Math.max(0.05, shot.level + shot.slope * (timeS - shot.startS)))
  }
}

function pool(values: readonly number[]): QualityResult['psnrY'] {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (p: number): number => sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))]!
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length
  return { mean: round(mean, 4), min: at(0), p1: at(0.01), p5: at(0.05), median: at(0.5) }
}

type Rung = {
  readonly id: string
  readonly width: number
  readonly height: number
  readonly level: string
  readonly codecString: string
  readonly crf: number
  readonly averageBps: number
  readonly maxrateBps: number
  readonly psnr: number
}
const rungs: readonly Rung[] = [
  rung('v1080', 1920, 1080, '4.0', 'avc1.640028', 21, 4_310_000, 6_500_000, 43.6),
  rung('v720', 1280, 720, '3.1', 'avc1.64001F', 22, 2_120_000, 3_300_000, 40.4),
  rung('v540', 960, 540, '3.1', 'avc1.64001F', 23, 1_240_000, 1_900_000, 38.1),
  rung('v360', 640, 360, '3.0', 'avc1.64001E', 24, 610_000, 900_000, 34.6),
  rung('v234', 416, 234, '1.3', 'avc1.64000D', 25, 285_000, 400_000, 31.5),
]
function rung(
  id: string,
  width: number,
  height: number,
  level: string,
  codecString: string,
  crf: number,
  averageBps: number,
  maxrateBps: number,
  psnr: number,
): Rung {
  return { id, width, height, level, codecString, crf, averageBps, maxrateBps, psnr }
}

function rendition(r: Rung): VideoRendition {
  return {
    id: r.id,
    width: r.width,
    height: r.height,
    codec: 'h264',
    profile: 'High',
    level: r.level,
    codecString: r.codecString,
    pixelFormat: 'yuv420p',
    sampleAspectRatio: '1/1',
    tier: null,
    tag: null,
    scan: 'progressive',
    rate: {
      mode: 'constant-quality',
      quality: r.crf,
      maxrateBps: r.maxrateBps,
      bufsizeBits: r.maxrateBps * 2,
    },
    fallbacks: [],
    encoder: {
      name: 'libx264',
      family: 'cpu',
      filters: [],
      options: {
        preset: 'medium',
        profile: 'high',
        level: r.level,
        crf: r.crf,
        maxrate: r.maxrateBps,
        bufsize: r.maxrateBps * 2,
        g: 60,
        'x264-params': 'keyint=60:min-keyint=60:scenecut=0:open-gop=0',
      },
    },
    filters:
      r.width === 1920 ? [] : [{ name: 'scale', args: { w: r.width, h: r.height, flags: 'lanczos+accurate_rnd' } }],
  }
}

function outcome(r: Rung, index: number, frames: number, durationS: number): VideoOutcome {
  const next = random(100 + index)
  const complexity = shotComplexity(durationS)
  const points = Math.min(frames, 2000)
  const timeS = Array.from({ length: points }, (_, i) => round((i * durationS) / points, 3))
  const quality = (base: number, swing: number, noise: number, decimals: number): number[] =>
    timeS.map(t => round(base - swing * (complexity(t) - 0.45) - noise * next() ** 3, decimals))
  const psnrY = quality(r.psnr, 5.5, 1.2, 3)
  const ssimY = timeS.map((t, i) =>
    round(1 - 10 ** (-(psnrY[i]! - 12) / 14.5) * (1 + 0.3 * (complexity(t) - 0.4)) - 0.0004 * next(), 6),
  )
  const xpsnrY = psnrY.map((v, i) => round(v + 0.6 - 1.8 * complexity(timeS[i]!) + 0.3 * next(), 3))
  const seconds = Math.ceil(durationS)
  const bps = Array.from({ length: seconds }, (_, s) =>
    Math.round(Math.min(r.maxrateBps * 1.04, r.averageBps * (0.35 + 1.4 * complexity(s + 0.5)) * (0.9 + 0.2 * next()))),
  )
  const averageBps = Math.round(bps.reduce((sum, v) => sum + v, 0) / seconds)
  return {
    id: r.id,
    width: r.width,
    height: r.height,
    codecString: r.codecString,
    frames,
    duration: `${BigInt(frames) * 1001n}/30000`,
    bytes: Math.round((averageBps * durationS) / 8),
    averageBps,
    peakSegmentBps: Math.max(...bps),
    color: bt709,
    keyframesAtSegments: true,
    bitrate: { timeS: bps.map((_, s) => s), bps },
    quality: {
      rendition: r.id,
      frames,
      psnrY: pool(psnrY),
      ssimY: pool(ssimY),
      xpsnrY: pool(xpsnrY),
      vmaf: vmafReading(timeS, xpsnrY),
      series: { timeS, psnrY, ssimY, xpsnrY },
    },
    events: [{ kind: 'black', startS: 0, endS: 0.734, inSource: true }],
  }
}

const vmafPlan: VmafPlan = { model: 'vmaf_v0.6.1', neg: 'vmaf_v0.6.1neg', every: 1, calibrated: true }

/** Points that follow XPSNR as they do on natural pictures. */
function vmafReading(timeS: readonly number[], xpsnrY: readonly number[]): VmafReading {
  const score = xpsnrY.map(db => Math.min(100, Math.max(0, 3.2 * (db - 12))))
  const figures = (less: number): PooledVmaf => {
    const { mean, min, p1, p5, median } = pool(score.map(points => points - less))
    return { mean, harmonicMean: mean - 0.2, min, p1, p5, p10: p5 + 0.5, median, stdDev: 2.1 }
  }
  return {
    ...vmafPlan,
    engine: 'headend',
    frames: score.length,
    score: figures(0),
    negScore: figures(0.9),
    worstSecond: { startS: 12.012, endS: 13.013, mean: Math.min(...score) + 1 },
    worstShot: { startS: 10.01, endS: 18.018, mean: Math.min(...score) + 4 },
    series: { timeS: [...timeS], score },
  }
}

const audioPlan: readonly AudioRendition[] = [
  audio('a_eng_stereo', 'English, stereo', 'stereo', 2, 128_000, -27.4, 4.4),
  audio('a_eng_51', 'English, 5.1', '5.1', 6, 384_000, -26.1, 3.1),
]
function audio(
  id: string,
  label: string,
  layout: string,
  channels: number,
  bitrateBps: number,
  sourceLufs: number,
  gainDb: number,
): AudioRendition {
  return {
    id,
    stream: 1,
    language: 'eng',
    label,
    codec: 'aac',
    codecString: 'mp4a.40.2',
    bitrateBps,
    sampleRateHz: 48_000,
    channels,
    layout,
    dispositions: [],
    encoder: { name: 'aac', family: 'cpu', filters: [], options: { b: bitrateBps } },
    filters: [{ name: 'volume', args: { volume: `${gainDb}dB`, precision: 'double' } }],
    loudness: {
      standard: 'EBU R 128',
      targetLufs: -23,
      toleranceLu: 0.5,
      maxTruePeakDbtp: -1,
      measured: {
        integratedLufs: sourceLufs,
        momentaryMaxLufs: sourceLufs + 11.2,
        shortTermMaxLufs: sourceLufs + 6.4,
        loudnessRangeLu: 9.8,
        truePeakDbtp: -7.2,
        samplePeakDbfs: -7.4,
      },
      gainDb,
      limiter: false,
    },
  }
}

function audioOutcome(plan: AudioRendition, durationS: number, offsetLu: number): AudioOutcome {
  const next = random(plan.channels)
  const complexity = shotComplexity(durationS)
  const count = Math.floor(durationS * 10)
  const timeS = Array.from({ length: count }, (_, i) => round(i / 10, 1))
  const momentaryLufs = timeS.map(t =>
    round(Math.max(-70, -30 + 13 * complexity(t) + 5 * (next() - 0.6) + (t < 0.7 ? -22 : 0)) + offsetLu, 2),
  )
  const shortTermLufs = momentaryLufs.map((_, i) => {
    const window = momentaryLufs.slice(Math.max(0, i - 29), i + 1)
    return round(10 * Math.log10(window.reduce((sum, v) => sum + 10 ** (v / 10), 0) / window.length), 2)
  })
  return {
    id: plan.id,
    codecString: plan.codecString ?? '',
    duration: `${BigInt(Math.round(durationS * 48_000))}/48000`,
    bytes: Math.round(((plan.bitrateBps ?? 0) * durationS) / 8),
    averageBps: (plan.bitrateBps ?? 812) - 812,
    sampleRateHz: 48_000,
    channels: plan.channels,
    loudness: {
      integratedLufs: round(-23.04 + offsetLu, 2),
      momentaryMaxLufs: Math.max(...momentaryLufs),
      shortTermMaxLufs: Math.max(...shortTermLufs),
      loudnessRangeLu: 9.7,
      truePeakDbtp: -2.6,
      samplePeakDbfs: -2.9,
    },
    series: { timeS, momentaryLufs, shortTermLufs },
    events: [{ kind: 'silence', startS: 0, endS: 0.69, inSource: true }],
  }
}

/** Builds the report; the same options give the same bytes. */
export function sampleReport(options: SampleOptions = {}): Report {
  const {
    verdict = 'pass',
    path = '/mnt/masters/coastline-s01e03_ProResHQ.mov',
    durationFrames: frames = 1800,
  } = options
  const durationS = toNumber(rational(BigInt(frames) * 1001n, 30000))
  const video = rungs.map((r, i) => outcome(r, i, frames, durationS))
  if (verdict === 'fail') video[3] = { ...video[3]!, frames: frames - 3 }
  const duration = `${BigInt(frames) * 1001n}/30000` as const
  const input = sampleFacts(path, frames)
  const plan: EncodePlan = {
    version: 1,
    kind: 'vod',
    input: { path, sizeBytes: input.sizeBytes },
    duration,
    startTime: '0/1',
    video: {
      stream: 0,
      sourceColor: {
        stated: input.video[0]!.color.effective,
        used: { ...fullBt709, matrix: 'smpte170m' },
        assumed: ['chromaLocation'],
      },
      color: fullBt709,
      hdr: { format: 'sdr', masteringDisplay: null, contentLight: null, hdr10Plus: false, dolbyVision: null },
      frameRate: '30000/1001',
      frames,
      gopFrames: 60,
      segmentFrames: 120,
      width: 1920,
      height: 1080,
      prepare: [{ name: 'colorspace', args: { iall: 'smpte170m', all: 'bt709', format: 'yuv420p' } }],
      reference: [],
      vmaf: vmafPlan,
      renditions: rungs.map(rendition),
    },
    audio: [...audioPlan],
    output: { kind: 'package', segmentDuration: '1001/250', hls: true, dash: true },
    choices: sampleChoices(rungs.map(rendition), audioPlan),
    warnings: [{ code: 'color-assumed', message: 'The source does not state its chroma location; left is assumed.' }],
  }
  const manifests = [
    { path: 'master.m3u8', bytes: 2_412, what: 'HLS multivariant playlist' },
    { path: 'manifest.mpd', bytes: 5_120, what: 'DASH manifest' },
    { path: 'plan.json', bytes: 18_204, what: 'The plan, with the reason for each choice' },
    { path: 'report.json', bytes: 612_000, what: 'This report as data' },
  ]
  return {
    version: 1,
    tool: { headend: '0.1.0', ffmpeg: '8.1', packager: '3.4.2' },
    createdAt: '2026-11-23T04:52:39.120Z',
    input,
    plan,
    video,
    audio: audioPlan.map((a, i) => audioOutcome(a, durationS, verdict === 'fail' && i === 1 ? 1.2 : 0)),
    artifacts: [
      ...manifests,
      ...video.map(v => ({ path: `${v.id}/${v.id}.mp4`, bytes: v.bytes, what: `Video ${v.width}x${v.height}` })),
      ...audioPlan.map(a => ({
        path: `${a.id}/${a.id}.mp4`,
        bytes: Math.round(((a.bitrateBps ?? 0) * durationS) / 8),
        what: `Audio, ${a.label}`,
      })),
    ],
    incidents: [],
    timings: [
      { stage: 'probe', seconds: 0.84 },
      { stage: 'loudness', seconds: 2.31 },
      { stage: 'encode', seconds: 118.42 },
      { stage: 'package', seconds: 1.96 },
      { stage: 'verify', seconds: 47.7 },
    ],
    verdict: { status: verdict, checks: sampleChecks(verdict, frames, video, audioPlan) },
  }
}
