export { type AudioCodecRow, audioCodecRows, fdkAac } from './audio-codecs.data.ts'
export {
  type CodedStream,
  chooseLevel,
  firstExceeded,
  isPictureSize,
  type LevelChoice,
  type LevelLimits,
  levelLimits,
  type ReferencesRequest,
  referencesAllowed,
} from './choose-level.ts'
export { type CodecStringRequest, codecString, sameCodecString, standardCodecString } from './codec-strings.ts'
export {
  type ContainerFinding,
  type ContainerRow,
  checkContainer,
  containerOf,
  containerRows,
  muxerFor,
  muxLanguage,
} from './containers/index.ts'
export {
  decodedPictureBuffer,
  type EncoderAnswer,
  type EncoderLimits,
  type EncoderRequest,
  encoderLimits,
  encoderNames,
  encoderSettings,
  encodersFor,
  type PictureUse,
  type RateMode,
  rateModeOf,
  rateModes,
  type Scan,
  type ShotQuality,
  type Speed,
  type SpeedName,
  speedNames,
} from './encoders/index.ts'
export { formatFilters } from './filter-text.ts'
export { levelCode, levelNames } from './level-tables.ts'
export { codecLabels, type ProfileRow } from './profiles.data.ts'
export {
  chooseProfile,
  type FormatRequest,
  type ProfileChoice,
  type ProfileRequest,
  pixelFormatFor,
  profilesOf,
} from './profiles.ts'
export { type ChromaName, decodedFormat, type Sampling, samplingOf } from './sampling.ts'
export {
  type BrokenLimit,
  type CodecChoice,
  type Combination,
  type CombinedTarget,
  type CombinedVideoRule,
  checkAgainst,
  chooseCodec,
  combineTargets,
  findTarget,
  fitsModes,
  type HdrName,
  type LimitName,
  listTargets,
  type Mode,
  type PlayedStream,
  type Target,
  type TargetAudioRule,
  type TargetDefaults,
  type TargetVideoRule,
  targetNames,
} from './targets/index.ts'
