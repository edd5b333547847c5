// How many workers a measurement gets: as many as were asked for, fewer where their memory would not fit.

/**
 * What `make` gives for that many workers, or for the largest number tried below that it does not throw for. Each worker costs a
 * scratch and two slots, so a machine of many cores asks for more than 4 GiB at 4K; results do not depend on the number.
 * @throws what `make` throws for one worker
 */
export function fitWorkers<T>(workers: number, make: (workers: number) => T): T {
  for (let count = Math.max(1, workers); ; count = Math.floor((count * 3) / 4)) {
    try {
      return make(count)
    } catch (error) {
      if (count === 1) throw error
    }
  }
}
