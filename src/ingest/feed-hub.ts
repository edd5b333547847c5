// Where feeds and channels meet: publishers put events in, channels subscribe on a unix socket, at any time and as often as they
// die. Each gets first what its decoders need: the tracks, and everything since the last key frame.
import { rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { type Log, MessageFrameReader } from '../core/index.ts'
import {
  decodeFeedHello,
  encodeFeedEvent,
  type FeedEvent,
  type FeedTrack,
  isKey,
  type TransportFacts,
} from '../live/index.ts'

/** Since the last key frame so much is kept for who comes later. */
const KEPT_BYTES = 48 << 20
const KEPT_UNITS = 6000
/** A subscriber that lets so much wait is cut off; it comes again and begins at a key frame. */
const MAX_PENDING_BYTES = 64 << 20

/** What is known of a feed that is there. */
export type FeedState = {
  readonly name: string
  readonly tracks: readonly FeedTrack[]
  readonly units: number
  readonly bytes: number
  readonly subscribers: number
  readonly transport: TransportFacts
}

class Feed {
  readonly tracks = new Map<number, FeedTrack>()
  readonly subscribers = new Set<Socket>()
  kept: Buffer[] = []
  keptBytes = 0
  transport: TransportFacts = {}
  units = 0
  bytes = 0
  /** Of the publisher that may put events in. */
  session = 0
  open = false
}

export class FeedHub implements AsyncDisposable {
  readonly #feeds = new Map<string, Feed>()
  readonly #server: Server
  readonly #path: string
  readonly #log: Log
  readonly #sockets = new Set<Socket>()

  private constructor(path: string, log: Log) {
    this.#path = path
    this.#log = log
    this.#server = createServer(socket => this.#welcome(socket))
  }

  /** Listens on a unix socket; what a dead gateway left there is removed. */
  static async open(path: string, log: Log): Promise<FeedHub> {
    await rm(path, { force: true })
    const hub = new FeedHub(path, log)
    await new Promise<void>((resolve, reject) => {
      hub.#server.once('error', reject)
      hub.#server.listen(path, resolve)
    })
    return hub
  }

  /** A publisher begins; the function takes its events. A publisher of the same name before it is heard no longer. */
  publish(name: string): (event: FeedEvent) => void {
    const feed = this.#feed(name)
    if (feed.open) this.#end(feed, 'another publisher took its place')
    const session = ++feed.session
    feed.open = true
    return event => {
      if (session === feed.session && feed.open) this.#take(feed, event)
    }
  }

  /** Whether somebody publishes under this name. */
  isOpen(name: string): boolean {
    return this.#feeds.get(name)?.open === true
  }

  get states(): readonly FeedState[] {
    return [...this.#feeds]
      .filter(([, feed]) => feed.open)
      .map(([name, feed]) => ({
        name,
        tracks: [...feed.tracks.values()],
        units: feed.units,
        bytes: feed.bytes,
        subscribers: feed.subscribers.size,
        transport: feed.transport,
      }))
  }

  #feed(name: string): Feed {
    let feed = this.#feeds.get(name)
    if (!feed) {
      feed = new Feed()
      this.#feeds.set(name, feed)
    }
    return feed
  }

  #take(feed: Feed, event: FeedEvent): void {
    if (event.type === 'end') {
      this.#end(feed, event.reason)
      return
    }
    const bytes = encodeFeedEvent(event)
    if (event.type === 'track') feed.tracks.set(event.track.stream, event.track)
    else if (event.type === 'transport') feed.transport = event.facts
    else if (event.type === 'unit') {
      feed.units++
      feed.bytes += event.unit.sizeBytes
      const hasVideo = [...feed.tracks.values()].some(({ kind }) => kind === 'video')
      if (isKey(event.unit) || !hasVideo) this.#forget(feed)
    }
    // Transport facts are of the moment; everything else is part of what a decoder has to see.
    if (event.type !== 'transport') this.#keep(feed, bytes)
    for (const socket of feed.subscribers) this.#write(socket, bytes)
  }

  #keep(feed: Feed, bytes: Buffer): void {
    feed.kept.push(bytes)
    feed.keptBytes += bytes.length
    if (feed.keptBytes > KEPT_BYTES || feed.kept.length > KEPT_UNITS) this.#forget(feed)
  }

  #forget(feed: Feed): void {
    feed.kept = []
    feed.keptBytes = 0
  }

  #end(feed: Feed, reason: string): void {
    const bytes = encodeFeedEvent({ type: 'end', reason })
    for (const socket of feed.subscribers) this.#write(socket, bytes)
    feed.open = false
    feed.tracks.clear()
    feed.transport = {}
    this.#forget(feed)
    this.#drop(feed)
  }

  /** Names come from publishers: none is remembered that nobody uses. */
  #drop(feed: Feed): void {
    if (feed.open || feed.subscribers.size > 0) return
    for (const [name, other] of this.#feeds) if (other === feed) this.#feeds.delete(name)
  }

  #write(socket: Socket, bytes: Buffer): void {
    socket.write(bytes)
    if (socket.writableLength <= MAX_PENDING_BYTES) return
    this.#log.warn({ pendingBytes: socket.writableLength }, 'a channel does not read its feed and is cut off')
    socket.destroy()
  }

  #welcome(socket: Socket): void {
    const reader = new MessageFrameReader()
    let feed: Feed | null = null
    this.#sockets.add(socket)
    socket.on('data', chunk => {
      try {
        for (const frame of reader.push(chunk)) {
          if (feed) throw new RangeError('subscribed already')
          feed = this.#feed(decodeFeedHello(frame))
          for (const track of feed.tracks.values()) socket.write(encodeFeedEvent({ type: 'track', track }))
          for (const bytes of feed.kept) socket.write(bytes)
          feed.subscribers.add(socket)
        }
      } catch (error) {
        this.#log.error({ error: String(error) }, 'a channel said what no channel says')
        socket.destroy()
      }
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#sockets.delete(socket)
      if (!feed) return
      feed.subscribers.delete(socket)
      this.#drop(feed)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise<void>(resolve => this.#server.close(() => resolve()))
    await rm(this.#path, { force: true })
  }
}
