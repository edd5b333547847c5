export { FeedHub, type FeedState } from './feed-hub.ts'
export { openRtmpServer, type RtmpServer, type RtmpServerOptions, rtmpServerLimits } from './rtmp/rtmp-server.ts'
export { openWhipServer, type WhipServer, type WhipServerOptions } from './whip/whip-server.ts'
