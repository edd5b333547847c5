export { channelsOfMask, channelWeights } from './channel-weights.ts'
export {
  combinedLoudness,
  type MomentaryCurve,
  rangeOfMomentary,
  type SpeechLoudness,
  speechLoudness,
} from './combine.ts'
export { createLoudnessMeter, type LoudnessDisplay, type LoudnessMeter, type LoudnessMeterOptions } from './meter.ts'
