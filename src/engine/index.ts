export type { ChannelCommand, ChannelParams, ChannelUpdate, Slate } from './channel/channel.ts'
export { type CallOptions, callEngine, type GraphOutcome, runSpec } from './engine.ts'
export type { TestSourceParams } from './test-source.ts'
