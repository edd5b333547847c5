export { dashRules } from './dash-rules.data.ts'
export type {
  CheckedSegment,
  CheckedTrack,
  DashEntry,
  DashFacts,
  HlsEntry,
  HlsFacts,
  Problem,
  RuleRow,
  Transfer,
} from './facts.ts'
export { hlsRules, uncheckedAppleRules } from './hls-rules.data.ts'
export { type RuleFinding, ruleCount, runRules } from './run-rules.ts'
