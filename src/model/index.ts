export {
  ColorDescription,
  ColorTags,
  ContentLight,
  chromaLocations,
  colorMatrices,
  colorPrimaries,
  colorRanges,
  colorTransfers,
  DolbyVision,
  Hdr,
  hdrFormats,
  MasteringDisplay,
} from './color.ts'
export {
  AudioStream,
  Chapter,
  Container,
  LoudnessReading,
  MediaFacts,
  OtherStream,
  RationalJson,
  SubtitleStream,
  VideoStream,
  Warning,
} from './facts.ts'
export { EdgeSpec, GraphSpec, NodeSpec, StallPolicy } from './graph-spec.ts'
export { EncoderTrial, Machine } from './machine.ts'
export {
  DecodeParams,
  type DecodeResult,
  EncodeParams,
  FilterParams,
  GenerateParams,
  MeasureParams,
  type MeasureResult,
  MuxParams,
  type ReadResult,
  SourceParams,
} from './media-nodes.ts'
export { AudioRendition, Choice, EncodePlan, EncoderSettings, FilterStep, VideoPlan, VideoRendition } from './plan.ts'
export {
  AudioOutcome,
  Check,
  CheckStatus,
  ContentEvent,
  Pooled,
  QualityResult,
  Report,
  Verdict,
  VideoOutcome,
} from './verdict.ts'
