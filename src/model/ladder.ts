// A ladder that was searched for one title: what was tried, what it showed, and the rungs with what they promise.
import { z } from 'zod'
import { Complexity } from './complexity.ts'
import { RationalJson, Warning } from './facts.ts'
import { Choice } from './plan.ts'
import { VmafModel } from './vmaf.ts'

export const ladderCodecs = ['h264', 'hevc', 'av1'] as const
export const LadderCodec = z.enum(ladderCodecs)
export type LadderCodec = z.infer<typeof LadderCodec>

/** A setting of one codec, size and frame rate, with its rate and quality. */
export const RatedSetting = z.object({
  codec: LadderCodec,
  width: z.int(),
  height: z.int(),
  frameRate: RationalJson,
  /** Constant quality on the encoder's own scale. */
  crf: z.number(),
  /** Average over the title. */
  bitrateKbps: z.number(),
  /** Mean over the title at the size in which the source is shown, 0–100. */
  vmaf: z.number(),
})
export type RatedSetting = z.infer<typeof RatedSetting>

/** CRF from a frame on, until the next entry. */
export const ShotSetting = z.object({ frame: z.int(), crf: z.number() })
export type ShotSetting = z.infer<typeof ShotSetting>

export const LadderRung = RatedSetting.extend({
  id: z.string().regex(/^[a-z0-9_-]+$/),
  /** Cap of the rate, by the decoder's buffer of `bufferKbits`. */
  maxBitrateKbps: z.number(),
  bufferKbits: z.number(),
  /** With `--per-shot`: the setting of each shot; `crf` is the one setting that they replace. */
  shots: z.array(ShotSetting).optional(),
  because: z.string(),
})
export type LadderRung = z.infer<typeof LadderRung>

/** One rung of the fixed ladder on this title, and what the title's own curve makes of it. */
export const FixedRung = RatedSetting.extend({
  /** What the title's hull needs for the same quality; null beyond both of its ends. */
  sameQualityKbps: z.number().nullable(),
})
export type FixedRung = z.infer<typeof FixedRung>

export const LadderComparison = z.object({
  /** One rate and size table for all titles. */
  rungs: z.array(FixedRung),
  /** Bjøntegaard difference of rate of the hull against the fixed rungs: −0.2 is a fifth fewer bits; null without a common range. */
  bdRate: z.number().nullable(),
  /** 1 − bits of the hull ÷ bits of the fixed ladder at its rungs' own quality, averaged over the rungs that can be compared. */
  savedAtSameVmaf: z.number().nullable(),
  /** 1 − bits of all rungs ÷ bits of all fixed rungs: what is stored. Quality differs. */
  savedStorage: z.number(),
})
export type LadderComparison = z.infer<typeof LadderComparison>

/** Money for one ladder. */
export const LadderBill = z.object({
  storage: z.number(),
  encode: z.number(),
  delivery: z.number(),
  total: z.number(),
  /** Mean VMAF that viewers get, by the time they watch. */
  vmaf: z.number(),
})
export type LadderBill = z.infer<typeof LadderBill>

export const LadderCost = z.object({
  currency: z.string(),
  /** Every figure that the bill depends on, as sentences. */
  assumptions: z.array(z.string()),
  own: LadderBill,
  fixed: LadderBill,
  /** fixed − own. */
  saved: z.number(),
})
export type LadderCost = z.infer<typeof LadderCost>

export const PerShotGain = z.object({
  /** Shots with a setting of their own. */
  shots: z.int(),
  /** Per rung: share of bits saved at the same VMAF, by a trial of the sample; 0 where one setting is as good. */
  rungs: z.array(z.object({ id: z.string(), saved: z.number(), because: z.string() })),
})
export type PerShotGain = z.infer<typeof PerShotGain>

export const Ladder = z.object({
  version: z.literal(1),
  input: z.object({ path: z.string(), sizeBytes: z.int() }),
  picture: z.object({
    width: z.int(),
    height: z.int(),
    frameRate: RationalJson,
    frames: z.int(),
    duration: RationalJson,
  }),
  model: VmafModel,
  /** What the largest rung is to reach. */
  wish: z.object({ tier: z.string().nullable(), vmaf: z.number() }),
  /** The best that can be had, where that is less than the wish. */
  bestReachable: z.number().nullable(),
  preset: z.string(),
  /** By codec, H.264 first; each codec from the largest rung to the smallest. */
  rungs: z.array(LadderRung).min(1),
  /** Encodes of the sample; those that came from the cache are counted too. */
  encodes: z.int(),
  cachedEncodes: z.int(),
  /** Of these, those after which the hull was found; the rest tried the chosen rungs themselves. */
  hullEncodes: z.int(),
  probes: z.array(RatedSetting),
  /** Per codec the upper convex hull, rising. */
  hull: z.array(RatedSetting),
  gopSeconds: z.number(),
  segmentSeconds: z.number(),
  complexity: Complexity,
  sample: z.object({
    /** Nothing was left out. */
    whole: z.boolean(),
    frames: z.int(),
    pieces: z.array(z.object({ frame: z.int(), frames: z.int(), weight: z.number() })),
    /** Half the width of the 95 % confidence interval: of a rung's VMAF in points, of its rate as a share. 0 for the whole. */
    vmafError: z.number(),
    rateError: z.number(),
  }),
  comparedToFixed: LadderComparison,
  cost: LadderCost,
  perShot: PerShotGain.nullable(),
  choices: z.array(Choice),
  warnings: z.array(Warning),
})
export type Ladder = z.infer<typeof Ladder>
