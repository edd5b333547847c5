// Which checks are held, how strictly and with which limits.

import type { ProfileName } from './check.ts'
import type { HeldCheck } from './judge.ts'
import { checks } from './registry.ts'

/** Every check as one of Headend's own profiles holds it. */
export const heldBy = (profile: ProfileName): HeldCheck[] =>
  checks.map(check => {
    const stance = check.profiles[profile]
    return stance === 'off'
      ? { check, severity: 'off', limits: check.limits.parse({}) }
      : { check, severity: stance.severity, limits: check.limits.parse(stance.limits ?? {}) }
  })
