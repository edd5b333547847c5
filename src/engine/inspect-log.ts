// Hears what FFmpeg says while one thing is done: some facts (chapters, a device's reason) exist nowhere else.
import { AV_LOG_INFO, AV_LOG_VERBOSE, type AVLogLevel } from 'node-av/constants'
import { Log as NativeLog } from 'node-av/lib'
import { delay, type Log } from '../core/index.ts'
import { bridgeNativeLog } from './log-bridge.ts'

// The marker has always come within a millisecond; losing it must not hang a probe.
const PATIENCE_MS = 1000

export type NativeLine = { readonly level: AVLogLevel; readonly text: string }

/**
 * Runs `work` and returns what it returned and the pieces of text FFmpeg logged meanwhile. Lines arrive later than they are
 * written but in order, so a line of our own marks the end. One capture at a time per process.
 */
export async function captureNativeLog<T>(
  log: Log,
  work: () => Promise<T> | T,
): Promise<{ value: T; lines: NativeLine[] }> {
  const lines: NativeLine[] = []
  const marker = `headend-end-${process.hrtime.bigint()}`
  const ended = Promise.withResolvers<void>()
  NativeLog.setCallback(
    (level, text) => {
      if (text.includes(marker)) ended.resolve()
      else lines.push({ level, text })
    },
    { maxLevel: AV_LOG_VERBOSE },
  )
  try {
    const value = await work()
    NativeLog.log(AV_LOG_INFO, marker)
    const patience = new AbortController()
    const late = delay(PATIENCE_MS, patience.signal).catch(() => {})
    await Promise.race([ended.promise, late])
    patience.abort()
    return { value, lines }
  } finally {
    bridgeNativeLog(log)
  }
}
