// A channel's end of a feed: subscribes at the gateway, hears its events, and subscribes again when the gateway was gone.
import { connect, type Socket } from 'node:net'
import { type Log, MessageFrameReader } from '../../core/index.ts'
import { decodeFeedEvent, encodeFeedHello, type FeedEvent } from '../../live/index.ts'

const RETRY_MS = 200

export class FeedClient implements Disposable {
  readonly #path: string
  readonly #feed: string
  readonly #log: Log
  readonly #onEvent: (event: FeedEvent) => void
  #socket: Socket | null = null
  #timer: NodeJS.Timeout | null = null
  #closed = false

  constructor(path: string, feed: string, onEvent: (event: FeedEvent) => void, log: Log) {
    this.#path = path
    this.#feed = feed
    this.#onEvent = onEvent
    this.#log = log
    this.#connect()
  }

  #connect(): void {
    const reader = new MessageFrameReader()
    const socket = connect(this.#path)
    this.#socket = socket
    let subscribed = false
    socket.on('connect', () => {
      subscribed = true
      socket.write(encodeFeedHello(this.#feed))
    })
    socket.on('data', chunk => {
      try {
        for (const frame of reader.push(chunk)) this.#onEvent(decodeFeedEvent(frame))
      } catch (error) {
        this.#log.error({ feed: this.#feed, error: String(error) }, 'the gateway said what no feed has')
        socket.destroy()
      }
    })
    socket.on('error', error => this.#log.debug({ feed: this.#feed, error: error.message }, 'no gateway'))
    socket.on('close', () => {
      this.#socket = null
      if (this.#closed) return
      // With the gateway its publishers are gone; what comes next has a timeline of its own.
      if (subscribed) this.#onEvent({ type: 'end', reason: 'the gateway is gone' })
      this.#timer = setTimeout(() => this.#connect(), RETRY_MS)
    })
  }

  [Symbol.dispose](): void {
    this.#closed = true
    if (this.#timer) clearTimeout(this.#timer)
    this.#socket?.destroy()
  }
}
