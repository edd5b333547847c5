// The clock of a channel: monotonic microseconds, the same for all processes of this machine, and where they stand since 1970.

/** Microseconds of the monotonic clock. */
export const nowUs = (): number => Number(process.hrtime.bigint() / 1000n)

/** What to add to `nowUs()` for microseconds since 1970. Taken once per run: a step of the system's clock must not reach the timeline. */
export const unixOffsetUs = (): number => {
  // The shortest of a few readings: between the two clocks nothing interrupted us.
  let best = { spread: Infinity, offset: 0 }
  for (let i = 0; i < 8; i++) {
    const before = nowUs()
    const unix = Math.round((performance.timeOrigin + performance.now()) * 1000)
    const after = nowUs()
    if (after - before < best.spread) best = { spread: after - before, offset: unix - before }
  }
  return best.offset
}
