export {
  conclude,
  type Evidence,
  formatEvent,
  judgeAudio,
  judgePackage,
  judgePicture,
  judgeVideo,
} from './checks.ts'
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
export { pool, readEvents, readLoudness, readLoudnessCurve, readQuality } from './readings.ts'
