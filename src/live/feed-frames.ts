// Feed events on the socket between an ingest and a channel. What comes in is checked: the other side is another process.
import { z } from 'zod'
import { encodeMessageFrame, type MessageFrame } from '../core/index.ts'
import { type FeedEvent, feedCodecs } from './feed.ts'

const ticks = z
  .string()
  .regex(/^-?\d{1,20}$/)
  .transform(BigInt)
const count = z.number().int().nonnegative()
const optionalCount = count.optional()

const Track = z.object({
  stream: count,
  timescale: z.number().int().positive(),
  language: z.string().max(35).optional(),
})

const Head = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('track'),
    hasConfig: z.boolean(),
    track: z.discriminatedUnion('kind', [
      Track.extend({
        kind: z.literal('video'),
        codec: z.enum(feedCodecs.video),
        width: optionalCount,
        height: optionalCount,
      }),
      Track.extend({
        kind: z.literal('audio'),
        codec: z.enum(feedCodecs.audio),
        sampleRate: optionalCount,
        channels: optionalCount,
      }),
    ]),
  }),
  z.object({
    type: z.literal('unit'),
    stream: count,
    kind: z.enum(['video', 'audio']),
    importance: z.enum(['idr', 'reference', 'non-reference', 'audio']),
    dts: ticks,
    pts: ticks,
    timescale: z.number().int().positive(),
    durationTicks: ticks.optional(),
    arrivalUs: z.number(),
  }),
  z.object({ type: z.literal('cue'), ptsTicks: ticks, timescale: z.number().int().positive() }),
  z.object({
    type: z.literal('transport'),
    facts: z.object({
      rttMs: z.number().optional(),
      lostPackets: z.number().optional(),
      retransmittedPackets: z.number().optional(),
      droppedPackets: z.number().optional(),
      latencyMs: z.number().optional(),
      jitterMs: z.number().optional(),
      receivedBytes: z.number().optional(),
    }),
  }),
  z.object({ type: z.literal('broken'), stream: count, reason: z.string() }),
  z.object({ type: z.literal('end'), reason: z.string() }),
])

/** The bytes of an event; a unit's payload is copied once. */
export function encodeFeedEvent(event: FeedEvent): Buffer {
  switch (event.type) {
    case 'track': {
      const { config, ...track } = event.track
      return encodeMessageFrame({ type: 'track', hasConfig: config !== null, track }, config ?? undefined)
    }
    case 'unit': {
      const { payload, sizeBytes: _size, ...unit } = event.unit
      return encodeMessageFrame({ type: 'unit', ...unit }, payload)
    }
    case 'cue': {
      const { section, ...cue } = event.cue
      return encodeMessageFrame({ type: 'cue', ...cue }, section)
    }
    default:
      return encodeMessageFrame(event)
  }
}

/** @throws {ZodError} it is no feed event. */
export function decodeFeedEvent({ head, body }: MessageFrame): FeedEvent {
  const parsed = Head.parse(head)
  switch (parsed.type) {
    case 'track':
      return { type: 'track', track: definedOnly({ ...parsed.track, config: parsed.hasConfig ? body : null }) }
    case 'unit': {
      const { type: _type, durationTicks, ...unit } = parsed
      const duration = durationTicks === undefined ? {} : { durationTicks }
      return { type: 'unit', unit: { ...unit, ...duration, sizeBytes: body.length, payload: body } }
    }
    case 'cue':
      return { type: 'cue', cue: { ptsTicks: parsed.ptsTicks, timescale: parsed.timescale, section: body } }
    case 'transport':
      return { type: 'transport', facts: definedOnly(parsed.facts) }
    default:
      return parsed
  }
}

/** Without the members that are undefined: zod's optional allows those, our types do not. */
const definedOnly = <T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as never
