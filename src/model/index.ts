export {
  type CueFault,
  type CueNote,
  type CueNotes,
  CuesParams,
  type CuesResult,
  cueFaults,
  type SpanResult,
} from './captions.ts'
export {
  AudioCodec,
  audioCodecs,
  CodecOptions,
  ContainerName,
  CropRectangle,
  containers,
  EncoderFamily,
  EncoderSettings,
  FilterStep,
  PictureAnalysis,
  PlannedHdr,
  RateControl,
  SubtitleFormat,
  subtitleFormats,
  VideoCodec,
  videoCodecs,
} from './coding.ts'
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
export { ComparedPicture, Comparison, ComparisonPlan, WorstMoment } from './comparison.ts'
export { Complexity, GopComplexity, Shot, Transition, transitions } from './complexity.ts'
export { ConformanceFinding, ConformanceReport } from './conformance.ts'
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
export {
  FixedRung,
  Ladder,
  LadderBill,
  LadderCodec,
  LadderComparison,
  LadderCost,
  LadderRung,
  ladderCodecs,
  PerShotGain,
  RatedSetting,
  ShotSetting,
} from './ladder.ts'
export {
  type IsoLayout,
  type LayoutBox,
  type LayoutEdit,
  type LayoutFragments,
  LayoutParams,
  type LayoutResult,
  type LayoutTrack,
  type TsLayout,
} from './layout.ts'
export { LoudnessMeasurement } from './loudness.ts'
export {
  DialogueReading,
  FileLoudness,
  LoudnessAim,
  LoudnessReport,
  NormalizedTrack,
  NormalizeReport,
  TrackLoudness,
} from './loudness-report.ts'
export { EncoderTrial, Machine } from './machine.ts'
export {
  AlignParams,
  type AlignResult,
  DecodeParams,
  type DecodeResult,
  EncodeParams,
  FilterParams,
  type FilterResult,
  GenerateParams,
  LoudnessParams,
  type LoudnessResult,
  MeasureParams,
  type MeasureResult,
  MuxParams,
  type MuxResult,
  type ReadResult,
  RideParams,
  SourceParams,
  SubtitleParams,
  type SwitchEvent,
} from './media-nodes.ts'
export { PackageAudio, PackagePlan, PackageReport, PackageSubtitle, PackageVideo } from './package-plan.ts'
export {
  type BucketResult,
  type CodedSequence,
  type GopResult,
  type PacketStretch,
  type PacketStretches,
  PacketsParams,
  type PacketsResult,
  type PictureKinds,
  RateBucket,
} from './packets.ts'
export {
  type PictureCurve,
  type PictureFault,
  PictureParams,
  type PictureResult,
  type PictureStretch,
  type PictureStretches,
  pictureFaults,
} from './picture.ts'
export {
  AudioRendition,
  Choice,
  EncodePlan,
  FileOutput,
  QualityTarget,
  SubtitleRendition,
  VideoPlan,
  VideoRendition,
} from './plan.ts'
export { ProtectionReport } from './protection.ts'
export { CheckOutcome, Finding, QcCurve, QcLayer, QcReport, Severity } from './qc.ts'
export {
  type SoundChannel,
  type SoundClock,
  type SoundCurves,
  type SoundHum,
  type SoundInspection,
  type SoundPair,
  SoundParams,
  type SoundResult,
  type SoundStretch,
  type SoundStretches,
  type StretchKind,
  stretchKinds,
} from './sound.ts'
export {
  AudioOutcome,
  Check,
  CheckStatus,
  ContentEvent,
  Incident,
  Pooled,
  PooledVmaf,
  QualityResult,
  Report,
  ScoredStretch,
  Verdict,
  VideoOutcome,
  VmafReading,
} from './verdict.ts'
export { VmafEngine, VmafJob, VmafModel, VmafPlan, vmafModels } from './vmaf.ts'
