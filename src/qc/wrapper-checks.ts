// Every check of the wrapper, in the order of reports.
import { byteChecks } from './wrapper-bytes.ts'
import { isoChecks } from './wrapper-iso.ts'
import { timeChecks } from './wrapper-times.ts'
import { trackChecks } from './wrapper-tracks.ts'
import { truncated } from './wrapper-truncated.ts'
import { tsChecks } from './wrapper-ts.ts'

export const wrapperChecks = [truncated, ...byteChecks, ...isoChecks, ...timeChecks, ...trackChecks, ...tsChecks]
