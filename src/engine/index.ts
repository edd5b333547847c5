export { type CallOptions, callEngine, type GraphOutcome, runSpec } from './engine.ts'
