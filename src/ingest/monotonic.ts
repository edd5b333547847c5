/** Microseconds of the monotonic clock, the same for all processes of this machine. */
export const monotonicUs = (): number => Number(process.hrtime.bigint() / 1000n)
