export { type Box, Cursor, damaged, findBox, needBox, readBoxes } from './bytes.ts'
export type { AdaptationSet, Mpd, Representation, TimelineEntry } from './dash.ts'
export { parseMpd, segmentPath, ticksToSeconds } from './dash.ts'
export { formatMpd } from './dash-format.ts'
export { type Attributes, type PlaylistLine, parseAttributes, readLines } from './hls-attributes.ts'
export {
  averageBitrate,
  type ByteRange,
  formatMedia,
  type Load,
  type MediaPlaylist,
  type MediaSegment,
  parseMedia,
  peakBitrate,
  targetDuration,
} from './hls-media.ts'
export {
  formatMultivariant,
  type MediaRendition,
  type MultivariantPlaylist,
  parseMultivariant,
  type StreamInfo,
  type Variant,
} from './hls-multivariant.ts'
export {
  type CodedColor,
  editShift,
  type InitAudio,
  type InitFacts,
  type InitVideo,
  parseInit,
  type SampleDefaults,
} from './init-segment.ts'
export { isKeySample } from './key-sample.ts'
export { type Fragment, parseSegment, type Sample, type SegmentFacts, type SegmentIndex } from './media-segment.ts'
export { escapeXml, formatXmlAttributes, parseXml, type XmlElement } from './xml.ts'
