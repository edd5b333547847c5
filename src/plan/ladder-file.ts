// Rungs that somebody brings: what `headend ladder --json` printed, or a file written by hand.
import { z } from 'zod'
import { compare, div, formatRational, HeadendError, parseRational, rational } from '../core/index.ts'
import { LadderCodec, RationalJson, ShotSetting, type VideoStream } from '../model/index.ts'
import { ladderLimits } from './ladder-limits.ts'
import { canHalve, type PackageRung } from './plan-package-video.ts'
import { usualQuality } from './plan-rendition.ts'
import type { Grid } from './timeline.ts'

/** What is left out follows from the title. Everything else that a found ladder says is not read. */
export const LadderFile = z.object({
  rungs: z
    .array(
      z.object({
        codec: LadderCodec.default('h264'),
        width: z.int().min(32).max(16_384),
        height: z.int().min(32).max(16_384),
        /** The title's, or half of it. */
        frameRate: RationalJson.optional(),
        crf: z.number().min(0).max(63).optional(),
        /** What trials of the title foretell. */
        vmaf: z.number().min(0).max(100).optional(),
        maxBitrateKbps: z.number().positive().optional(),
        bufferKbits: z.number().positive().optional(),
        shots: z.array(ShotSetting).optional(),
        because: z.string().default('as the ladder says'),
      }),
    )
    .min(1)
    .max(32),
  gopSeconds: z.number().positive().max(10).optional(),
  segmentSeconds: z.number().positive().max(30).optional(),
})
export type LadderFile = z.infer<typeof LadderFile>

type Unnamed = Omit<PackageRung, 'id'>

/** @throws {HE_PLAN_IMPOSSIBLE} where a rung does not fit the title */
export function rungsOfLadder(
  { rungs }: LadderFile,
  video: VideoStream,
  grid: Grid,
  targets: readonly string[],
): Unnamed[] {
  return rungs.map(rung => {
    const { codec, width, height, maxBitrateKbps, bufferKbits } = rung
    refuseUnfit(rung, video, grid, targets)
    return {
      codec,
      width,
      height,
      halved: isHalved(rung, grid),
      quality: rung.crf ?? usualQuality[codec]!,
      promisedVmaf: rung.vmaf,
      shots: rung.shots?.map(({ frame, crf }) => ({ frame, quality: crf })),
      ...(maxBitrateKbps === undefined ? {} : { maxrateBps: Math.round(maxBitrateKbps * 1000) }),
      ...(maxBitrateKbps === undefined || bufferKbits === undefined
        ? {}
        : { bufsizeBits: Math.round(bufferKbits * 1000) }),
      because: rung.because,
    }
  })
}

type FileRung = LadderFile['rungs'][number]

function isHalved({ frameRate }: FileRung, { rate }: Grid): boolean {
  return frameRate !== undefined && compare(parseRational(frameRate), div(rate, rational(2))) === 0
}

function refuseUnfit(rung: FileRung, video: VideoStream, grid: Grid, targets: readonly string[]): void {
  const { width, height, codec, frameRate, shots } = rung
  const name = `the rung of ${width}x${height}`
  const refuse = (because: string, hint: string): never => {
    throw new HeadendError('HE_PLAN_IMPOSSIBLE', `${name} ${because}`, { hint, details: { width, height, codec } })
  }
  const { displayWidth, displayHeight } = video
  if (width > displayWidth + 1 || height > displayHeight + 1)
    refuse(`is larger than the source, ${displayWidth}x${displayHeight}`, 'Pictures are never scaled up: leave it out.')
  if (width % 2 !== 0 || height % 2 !== 0) refuse('has an odd side', '4:2:0 pictures have even sides.')
  const off = Math.abs(Math.log((width * displayHeight) / (height * displayWidth)))
  // Sides are rounded to even numbers: two pixels of the shorter one may be off.
  if (off > 2.5 / Math.min(width, height))
    refuse(`has another shape than the source, ${displayWidth}x${displayHeight}`, 'A ladder is made for one title.')
  const { fits, highestLevel } = ladderLimits(targets, codec, grid.rate)
  if (!fits(width, height)) {
    const rate = `${formatRational(grid.rate)} frames per second`
    refuse(`is beyond level ${highestLevel} or what the targets play at ${rate}`, 'Choose a smaller one.')
  }
  if (frameRate !== undefined && compare(parseRational(frameRate), grid.rate) !== 0) {
    if (!isHalved(rung, grid) || !canHalve(grid))
      refuse(`has ${frameRate} frames per second`, `The title has ${formatRational(grid.rate)}, or half of it.`)
  }
  if (shots && shots.length > 0 && (shots[0]!.frame !== 0 || shots.some(({ frame }) => frame >= grid.frames)))
    refuse('has shots that are not those of the title', 'A ladder is made for one title.')
}
