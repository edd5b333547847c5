export { type Downmix, type DownmixTarget, planDownmix } from './downmix.ts'
export { findOffset, type OffsetReading } from './find-offset.ts'
export { ClockWatch, SoundInspector, type SoundInspectorOptions } from './inspect/index.ts'
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
  applyRoles,
  matchTracks,
  offsetsOf,
  pickTracks,
  type TrackRole,
  trackPurpose,
  trackRole,
  trackRoles,
} from './track-words.ts'
export {
  type ChannelLimits,
  type ChannelPolicy,
  type Channels,
  type MixOptions,
  planChannels,
  selectTracks,
} from './tracks.ts'
