export { addPrepared, compilePlan, edgeBounds, type OutputPaths, videoTimescale } from './compile.ts'
export { type Explanation, explainPlan } from './explain.ts'
export { TranscodeOptions, VodOptions } from './options.ts'
export { type PlanRequest, planHash, planTranscode, planVod } from './plan-title.ts'
