// How long each stage of a journey took.

export type Stopwatch = {
  /** Runs `work` and notes its time under `stage`. */
  time<T>(stage: string, work: () => Promise<T>): Promise<T>
  readonly timings: { stage: string; seconds: number }[]
}

export function createStopwatch(): Stopwatch {
  const timings: { stage: string; seconds: number }[] = []
  return {
    timings,
    async time(stage, work) {
      const started = performance.now()
      try {
        return await work()
      } finally {
        timings.push({ stage, seconds: Number(((performance.now() - started) / 1000).toFixed(3)) })
      }
    },
  }
}
