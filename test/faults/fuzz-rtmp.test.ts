// Mutated RTMP: chunk streams, commands, FLV tags, whole connections. Nothing but RangeError, nothing kept.
// HEADEND_FUZZ=50000 does as many.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { it } from 'node:test'
import { openRtmpServer } from '../../src/ingest/index.ts'
import { formatAmf0, parseAmf0 } from '../../src/ingest/rtmp/amf0.ts'
import { ChunkReader } from '../../src/ingest/rtmp/chunk-reader.ts'
import { formatMessage } from '../../src/ingest/rtmp/chunk-writer.ts'
import { FlvAudio } from '../../src/ingest/rtmp/flv-audio.ts'
import { FlvVideo } from '../../src/ingest/rtmp/flv-video.ts'
import { quietLog } from '../live/quiet-log.ts'
import { mutate } from './mutate.ts'

const count = Number(process.env.HEADEND_FUZZ ?? 3000)

const commands = [
  formatAmf0('connect', 1, { app: 'live', type: 'nonprivate', tcUrl: 'rtmp://host/live', list: ['a', { b: null }] }),
  formatAmf0('createStream', 4, null),
  formatAmf0('publish', 5, null, 'key?token=1', 'live'),
]
const nal = Buffer.concat([Buffer.of(0, 0, 0, 5, 0x65), Buffer.alloc(4, 3)])
const avcC = Buffer.from(
  '0164001effe1001867640 01eacd940a02ff970110000030001000003003c0f162d9601000568ebe3cb22c0'.replace(/ /g, ''),
  'hex',
)
const videoTags = [
  Buffer.concat([Buffer.of(0x17, 0, 0, 0, 0), avcC]),
  Buffer.concat([Buffer.of(0x17, 1, 0, 0, 40), nal]),
  Buffer.concat([Buffer.from([0x90]), Buffer.from('hvc1'), Buffer.alloc(30, 1)]),
  Buffer.concat([Buffer.from([0xa1]), Buffer.from('hvc1'), Buffer.of(0, 0, 0), nal]),
  Buffer.concat([Buffer.from([0x97, 2, 1, 2, 3, 0x01]), Buffer.from('av01'), Buffer.alloc(9, 18)]),
  Buffer.concat([Buffer.from([0x96, 0x10]), Buffer.from('avc1'), Buffer.of(0, 0, 0, 9), Buffer.alloc(9, 1)]),
]
const audioTags = [
  Buffer.of(0xaf, 0, 0x12, 0x10),
  Buffer.concat([Buffer.of(0xaf, 1), Buffer.alloc(40, 33)]),
  Buffer.concat([Buffer.of(0x90), Buffer.from('Opus'), Buffer.from('OpusHead'), Buffer.alloc(11, 1)]),
  Buffer.concat([Buffer.of(0x91), Buffer.from('ac-3'), Buffer.alloc(40, 11)]),
]
const message = (type: number, payload: Buffer) =>
  formatMessage(4, { type, streamId: 1, timestamp: 0x1000005, payload }, 128)
const stream = Buffer.concat([
  message(1, Buffer.of(0, 0, 1, 0)),
  formatMessage(3, { type: 20, streamId: 0, timestamp: 0, payload: commands[0]! }, 256),
  ...videoTags.map(tag => formatMessage(6, { type: 9, streamId: 1, timestamp: 40, payload: tag }, 256)),
  ...audioTags.map(tag => formatMessage(4, { type: 8, streamId: 1, timestamp: 41, payload: tag }, 256)),
])

it(`${count} mutated chunk streams, commands and tags`, t => {
  const outcomes = { read: 0, refused: 0 }
  const attempt = (what: string, run: () => void): void => {
    try {
      run()
      outcomes.read++
    } catch (error) {
      assert.ok(error instanceof RangeError, `${what}: ${(error as Error).stack}`)
      outcomes.refused++
    }
  }
  for (let n = 0; n < count; n++) {
    const pick = <T>(list: readonly T[]): T => list[n % list.length]!
    attempt(`chunks ${n}`, () => {
      const reader = new ChunkReader()
      const bytes = Buffer.from(mutate(stream, n))
      // In pieces, as a network brings it.
      const step = 1 + (n % 97) * 11
      for (let at = 0; at < bytes.length; at += step)
        for (const { payload } of reader.push(bytes.subarray(at, at + step))) assert.ok(payload.length <= 8 << 20)
      assert.ok(reader.heldBytes <= bytes.length)
    })
    attempt(`AMF ${n}`, () => parseAmf0(Buffer.from(mutate(pick(commands), n))))
    attempt(`video ${n}`, () => {
      const reader = new FlvVideo()
      for (const tag of [videoTags[0]!, Buffer.from(mutate(pick(videoTags), n)), videoTags[1]!]) reader.read(tag, 5n, 0)
    })
    attempt(`audio ${n}`, () => {
      const reader = new FlvAudio()
      for (const tag of [audioTags[0]!, Buffer.from(mutate(pick(audioTags), n)), audioTags[1]!]) reader.read(tag, 5n, 0)
    })
  }
  t.diagnostic(JSON.stringify(outcomes))
  assert.ok(outcomes.read > count / 10 && outcomes.refused > count / 10)
})

it(`${Math.ceil(count / 10)} mutated connections; then one that is whole`, async t => {
  let opened = 0
  const server = await openRtmpServer({
    host: '127.0.0.1',
    port: 0,
    log: quietLog,
    authorize: async () => ({ ok: true }),
    openFeed: () => {
      opened++
      return () => {}
    },
  })
  t.after(() => server[Symbol.asyncDispose]())
  const whole = Buffer.concat([
    Buffer.of(3),
    Buffer.alloc(1536, 1),
    Buffer.alloc(1536, 2),
    ...commands.map(payload => formatMessage(3, { type: 20, streamId: 1, timestamp: 0, payload }, 128)),
    message(9, videoTags[1]!),
  ])
  const talk = async (bytes: Uint8Array): Promise<void> => {
    const socket = connect(server.port, '127.0.0.1')
    socket.on('error', () => {})
    socket.resume()
    socket.end(bytes)
    await once(socket, 'close')
  }
  const before = process.memoryUsage().heapUsed
  for (let n = 0; n < count / 10; n++) await talk(mutate(whole, n))
  await talk(whole)
  assert.ok(opened > 0)
  globalThis.gc?.()
  const grown = process.memoryUsage().heapUsed - before
  t.diagnostic(`${opened} were let in; the heap grew by ${(grown / 2 ** 20).toFixed(1)} MiB`)
  assert.equal(server.sessions().length, 0)
})
