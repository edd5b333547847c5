// Patches of known code values, through a color plan in the engine, and back as raw numbers by Debian's ffmpeg.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { formatFilters } from '../../src/codecs/index.ts'
import { type ColorPlan, type ColorRequest, planColor } from '../../src/color/index.ts'
import { silentLog } from '../../src/core/index.ts'
import { runSpec } from '../../src/engine/index.ts'
import type { ColorTags, EdgeSpec, NodeSpec, VideoStream } from '../../src/model/index.ts'
import { videoFacts } from '../media/sample-facts.ts'
import type { Triple } from './color-math.ts'

type Layout = {
  readonly shiftX: number
  readonly shiftY: number
  readonly planes: 1 | 3
  readonly bits: number
  readonly rgb: boolean
}

export function layoutOf(pixelFormat: string): Layout {
  const bits = Number(/p?(9|10|12|14|16)le$/.exec(pixelFormat)?.[1] ?? 8)
  const has = (text: string): boolean => pixelFormat.includes(text)
  return {
    shiftX: has('420') || has('422') ? 1 : 0,
    shiftY: has('420') ? 1 : 0,
    planes: has('gray') ? 1 : 3,
    bits,
    rgb: has('gbrp'),
  }
}

/** A plane by plane picture of integers. */
export type Picture = {
  readonly width: number
  readonly height: number
  readonly planes: readonly { readonly width: number; readonly height: number; readonly data: readonly number[] }[]
}

export type ColumnOptions = {
  readonly side?: number
  readonly height?: number
  /** Pixels that the last column is short of. */
  readonly short?: number
}

/** A picture of columns, each of one color. RGB triples are stored in the order of gbrp. */
export function columns(
  colors: readonly Triple[],
  pixelFormat: string,
  { side = 32, height = 32, short = 0 }: ColumnOptions = {},
): Picture {
  const { shiftX, shiftY, planes, rgb } = layoutOf(pixelFormat)
  const width = colors.length * side - short
  return {
    width,
    height,
    planes: Array.from({ length: planes }, (_, plane) => {
      const [w, h] = plane === 0 ? [width, height] : [(width + shiftX) >> shiftX, (height + shiftY) >> shiftY]
      const channel = rgb ? ([1, 2, 0] as const)[plane]! : plane
      const step = plane === 0 ? side : side >> shiftX
      const row = Array.from({ length: w }, (_x, x) =>
        Math.round(colors[Math.min(colors.length - 1, Math.floor(x / step))]![channel]!),
      )
      return { width: w, height: h, data: Array.from({ length: h }, () => row).flat() }
    }),
  }
}

/** Mean of each column's middle, in the order of `columns`. */
export function columnMeans(picture: Picture, count: number, pixelFormat: string): Triple[] {
  const { rgb, planes } = layoutOf(pixelFormat)
  return Array.from({ length: count }, (_, i) => {
    const means = picture.planes.map(({ width, height, data }) => {
      const step = width / count
      let sum = 0
      let n = 0
      for (let y = Math.floor(height / 4); y < Math.ceil((height * 3) / 4); y++)
        for (let x = Math.ceil(i * step + step * 0.3); x < i * step + step * 0.7; x++) {
          sum += data[y * width + x]!
          n++
        }
      return sum / n
    })
    if (planes === 1) return [means[0]!, 0, 0]
    return rgb ? [means[2]!, means[0]!, means[1]!] : [means[0]!, means[1]!, means[2]!]
  })
}

function ffmpeg(args: readonly string[], input?: Buffer): Buffer {
  const run = spawnSync('ffmpeg', ['-v', 'error', '-nostdin', '-threads', '1', ...args], { input, maxBuffer: 1 << 28 })
  if (run.status !== 0) throw new Error(`ffmpeg ${args.join(' ')}: ${run.stderr}`)
  return run.stdout
}

/** Writes pictures of one size as FFV1, losing nothing, at 25 a second. */
export function writePictures(path: string, pictures: readonly Picture[], pixelFormat: string): void {
  const { bits } = layoutOf(pixelFormat)
  const raw = pictures.map(({ planes }) => {
    const values = planes.flatMap(plane => plane.data)
    const bytes = Buffer.alloc(values.length * (bits > 8 ? 2 : 1))
    values.forEach((value, i) => {
      if (bits > 8) bytes.writeUInt16LE(value, i * 2)
      else bytes[i] = value
    })
    return bytes
  })
  const [{ width, height }] = pictures as [Picture, ...Picture[]]
  const input = ['-f', 'rawvideo', '-pix_fmt', pixelFormat, '-s', `${width}x${height}`, '-r', '25', '-i', 'pipe:0']
  // The formats of JPEG exist in JPEG only; of one color it loses nothing at its best quality.
  const codec = pixelFormat.startsWith('yuvj')
    ? ['-c:v', 'mjpeg', '-q:v', '1', '-qmin', '1']
    : ['-c:v', 'ffv1', '-level', '3']
  ffmpeg(['-y', ...input, ...codec, path], Buffer.concat(raw))
}

