export { averageBitrate, type Load, peakBitrate, sumOf, targetDuration } from './bitrates.ts'
export { formatBox, formatFullBox, fourcc, words } from './box-writer.ts'
export { type Box, Cursor, damaged, findBox, needBox, readBoxes } from './bytes.ts'
export { parseMpd } from './dash.ts'
export { formatMpd } from './dash-format.ts'
export {
  type AdaptationSet,
  type ContentProtection,
  type EventStream,
  type LiveFacts,
  type Mpd,
  type Period,
  profiles,
  type Representation,
  schemes,
  type TemplateAddressing,
  type TimelineEntry,
} from './dash-model.ts'
export { initializationPath, joinUrl, segmentPath, ticksToSeconds } from './dash-segments.ts'
export { describeDash } from './describe-dash.ts'
export { describeHls, type HlsFiles } from './describe-hls.ts'
export { type Attributes, type PlaylistLine, parseAttributes, readLines } from './hls-attributes.ts'
export type { DateRange } from './hls-date-range.ts'
export type { HlsKey } from './hls-key.ts'
export type { LowLatency, PartialSegment, RenditionReport } from './hls-low-latency.ts'
export {
  type ByteRange,
  type MediaMap,
  type MediaPlaylist,
  type MediaSegment,
  parseMedia,
  plainSegment,
} from './hls-media.ts'
export { formatMedia } from './hls-media-format.ts'
export {
  isMultivariant,
  type MediaRendition,
  type MultivariantPlaylist,
  parseMultivariant,
  type StreamInfo,
  type Variant,
} from './hls-multivariant.ts'
export { formatMultivariant } from './hls-multivariant-format.ts'
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
export { layout } from './layout.ts'
export {
  type Fragment,
  parseIndex,
  parseSegment,
  type Sample,
  type SegmentFacts,
  type SegmentIndex,
} from './media-segment.ts'
export {
  canJoin,
  commonTarget,
  displaySize,
  formatFrameRate,
  frameRate,
  type ImageTrack,
  leader,
  loads,
  type NamedTrack,
  type PackageTracks,
  plainPackage,
  plainTrack,
  type TextTrack,
  type TrackProtection,
  type TrickTrack,
  videoRange,
} from './package-tracks.ts'
export type { Protection, Pssh } from './protection.ts'
export {
  type CheckedSegment,
  type CheckedTrack,
  type DashEntry,
  type DashFacts,
  dashRules,
  type HlsEntry,
  type HlsFacts,
  hlsRules,
  type Problem,
  type RuleFinding,
  type RuleRow,
  ruleCount,
  runRules,
  type Transfer,
  uncheckedAppleRules,
} from './rules/index.ts'
export {
  type KeySample,
  keySamples,
  readKeyRange,
  readTrackSegment,
  segmentDuration,
  type Track,
  type TrackSegment,
  trackDuration,
} from './track.ts'
export { buildKeyFragment, buildTrickFile, type TrickFrame, thinOut } from './trick-file.ts'
export { escapeXml, formatXmlAttributes, parseXml, type XmlElement } from './xml.ts'
