// What a check is: data about it, its limits, and a pure judgement of what one pass over the file has measured.
import type { z } from 'zod'
import type { Finding, QcLayer, Severity } from '../model/index.ts'
import type { Evidence } from './evidence.ts'

/** The profiles that Headend has; a file may extend one of them. */
export const profileNames = ['broadcast', 'ott', 'ugc'] as const
export type ProfileName = (typeof profileNames)[number]

/** How one of the profiles holds a check: with which severity, and which limits differ from the check's own. */
export type Stance<L> = 'off' | { readonly severity: Severity; readonly limits?: Partial<L> }

/** A finding as its check states it; check, layer, severity and source are filled in. `severity` may be lowered for one of them. */
export type Found = Omit<Finding, 'check' | 'layer' | 'severity' | 'source'> &
  Partial<Pick<Finding, 'severity' | 'source'>>

/** `skipped` says why there was nothing to judge. */
export type Judgement = readonly Found[] | { readonly skipped: string }

export type QcCheck<L = unknown> = {
  /** Stable, `<area>.<what>`: wrapper.…, bitstream.…, picture.…, sound.…, captions.…, cross.… */
  readonly id: string
  readonly layer: QcLayer
  /** A few words, for tables. */
  readonly title: string
  /** One sentence: what it finds, and what it can't see. */
  readonly finds: string
  /** Where its limits come from: standard and clause, or who recommends them. */
  readonly source: string
  /** Every limit has a default and a unit in its name; `.describe()` says what it is. */
  readonly limits: z.ZodType<L>
  readonly profiles: Readonly<Record<ProfileName, Stance<L>>>
  judge(evidence: Evidence, limits: L): Judgement
}

/** Keeps the type of the limits between schema and judgement; the registry holds checks of all kinds. */
export const defineCheck = <L>(check: QcCheck<L>): QcCheck => check as QcCheck
