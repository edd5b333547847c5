export { pqSignal, tagSteps } from './convert.ts'
export { type ColorPlan, planSdrColor } from './sdr-plan.ts'
export { bt601Lines525, bt601Lines625, bt709, describeSourceColor, type SourceColor } from './source-color.ts'
