export { channelsOfMask, channelWeights } from './channel-weights.ts'
export { createLoudnessMeter, type LoudnessDisplay, type LoudnessMeter, type LoudnessMeterOptions } from './meter.ts'
