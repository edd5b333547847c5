export type { StoreLimits } from './channel-store.ts'
export type { StoredCue } from './cue-list.ts'
export { type ChannelStats, type Origin, type OriginOptions, openOrigin } from './origin.ts'
export { formatViewerToken } from './viewer-token.ts'
