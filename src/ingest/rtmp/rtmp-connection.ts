// One RTMP publisher, from the handshake to its last message ("RTMP specification 1.0", 5.2, 5.4, 7.2). What it sends is limited in size,
// in number and in time; whatever it does wrong ends this connection and no other.
import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import type { Log } from '../../core/index.ts'
import {
  type FeedEvent,
  type PublishRequest,
  type PublishSession,
  type PublishVerdict,
  TickUnwrapper,
} from '../../live/index.ts'
import { monotonicUs } from '../monotonic.ts'
import { type AmfObject, type AmfValue, formatAmf0, parseAmf0 } from './amf0.ts'
import { ChunkReader, type RtmpMessage } from './chunk-reader.ts'
import { formatMessage } from './chunk-writer.ts'
import { FlvAudio } from './flv-audio.ts'
import { FlvVideo } from './flv-video.ts'

/** Milliseconds that a publisher may take. */
export type RtmpTimes = { readonly handshakeMs: number; readonly publishMs: number; readonly idleMs: number }
export const rtmpTimes: RtmpTimes = { handshakeMs: 5000, publishMs: 10_000, idleMs: 15_000 }

/** What a connection asks of its server. */
export type RtmpHost = {
  readonly log: Log
  readonly times: RtmpTimes
  authorize(request: PublishRequest): Promise<PublishVerdict>
  /** The publisher was let in. */
  open(session: PublishSession): (event: FeedEvent) => void
}

const type = {
  setChunkSize: 1,
  abort: 2,
  acknowledgement: 3,
  userControl: 4,
  windowSize: 5,
  peerBandwidth: 6,
  audio: 8,
  video: 9,
  dataAmf3: 15,
  commandAmf3: 17,
  dataAmf0: 18,
  commandAmf0: 20,
  aggregate: 22,
} as const

const HANDSHAKE_BYTES = 1536
const VERSION = 3
const WINDOW_BYTES = 2_500_000
const OUR_CHUNK_BYTES = 4096
const MEDIA_STREAM = 1
/** Enhanced RTMP, "Enhancing onConnect": what we take. */
const FOUR_CC = ['avc1', 'hvc1', 'av01', 'vp09', 'mp4a', 'Opus', 'ac-3', 'ec-3', '.mp3']
const MAX_NAME = 512

type Phase = 'c0c1' | 'c2' | 'open' | 'closed'

export class RtmpConnection {
  readonly #socket: Socket
  readonly #host: RtmpHost
  readonly #reader = new ChunkReader()
  readonly #video = new FlvVideo()
  readonly #audio = new FlvAudio()
  readonly #unwrap = new TickUnwrapper(32)
  readonly #openedUs = monotonicUs()
  #phase: Phase = 'c0c1'
  #held: Buffer = Buffer.alloc(0)
  #app: string | null = null
  #emit: ((event: FeedEvent) => void) | null = null
  #request: PublishRequest | null = null
  #deciding = false
  #window = WINDOW_BYTES
  #acknowledged = 0
  #messages = 0
  #timer: NodeJS.Timeout | null = null
  #endReason = 'the publisher is gone'

