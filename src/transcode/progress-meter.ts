// Frames done → progress with speed and time to go.
import type { OnProgress } from '../core/index.ts'

export type MeterOptions = {
  readonly stage: string
  /** Frames in all; null for sound alone. */
  readonly total: number | null
  /** Seconds of media in all. */
  readonly seconds: number
  readonly onProgress?: OnProgress | undefined
  /** Milliseconds now; for tests. */
  readonly now?: () => number
}

/** `update` takes frames done so far and tells at most ten times a second. */
export function createMeter({ stage, total, seconds, onProgress, now = () => performance.now() }: MeterOptions): {
  update(done: number): void
} {
  const started = now()
  let told = Number.NEGATIVE_INFINITY
  return {
    update(done) {
      const at = now()
      if (!onProgress || (at - told < 100 && done !== total)) return
      told = at
      const elapsed = (at - started) / 1000
      const fps = elapsed > 0.2 ? done / elapsed : null
      const share = total ? done / total : null
      onProgress({
        stage,
        done: Math.floor(done),
        total,
        unit: 'frames',
        fps,
        speed: share !== null && elapsed > 0.2 ? (share * seconds) / elapsed : null,
        etaSeconds: fps && total ? Math.max(0, (total - done) / fps) : null,
      })
    },
  }
}
