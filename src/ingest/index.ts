export { FeedHub, type FeedState } from './feed-hub.ts'
export { openRtmpServer, type RtmpServer, type RtmpServerOptions, rtmpServerLimits } from './rtmp/rtmp-server.ts'
export { createWhip, type Whip, type WhipOptions, whipLimits } from './whip/whip.ts'
