export { headendVersion } from './headend-version.ts'
export { createMeter, type MeterOptions } from './progress-meter.ts'
export { type RunPlanOptions, runPlan } from './run-plan.ts'
