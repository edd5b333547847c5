// The part of the inspection that reads the file's own structure: boxes of ISO media, packets of a transport stream.
import type { LayoutResult } from '../model/index.ts'
import type { ActiveLimits, QcPart } from './pass.ts'

const NODE = 'layout'
const readable = ['mov,mp4,m4a,3gp,3g2,mj2', 'mpegts']
const wanted = [
  'wrapper.fast-start',
  'wrapper.fragments',
  'wrapper.edit-list',
  'wrapper.duration',
  'wrapper.interleave',
  'wrapper.trailing-garbage',
  'wrapper.track-flags',
  'wrapper.brand',
  'wrapper.truncated',
  'wrapper.ts-continuity',
  'wrapper.ts-pcr',
  'wrapper.ts-tables',
]

/** A limit in milliseconds as seconds, under the name that the node knows; nothing when the check is off. */
function inSeconds(limits: ActiveLimits, check: string, limit: string, param: string): Record<string, number> {
  const held = limits.get(check) as Record<string, number> | undefined
  return held ? { [param]: held[limit]! / 1000 } : {}
}

export const layoutPart: QcPart<LayoutResult | null> = {
  addTo(pass, limits) {
    const { path, container } = pass.facts
    if (!readable.includes(container.demuxer) || !wanted.some(id => limits.has(id))) return
    pass.beside({
      id: NODE,
      kind: 'layout',
      params: {
        path,
        demuxer: container.demuxer,
        startTime: container.startTime ?? '0/1',
        ...inSeconds(limits, 'wrapper.ts-pcr', 'maxIntervalMs', 'maxPcrS'),
        ...inSeconds(limits, 'wrapper.ts-tables', 'maxIntervalMs', 'maxTableS'),
        ...inSeconds(limits, 'wrapper.fragments', 'maxGapMs', 'maxFragmentGapS'),
      },
    })
  },
  read: results => (results.get(NODE) as LayoutResult | undefined) ?? null,
}
