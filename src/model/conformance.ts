// What a look at one HLS or DASH presentation found. Plain JSON.
import { z } from 'zod'

export const ConformanceFinding = z.object({
  /** apple-7.4, hls-codecs, dash-timeline … */
  rule: z.string(),
  cite: z.string(),
  /** fail: demanded. warn: recommended, or known to trouble players. info: advice. */
  severity: z.enum(['fail', 'warn', 'info']),
  /** What the rule wants, in our words. */
  says: z.string(),
  /** Playlist, representation or set. */
  subject: z.string(),
  message: z.string(),
})
export type ConformanceFinding = z.infer<typeof ConformanceFinding>

export const ConformanceReport = z.object({
  version: z.literal(1),
  /** Path or address, as given. */
  target: z.string(),
  kind: z.enum(['hls', 'dash']),
  status: z.enum(['pass', 'warn', 'fail']),
  /** How many rules it was held against. */
  rules: z.int(),
  tracks: z.array(
    z.object({
      id: z.string(),
      type: z.enum(['video', 'audio', 'text', 'image', 'iframes']),
      codec: z.string().nullable(),
      segments: z.int(),
      /** Segments whose bytes were read. */
      read: z.int(),
      bytes: z.int(),
    }),
  ),
  findings: z.array(ConformanceFinding),
})
export type ConformanceReport = z.infer<typeof ConformanceReport>
