export { aacLcCodecString, h264CodecString } from './codec-strings.ts'
export { formatFilters } from './filter-text.ts'
export { chooseH264Level, firstExceeded, type H264LevelChoice, type H264Stream, isH264Size } from './h264-level.ts'
export { type H264Level, type H264Profile, h264Levels, h264Profiles } from './h264-levels.data.ts'
