// Program events on the socket between a channel and its origin.
import { z } from 'zod'
import { encodeMessageFrame, type MessageFrame } from '../core/index.ts'
import type { ProgramEvent, ProgramPosition } from './program.ts'

const count = z.number().int().nonnegative()
const positive = z.number().int().positive()
const Ratio = z.object({ num: positive, den: positive })
const trackId = z.string().regex(/^[a-z0-9-]{1,40}$/)

const base = {
  id: trackId,
  timescale: positive,
  codec: z.string(),
  bitrateBps: count,
  peakBps: count,
  initBytes: count,
}
const Track = z.discriminatedUnion('kind', [
  z.object({ ...base, kind: z.literal('video'), width: positive, height: positive, frameRate: Ratio }),
  z.object({
    ...base,
    kind: z.literal('audio'),
    sampleRate: positive,
    channels: positive,
    language: z.string().max(35).optional(),
  }),
])

const Head = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('program'),
    timing: z.object({ frameRate: Ratio, framesPerSegment: positive, framesPerPart: positive }),
    tracks: z.array(Track),
  }),
  z.object({
    type: z.literal('part'),
    part: z.object({
      track: trackId,
      segment: count,
      index: count,
      last: z.boolean(),
      independent: z.boolean(),
      decodeTicks: z
        .string()
        .regex(/^\d{1,20}$/)
        .transform(BigInt),
      durationTicks: count,
    }),
  }),
  z.object({
    type: z.literal('cue'),
    cue: z.object({
      id: z.string().max(100),
      startUs: z.number(),
      durationUs: z.number().optional(),
      kind: z.enum(['out', 'in', 'other', 'cancel']),
    }),
  }),
  z.object({ type: z.literal('end') }),
])

/** Where a channel stands, as its origin answers. */
export const ProgramPositionSchema: z.ZodType<ProgramPosition> = z.record(
  trackId,
  z.object({ segment: count, index: count, endTicks: z.string().regex(/^\d{1,20}$/) }),
)

/** The bytes of an event. */
export function encodeProgramEvent(event: ProgramEvent): Buffer {
  switch (event.type) {
    case 'program': {
      const tracks = event.tracks.map(({ init, ...track }) => ({ ...track, initBytes: init.length }))
      return encodeMessageFrame(
        { type: 'program', timing: event.timing, tracks },
        Buffer.concat(event.tracks.map(({ init }) => init)),
      )
    }
    case 'part':
      return encodeMessageFrame({ type: 'part', part: event.part }, event.bytes)
    case 'cue': {
      const { scte35, ...cue } = event.cue
      return encodeMessageFrame({ type: 'cue', cue }, scte35)
    }
    case 'end':
      return encodeMessageFrame(event)
  }
}

/** @throws {ZodError} it is no program event. */
export function decodeProgramEvent({ head, body }: MessageFrame): ProgramEvent {
  const parsed = Head.parse(head)
  switch (parsed.type) {
    case 'program': {
      let at = 0
      const tracks = parsed.tracks.map(({ initBytes, ...track }) => {
        const init = body.subarray(at, at + initBytes)
        at += initBytes
        return { ...(definedOnly(track) as typeof track), init }
      })
      return { type: 'program', timing: parsed.timing, tracks } as ProgramEvent
    }
    case 'part':
      return { type: 'part', part: parsed.part, bytes: body }
    case 'cue': {
      const section = body.length > 0 ? { scte35: body } : {}
      return { type: 'cue', cue: { ...definedOnly(parsed.cue), ...section } } as ProgramEvent
    }
    case 'end':
      return parsed
  }
}

const definedOnly = (value: object): object =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined))
