// RTP of a publisher over simulated networks: what is whole comes out as it was sent, what is not never comes out, and nothing breaks the reader.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { RtpFeed, type RtpVideoCodec } from '../../src/ingest/rtp/rtp-feed.ts'
import type { RtpPacketFacts } from '../../src/ingest/rtp/rtp-packet.ts'
import type { FeedEvent } from '../../src/live/index.ts'
import { mutate } from '../faults/mutate.ts'
import { packetizeH264 } from './h264-packets.ts'

const FRAMES = 300
const KEY_EVERY = 30
const random = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Pictures of made-up slices, of all sizes, key frames with their parameter sets. */
function makePictures(seed: number): Uint8Array[][] {
  const next = random(seed)
  const unit = (header: number, bytes: number): Uint8Array =>
    Uint8Array.from({ length: bytes }, (_, i) => (i === 0 ? header : 1 + Math.floor(next() * 255)))
  return Array.from({ length: FRAMES }, (_, n) =>
    n % KEY_EVERY === 0
      ? [unit(0x67, 12), unit(0x68, 5), unit(0x65, 2000 + Math.floor(next() * 20_000))]
      : [unit(0x41, 20 + Math.floor(next() * 5000)), ...(n % 3 === 0 ? [unit(0x41, 30)] : [])],
  )
}

const annexB = (units: readonly Uint8Array[]): Buffer =>
  Buffer.concat(units.flatMap(unit => [Buffer.of(0, 0, 0, 1), Buffer.from(unit)]))

type Timed = { readonly packet: RtpPacketFacts; readonly atUs: number }

/** From a sequence number that wraps on the way; 33 ms between pictures. */
function packetsOf(pictures: readonly (readonly Uint8Array[])[], firstSequence: number): Timed[] {
  let sequence = firstSequence
  return pictures.flatMap((units, n) => {
    const payloads = packetizeH264(units, 1200)
    return payloads.map((payload, i) => ({
      packet: {
        ...{ sequence: sequence++ & 0xffff, timestamp: (0xffff_f000 + n * 3000) >>> 0 },
        ...{ marker: i === payloads.length - 1, payload },
      },
      atUs: n * 33_333 + i * 100,
    }))
  })
}

function receive(packets: readonly Timed[], codec: RtpVideoCodec = 'h264') {
  const events: FeedEvent[] = []
  let asked = 0
  const again: number[] = []
  const feed = new RtpFeed({
    video: { codec },
    audio: { channels: 2 },
    emit: event => events.push(event),
    askKeyFrame: () => asked++,
    askAgain: sequences => again.push(...sequences),
  })
  feed.begin(0)
  let ticked = 0
  for (const { packet, atUs } of packets) {
    for (; ticked < atUs; ticked += 20_000) feed.tick(ticked)
    feed.pushVideo(packet, atUs)
  }
  feed.tick(ticked + 1_000_000)
  const units = events.flatMap(event => (event.type === 'unit' ? [event.unit] : []))
  return { events, units, asked, again, facts: feed.facts }
}

describe('RTP of H.264', () => {
  it('that overtakes itself, comes twice and wraps comes out as it was sent', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const next = random(seed)
      const pictures = makePictures(seed)
      const delayed = packetsOf(pictures, 65_000).flatMap(({ packet, atUs }, i) => {
        // A stream begins with what comes first.
        const late = { packet, atUs: atUs + (i === 0 ? 0 : next() * 60_000) }
        return next() < 0.05 ? [late, { packet, atUs: late.atUs + next() * 30_000 }] : [late]
      })
      const { units, events, facts } = receive(delayed.toSorted((a, b) => a.atUs - b.atUs))
      assert.equal(events.filter(({ type }) => type === 'broken').length, 0)
      assert.equal(facts.lostPackets, 0)
      assert.equal(units.length, FRAMES)
      for (const [i, { payload, importance, dts }] of units.entries()) {
        assert.deepEqual(Buffer.from(payload), annexB(pictures[i]!), `picture ${i}`)
        assert.equal(importance, i % KEY_EVERY === 0 ? 'idr' : 'reference')
        if (i > 0) assert.equal(dts - units[i - 1]!.dts, 3000n)
      }
    }
  })

  it('that is lost takes its picture and all until the next key frame, which is asked for; nothing damaged comes out', () => {
    let cut = 0
    for (let seed = 1; seed <= 20; seed++) {
      const next = random(seed)
      const pictures = makePictures(seed)
      const sent = new Map(pictures.map((units, i) => [annexB(units).toString('latin1'), i]))
      const { units, events, asked, again, facts } = receive(packetsOf(pictures, 100).filter(() => next() > 0.003))
      let last = -1
      let isOpen = false
      const order = events.filter(({ type }) => type === 'unit' || type === 'broken')
      for (const event of order) {
        if (event.type === 'broken') {
          isOpen = false
          cut++
          continue
        }
        if (event.type !== 'unit') continue
        const at = sent.get(Buffer.from(event.unit.payload).toString('latin1'))
        assert.ok(at !== undefined && at > last, 'a picture that was sent, in its order')
        if (event.unit.importance === 'idr') isOpen = true
        assert.ok(isOpen, `picture ${at} has what it is predicted from`)
        if (event.unit.importance !== 'idr') assert.equal(at, last + 1)
        last = at
      }
      assert.ok(units.length > 30)
      if (facts.lostPackets! > 0) assert.ok(asked > 1 && again.length > 0)
    }
    assert.ok(cut > 20, `${cut} gaps`)
  })
})

// HEADEND_FUZZ=50000 does as many; the seeds are numbers, so that each failure can be repeated.
const count = Number(process.env.HEADEND_FUZZ ?? 5000)
it(`${count} mutated RTP payloads of each codec, RED and Opus break nothing`, () => {
  const whole = packetsOf(makePictures(1), 0).slice(0, 400)
  for (const codec of ['h264', 'hevc', 'av1', 'vp8', 'vp9'] as const) {
    const next = random(7)
    let units = 0
    const feed = new RtpFeed({
      video: { codec },
      audio: { channels: 2 },
      emit: event => (units += Number(event.type === 'unit')),
      askKeyFrame: () => {},
      askAgain: () => {},
    })
    feed.begin(0)
    for (let n = 0; n < count; n++) {
      const { packet } = whole[n % whole.length]!
      const bytes =
        next() < 0.3
          ? Uint8Array.from({ length: Math.floor(next() * 40) }, () => next() * 256)
          : mutate(packet.payload, n)
      const changed = {
        ...{ sequence: (n + (next() < 0.01 ? Math.floor(next() * 65_536) : 0)) & 0xffff, payload: bytes },
        ...{ timestamp: (Math.floor(n / 3) * 3000) >>> 0, marker: next() < 0.4 },
      }
      feed.pushVideo(changed, n * 5000)
      if (n % 3 === 0) feed.pushAudio(changed, n * 5000)
      if (n % 3 === 1) feed.pushRedAudio(changed, 111, n * 5000)
      if (n % 50 === 0) feed.tick(n * 5000)
    }
    assert.ok(units > 0, codec)
  }
})
