export { type Downmix, planDownmix } from './downmix.ts'
export { type LoudnessPlan, type LoudnessStandard, loudnessStandards, planLoudness } from './loudness.ts'
export { measureFilters, selectTracks } from './tracks.ts'
