// Every check there is, in the order in which reports show them.

import { bitstreamChecks } from './bitstream-checks.ts'
import { captionChecks } from './captions-checks.ts'
import type { QcCheck } from './check.ts'
import { crossChecks } from './cross-checks.ts'
import { pictureChecks } from './picture-checks.ts'
import { referenceChecks } from './reference-checks.ts'
import { soundChecks } from './sound-checks.ts'
import { wrapperChecks } from './wrapper-checks.ts'

export const checks: readonly QcCheck[] = [
  ...wrapperChecks,
  ...bitstreamChecks,
  ...pictureChecks,
  ...soundChecks,
  ...crossChecks,
  ...captionChecks,
  ...referenceChecks,
]
