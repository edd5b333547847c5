// The time of day as black and white cells in the first lines of a picture, so that a machine at the other end can say how old it is.

import type { Frame } from 'node-av/lib'
import { timecodeCells } from '../live/index.ts'

/** Paints over the luma of an 8-bit planar picture; its chroma becomes grey there. */
export function paintTimecode(frame: Frame, unixMs: number): void {
  const [luma, cb, cr] = frame.data ?? []
  const [stride = 0, chromaStride = 0] = frame.linesize
  if (!luma || !cb || !cr) throw new RangeError('a planar picture was expected')
  const cells = timecodeCells(unixMs)
  const cell = Math.floor(frame.width / cells.length)
  const lines = Math.max(8, Math.round(frame.height / 24))
  const row = Buffer.alloc(frame.width, 16)
  for (const [i, bit] of cells.entries()) row.fill(bit ? 235 : 16, i * cell, (i + 1) * cell)
  for (let y = 0; y < lines; y++) row.copy(luma, y * stride)
  for (let y = 0; y < lines >> 1; y++)
    for (const plane of [cb, cr]) plane.fill(128, y * chromaStride, y * chromaStride + (frame.width >> 1))
}
