// What decoding shows of a picture before it is planned: black bars, and how its frames are made of fields.
import { formatFilters } from '../codecs/index.ts'
import type { EdgeSpec, GraphSpec, NodeSpec, VideoStream } from '../model/index.ts'
import { edgeBounds } from '../plan/index.ts'
import { cadenceChain, cadenceKeys } from './picture-analysis-cadence.ts'
import { cropChain, cropKeys } from './picture-analysis-crop.ts'

export { readCadence } from './picture-analysis-cadence.ts'
export { type CropReading, readCrop } from './picture-analysis-crop.ts'

export type AnalysisKinds = { readonly crop: boolean; readonly cadence: boolean }

/**
 * Decodes all of the picture once; nodes `crop` and `cadence` emit the `result` that `readCrop` and `readCadence` take.
 * Every frame is looked at: both filters together add 10 to 20 % to the decoding (1080p, measured), all that sampling could
 * save without seeking, and a bar must be black in all of the title before it is cut off.
 */
export function analysisSpec(path: string, video: VideoStream, wants: AnalysisKinds): GraphSpec {
  const { index } = video
  const nodes: NodeSpec[] = [
    { id: 'source', kind: 'source', params: { path, streams: [index] } },
    { id: 'decode', kind: 'decode', params: { type: 'video' } },
  ]
  const edges: EdgeSpec[] = [{ from: `source.s${index}`, to: 'decode.in', ...edgeBounds.packets }]
  const measure = (id: string, graph: string, keys: readonly string[]): void => {
    nodes.push({ id, kind: 'measure', params: { type: 'video', inputs: 'single', graph, keys: [...keys] } })
    edges.push({ from: 'decode.out', to: `${id}.in`, ...edgeBounds.frames })
  }
  if (wants.crop) measure('crop', formatFilters(cropChain(video)), cropKeys)
  if (wants.cadence) measure('cadence', formatFilters(cadenceChain), cadenceKeys)
  return { nodes, edges }
}
