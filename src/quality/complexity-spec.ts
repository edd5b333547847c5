// The graph that looks at how hard a picture is to code: every figure of Complexity out of one decode.
import type { EdgeSpec, GraphSpec, NodeSpec, VideoPlan } from '../model/index.ts'
import { addPrepared, edgeBounds, videoTimescale } from '../plan/index.ts'
import { cropKeys } from './picture-analysis-crop.ts'

const { frames: FRAMES, packets: PACKETS } = edgeBounds

/** FFmpeg's names of what the nodes leave behind. */
export const detailKeys = { si: 'lavfi.siti.si', ti: 'lavfi.siti.ti' } as const
export const changeKeys = {
  /** Mean absolute difference to the picture before, and to the one `lagOf` pictures before (0 to 1). */
  mafd: 'lavfi.scd.mafd',
  far: 'lavfi.msad.msad.Y',
  /** Texture of the small picture. */
  si: 'lavfi.siti.si',
  /** Mean luma, and what a tenth of the picture is darker or brighter than; full range, 8 bits. */
  mean: 'lavfi.signalstats.YAVG',
  low: 'lavfi.signalstats.YLOW',
  high: 'lavfi.signalstats.YHIGH',
} as const
export const grainKeys = { low: 'lavfi.signalstats.YLOW', mean: 'lavfi.signalstats.YAVG' } as const

/** Larger pictures have SI and TI of two neighbours in four measured: it is the dearest measure, three times the decoding. */
const EVERY_PICTURE = 1280 * 720

/** All that is compared over time is compared here: grain is averaged away, and what it costs does not count. */
const TINY = 'scale=96:54:flags=area:out_range=pc,format=yuv420p'

/**
 * One picture, and its difference to the one before, in so many: grain and bars do not change from picture to picture. Odd, so
 * that pictures shown twice are not all that is seen.
 */
const SELDOM = 13
const pairsOf = (period: number): string => `select=lt(mod(n\\,${period})\\,2)`

/**
 * High-pass of the difference to the picture before: still texture cancels out, and so does all that is flat; grain does not.
 * The kernel is Immerkær's ("Fast Noise Variance Estimation", 1996), blind to edges and gradients. The mean of each block of
 * 16×16 follows; that which a tenth of them is below is of a block with nothing in it but grain. The middle of the picture
 * alone: black bars have none.
 */
const grainChain = (video: VideoPlan): string =>
  differences(video, 'grainextract', "convolution=0m='1 -2 1 -2 4 -2 1 -2 1':0rdiv=1:0bias=0")

/** The same of the difference as it is. White noise has a fixed share of it; what moves has far more, in its coarser parts. */
const stirChain = (video: VideoPlan): string => differences(video, 'difference', 'null')

function differences({ width, height }: VideoPlan, mode: string, filter: string): string {
  const blocks = (side: number): number => Math.max(4, Math.floor((side * 0.7) / 16))
  return [
    `${pairsOf(SELDOM)},format=yuv420p10le,crop=iw*0.7:ih*0.7,tblend=all_mode=${mode},framestep=2`,
    filter,
    `scale=${blocks(width)}:${blocks(height)}:flags=area,format=yuv444p10le,signalstats`,
  ].join(',')
}

/**
 * siti is made for 8 bits of limited range and slow at it; ten bits hold all sources, and as full range it leaves them alone.
 * `readComplexity` brings its figures to 8 bits of full range: both are linear.
 */
const detailChain = ({ width, height }: VideoPlan): string =>
  [
    ...(width * height > EVERY_PICTURE ? [pairsOf(4)] : []),
    'scale=out_range=tv,format=yuv420p10le,setparams=range=pc,siti',
  ].join(',')

/** Codes of 8 bits, 4 above black: as bars are looked for before planning. */
const barsChain = ({ width, height }: VideoPlan): string =>
  `select=not(mod(n\\,${SELDOM})),scale=${width}:${height}:out_range=tv,format=yuv420p10le,cropdetect=limit=${(20 / 255).toFixed(5)}:round=2:reset=1:skip=0`

/** Pictures in 0.4 s: the lag at which a dissolve is told from motion, and as short as dissolves are. */
export const lagOf = (fps: number): number => Math.max(4, Math.round(0.4 * fps))

const changesChain = (fps: number): string =>
  `${TINY},settb=1/25,setpts=N,siti,scdet,signalstats,split[now][then];[then]setpts=PTS+${lagOf(fps)}[late];[now][late]msad=shortest=1`

/** Even, at most 360 lines. */
export function proxySize({ width, height }: Pick<VideoPlan, 'width' | 'height'>): { width: number; height: number } {
  const even = (side: number): number => Math.max(2, 2 * Math.round(side / 2))
  const scale = Math.min(1, 360 / height)
  return { width: even(width * scale), height: even(height * scale) }
}

/**
 * Nodes `detail`, `changes`, `grain`, `stir` and `bars` emit the `result`, `file` the `written` that `readComplexity` takes;
 * `changes` tells `progress` in frames.
 */
export function complexitySpec(
  video: VideoPlan,
  { path, startTime }: { readonly path: string; readonly startTime: string },
  proxyPath: string,
): GraphSpec {
  const nodes: NodeSpec[] = [{ id: 'source', kind: 'source', params: { path, streams: [video.stream], startTime } }]
  const edges: EdgeSpec[] = []
  const prepared = addPrepared(video, nodes, edges)
  const { width, height } = proxySize(video)
  const [num, den] = video.frameRate.split('/').map(Number) as [number, number]
  const measure = (id: string, from: string, graph: string, keys: readonly string[]): void => {
    nodes.push({ id, kind: 'measure', params: { type: 'video', inputs: 'single', graph, keys: [...keys] } })
    edges.push({ from, to: `${id}.in`, ...FRAMES })
  }
  measure('detail', prepared, detailChain(video), Object.values(detailKeys))
  measure('grain', prepared, grainChain(video), Object.values(grainKeys))
  measure('stir', prepared, stirChain(video), [grainKeys.low])
  measure('bars', prepared, barsChain(video), cropKeys)
  nodes.push({
    id: 'small',
    kind: 'filter',
    params: { type: 'video', graph: `scale=${width}:${height}:flags=bicubic,setsar=1,format=yuv420p` },
  })
  edges.push({ from: prepared, to: 'small.in', ...FRAMES })
  measure('changes', 'small.out', changesChain(num / den), Object.values(changeKeys))
  nodes.push(
    {
      id: 'proxy',
      kind: 'encode',
      params: {
        type: 'video',
        name: 'libx264',
        options: {
          preset: 'ultrafast',
          crf: 26,
          g: video.gopFrames,
          keyint_min: video.gopFrames,
          sc_threshold: 0,
          'forced-idr': 1,
          flags: '+cgop',
          // As many on every machine: the bits depend on it.
          threads: 2,
          'x264-params': 'scenecut=0:open-gop=0',
        },
        frameRate: video.frameRate,
        keyFrameEvery: video.gopFrames,
      },
    },
    {
      id: 'file',
      kind: 'mux',
      params: {
        path: proxyPath,
        format: 'matroska',
        tracks: [{ port: 's0', timescale: videoTimescale(video.frameRate) }],
      },
    },
  )
  edges.push({ from: 'small.out', to: 'proxy.in', ...FRAMES }, { from: 'proxy.out', to: 'file.s0', ...PACKETS })
  return { nodes, edges }
}
