// The public door `headend/plan`: facts in, plan out, pure. No engine, no files, no native code is loaded by it.
export { type ErrorCode, errorTable, HeadendError } from './core/index.ts'
export { EncodePlan, LoudnessReading, MediaFacts } from './model/index.ts'
export { explainPlan, planHash, planTranscode, planVod, TranscodeOptions, VodOptions } from './plan/index.ts'
