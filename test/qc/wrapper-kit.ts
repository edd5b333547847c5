// Clips whose wrapper nobody objects to, in every container, and what the checks of the wrapper say of a file.
import { join } from 'node:path'
import { silentLog } from '../../src/core/index.ts'
import { runSpec } from '../../src/engine/index.ts'
import type { CheckOutcome, Finding, GraphSpec } from '../../src/model/index.ts'
import { heldBy, type Inspection, inspect, type ProfileName } from '../../src/qc/index.ts'
import { type ClipRecipe, makeClip } from '../media/make-media.ts'

export const CLIP_S = 4

/** Picture with B-frames and a key frame each second, and AAC sound. */
export function makeWrapperClip(dir: string, name: string, more: Partial<ClipRecipe> = {}): Promise<string> {
  return makeClip(join(dir, name), {
    video: `testsrc2=s=320x180:r=25:d=${CLIP_S},format=yuv420p`,
    videoEncoder: { name: 'libx264', options: { preset: 'veryfast', crf: 32, g: 25 } },
    audio: [
      {
        graph: `sine=f=440:r=48000:d=${CLIP_S},aformat=channel_layouts=stereo:sample_fmts=fltp`,
        options: { b: 64_000 },
        language: 'eng',
      },
    ],
    ...more,
  })
}

type MuxTrack = { readonly stream: number; readonly [param: string]: unknown }

/** Packets of one file into another, by whatever the mux node is told. */
export async function remux(
  from: string,
  to: string,
  format: string,
  { tracks, options = {}, tags = {} }: { tracks: readonly MuxTrack[]; options?: object; tags?: object },
): Promise<string> {
  const spec = {
    nodes: [
      { id: 'source', kind: 'source', params: { path: from, streams: [...new Set(tracks.map(each => each.stream))] } },
      {
        id: 'mux',
        kind: 'mux',
        params: {
          path: to,
          format,
          options,
          tags,
          tracks: tracks.map(({ stream: _stream, ...track }, i) => ({ port: `s${i}`, ...track })),
        },
      },
    ],
    edges: tracks.map(({ stream }, i) => ({
      from: `source.s${stream}`,
      to: `mux.s${i}`,
      maxItems: 65_536,
      maxBytes: 1 << 30,
    })),
  }
  await runSpec(spec as unknown as GraphSpec, { signal: new AbortController().signal, log: silentLog })
  return to
}

export type Looked = {
  /** Of the checks of the wrapper. */
  readonly findings: readonly Finding[]
  readonly of: (check: string) => readonly Finding[]
  readonly outcome: (check: string) => CheckOutcome
  readonly evidence: Inspection['evidence']
}

/** Inspects a file by the checks of the wrapper; `limits` are added to those of the profile. */
export async function look(
  path: string,
  profile: ProfileName = 'ott',
  limits: Readonly<Record<string, object>> = {},
): Promise<Looked> {
  const held = heldBy(profile)
    .filter(({ check }) => check.layer === 'wrapper')
    .map(each => {
      const extra = limits[each.check.id]
      return extra ? { ...each, limits: each.check.limits.parse({ ...(each.limits as object), ...extra }) } : each
    })
  const { findings, checks, evidence } = await inspect(path, held, {
    signal: new AbortController().signal,
    log: silentLog,
  })
  return {
    findings,
    evidence,
    of: check => findings.filter(found => found.check === check),
    outcome: check => checks.find(outcome => outcome.check === check)!,
  }
}
