// Draws progress: on a terminal a status line that moves, elsewhere a plain line every few seconds and at each stage's end.
import type { OnProgress, Progress } from '../core/index.ts'
import type { Screen } from './screen.ts'

/** How often a log file or a CI page hears about it. */
const PLAIN_EVERY_MS = 5000
const BAR_WIDTH = 20

export interface ProgressView {
  readonly onProgress: OnProgress
  /** Closes the last stage. */
  end(outcome: 'done' | 'failed'): void
}

export function createProgressView(screen: Screen, now: () => number = () => performance.now()): ProgressView {
  let stage: { name: string; since: number; toldAt: number } | undefined
  const finish = (outcome: 'done' | 'failed'): void => {
    if (!stage) return
    const seconds = ((now() - stage.since) / 1000).toFixed(1)
    screen.clear()
    screen.line(`${outcome === 'done' ? '✔' : '✖'} ${stage.name.padEnd(9)} ${seconds} s`)
    stage = undefined
  }
  return {
    onProgress(progress) {
      const at = now()
      if (stage?.name !== progress.stage) {
        finish('done')
        stage = { name: progress.stage, since: at, toldAt: at }
      }
      if (screen.isTerminal) screen.status(`  ${formatProgress(progress, true)}`)
      else if (at - stage.toldAt >= PLAIN_EVERY_MS) {
        stage.toldAt = at
        screen.line(`  ${formatProgress(progress, false)}`)
      }
    },
    end: finish,
  }
}

/** `encode    45 %  123 fps  2.1x  ETA 0:12` */
export function formatProgress(progress: Progress, withBar: boolean): string {
  const { stage, done, total, unit, fps, speed, etaSeconds } = progress
  const share = total ? Math.min(1, done / total) : null
  const filled = Math.round((share ?? 0) * BAR_WIDTH)
  return [
    stage.padEnd(9),
    withBar && share !== null ? `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}` : '',
    share !== null ? `${Math.floor(share * 100)} %`.padStart(5) : done > 0 ? `${Math.floor(done)} ${unit}` : '',
    fps !== null ? `${fps.toFixed(fps < 10 ? 1 : 0)} fps` : '',
    speed !== null ? `${speed.toFixed(2)}x` : '',
    etaSeconds !== null ? `ETA ${formatClock(etaSeconds)}` : '',
  ]
    .filter(Boolean)
    .join('  ')
}

/** Seconds as `m:ss` or `h:mm:ss`. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const two = (value: number): string => String(value).padStart(2, '0')
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor(whole / 60) % 60
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}
