// Every check of the bitstream, in the order of reports.
import { codingChecks } from './bitstream-coding.ts'
import { colorChecks } from './bitstream-color.ts'
import { gopChecks } from './bitstream-gops.ts'
import { rateChecks } from './bitstream-rate.ts'
import type { QcCheck } from './check.ts'

export const bitstreamChecks: readonly QcCheck[] = [...gopChecks, ...codingChecks, ...colorChecks, ...rateChecks]
