export { type Downmix, planDownmix } from './downmix.ts'
export { layoutByCount, layoutChannels } from './layouts.data.ts'
export { gainSteps, type LoudnessPlan, limiterSteps, planLoudness } from './loudness.ts'
export { type LoudnessStandard, type LoudnessStandardName, loudnessStandards } from './loudness-standards.data.ts'
export {
  channelsOfMask,
  channelWeights,
  combinedLoudness,
  createLoudnessMeter,
  type LoudnessDisplay,
  type LoudnessMeter,
  type LoudnessMeterOptions,
  type MomentaryCurve,
  type SpeechLoudness,
  speechLoudness,
} from './meter/index.ts'
export {
  type ChannelLimits,
  type ChannelPolicy,
  type Channels,
  planChannels,
  selectTracks,
  trackPurpose,
} from './tracks.ts'
