// A station on one machine: the gateway, a worker for each channel, the origin; watched, and started again when they die.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Log } from '../core/index.ts'
import type { ChannelParams, Slate, TestSourceParams } from '../engine/index.ts'
import type { ChannelRequest } from '../live/index.ts'
import type { ChannelStats } from '../origin/index.ts'
import { ChannelRunner } from './channel-runner.ts'
import { Child } from './child.ts'
import type {
  Address,
  FromProcess,
  GatewayFeed,
  GatewayParams,
  OriginParams,
  ProcessStats,
  StationStatus,
  Tls,
  WhipAddress,
} from './messages.ts'

export type StationChannel = {
  readonly name: string
  readonly feeds: { readonly primary: string; readonly backup?: string }
  readonly request: ChannelRequest
  readonly slate: Slate
}

export type StationOptions = {
  readonly rtmp: (Address & { readonly tls?: Tls }) | null
  readonly whip: WhipAddress | null
  readonly http: Address & { readonly tls?: Tls }
  readonly directory: string
  readonly dvrSeconds: number
  readonly record: boolean
  readonly targetLatencyMs: number
  readonly hook: string | null
  readonly viewerKey: Uint8Array | null
  readonly apiToken: Uint8Array | null
  readonly tests: readonly { readonly feed: string; readonly source: TestSourceParams }[]
  /** Null: each stream that is published becomes a channel of its name, as this says. */
  readonly channels: readonly StationChannel[] | null
  readonly common: { readonly request: ChannelRequest; readonly slate: Slate }
  /** A channel that nobody asked for by name ends when its source was gone so long. */
  readonly endAfterMs: number
  readonly log: Log
}

const MEMORY_SECONDS = 20
const STATUS_EVERY_MS = 1000

export class Station implements AsyncDisposable {
  readonly #options: StationOptions
  readonly #sockets: string
  readonly #gateway: Child
  readonly #origin: Child
  readonly #channels = new Map<string, ChannelRunner>()
  readonly #goneSince = new Map<string, number>()
  readonly #startedMs = performance.now()
  readonly #stats = new Map<string, ProcessStats>()
  #feeds: readonly GatewayFeed[] = []
  #served: readonly ChannelStats[] = []
  #timer: NodeJS.Timeout | null = null
  #ports: Readonly<Record<string, number>> = {}

  private constructor(options: StationOptions, sockets: string) {
    this.#options = options
    this.#sockets = sockets
    const onMessage = (message: FromProcess): void => this.#hear(message)
    const { log } = options
    this.#origin = new Child({ name: 'origin', main: 'origin-main', params: this.#originParams(), onMessage, log })
    this.#gateway = new Child({ name: 'gateway', main: 'gateway-main', params: this.#gatewayParams(), onMessage, log })
  }

