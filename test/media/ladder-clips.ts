// Clips of one kind of content each, for the search for ladders: made losslessly by FFmpeg's generators through our engine.
import { makeClip } from './make-media.ts'

export type LadderClip = { readonly graph: string; readonly frameRate: `${bigint}/${bigint}` }

const clip = (graph: string, frameRate: LadderClip['frameRate'] = '25/1'): LadderClip => ({
  graph: `${graph},format=yuv420p`,
  frameRate,
})

/** By name; `S` in a graph stands for seconds. */
export const ladderClips: Readonly<Record<string, LadderClip>> = {
  /** A slide that stands: text-like edges on a flat ground. */
  slide: clip(
    'color=c=0x205080:s=1280x720:r=25:d=S,drawgrid=w=240:h=90:t=3:c=white@0.8,drawbox=x=100:y=400:w=600:h=8:color=yellow:t=fill',
  ),
  /** Most of the picture stands, as behind somebody who talks; a part of it moves. */
  talk: clip(
    'gradients=s=1280x720:r=25:d=S:speed=0.00001:c0=0x304050:c1=0x8090a0:x0=0:y0=0:x1=1280:y1=720[back];' +
      'mandelbrot=s=320x400:r=25:start_scale=0.9:end_scale=0.6:end_pts=400,trim=duration=S[face];' +
      '[back][face]overlay=480:200:shortest=1,format=yuv420p,noise=alls=2:allf=t:all_seed=5',
  ),
  /** Everything moves, with fine detail. */
  motion: clip('mandelbrot=s=1280x720:r=25:start_scale=0.3:end_scale=0.01:end_pts=200:maxiter=400,trim=duration=S'),
  /** Film grain over a soft picture that pans slowly. */
  grain: clip(
    'gradients=s=1280x720:r=25:d=S:speed=0.02:seed=7:c0=0x203040:c1=0xa0b0c0:c2=0x506020:nb_colors=3,' +
      'format=yuv420p,noise=alls=14:allf=t:all_seed=3',
  ),
  /** Flat areas, sharp edges, cels that move. */
  animation: clip(
    'life=s=160x90:r=25:mold=10:ratio=0.3:seed=11:death_color=0x204060:life_color=0xe0c040,trim=duration=S,scale=1280:720:flags=neighbor,gblur=sigma=1',
  ),
  /** High frame rate. */
  sport: clip(
    'testsrc2=s=640x360:r=60:d=S,scale=1920:1080:flags=bicubic,format=yuv420p,noise=alls=4:allf=t:all_seed=9',
    '60/1',
  ),
}

const SECONDS = 4

/** Writes one of them; returns `path`. */
export async function makeLadderClip(name: string, path: string, seconds = SECONDS): Promise<string> {
  const { graph, frameRate } = ladderClips[name]!
  return await makeClip(path, {
    video: graph.replaceAll(/\bS\b/g, String(seconds)),
    videoEncoder: { name: 'ffv1', options: { level: 3, slices: 4, g: 1 } },
    frameRate,
    format: 'matroska',
  })
}
