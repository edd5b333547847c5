// Small pictures of the whole programme in one sheet, taken in the same pass.
import { readFile, stat } from 'node:fs/promises'
import { formatFilters } from '../codecs/index.ts'
import { floor, mul, parseRational, rational, toNumber } from '../core/index.ts'
import type { MediaFacts, VideoStream } from '../model/index.ts'
import type { Pass } from './pass.ts'
import { smallJpeg } from './small-jpeg.ts'

export type StoryboardGrid = {
  readonly columns: number
  readonly rows: number
  readonly tileWidth: number
  readonly tileHeight: number
  /** Seconds of the programme between pictures; the first is at 0. */
  readonly intervalS: number
  readonly count: number
}

export type Storyboard = StoryboardGrid & { readonly jpeg: Uint8Array }

const COLUMNS = 10
const MOST = 100
const TILE = 160
/** Closer together than this they show nothing new. */
const LEAST_INTERVAL_MS = 1000

export const isMoving = ({ dispositions }: VideoStream): boolean => !dispositions.includes('attached_pic')

/** Adds it to `pass`, to be written to `path`; null where there is no picture, or none that can be shown. */
export function addStoryboard(pass: Pass, path: string): StoryboardGrid | null {
  const video = pass.facts.video.find(isMoving)
  const small = video && smallJpeg(video, TILE)
  const durationMs = durationOf(pass.facts, video)
  if (!small || durationMs === null) return null
  const intervalMs = Math.max(LEAST_INTERVAL_MS, Math.ceil(durationMs / MOST))
  const count = Math.max(1, Math.min(MOST, Math.ceil(durationMs / intervalMs)))
  const rows = Math.ceil(count / COLUMNS)
  const graph = formatFilters([
    // Of each interval the picture at its beginning.
    { name: 'fps', args: { fps: `1000/${intervalMs}`, start_time: 0, round: 'up' } },
    ...small.steps,
    { name: 'tile', args: { layout: `${COLUMNS}x${rows}`, nb_frames: count } },
    { name: 'trim', args: { end_frame: 1 } },
  ])
  const frameRate = '1/1'
  pass.onFrames(video.index, 'video', { id: 'sheet', kind: 'filter', params: { type: 'video', graph } })
  pass.after(
    'sheet',
    {
      id: 'sheet_jpeg',
      kind: 'encode',
      params: { type: 'video', name: 'mjpeg', options: { qmin: 4, qmax: 4 }, frameRate },
    },
    'video',
  )
  pass.write('sheet_jpeg', {
    id: 'sheet_file',
    kind: 'mux',
    params: { path, format: 'mjpeg', tracks: [{ port: 's0' }] },
  })
  return {
    ...{ columns: COLUMNS, rows, count },
    ...{ tileWidth: small.width, tileHeight: small.height, intervalS: intervalMs / 1000 },
  }
}

function durationOf({ container }: MediaFacts, video: VideoStream | undefined): number | null {
  const text = video?.duration ?? container.duration
  return text ? Math.max(1, toNumber(rational(floor(mul(parseRational(text), rational(1000)))))) : null
}

/** null where no picture could be decoded. */
export async function readStoryboard(grid: StoryboardGrid | null, path: string): Promise<Storyboard | null> {
  if (!grid || !((await stat(path).catch(() => null))?.size ?? 0)) return null
  return { ...grid, jpeg: await readFile(path) }
}

/** WebVTT whose cues name places in the sheet, as players' seek bars read it. */
export function formatStoryboardVtt(grid: StoryboardGrid, image: string, durationS: number): string {
  const { columns, tileWidth, tileHeight, intervalS, count } = grid
  const clock = (seconds: number): string => {
    const ms = Math.round(seconds * 1000)
    const part = (unit: number, size: number): string => String(Math.floor(ms / unit) % size).padStart(2, '0')
    return `${part(3_600_000, 100)}:${part(60_000, 60)}:${part(1000, 60)}.${String(ms % 1000).padStart(3, '0')}`
  }
  const cues = Array.from({ length: count }, (_, i) => {
    const end = i === count - 1 ? Math.max(durationS, (i + 1) * intervalS) : (i + 1) * intervalS
    const place = `${(i % columns) * tileWidth},${Math.floor(i / columns) * tileHeight},${tileWidth},${tileHeight}`
    return `${clock(i * intervalS)} --> ${clock(end)}\n${image}#xywh=${place}\n`
  })
  return `WEBVTT\n\n${cues.join('\n')}`
}
