// The public API of `headend`: named exports only. Planning alone, without engine and files, is `headend/plan`.
export {
  type CommonOptions,
  detectMachine,
  type PlanFileOptions,
  type PlanTitleOptions,
  planFile,
  planTitle,
  probe,
  type RunTranscodeOptions,
  type RunVodOptions,
  runTranscode,
  runVod,
  type VmafCallOptions,
  vmaf,
} from './api.ts'
export {
  type ErrorCode,
  errorTable,
  HeadendError,
  isErrorCode,
  type Log,
  type LogLevel,
  type OnProgress,
  type Progress,
  silentLog,
} from './core/index.ts'
export { Comparison, EncodePlan, Machine, MediaFacts, Report, Verdict } from './model/index.ts'
export { ComparisonOptions, explainPlan, TranscodeOptions, VodOptions } from './plan/index.ts'
