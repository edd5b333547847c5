export type { Chain } from './choose-delivery.ts'
export {
  addPrepared,
  compileFirstPass,
  compilePlan,
  edgeBounds,
  isCopy,
  needsTwoPasses,
  type OutputPaths,
  videoTimescale,
} from './compile.ts'
export { type Explanation, explainPlan } from './explain.ts'
export { ComparisonOptions, TranscodeOptions, VodOptions } from './options.ts'
export { type ComparisonRequest, planComparison } from './plan-comparison.ts'
export { planHash } from './plan-hash.ts'
export { analysisWants } from './plan-picture.ts'
export { planTranscode, type TranscodeRequest } from './plan-transcode.ts'
export { type PlanRequest, planVod } from './plan-vod.ts'
export { correctRate } from './quality-target.ts'