  /** Starts everything. @throws {HE_LIVE_PORT} and what else the processes cannot begin with. */
  static async open(options: StationOptions): Promise<Station> {
    // Paths of unix sockets are short (108 bytes): not below the spool, whose path may be long.
    const sockets = await mkdtemp(join(tmpdir(), 'headend-live-'))
    const station = new Station(options, sockets)
    try {
      const [origin, gateway] = await Promise.all([station.#origin.ready, station.#gateway.ready])
      station.#keepPorts({ ...origin, ...gateway })
      for (const channel of options.channels ?? []) station.#openChannel(channel)
      station.#timer = setInterval(() => station.#tick(), STATUS_EVERY_MS)
      return station
    } catch (error) {
      await station[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Where it listens. */
  get ports(): Readonly<Record<string, number>> {
    return this.#ports
  }

  get status(): StationStatus {
    const restarts: Record<string, number> = { gateway: this.#gateway.restarts, origin: this.#origin.restarts }
    return {
      atMs: Date.now(),
      uptimeMs: Math.round(performance.now() - this.#startedMs),
      channels: [...this.#channels.values()].map(runner => ({
        ...runner.status,
        origin: this.#served.find(({ channel }) => channel === runner.name) ?? null,
      })),
      feeds: this.#feeds,
      processes: Object.fromEntries(
        [...this.#stats].map(([name, stats]) => [name, { ...stats, restarts: restarts[name] ?? 0 }]),
      ),
    }
  }

  /** Process ids by name: for those who watch, and for tests that kill. */
  get pids(): Readonly<Record<string, number | null>> {
    return {
      gateway: this.#gateway.pid,
      origin: this.#origin.pid,
      ...Object.fromEntries([...this.#channels].map(([name, runner]) => [name, runner.status.pid])),
    }
  }

  #gatewayParams(): GatewayParams {
    const { rtmp, whip, hook, tests, channels } = this.#options
    const names = channels?.flatMap(({ feeds }) => [feeds.primary, ...(feeds.backup ? [feeds.backup] : [])]) ?? null
    return { socketPath: this.#socket('gateway'), rtmp, whip, names, hook, tests }
  }

  #originParams(): OriginParams {
    const { http, directory, dvrSeconds, record, targetLatencyMs, viewerKey, apiToken } = this.#options
    return {
      socketPath: this.#socket('origin'),
      spoolDirectory: join(directory, 'spool'),
      http,
      limits: { memorySeconds: MEMORY_SECONDS, dvrSeconds, keepAll: record },
      targetLatencyMs,
      viewerKey,
      apiToken,
    }
  }

  #socket(name: string): string {
    return join(this.#sockets, `${name}.sock`)
  }

  /** A process that is started again listens where its predecessor did, also where the port was a free one. */
  #keepPorts(ports: Readonly<Record<string, number>>): void {
    this.#ports = ports
    const { rtmp, whip } = this.#options
    this.#gateway.params = {
      ...this.#gatewayParams(),
      ...(rtmp && ports.rtmp ? { rtmp: { ...rtmp, port: ports.rtmp } } : {}),
      ...(whip && ports.whip ? { whip: { ...whip, port: ports.whip } } : {}),
    }
    const origin = this.#originParams()
    if (ports.http) this.#origin.params = { ...origin, http: { ...origin.http, port: ports.http } }
  }

  #hear(message: FromProcess): void {
    const { log } = this.#options
    switch (message.type) {
      case 'opened':
        log.info({ feed: message.feed, protocol: message.protocol, peer: message.remoteAddress }, 'a stream comes in')
        this.#goneSince.delete(message.feed)
        if (!this.#options.channels)
          this.#openChannel({ name: message.feed, feeds: { primary: message.feed }, ...this.#options.common })
        return
      case 'closed':
        log.info({ feed: message.feed, reason: message.reason }, 'a stream ended')
        this.#goneSince.set(message.feed, performance.now())
        return
      case 'force':
        log.info({ channel: message.channel, input: message.input }, 'an input was asked for')
        this.#channels.get(message.channel)?.tell({ type: 'force', input: message.input })
        return
      case 'gateway-stats':
        this.#feeds = message.feeds
        this.#stats.set('gateway', message.process)
        return
      case 'origin-stats':
        this.#served = message.channels
        this.#stats.set('origin', message.process)
        return
      default:
    }
  }

  #openChannel({ name, feeds, request, slate }: StationChannel): void {
    const known = this.#channels.get(name)
    if (known && !known.isOver) return
    const params: ChannelParams = {
      channel: name,
      gatewaySocket: this.#socket('gateway'),
      originSocket: this.#socket('origin'),
      feeds,
      request,
      slate,
    }
    this.#channels.set(name, new ChannelRunner(params, this.#options.log.child({ channel: name })))
  }

  #tick(): void {
    this.#origin.tell({ type: 'status', status: this.status })
    if (this.#options.channels) return
    for (const [feed, sinceMs] of this.#goneSince) {
      if (performance.now() - sinceMs < this.#options.endAfterMs) continue
      this.#goneSince.delete(feed)
      const runner = this.#channels.get(feed)
      if (runner)
        void runner
          .end()
          .then(() => runner.isOver && this.#channels.get(feed) === runner && this.#channels.delete(feed))
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#timer) clearInterval(this.#timer)
    await Promise.all([...this.#channels.values()].map(runner => runner.end()))
    await this.#gateway.stop()
    await this.#origin.stop()
    await rm(this.#sockets, { recursive: true, force: true })
  }
}
