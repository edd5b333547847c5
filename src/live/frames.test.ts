import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeMessageFrame, MessageFrameReader } from '../core/index.ts'
import type { FeedEvent } from './feed.ts'
import { decodeFeedEvent, encodeFeedEvent } from './feed-frames.ts'
import type { ProgramEvent } from './program.ts'
import { decodeProgramEvent, encodeProgramEvent } from './program-frames.ts'

const feed: readonly FeedEvent[] = [
  { type: 'track', track: { stream: 0, kind: 'video', codec: 'h264', timescale: 1000, config: Buffer.from([1, 100]) } },
  { type: 'track', track: { stream: 1, kind: 'audio', codec: 'aac', timescale: 48_000, config: null, channels: 2 } },
  {
    type: 'unit',
    unit: {
      stream: 0,
      kind: 'video',
      importance: 'idr',
      dts: -(2n ** 40n),
      pts: 33n,
      timescale: 1000,
      durationTicks: 40n,
      arrivalUs: 12.5,
      sizeBytes: 3,
      payload: Buffer.from([1, 2, 3]),
    },
  },
  { type: 'cue', cue: { ptsTicks: 90_000n, timescale: 90_000, section: Buffer.from([0xfc]) } },
  { type: 'transport', facts: { rttMs: 80, lostPackets: 3 } },
  { type: 'broken', stream: 0, reason: 'lost' },
  { type: 'end', reason: 'the publisher left' },
]

test('feed events are on the other side what they were', () => {
  const frames = new MessageFrameReader().push(Buffer.concat(feed.map(encodeFeedEvent)))
  assert.deepEqual(frames.map(decodeFeedEvent), feed)
})

const program: readonly ProgramEvent[] = [
  {
    type: 'program',
    timing: { frameRate: { num: 30_000, den: 1001 }, framesPerSegment: 60, framesPerPart: 6 },
    tracks: [
      {
        id: 'v720',
        kind: 'video',
        timescale: 30_000,
        codec: 'avc1.64001f',
        bitrateBps: 1,
        peakBps: 2,
        width: 1280,
        height: 720,
        frameRate: { num: 30_000, den: 1001 },
        init: Buffer.from([9, 9]),
      },
      {
        id: 'a1',
        kind: 'audio',
        timescale: 48_000,
        codec: 'mp4a.40.2',
        bitrateBps: 1,
        peakBps: 2,
        sampleRate: 48_000,
        channels: 2,
        init: Buffer.from([8]),
      },
    ],
  },
  {
    type: 'part',
    part: {
      track: 'v720',
      segment: 880_000_000,
      index: 3,
      last: false,
      independent: true,
      decodeTicks: 2n ** 45n,
      durationTicks: 6006,
    },
    bytes: Buffer.from([1]),
  },
  { type: 'cue', cue: { id: '7', startUs: 1.7e15, durationUs: 3e7, kind: 'out', scte35: Buffer.from([0xfc, 1]) } },
  { type: 'end' },
]

test('program events are on the other side what they were', () => {
  const frames = new MessageFrameReader().push(Buffer.concat(program.map(encodeProgramEvent)))
  assert.deepEqual(frames.map(decodeProgramEvent), program)
})

test('what is no event is refused', () => {
  for (const head of [{}, { type: 'unit', stream: -1 }, { type: 'track', hasConfig: true, track: { kind: 'smell' } }]) {
    const [frame] = new MessageFrameReader().push(encodeMessageFrame(head))
    assert.throws(() => decodeFeedEvent(frame!))
    assert.throws(() => decodeProgramEvent(frame!))
  }
})