/** The first frame of a file; its format and size must be as said. */
export function readPicture(path: string, pixelFormat: string, width: number, height: number): Picture {
  const raw = ffmpeg(['-i', path, '-frames:v', '1', '-f', 'rawvideo', 'pipe:1'])
  const { bits, planes, shiftX, shiftY } = layoutOf(pixelFormat)
  const bytes = bits > 8 ? 2 : 1
  let at = 0
  const read = Array.from({ length: planes }, (_, plane) => {
    const [w, h] =
      plane === 0 || planes === 1 ? [width, height] : [(width + shiftX) >> shiftX, (height + shiftY) >> shiftY]
    const data = Array.from({ length: w * h }, (_x, i) => (bytes === 2 ? raw.readUInt16LE(at + i * 2) : raw[at + i]!))
    at += w * h * bytes
    return { width: w, height: h, data }
  })
  if (at !== raw.length)
    throw new Error(`${path}: ${raw.length} bytes, but ${pixelFormat} at ${width}x${height} has ${at}`)
  return { width, height, planes: read }
}

export type Passage = {
  readonly id: string
  readonly picture: Picture
  readonly pixelFormat: string
  readonly tags: ColorTags
  readonly facts?: Partial<VideoStream>
  readonly request: Partial<ColorRequest> & Pick<ColorRequest, 'pixelFormat'>
  /** Of the output; the source's when left out. */
  readonly size?: { readonly width: number; readonly height: number }
}

export type Passed = { readonly plan: ColorPlan; readonly picture: Picture; readonly path: string }

const SIGNALS: Readonly<Record<string, VideoStream['hdr']['format']>> = { smpte2084: 'pq', 'arib-std-b67': 'hlg' }

export function requestFor({ picture, pixelFormat, tags, facts, request }: Omit<Passage, 'id'>): ColorRequest {
  const { bits, rgb, planes, shiftX, shiftY } = layoutOf(pixelFormat)
  const { width, height } = picture
  const video = videoFacts(
    {
      codec: 'ffv1',
      codedWidth: width,
      codedHeight: height,
      displayWidth: width,
      displayHeight: height,
      pixelFormat,
      bitDepth: bits,
      chroma: rgb ? 'rgb' : planes === 1 ? '4:0:0' : shiftY ? '4:2:0' : shiftX ? '4:2:2' : '4:4:4',
      hdr: {
        format: SIGNALS[tags.transfer ?? ''] ?? 'sdr',
        masteringDisplay: null,
        contentLight: null,
        hdr10Plus: false,
        dolbyVision: null,
      },
      ...facts,
    },
    tags,
  )
  return {
    video,
    dynamicRange: 'keep',
    space: 'keep',
    range: 'limited',
    toneMap: { curve: 'bt2390' },
    legal: false,
    light: 'gamma',
    kernel: 'bicubic',
    encoderHdr: { hdr10Plus: false, dolbyVision: [] },
    ...request,
  }
}

const edge = { maxItems: 4, maxBytes: 1 << 28 }

/** Runs all passages in one engine worker, chain for chain as a plan would, and reads what came out. */
export async function pass(dir: string, passages: readonly Passage[]): Promise<Map<string, Passed>> {
  const nodes: NodeSpec[] = []
  const edges: EdgeSpec[] = []
  const plans = passages.map(passage => {
    const { id, picture, pixelFormat } = passage
    const plan = planColor(requestFor(passage))
    const { width, height } = passage.size ?? picture
    const [from, to] = [join(dir, `${id}-in.mkv`), join(dir, `${id}-out.mkv`)]
    writePictures(from, [picture], pixelFormat)
    const rendition = [...plan.scale(width, height), { name: 'setsar', args: { sar: '1/1' } }, ...plan.finish]
    nodes.push(
      { id: `${id}_s`, kind: 'source', params: { path: from, streams: [0] } },
      { id: `${id}_d`, kind: 'decode', params: { type: 'video', threads: 1 } },
      { id: `${id}_c`, kind: 'filter', params: { type: 'video', graph: formatFilters(plan.convert) } },
      { id: `${id}_r`, kind: 'filter', params: { type: 'video', graph: formatFilters(rendition) } },
      { id: `${id}_e`, kind: 'encode', params: { type: 'video', name: 'ffv1', options: {}, frameRate: '25/1' } },
      { id: `${id}_m`, kind: 'mux', params: { path: to, format: 'matroska', tracks: [{ port: 's0' }] } },
    )
    edges.push(
      { from: `${id}_s.s0`, to: `${id}_d.in`, ...edge },
      { from: `${id}_d.out`, to: `${id}_c.in`, ...edge },
      { from: `${id}_c.out`, to: `${id}_r.in`, ...edge },
      { from: `${id}_r.out`, to: `${id}_e.in`, ...edge },
      { from: `${id}_e.out`, to: `${id}_m.s0`, ...edge },
    )
    return { id, plan, to, width, height, format: passage.request.pixelFormat }
  })
  await runSpec({ nodes, edges }, { signal: new AbortController().signal, log: silentLog })
  return new Map(
    plans.map(({ id, plan, to, width, height, format }) => [
      id,
      { plan, path: to, picture: readPicture(to, format, width, height) },
    ]),
  )
}
