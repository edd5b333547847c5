export { type Downmix, planDownmix } from './downmix.ts'
export { layoutByCount, layoutChannels } from './layouts.data.ts'
export {
  type LoudnessPlan,
  type LoudnessStandard,
  type LoudnessStandardName,
  loudnessStandards,
  planLoudness,
} from './loudness.ts'
export { downmixFilters, measureFilters, selectTracks, trackPurpose } from './tracks.ts'
