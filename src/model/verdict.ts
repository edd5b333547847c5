// Was the promise kept? Measured afterwards, by other means than those that made the output.
import { z } from 'zod'
import { ColorTags, Hdr } from './color.ts'
import { LoudnessReading, MediaFacts, RationalJson } from './facts.ts'
import { EncodePlan } from './plan.ts'
import { ProtectionReport } from './protection.ts'
import { VmafPlan } from './vmaf.ts'

export const CheckStatus = z.enum(['pass', 'warn', 'fail', 'skipped'])
export type CheckStatus = z.infer<typeof CheckStatus>

export const Check = z.object({
  /** Stable name: video.frames, video.color, audio.loudness, segments.keyframes … */
  id: z.string(),
  /** Rendition id or file the check is about; `package` for the whole. */
  subject: z.string(),
  status: CheckStatus,
  /** What the plan promised, as text. */
  promised: z.string(),
  measured: z.string(),
  /** One sentence for people. */
  message: z.string(),
})
export type Check = z.infer<typeof Check>

export const Verdict = z.object({ status: z.enum(['pass', 'warn', 'fail']), checks: z.array(Check) })
export type Verdict = z.infer<typeof Verdict>

/** Pooled figures of one metric over all frames. dB for psnr and xpsnr, 0–1 for ssim. */
export const Pooled = z.object({
  mean: z.number(),
  min: z.number(),
  p1: z.number(),
  p5: z.number(),
  median: z.number(),
})
export type Pooled = z.infer<typeof Pooled>

/** Pooled figures of VMAF: points of 0–100; percentiles are interpolated as numpy's are. */
export const PooledVmaf = z.object({
  mean: z.number(),
  /** libvmaf's: mean of 1/(1 + score), turned back. */
  harmonicMean: z.number(),
  min: z.number(),
  p1: z.number(),
  p5: z.number(),
  p10: z.number(),
  median: z.number(),
  stdDev: z.number(),
})
export type PooledVmaf = z.infer<typeof PooledVmaf>

/** A stretch of the programme with its mean score; seconds from the start. */
export const ScoredStretch = z.object({ startS: z.number(), endS: z.number(), mean: z.number() })
export type ScoredStretch = z.infer<typeof ScoredStretch>

export const VmafReading = VmafPlan.extend({
  /** `headend` for our own arithmetic, else the program and its version. */
  engine: z.string(),
  /** Frames that were scored. */
  frames: z.int(),
  score: PooledVmaf,
  negScore: PooledVmaf.nullable(),
  worstSecond: ScoredStretch,
  /** Between two cuts of the source; null where no cut is known. */
  worstShot: ScoredStretch.nullable(),
  /** Per scored frame, thinned to at most 2,000 points (the minimum of each bin is kept). */
  series: z.object({ timeS: z.array(z.number()), score: z.array(z.number()) }),
})
export type VmafReading = z.infer<typeof VmafReading>

/** Quality of one video rendition against the prepared source, at the source's display size. */
export const QualityResult = z.object({
  rendition: z.string(),
  frames: z.int(),
  psnrY: Pooled,
  ssimY: Pooled,
  xpsnrY: Pooled,
  /** null where the plan has no VMAF. */
  vmaf: VmafReading.nullable(),
  /** Per frame, thinned to at most 2,000 points (the minimum of each bin is kept). */
  series: z.object({
    timeS: z.array(z.number()),
    psnrY: z.array(z.number()),
    ssimY: z.array(z.number()),
    xpsnrY: z.array(z.number()),
  }),
})
export type QualityResult = z.infer<typeof QualityResult>

/** A stretch of black, frozen or silent programme; seconds from the start. */
export const ContentEvent = z.object({
  kind: z.enum(['black', 'freeze', 'silence']),
  startS: z.number(),
  endS: z.number(),
  inSource: z.boolean().optional(),
})
export type ContentEvent = z.infer<typeof ContentEvent>

export const VideoOutcome = z.object({
  id: z.string(),
  width: z.int(),
  height: z.int(),
  codecString: z.string(),
  /** FFmpeg's name, as read from the finished file. */
  pixelFormat: z.string().optional(),
  hdr: Hdr.optional(),
  frames: z.int(),
  duration: RationalJson,
  bytes: z.int(),
  averageBps: z.int(),
  /** Highest bit rate of any one segment. */
  peakSegmentBps: z.int(),
  color: ColorTags,
  keyframesAtSegments: z.boolean(),
  /** Bit rate over time, one point per second of media. */
  bitrate: z.object({ timeS: z.array(z.number()), bps: z.array(z.number()) }),
  quality: QualityResult.nullable(),
  events: z.array(ContentEvent),
})
export type VideoOutcome = z.infer<typeof VideoOutcome>

export const AudioOutcome = z.object({
  id: z.string(),
  codecString: z.string(),
  duration: RationalJson,
  bytes: z.int(),
  averageBps: z.int(),
  sampleRateHz: z.int(),
  channels: z.int(),
  loudness: LoudnessReading,
  /** Momentary and short-term loudness, 10 points per second thinned to at most 2,000. */
  series: z.object({
    timeS: z.array(z.number()),
    momentaryLufs: z.array(z.number()),
    shortTermLufs: z.array(z.number()),
  }),
  events: z.array(ContentEvent),
})
export type AudioOutcome = z.infer<typeof AudioOutcome>

/** Something that happened while running and that a reader should know, though it is no fault of the result. */
export const Incident = z.object({
  /** encoder-failed, frames-moved, second-attempt … */
  code: z.string(),
  /** Rendition or node it happened to. */
  subject: z.string(),
  message: z.string(),
})
export type Incident = z.infer<typeof Incident>

/** report.json: everything a reader who did not run it needs. */
export const Report = z.object({
  version: z.literal(1),
  tool: z.object({ headend: z.string(), ffmpeg: z.string(), packager: z.string().nullable() }),
  createdAt: z.string(),
  input: MediaFacts,
  plan: EncodePlan,
  video: z.array(VideoOutcome),
  audio: z.array(AudioOutcome),
  /** Paths relative to the report. */
  artifacts: z.array(z.object({ path: z.string(), bytes: z.int(), what: z.string() })),
  incidents: z.array(Incident).default([]),
  timings: z.array(z.object({ stage: z.string(), seconds: z.number() })),
  /** Absent in the clear. */
  protection: ProtectionReport.optional(),
  verdict: Verdict,
})
export type Report = z.infer<typeof Report>
