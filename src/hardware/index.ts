export { type Candidate, type CandidateCodec, candidateCodecs, candidatesFor } from './candidates.ts'
export {
  chooseChain,
  type EncoderChain,
  familiesOf,
  type HardwarePolicy,
  parseHardwarePolicy,
} from './choose-chain.ts'
export { chooseEncoder, type EncoderChoice } from './choose-encoder.ts'
export { type DetectOptions, detectMachine } from './detect-machine.ts'
export { defaultBudgets, defaultOrder, type Family, families, type SessionBudget } from './families.data.ts'
export { type ProveOptions, proveEncoders } from './prove-encoders.ts'
export { fitSessions, type SessionPlan, sessionBytes } from './sessions.ts'
