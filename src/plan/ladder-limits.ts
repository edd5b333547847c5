// What targets allow the rungs of a ladder, beside what every player of a codec takes.
import { fitsModes, isPictureSize, levelNames, profilesOf } from '../codecs/index.ts'
import { HeadendError, type Rational } from '../core/index.ts'
import type { LadderCodec } from '../model/index.ts'
import { resolveTargets } from './choose-delivery.ts'

export type LadderLimits = {
  /** Profiles that all targets have; null for all. */
  readonly profiles: readonly string[] | null
  readonly highestLevel: string
  /** The most that all targets take at any moment, and which of them sets it; null without targets. */
  readonly ceiling: { readonly bps: number; readonly setBy: string } | null
  readonly fits: (width: number, height: number) => boolean
}

/**
 * Levels to which each codec is streamed: the last that Apple's devices decode (HLS Authoring Specification 1.3b, 1.4), and for AV1
 * what 4K at 60 needs.
 */
const highest: Readonly<Record<LadderCodec, string>> = { h264: '5.2', hevc: '5.1', av1: '5.3' }

/** `targets` are names of `headend targets`. @throws {HE_USAGE} {HE_PLAN_IMPOSSIBLE} where they play no such codec, or nothing in common */
export function ladderLimits(targets: readonly string[], codec: LadderCodec, rate: Rational): LadderLimits {
  const target = resolveTargets(targets)
  const rule = target?.video.find(each => each.codec === codec)
  if (target && !rule)
    throw new HeadendError('HE_PLAN_IMPOSSIBLE', `${targets.join(' and ')} do not all play ${codec}`, {
      hint: `What all of them play: ${target.video.map(each => each.codec).join(', ')}.`,
    })
  const order = levelNames(codec, profilesOf(codec)[0]!.name)
  const last = (a: string, b: string): string => (order.indexOf(a) <= order.indexOf(b) ? a : b)
  const highestLevel = rule?.highestLevel ? last(highest[codec], rule.highestLevel) : highest[codec]
  return {
    profiles: rule?.profiles ?? null,
    highestLevel,
    ceiling: rule && rule.maxBitrateBps !== null ? { bps: rule.maxBitrateBps, setBy: rule.setBy.maxBitrateBps } : null,
    fits: (width, height) =>
      isPictureSize(codec, width, height, rate, highestLevel) &&
      (!rule || fitsModes({ width, height, frameRate: rate }, rule)),
  }
}
