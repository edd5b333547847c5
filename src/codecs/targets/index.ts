export { type BrokenLimit, checkAgainst, type LimitName, type PlayedStream } from './check-against.ts'
export { type CodecChoice, chooseCodec } from './choose-codec.ts'
export { type Combination, combineTargets, findTarget, listTargets, targetNames } from './combine.ts'
export { fitsModes } from './modes.ts'
export type {
  CombinedTarget,
  CombinedVideoRule,
  HdrName,
  Mode,
  Target,
  TargetAudioRule,
  TargetDefaults,
  TargetVideoRule,
} from './target.ts'
