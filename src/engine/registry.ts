// The media kinds a GraphSpec may name.
import type { NodeRegistry } from '../graph/index.ts'
import { createAlign } from './node-align.ts'
import { createAttachment } from './node-attachment.ts'
import { createCues, createSpan } from './node-cues.ts'
import { createDecode } from './node-decode.ts'
import { createEncode } from './node-encode.ts'
import { createFilter, createGenerate } from './node-filter.ts'
import { createLoudness } from './node-loudness.ts'
import { createMeasure } from './node-measure.ts'
import { createMux } from './node-mux.ts'
import { createSound } from './node-sound.ts'
import { createSource } from './node-source.ts'
import { createSubtitle } from './node-subtitle.ts'

export const mediaNodes: NodeRegistry = {
  source: createSource,
  generate: createGenerate,
  decode: createDecode,
  filter: createFilter,
  encode: createEncode,
  subtitle: createSubtitle,
  attachment: createAttachment,
  mux: createMux,
  measure: createMeasure,
  loudness: createLoudness,
  sound: createSound,
  cues: createCues,
  span: createSpan,
  align: createAlign,
}
