export { displayLightSteps } from './light-stage.ts'
export { planColor } from './plan-color.ts'
export {
  type ColorPlan,
  type ColorRequest,
  type DynamicRange,
  dynamicRanges,
  type ScaleKernel,
  type SdrSpace,
  scaleKernels,
  sdrSpaces,
  type ToneCurve,
  toneCurves,
} from './request.ts'
export { bt601Lines525, bt601Lines625, bt709, describeSourceColor, type SourceColor } from './source-color.ts'