  constructor(socket: Socket, host: RtmpHost) {
    this.#socket = socket
    this.#host = host
    socket.setNoDelay(true)
    socket.on('data', chunk => this.#take(chunk))
    socket.on('error', error => host.log.debug({ error: error.message }, 'RTMP connection'))
    socket.on('close', () => this.#closed())
    this.#limit(host.times.handshakeMs, 'the handshake took too long')
  }

  /** Who publishes; null before that. */
  get request(): PublishRequest | null {
    return this.#emit ? this.#request : null
  }

  stats(): Record<string, unknown> {
    return {
      protocol: 'rtmp',
      app: this.#app,
      ageMs: Math.round((monotonicUs() - this.#openedUs) / 1000),
      receivedBytes: this.#reader.receivedBytes,
      messages: this.#messages,
      ignoredTags: this.#video.ignored + this.#audio.ignored,
    }
  }

  close(reason: string): void {
    if (this.#phase === 'closed') return
    this.#endReason = reason
    if (this.#emit) this.#status('NetStream.Unpublish.Success', reason, 'status')
    this.#phase = 'closed'
    this.#socket.end()
    this.#limit(1000, reason)
  }

  #closed(): void {
    this.#phase = 'closed'
    if (this.#timer) clearTimeout(this.#timer)
    const emit = this.#emit
    this.#emit = null
    emit?.({ type: 'end', reason: this.#endReason })
  }

  /** After so many milliseconds without another call the connection ends. */
  #limit(ms: number, reason: string): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#endReason = reason
      this.#socket.destroy()
    }, ms)
  }

  #take(chunk: Buffer): void {
    try {
      if (this.#phase === 'open') this.#takeMessages(chunk)
      else if (this.#phase !== 'closed') this.#shakeHands(chunk)
    } catch (error) {
      this.#endReason = `it sent what is no RTMP: ${(error as Error).message}`
      this.#host.log.warn(
        { peer: this.#socket.remoteAddress, error: (error as Error).message },
        'RTMP connection ended',
      )
      this.#socket.destroy()
    }
  }

  /** 5.2: versions, a random block each way, and each side's block sent back. */
  #shakeHands(chunk: Buffer): void {
    this.#held = Buffer.concat([this.#held, chunk])
    if (this.#phase === 'c0c1') {
      if (this.#held[0] !== undefined && this.#held[0] !== VERSION)
        throw new RangeError(`version ${this.#held[0]} in the handshake`)
      if (this.#held.length < 1 + HANDSHAKE_BYTES) return
      const theirs = this.#held.subarray(1, 1 + HANDSHAKE_BYTES)
      const ours = randomBytes(HANDSHAKE_BYTES)
      // Time and a zero: the plain handshake, that every encoder takes.
      ours.fill(0, 0, 8)
      this.#socket.write(Buffer.concat([Buffer.of(VERSION), ours, theirs]))
      this.#held = this.#held.subarray(1 + HANDSHAKE_BYTES)
      this.#phase = 'c2'
    }
    if (this.#held.length < HANDSHAKE_BYTES) return
    const rest = this.#held.subarray(HANDSHAKE_BYTES)
    this.#held = Buffer.alloc(0)
    this.#phase = 'open'
    this.#limit(this.#host.times.publishMs, 'nothing was published in time')
    if (rest.length > 0) this.#takeMessages(rest)
  }

  #takeMessages(chunk: Buffer): void {
    if (this.#emit) this.#limit(this.#host.times.idleMs, 'nothing came for too long')
    for (const message of this.#reader.push(chunk)) {
      this.#messages++
      this.#handle(message)
    }
    const received = this.#reader.receivedBytes
    if (received - this.#acknowledged < this.#window / 2) return
    this.#acknowledged = received
    const count = Buffer.alloc(4)
    count.writeUInt32BE(received % 2 ** 32)
    this.#send(2, type.acknowledgement, 0, count)
  }

  #handle({ type: kind, payload, timestamp, streamId }: RtmpMessage): void {
    switch (kind) {
      case type.setChunkSize:
        this.#reader.setChunkBytes(need(payload, 4).readUInt32BE() & 0x7fffffff)
        return
      case type.abort:
        this.#reader.abort(need(payload, 4).readUInt32BE())
        return
      case type.windowSize:
        this.#window = Math.max(1024, need(payload, 4).readUInt32BE())
        return
      case type.userControl:
        this.#control(payload)
        return
      case type.commandAmf3:
        // AMF3 commands of real encoders begin with a zero and are AMF0 behind it.
        this.#command(payload.subarray(1), streamId)
        return
      case type.commandAmf0:
        this.#command(payload, streamId)
        return
      case type.audio:
      case type.video:
        this.#media(kind, payload, timestamp)
        return
      case type.aggregate:
        this.#aggregate(payload, timestamp)
        return
      default:
      // Metadata says nothing that the media does not say better; acknowledgements and bandwidths need no answer.
    }
  }

  #media(kind: number, payload: Buffer, timestamp: number): void {
    if (!this.#emit) return
    const dts = this.#unwrap.unwrap(BigInt(timestamp))
    const reader = kind === type.video ? this.#video : this.#audio
    for (const event of reader.read(payload, dts, monotonicUs())) this.#emit(event)
  }

  /** 7.1.6: several tags with headers as in an FLV file, on a timeline of their own that begins at the message's time. */
  #aggregate(payload: Buffer, timestamp: number): void {
    let first: number | null = null
    for (let at = 0; at + 11 <= payload.length; ) {
      const kind = payload[at]!
      const length = payload.readUIntBE(at + 1, 3)
      const time = payload.readUIntBE(at + 4, 3) + payload[at + 7]! * 2 ** 24
      first ??= time
      const end = at + 11 + length
      if (end > payload.length) throw new RangeError('an aggregate message is cut off')
      if (kind === type.audio || kind === type.video)
        this.#media(kind, payload.subarray(at + 11, end), (timestamp + time - first) >>> 0)
      at = end + 4
    }
  }

  /** 7.1.7: a ping is answered with its own time. */
  #control(payload: Buffer): void {
    if (need(payload, 2).readUInt16BE() !== 6) return
    const pong = Buffer.from(need(payload, 6).subarray(0, 6))
    pong.writeUInt16BE(7)
    this.#send(2, type.userControl, 0, pong)
  }

  #command(payload: Buffer, streamId: number): void {
    const [name, transaction, object, ...rest] = parseAmf0(payload)
    const id = typeof transaction === 'number' ? transaction : 0
    switch (name) {
      case 'connect':
        this.#connect(id, object)
        return
      case 'createStream':
        this.#reply(0, '_result', id, null, MEDIA_STREAM)
        return
      case 'releaseStream':
      case 'FCPublish':
        this.#reply(0, '_result', id, null, undefined)
        return
      case 'publish':
        void this.#publish(rest[0])
        return
      case 'FCUnpublish':
      case 'deleteStream':
      case 'closeStream':
        if (!this.#emit) return
        this.close('the publisher ended the stream')
        return
      case 'play':
      case 'play2':
        this.#status('NetStream.Play.Failed', 'this server only takes streams', 'error', streamId)
        this.close('it wanted to play')
        return
      default:
      // Others (_checkbw, getStreamLength, @setDataFrame …) may stay without an answer.
    }
  }

  #connect(id: number, object: AmfValue): void {
    const given = isObject(object) ? object.app : undefined
    const app = typeof given === 'string' ? given : ''
    if (app.length > MAX_NAME) throw new RangeError('the name of the application is too long')
    this.#app = app.replace(/\?.*$/s, '').replace(/^\/+|\/+$/g, '')
    const size = Buffer.alloc(4)
    size.writeUInt32BE(WINDOW_BYTES)
    this.#send(2, type.windowSize, 0, size)
    this.#send(2, type.peerBandwidth, 0, Buffer.concat([size, Buffer.of(2)]))
    const chunk = Buffer.alloc(4)
    chunk.writeUInt32BE(OUR_CHUNK_BYTES)
    this.#send(2, type.setChunkSize, 0, chunk)
    this.#reply(
      0,
      '_result',
      id,
      { fmsVer: 'FMS/3,5,7,7009', capabilities: 31, mode: 1, fourCcList: FOUR_CC, capsEx: 0 },
      {
        level: 'status',
        code: 'NetConnection.Connect.Success',
        description: 'Connection succeeded.',
        objectEncoding: 0,
      },
    )
  }

  async #publish(name: AmfValue): Promise<void> {
    if (this.#emit || this.#deciding) return
    if (this.#app === null || typeof name !== 'string' || name.length > MAX_NAME) {
      this.#refuse('there is no application or no stream name')
      return
    }
    this.#deciding = true
    const [key = '', query = ''] = name.split('?', 2)
    const request: PublishRequest = {
      protocol: 'rtmp',
      app: this.#app,
      key,
      remoteAddress: this.#socket.remoteAddress ?? '',
      parameters: Object.fromEntries(new URLSearchParams(query)),
    }
    const verdict = await this.#host.authorize(request).catch((error: unknown): PublishVerdict => {
      this.#host.log.error({ error: String(error) }, 'the publisher could not be checked')
      return { ok: false, reason: 'it could not be checked' }
    })
    if (this.#phase === 'closed') return
    if (!verdict.ok) {
      this.#refuse(verdict.reason)
      return
    }
    this.#request = request
    this.#emit = this.#host.open({ request, close: reason => this.close(reason), requestKeyFrame: () => {} })
    this.#limit(this.#host.times.idleMs, 'nothing came for too long')
    const begin = Buffer.alloc(6)
    begin.writeUInt32BE(MEDIA_STREAM, 2)
    this.#send(2, type.userControl, 0, begin)
    this.#status('NetStream.Publish.Start', `${this.#app}/${key} is being published`, 'status')
  }

  #refuse(reason: string): void {
    this.#host.log.warn({ peer: this.#socket.remoteAddress, app: this.#app, reason }, 'an RTMP publisher was refused')
    this.#status('NetStream.Publish.BadName', reason, 'error')
    this.close(reason)
  }

  #status(code: string, description: string, level: 'status' | 'error', streamId: number = MEDIA_STREAM): void {
    this.#reply(streamId, 'onStatus', 0, null, { level, code, description })
  }

  #reply(streamId: number, name: string, id: number, ...values: readonly AmfValue[]): void {
    this.#send(streamId === 0 ? 3 : 5, type.commandAmf0, streamId, formatAmf0(name, id, ...values))
  }

  #send(chunkStream: number, kind: number, streamId: number, payload: Buffer): void {
    if (this.#phase === 'closed' || !this.#socket.writable) return
    // Until we announce ours, chunks have 128 bytes; what is sent before is shorter.
    const chunkBytes = this.#app === null ? 128 : OUR_CHUNK_BYTES
    this.#socket.write(formatMessage(chunkStream, { type: kind, streamId, timestamp: 0, payload }, chunkBytes))
  }
}

const isObject = (value: AmfValue): value is AmfObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

function need(payload: Buffer, bytes: number): Buffer {
  if (payload.length < bytes) throw new RangeError('a control message is cut off')
  return payload
}
