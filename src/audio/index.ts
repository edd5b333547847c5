export { type Downmix, planDownmix } from './downmix.ts'
export { ClockWatch, SoundInspector, type SoundInspectorOptions } from './inspect/index.ts'
export { layoutByCount, layoutChannels } from './layouts.data.ts'
export {
  type LoudnessPlan,
  type LoudnessStandard,
  type LoudnessStandardName,
  loudnessStandards,
  planLoudness,
} from './loudness.ts'
export {
  channelsOfMask,
  channelWeights,
  createLoudnessMeter,
  type LoudnessDisplay,
  type LoudnessMeter,
  type LoudnessMeterOptions,
} from './meter/index.ts'
export {
  type ChannelLimits,
  type ChannelPolicy,
  type Channels,
  planChannels,
  selectTracks,
  trackPurpose,
} from './tracks.ts'
