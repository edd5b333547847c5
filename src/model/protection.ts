// How a package is encrypted, as reports say it: keys by their ids alone.
import { z } from 'zod'
import { RationalJson } from './facts.ts'

export const ProtectionReport = z.object({
  scheme: z.enum(['cenc', 'cbcs']),
  systems: z.array(z.string()),
  /** By which the keys of the title are known to their provider. */
  contentId: z.string(),
  /** Length of a crypto period in seconds; null where keys stay. */
  rotate: RationalJson.nullable(),
  /** Seconds at the beginning that were asked to stay in the clear; null: none. */
  clearLead: RationalJson.nullable(),
  /** Of each track, from which segment on. */
  keys: z.array(z.object({ track: z.string(), fromSegment: z.int(), kid: z.string() })),
})
export type ProtectionReport = z.infer<typeof ProtectionReport>
