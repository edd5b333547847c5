// What the station and its processes say to each other over IPC (advanced serialization: bytes and secrets never in argv or env).
import type { TestSourceParams } from '../engine/index.ts'
import type { InputName } from '../live/index.ts'
import type { ChannelStats, StoreLimits } from '../origin/index.ts'

export type Address = { readonly host: string; readonly port: number }
export type Tls = { readonly key: string; readonly cert: string }

export type WhipAddress = Address & {
  readonly tls?: Tls
  /** IP addresses at which publishers reach this machine. */
  readonly announce?: readonly string[]
  /** First and last UDP port. */
  readonly udpPortRange?: readonly [number, number]
}

export type GatewayParams = {
  readonly socketPath: string
  readonly rtmp: (Address & { readonly tls?: Tls }) | null
  readonly whip: WhipAddress | null
  /** Feeds that may be published; null: any. */
  readonly names: readonly string[] | null
  /** Asked about each publisher. */
  readonly hook: string | null
  readonly tests: readonly { readonly feed: string; readonly source: TestSourceParams }[]
}

export type OriginParams = {
  readonly socketPath: string
  readonly spoolDirectory: string
  readonly http: Address & { readonly tls?: Tls }
  readonly limits: StoreLimits
  readonly targetLatencyMs: number
  readonly viewerKey: Uint8Array | null
  /** Asked of those who control channels over HTTP. */
  readonly apiToken: Uint8Array | null
}

export type ToProcess =
  | { readonly type: 'start'; readonly params: unknown }
  /** To the origin: what its page and its metrics show. */
  | { readonly type: 'status'; readonly status: StationStatus }
  | { readonly type: 'stop' }

export type FromProcess =
  | { readonly type: 'ready'; readonly ports: Readonly<Record<string, number>> }
  | { readonly type: 'failed'; readonly code: string; readonly message: string }
  | {
      readonly type: 'log'
      readonly level: 'debug' | 'info' | 'warn' | 'error'
      readonly data: object
      readonly message: string
    }
  /** Somebody wants a channel to take this input; null: as it thinks best. */
  | { readonly type: 'force'; readonly channel: string; readonly input: InputName | null }
  | { readonly type: 'opened'; readonly feed: string; readonly protocol: string; readonly remoteAddress: string }
  | { readonly type: 'closed'; readonly feed: string; readonly reason: string }
  | {
      readonly type: 'gateway-stats'
      readonly feeds: readonly GatewayFeed[]
      readonly sessions: readonly object[]
      readonly process: ProcessStats
    }
  | { readonly type: 'origin-stats'; readonly channels: readonly ChannelStats[]; readonly process: ProcessStats }

export type GatewayFeed = {
  readonly name: string
  readonly units: number
  readonly bytes: number
  readonly subscribers: number
}

export type ProcessStats = { readonly pid: number; readonly rssBytes: number; readonly cpuSeconds: number }

export type ChannelStatus = {
  readonly name: string
  readonly state: 'waiting' | 'running' | 'restarting' | 'ended'
  readonly restarts: number
  readonly pid: number | null
  readonly error: string | null
  readonly reasons: readonly string[]
  readonly worker: Record<string, unknown> | null
  readonly origin: ChannelStats | null
}

/** Everything that is known of a station at one moment. */
export type StationStatus = {
  readonly atMs: number
  readonly uptimeMs: number
  readonly channels: readonly ChannelStatus[]
  readonly feeds: readonly GatewayFeed[]
  readonly processes: Readonly<Record<string, ProcessStats & { readonly restarts: number }>>
}
