// Test media and the demo master, made by our own engine from FFmpeg's generators. Nothing is downloaded or committed.
import { silentLog } from '../../src/core/index.ts'
import { runSpec } from '../../src/engine/index.ts'
import type { EdgeSpec, GraphSpec, NodeSpec } from '../../src/model/index.ts'

type Options = Record<string, string | number>

export type ClipRecipe = {
  /** A generator chain, e.g. `testsrc2=s=320x180:r=25:d=2,format=yuv420p`; null for none. */
  readonly video?: string | null
  readonly videoEncoder?: { readonly name: string; readonly options?: Options }
  readonly frameRate?: `${bigint}/${bigint}`
  /** One chain per track, e.g. `sine=f=440:r=48000:d=2,aformat=channel_layouts=stereo`. */
  readonly audio?: readonly {
    readonly graph: string
    readonly encoder?: string
    readonly options?: Options
    readonly language?: string
  }[]
  readonly format?: string
  readonly muxOptions?: Options
}

const bounds = { maxItems: 65536, maxBytes: 1 << 30 }

/** Makes `path` by a recipe. @throws what the engine throws. */
export async function makeClip(
  path: string,
  recipe: ClipRecipe,
  signal: AbortSignal = new AbortController().signal,
): Promise<string> {
  const nodes: NodeSpec[] = []
  const edges: EdgeSpec[] = []
  const tracks: { port: string; language?: string }[] = []
  const add = (id: string, generate: object, encode: object, language?: string): void => {
    const port = `s${tracks.length}`
    nodes.push(
      { id: `${id}_gen`, kind: 'generate', params: generate as never },
      { id, kind: 'encode', params: encode as never },
    )
    edges.push(
      { from: `${id}_gen.out`, to: `${id}.in`, maxItems: 4, maxBytes: 1 << 28 },
      { from: `${id}.out`, to: `mux.${port}`, ...bounds },
    )
    tracks.push(language ? { port, language } : { port })
  }
  if (recipe.video) {
    const encoder = recipe.videoEncoder ?? { name: 'libx264', options: { preset: 'veryfast', crf: 20 } }
    const rate = recipe.frameRate ?? rateOf(recipe.video)
    add(
      'video',
      { type: 'video', graph: recipe.video },
      { type: 'video', name: encoder.name, options: encoder.options ?? {}, frameRate: rate },
    )
  }
  recipe.audio?.forEach((track, i) => {
    const name = track.encoder ?? 'aac'
    add(
      `audio${i}`,
      { type: 'audio', graph: track.graph },
      { type: 'audio', name, options: track.options ?? {} },
      track.language,
    )
  })
  const format = recipe.format ?? formatOf(path)
  nodes.push({ id: 'mux', kind: 'mux', params: { path, format, options: recipe.muxOptions ?? {}, tracks } })
  const spec: GraphSpec = { nodes, edges }
  await runSpec(spec, { signal, log: silentLog })
  return path
}

/** The first `r=` of a chain as a fraction; 25 when it has none. */
function rateOf(graph: string): string {
  const [num, den] = (/[:=]r=(\d+(?:\/\d+)?)/.exec(graph)?.[1] ?? '25').split('/')
  return `${num}/${den ?? 1}`
}

function formatOf(path: string): string {
  const extension = path.slice(path.lastIndexOf('.') + 1)
  return (
    ({ mp4: 'mp4', mov: 'mov', mkv: 'matroska', webm: 'webm', ts: 'mpegts' } as Record<string, string>)[extension] ??
    'mp4'
  )
}

/** 720p at 29.97 fps with motion, grain, two hard cuts and 5.1 sound: the master of `npm run demo`. Three parts of `frames` each. */
export function makeDemoMaster(
  path: string,
  { frames, signal }: { frames: number; signal: AbortSignal },
): Promise<string> {
  const seconds = ((frames * 1001) / 30_000).toFixed(6)
  const size = 's=1280x720:r=30000/1001'
  const video = [
    `testsrc2=${size}:d=${seconds},format=yuv420p[a]`,
    `mandelbrot=s=640x360:r=30000/1001:maxiter=400:start_scale=0.6:end_scale=0.01:end_pts=150,scale=1280:720,trim=duration=${seconds},setpts=PTS-STARTPTS,format=yuv420p[b]`,
    `gradients=${size}:d=${seconds}:n=5:speed=0.06:seed=7:c0=0x203040:c1=0xd08040:c2=0x306090:c3=0xe0d0b0:c4=0x101820,format=yuv420p[c]`,
    '[a][b][c]concat=n=3:v=1:a=0,noise=alls=5:allf=t,setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709',
  ].join(';')
  const tone = (f: number, gain: number): string =>
    `sine=f=${f}:r=48000:d=${(frames * 3003) / 30_000},volume=${gain},tremolo=f=${(f % 7) / 2 + 0.7}:d=0.6`
  const audio = [
    ...[
      [220, 0.5],
      [330, 0.5],
      [440, 0.9],
      [55, 0.6],
      [275, 0.3],
      [385, 0.3],
    ].map(([f, gain], i) => `${tone(f!, gain!)}[c${i}]`),
    '[c0][c1][c2][c3][c4][c5]amerge=inputs=6,aformat=sample_fmts=fltp,pan=5.1|FL=c0|FR=c1|FC=c2|LFE=c3|BL=c4|BR=c5',
  ].join(';')
  return makeClip(
    path,
    {
      video,
      frameRate: '30000/1001',
      videoEncoder: { name: 'libx264', options: { preset: 'ultrafast', crf: 16 } },
      audio: [{ graph: audio, options: { b: 384_000 }, language: 'eng' }],
    },
    signal,
  )
}
