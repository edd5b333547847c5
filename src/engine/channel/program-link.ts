// A channel's end of its program: tells the origin, and when the origin was gone, tells it again what it may have missed.
import { connect, type Socket } from 'node:net'
import { type Log, MessageFrameReader } from '../../core/index.ts'
import {
  decodePosition,
  encodeProgramEvent,
  encodeProgramHello,
  type ProgramEvent,
  type ProgramPosition,
} from '../../live/index.ts'

const RETRY_MS = 200
/** What an origin that comes back is told again; it ignores what it has. */
const KEPT_US = 30_000_000
const KEPT_BYTES = 96 << 20
/** What may wait in the socket of an origin that does not read; then the connection is made anew. */
const MAX_PENDING_BYTES = 64 << 20

type Kept = { readonly atUs: number; readonly bytes: Buffer }

export class ProgramLink implements Disposable {
  readonly #path: string
  readonly #channel: string
  readonly #log: Log
  readonly #firstPosition = Promise.withResolvers<ProgramPosition>()
  #program: Buffer | null = null
  #kept: Kept[] = []
  #keptBytes = 0
  #socket: Socket | null = null
  #ready = false
  #timer: NodeJS.Timeout | null = null
  #closed = false
  #connects = 0

  constructor(path: string, channel: string, log: Log) {
    this.#path = path
    this.#channel = channel
    this.#log = log
    this.#connect()
  }

  /** Where the origin stood when it was first reached. */
  get position(): Promise<ProgramPosition> {
    return this.#firstPosition.promise
  }

  get state(): { readonly connected: boolean; readonly connects: number; readonly pendingBytes: number } {
    return { connected: this.#ready, connects: this.#connects, pendingBytes: this.#socket?.writableLength ?? 0 }
  }

  tell(event: ProgramEvent, nowUs: number): void {
    const bytes = encodeProgramEvent(event)
    if (event.type === 'program') this.#program = bytes
    else {
      this.#kept.push({ atUs: nowUs, bytes })
      this.#keptBytes += bytes.length
      while (this.#kept[0]!.atUs < nowUs - KEPT_US || this.#keptBytes > KEPT_BYTES)
        this.#keptBytes -= this.#kept.shift()!.bytes.length
    }
    if (this.#ready) this.#write(bytes)
  }

  /** Everything that was told has left this process, or there is nobody to take it. */
  async flush(): Promise<void> {
    const socket = this.#socket
    if (!socket || !this.#ready) return
    await new Promise<void>(resolve => {
      socket.end(() => resolve())
      socket.once('close', () => resolve())
    })
  }

  #write(bytes: Buffer): void {
    const socket = this.#socket!
    socket.write(bytes)
    if (socket.writableLength <= MAX_PENDING_BYTES) return
    this.#log.warn({ pendingBytes: socket.writableLength }, 'the origin does not read; its connection is made anew')
    socket.destroy()
  }

  #connect(): void {
    const reader = new MessageFrameReader()
    const socket = connect(this.#path)
    this.#socket = socket
    socket.on('connect', () => socket.write(encodeProgramHello(this.#channel)))
    socket.on('data', chunk => {
      try {
        for (const frame of reader.push(chunk)) this.#begin(decodePosition(frame))
      } catch (error) {
        this.#log.error({ error: String(error) }, 'the origin said what no origin says')
        socket.destroy()
      }
    })
    socket.on('error', error => this.#log.debug({ error: error.message }, 'no origin'))
    socket.on('close', () => {
      this.#ready = false
      this.#socket = null
      if (this.#closed) return
      this.#timer = setTimeout(() => this.#connect(), RETRY_MS)
    })
  }

  #begin(position: ProgramPosition): void {
    if (this.#ready) return
    this.#ready = true
    this.#connects++
    this.#firstPosition.resolve(position)
    if (this.#program) this.#write(this.#program)
    for (const { bytes } of this.#kept) this.#socket?.write(bytes)
  }

  [Symbol.dispose](): void {
    this.#closed = true
    if (this.#timer) clearTimeout(this.#timer)
    this.#socket?.destroy()
  }
}
