// Every check there is, in the order in which reports show them.

import { captionChecks } from './captions-checks.ts'
import type { QcCheck } from './check.ts'
import { crossChecks } from './cross-checks.ts'
import { soundChecks } from './sound-checks.ts'
import { truncated } from './wrapper-truncated.ts'

export const checks: readonly QcCheck[] = [truncated, ...soundChecks, ...crossChecks, ...captionChecks]
