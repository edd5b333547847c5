// Clips of a few seconds whose pictures nobody objects to, with faults put into them, and what the inspection says.
import { join } from 'node:path'
import { silentLog } from '../../src/core/index.ts'
import type { Finding } from '../../src/model/index.ts'
import { heldBy, type Inspection, inspect, type ProfileName } from '../../src/qc/index.ts'
import { type ClipRecipe, makeClip } from '../media/make-media.ts'

/** A zoom with a little grain, the slower the longer it is. */
export const scene = (d: number, rate = 25, filters = ''): string =>
  `mandelbrot=s=320x180:r=${rate}:maxiter=300:start_scale=0.8:end_scale=0.3:end_pts=${Math.round(d * rate)},trim=duration=${d},hue=s=0.5,noise=alls=6:allf=t:all_seed=7${filters && `,${filters}`},format=yuv420p`

/** `fill` all over while `when` holds: an expression of t in seconds and n in frames. */
export const flood = (fill: string, when: string): string =>
  `drawbox=x=0:y=0:w=iw:h=ih:color=${fill}:t=fill:enable='${when}'`

/** From one time to another, the second one not counted; frames lie on multiples of 0.04 s. */
export const during = (startS: number, endS: number): string => `gte(t,${startS - 0.01})*lt(t,${endS - 0.01})`

export type PictureClip = {
  readonly graph: string
  readonly encoder?: NonNullable<ClipRecipe['videoEncoder']>
  readonly extension?: string
}

export function makePictureClip(dir: string, name: string, clip: PictureClip): Promise<string> {
  return makeClip(join(dir, `${name}.${clip.extension ?? 'mp4'}`), {
    video: clip.graph,
    videoEncoder: clip.encoder ?? x264(),
  })
}

export const x264 = (params: Record<string, string | number> = {}) => ({
  name: 'libx264',
  options: { preset: 'ultrafast', crf: 16, ...params },
})

export type Watched = {
  readonly findings: readonly Finding[]
  readonly of: (check: string) => readonly Finding[]
  readonly evidence: Inspection['evidence']
  readonly figures: Readonly<Record<string, number>>
}

/** Inspects a file by the checks of the picture. */
export async function watch(path: string, profile: ProfileName = 'broadcast'): Promise<Watched> {
  const held = heldBy(profile).filter(({ check }) => check.id.startsWith('picture.'))
  const { findings, evidence } = await inspect(path, held, {
    signal: new AbortController().signal,
    log: silentLog,
  })
  return {
    findings,
    evidence,
    of: check => findings.filter(found => found.check === check),
    figures: evidence.picture[0]?.result?.figures ?? {},
  }
}

export const brief = ({ check, startS, endS, measured }: Finding): string => `${check} ${startS}–${endS}: ${measured}`
