export { channelsOfMask, channelWeights } from './channel-weights.ts'
export { combinedLoudness, type MomentaryCurve, type SpeechLoudness, speechLoudness } from './combine.ts'
export { createLoudnessMeter, type LoudnessDisplay, type LoudnessMeter, type LoudnessMeterOptions } from './meter.ts'
