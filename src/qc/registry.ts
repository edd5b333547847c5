// Every check there is, in the order in which reports show them.
import type { QcCheck } from './check.ts'
import { pictureChecks } from './picture-checks.ts'
import { truncated } from './wrapper-truncated.ts'

export const checks: readonly QcCheck[] = [truncated, ...pictureChecks]
