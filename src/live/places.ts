// Where a frame of the output belongs: which segment and which part of it. A function of its number alone.
import type { ProgramTiming, Ratio } from './program.ts'

export type Place = {
  readonly segment: number
  readonly part: number
}

/** Of video frame n since 1970. */
export function placeOfFrame(n: bigint, { framesPerSegment, framesPerPart }: ProgramTiming): Place {
  const size = BigInt(framesPerSegment)
  return { segment: Number(n / size), part: Number((n % size) / BigInt(framesPerPart)) }
}

/**
 * Of coded audio frame m since 1970: the part in which its middle lies, so that the cuts of sound and picture are never further
 * apart than half a frame of sound.
 */
export function placeOfSound(
  m: bigint,
  frameSamples: number,
  sampleRate: number,
  { frameRate, framesPerSegment, framesPerPart }: ProgramTiming,
): Place {
  const middle = m * BigInt(frameSamples) + BigInt(frameSamples) / 2n
  const perSegment = BigInt(framesPerSegment / framesPerPart)
  const part = (middle * BigInt(frameRate.num)) / (BigInt(sampleRate) * BigInt(frameRate.den) * BigInt(framesPerPart))
  return { segment: Number(part / perSegment), part: Number(part % perSegment) }
}

export const samePlace = (a: Place, b: Place): boolean => a.segment === b.segment && a.part === b.part

/** Ticks per second of a video track, and ticks of one frame: exact for every rate. */
export function videoTicks({ num, den }: Ratio): { readonly timescale: number; readonly frameTicks: number } {
  // At least 10 000 per second, so that players that round do no harm.
  const factor = Math.max(1, Math.ceil(10_000 / num))
  return { timescale: num * factor, frameTicks: den * factor }
}
