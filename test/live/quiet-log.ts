// A log that nobody reads.
import type { Log } from '../../src/core/index.ts'

const nothing = (): void => {}
export const quietLog: Log = {
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  child: () => quietLog,
}
