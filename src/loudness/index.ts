export { renderLoudness } from './loudness-page.ts'
export { type MeasuredFile, type MeasuredTrack, measureFile } from './measure-file.ts'
export { LoudnessOptions, NormalizeOptions } from './options.ts'
export { runLoudness } from './run-loudness.ts'
