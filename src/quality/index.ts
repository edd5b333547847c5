export {
  conclude,
  type Evidence,
  formatEvent,
  judgeAudio,
  judgePackage,
  judgePicture,
} from './checks.ts'
export {
  type LightLevelOptions,
  lightLevelSpec,
  readLightLevel,
} from './light-level.ts'
export {
  type Finished,
  type LoudnessTrack,
  loudnessKeys,
  loudnessSpec,
  pictureKeys,
  referenceSize,
  silenceKeys,
  verifySpec,
} from './measure-specs.ts'
export { analysisSpec, readCadence, readCrop } from './picture-analysis.ts'
export { pool, readEvents, readLoudness, readLoudnessCurve, readQuality } from './readings.ts'
export { judgeVideo, targetFigure } from './video-checks.ts'
