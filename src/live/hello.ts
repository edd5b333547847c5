// What a channel says first on the sockets of the others, and what it is answered.
import { z } from 'zod'
import { encodeMessageFrame, type MessageFrame } from '../core/index.ts'
import type { ProgramPosition } from './program.ts'
import { ProgramPositionSchema } from './program-frames.ts'

/** Channels and feeds are named by letters, digits and `._-`, in folders at most four deep; no part begins with a dot. */
export const channelName: z.ZodString = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*){0,3}$/)

const ProgramHello = z.object({ type: z.literal('hello'), channel: channelName })
const Position = z.object({ type: z.literal('position'), position: ProgramPositionSchema })
const FeedHello = z.object({ type: z.literal('subscribe'), feed: channelName })

/** To an origin: whose program comes. It answers with a position, then the events may come. */
export const encodeProgramHello = (channel: string): Buffer => encodeMessageFrame({ type: 'hello', channel })
/** The channel's name. @throws {ZodError} */
export const decodeProgramHello = ({ head }: MessageFrame): string => ProgramHello.parse(head).channel

export const encodePosition = (position: ProgramPosition): Buffer => encodeMessageFrame({ type: 'position', position })
/** @throws {ZodError} */
export const decodePosition = ({ head }: MessageFrame): ProgramPosition => Position.parse(head).position

/** To a gateway: whose feed is wanted. Its events follow as they come; first what a decoder needs to begin. */
export const encodeFeedHello = (feed: string): Buffer => encodeMessageFrame({ type: 'subscribe', feed })
/** The feed's name. @throws {ZodError} */
export const decodeFeedHello = ({ head }: MessageFrame): string => FeedHello.parse(head).feed
