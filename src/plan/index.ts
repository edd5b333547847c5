export type { Chain } from './choose-delivery.ts'
export {
  addPrepared,
  compileFirstPass,
  compilePlan,
  edgeBounds,
  isCopy,
  needsTwoPasses,
  type OutputPaths,
  renditionFrames,
  videoTimescale,
} from './compile.ts'
export { type Explanation, explainPlan } from './explain.ts'
export { LadderFile } from './ladder-file.ts'
export { type LadderLimits, ladderLimits } from './ladder-limits.ts'
export { ComparisonOptions, LadderOptions, TranscodeOptions, VodOptions } from './options.ts'
export { type ComparisonRequest, planComparison } from './plan-comparison.ts'
export { planHash } from './plan-hash.ts'
export {
  canHalve,
  type PackageRung,
  type PlannedVideo,
  planPackageVideo,
} from './plan-package-video.ts'
export { analysisWants } from './plan-picture.ts'
export { planTranscode, type TranscodeRequest } from './plan-transcode.ts'
export { planTrials, type TrialOptions, type TrialTitle, trialTitle } from './plan-trials.ts'
export { nameRungs, type PlanRequest, planVod, type VodRequest } from './plan-vod.ts'
export { correctRate } from './quality-target.ts'
export type { Alignment } from './sound-offsets.ts'
