// Layout node: reads the file itself, beside the demuxer, for what a demuxer does not tell.
import { parseRational, toNumber } from '../core/index.ts'
import type { GraphNode } from '../graph/index.ts'
import { LayoutParams, type LayoutResult } from '../model/index.ts'
import { openBytes } from './inspect-bytes.ts'
import { readIsoLayout } from './layout-iso.ts'
import { readTsLayout } from './layout-ts.ts'

const ISO = 'mov,mp4,m4a,3gp,3g2,mj2'

/** Has no input; emits `result`. @throws what the file system says. */
export function createLayout(params: unknown): GraphNode {
  const { path, demuxer, startTime, maxPcrS, maxTableS, maxFragmentGapS } = LayoutParams.parse(params)
  return {
    async run(io) {
      await using file = await openBytes(path)
      const { readAt, sizeBytes } = file
      const { signal } = io
      const startS = toNumber(parseRational(startTime))
      const result: LayoutResult = {
        iso: demuxer === ISO ? await readIsoLayout(readAt, sizeBytes, { maxFragmentGapS, signal }) : null,
        ts: demuxer === 'mpegts' ? await readTsLayout(readAt, sizeBytes, { startS, maxPcrS, maxTableS, signal }) : null,
      }
      io.emit('result', result)
    },
  }
}
