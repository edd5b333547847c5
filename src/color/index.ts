export { bt709, type ColorPlan, planSdrColor } from './target.ts'
