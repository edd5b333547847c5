// FFmpeg's log lines into ours, with the last ones kept for error reports.
import { AV_LOG_ERROR, AV_LOG_INFO, AV_LOG_WARNING } from 'node-av/constants'
import { Log as NativeLog } from 'node-av/lib'
import type { Log } from '../core/index.ts'

const kept: string[] = []
const keep = 40

/** The last lines FFmpeg said, oldest first; for error details. */
export const recentLog = (): string[] => kept.slice(-12)

/** Sends FFmpeg's lines to `log` and keeps the last ones. Once per process. */
export function bridgeNativeLog(log: Log): void {
  NativeLog.setCallback(
    (level, message) => {
      const line = message.trimEnd()
      if (!line) return
      if (level <= AV_LOG_WARNING) {
        kept.push(line)
        if (kept.length > keep) kept.shift()
      }
      // FFmpeg calls many survivable things errors: what matters comes back as a return code, so this is never above debug.
      if (level <= AV_LOG_ERROR) log.debug({ ffmpeg: 'error' }, line)
      else if (level <= AV_LOG_WARNING) log.debug({ ffmpeg: 'warning' }, line)
      else log.trace({ ffmpeg: 'info' }, line)
    },
    { maxLevel: AV_LOG_INFO },
  )
}
