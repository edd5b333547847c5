export { formatFilters } from './filter-text.ts'
export { chooseH264Level, firstExceeded, type H264Stream, type LevelChoice } from './h264-level.ts'
export { type H264Level, h264Levels } from './h264-levels.data.ts'
