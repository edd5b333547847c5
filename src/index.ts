// The public API of `headend`: named exports only. Planning alone, without engine and files, is `headend/plan`.
export {
  type CheckCallOptions,
  type CommonOptions,
  checkPresentation,
  detectMachine,
  findLadder,
  type LadderCallOptions,
  type LoudnessCallOptions,
  loudness,
  type NormalizeCallOptions,
  normalize,
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
export { LadderPrices } from './ladder/index.ts'
export { LoudnessOptions, NormalizeOptions } from './loudness/index.ts'
export {
  Comparison,
  ConformanceReport,
  EncodePlan,
  Ladder,
  LoudnessReport,
  Machine,
  MediaFacts,
  NormalizeReport,
  Report,
  Verdict,
} from './model/index.ts'
export {
  ComparisonOptions,
  explainPlan,
  LadderFile,
  LadderOptions,
  TranscodeOptions,
  VodOptions,
} from './plan/index.ts'
