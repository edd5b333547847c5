// A publisher whose pictures carry the time of day: our test source, sent by Debian's ffmpeg.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { callEngine, type TestSourceParams } from '../../src/engine/index.ts'
import type { FeedEvent } from '../../src/live/index.ts'
import { FlvWriter } from './flv-writer.ts'
import { quietLog } from './quiet-log.ts'

export const timecodeSource: TestSourceParams = {
  width: 1280,
  height: 720,
  frameRate: { num: 30, den: 1 },
  keyFrameEvery: 30,
  bitrateBps: 3_000_000,
  sound: true,
  ppm: 0,
  timecode: true,
}

/** Publishes until it is stopped. */
export function publish(output: readonly string[], changes: Partial<TestSourceParams> = {}) {
  const source = { ...timecodeSource, ...changes }
  const controller = new AbortController()
  const ffmpeg = spawn(
    'ffmpeg',
    [
      '-v',
      'error',
      '-fflags',
      'nobuffer',
      '-probesize',
      '32k',
      '-analyzeduration',
      '0',
      '-f',
      'flv',
      '-i',
      'pipe:0',
      '-c',
      'copy',
      '-flush_packets',
      '1',
      ...output,
    ],
    { stdio: ['pipe', 'ignore', 'pipe'] },
  )
  let said = ''
  ffmpeg.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  ffmpeg.stdin.on('error', () => {})
  const writer = new FlvWriter()
  const run = callEngine('test-source', source, {
    signal: controller.signal,
    log: quietLog,
    onUpdate: event => {
      const bytes = writer.write(event as FeedEvent)
      if (bytes.length > 0 && ffmpeg.stdin.writable) ffmpeg.stdin.write(bytes)
    },
  }).catch(() => {})
  return {
    get said(): string {
      return said
    },
    async stop(): Promise<void> {
      controller.abort()
      await run
      ffmpeg.stdin.end()
      ffmpeg.kill('SIGKILL')
      if (ffmpeg.exitCode === null && ffmpeg.signalCode === null) await once(ffmpeg, 'exit')
    },
  }
}
