export {
  type EncoderAnswer,
  type EncoderLimits,
  type EncoderRequest,
  type PictureUse,
  type RateMode,
  rateModeOf,
  rateModes,
  type Scan,
  type ShotQuality,
  type Speed,
} from './encoder-request.ts'
export { decodedPictureBuffer, encoderLimits, encoderSettings, encodersFor } from './encoder-settings.ts'
export { encoderNames } from './encoder-table.ts'
export { type SpeedName, speedNames } from './speeds.data.ts'
