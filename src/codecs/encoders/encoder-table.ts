// Every encoder that Headend knows, per codec from the most widespread hardware to the CPU. A new encoder is a row here.

import { amf } from './amf.ts'
import type { EncoderRow } from './encoder-request.ts'
import { dnxhr, ffv1, prores } from './intra.ts'
import { libvpxVp9 } from './libvpx.ts'
import { mpeg2 } from './mpeg2.ts'
import { nvenc } from './nvenc.ts'
import { qsv } from './qsv.ts'
import { svtav1 } from './svtav1.ts'
import { vaapi } from './vaapi.ts'
import { videotoolbox } from './videotoolbox.ts'
import { x264 } from './x264.ts'
import { x265 } from './x265.ts'

export const encoderTable: readonly EncoderRow[] = [
  ...[nvenc('h264'), qsv('h264'), vaapi('h264'), amf('h264'), videotoolbox('h264'), x264],
  ...[nvenc('hevc'), qsv('hevc'), vaapi('hevc'), amf('hevc'), videotoolbox('hevc'), x265],
  ...[nvenc('av1'), qsv('av1'), vaapi('av1'), amf('av1'), svtav1],
  ...[qsv('vp9'), vaapi('vp9'), libvpxVp9],
  mpeg2,
  prores,
  dnxhr,
  ffv1,
]

/** Their names, in the order of the table. */
export const encoderNames: readonly string[] = encoderTable.map(({ name }) => name)
