// What this box can do, proven by trial.
import { z } from 'zod'

export const EncoderTrial = z.object({
  /** FFmpeg's encoder name: h264_nvenc, libx264 … */
  name: z.string(),
  codec: z.string(),
  /** nvenc, qsv, vaapi, amf, videotoolbox or cpu. */
  family: z.string(),
  works: z.boolean(),
  /** Why not, in the device's own words; null when it works. */
  reason: z.string().nullable(),
  elapsedMs: z.number(),
})
export type EncoderTrial = z.infer<typeof EncoderTrial>

export const Machine = z.object({
  platform: z.string(),
  arch: z.string(),
  cpuModel: z.string(),
  cores: z.int(),
  memoryBytes: z.int(),
  node: z.string(),
  ffmpeg: z.string(),
  packager: z.string().nullable(),
  encoders: z.array(EncoderTrial),
})
export type Machine = z.infer<typeof Machine>
