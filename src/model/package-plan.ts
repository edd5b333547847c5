// How finished renditions become one package, and what was made of them. Plain JSON.
import { z } from 'zod'
import { SubtitleFormat } from './coding.ts'
import { ConformanceReport } from './conformance.ts'
import { RationalJson, Warning } from './facts.ts'
import { Choice } from './plan.ts'
import { ProtectionReport } from './protection.ts'

const trackBase = {
  /** Folder name in the package. */
  id: z.string(),
  /** Place in `inputs`. */
  input: z.int().nonnegative(),
  /** Index in that file. */
  stream: z.int().nonnegative(),
  language: z.string().nullable(),
  label: z.string().nullable(),
}

export const PackageVideo = z.object({
  ...trackBase,
  codec: z.string(),
  codecString: z.string().nullable(),
  width: z.int(),
  height: z.int(),
  /** Of the sample entry, where FFmpeg would write another. */
  tag: z.string().nullable(),
})
export type PackageVideo = z.infer<typeof PackageVideo>

export const PackageAudio = z.object({
  ...trackBase,
  codec: z.string(),
  channels: z.int(),
  role: z.enum(['main', 'commentary', 'description', 'hearing', 'karaoke']),
  default: z.boolean(),
})
export type PackageAudio = z.infer<typeof PackageAudio>

export const PackageSubtitle = z.object({
  ...trackBase,
  /** null: the whole file is the subtitles. */
  stream: z.int().nonnegative().nullable(),
  from: SubtitleFormat,
  default: z.boolean(),
  forced: z.boolean(),
  hearingImpaired: z.boolean(),
})
export type PackageSubtitle = z.infer<typeof PackageSubtitle>

export const PackagePlan = z.object({
  version: z.literal(1),
  /** `origin` is the time in the file that becomes 0 of the presentation, in seconds. */
  inputs: z.array(z.object({ path: z.string(), origin: RationalJson })),
  /** As the master playlist offers them. */
  video: z.array(PackageVideo),
  audio: z.array(PackageAudio),
  subtitles: z.array(PackageSubtitle),
  segmentDuration: RationalJson,
  hls: z.boolean(),
  dash: z.boolean(),
  choices: z.array(Choice),
  warnings: z.array(Warning),
})
export type PackagePlan = z.infer<typeof PackagePlan>

export const PackageReport = z.object({
  version: z.literal(1),
  tool: z.object({ headend: z.string(), ffmpeg: z.string(), packager: z.string().nullable() }),
  createdAt: z.string(),
  plan: PackagePlan,
  /** null in the clear. */
  protection: ProtectionReport.nullable(),
  /** Read back from what was written. */
  tracks: z.array(
    z.object({
      id: z.string(),
      codec: z.string(),
      segments: z.int(),
      durationS: z.number(),
      longestSegmentS: z.number(),
      averageBps: z.int(),
      peakBps: z.int(),
    }),
  ),
  conformance: z.array(ConformanceReport),
  verdict: z.enum(['pass', 'warn', 'fail']),
})
export type PackageReport = z.infer<typeof PackageReport>
