export { alignSpec } from './align-spec.ts'
export {
  conclude,
  type Evidence,
  formatEvent,
  judgeAudio,
  judgePackage,
  judgePicture,
} from './checks.ts'
export { comparisonKeys, comparisonSpec, momentSpec } from './comparison-spec.ts'
export { type ComplexityMeasures, readComplexity } from './complexity.ts'
export { complexitySpec } from './complexity-spec.ts'
export {
  type LightLevelOptions,
  lightLevelSpec,
  readLightLevel,
} from './light-level.ts'
export { audioLimits } from './limits.data.ts'
export { type LoudnessTrack, loudnessSpec } from './loudness-spec.ts'
export {
  cutKey,
  type Finished,
  pictureKeys,
  referenceSize,
  silenceKeys,
  verifySpec,
} from './measure-specs.ts'
export { analysisSpec, readCadence, readCrop } from './picture-analysis.ts'
export { pool, readEvents, readLoudness, readLoudnessCurve, readQuality } from './readings.ts'
export { scoreSpec, type TrialFile } from './score-spec.ts'
export { thin } from './thin.ts'
export { judgeVideo, targetFigure } from './video-checks.ts'
export { readVmaf, type VmafContext } from './vmaf-reading.ts'
