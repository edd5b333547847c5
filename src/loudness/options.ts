// What a caller may ask for, with its defaults. Parsed once, at the door.
import { z } from 'zod'
import { type LoudnessStandard, type LoudnessStandardName, loudnessStandards } from '../audio/index.ts'
import { HeadendError } from '../core/index.ts'
import { audioCodecs, type LoudnessAim } from '../model/index.ts'

const standards = Object.keys(loudnessStandards) as [LoudnessStandardName, ...LoudnessStandardName[]]

const aim = {
  /** Integrated loudness in LUFS, instead of the standard's. */
  target: z.number().min(-60).max(0).optional(),
  /** Highest true peak in dBTP, instead of the standard's. */
  maxPeak: z.number().min(-20).max(0).optional(),
  /** LU, instead of the standard's. */
  tolerance: z.number().positive().max(10).optional(),
} as const

const Track = z.int().min(1).optional()

/** How files are measured. */
export const LoudnessOptions = z.strictObject({
  /** `off` measures without judging. */
  standard: z.enum(standards).default('off'),
  ...aim,
  /** One audio track of each file, from 1; left out, all of them. */
  track: Track,
  /** The track that is the dialogue alone: the others are measured where it speaks, too. */
  dialogueTrack: Track,
  /** A single channel will be heard from two loudspeakers. */
  dualMono: z.boolean().default(false),
})
export type LoudnessOptions = z.infer<typeof LoudnessOptions>

/** How files are brought to a loudness. */
export const NormalizeOptions = z.strictObject({
  /** Left out, r128. */
  standard: z.enum(standards).optional(),
  ...aim,
  /** `gain` never limits, `limit` always has the limiter in, `auto`, which is taken when left out, where the true peak needs it. */
  mode: z.enum(['auto', 'gain', 'limit']).optional(),
  /** One gain for all files, so that they keep their distances. */
  album: z.boolean().default(false),
  /** Write the gain as metadata, and leave every sample as it is. */
  metadata: z.boolean().default(false),
  track: Track,
  dualMono: z.boolean().default(false),
  /** Instead of the source's own codec. */
  audioCodec: z.enum(audioCodecs).optional(),
})
export type NormalizeOptions = z.infer<typeof NormalizeOptions>

type AimOptions = Pick<LoudnessOptions, 'standard' | 'target' | 'maxPeak' | 'tolerance'>

/** What is aimed at; null where the gain becomes metadata. @throws {HE_USAGE} */
export function normalizeAim({ standard, mode, metadata, ...rest }: NormalizeOptions): LoudnessAim | null {
  const { target, maxPeak, tolerance } = rest
  if (metadata) {
    if ([standard, mode, target, maxPeak, tolerance].every(each => each === undefined)) return null
    throw new HeadendError('HE_USAGE', 'with --metadata no standard, target or mode can be chosen', {
      hint: 'The tags state the gain to a reference of their own (ReplayGain 2.0: −18 LUFS, Opus: −23); the player chooses.',
    })
  }
  const aim = resolveAim({ standard: standard ?? 'r128', target, maxPeak, tolerance })
  if (aim) return aim
  throw new HeadendError('HE_USAGE', 'there is nothing to normalise to', { hint: 'Name a standard, or pass --target.' })
}

const CUSTOM: LoudnessStandard = {
  name: 'custom',
  targetLufs: null,
  toleranceLu: 0.5,
  maxTruePeakDbtp: -1,
  source: 'asked for',
}

/** What is judged by; null where nothing was asked for. @throws {HE_USAGE} for limits without a target */
export function resolveAim({ standard, target, maxPeak, tolerance }: AimOptions): LoudnessAim | null {
  const row: LoudnessStandard = standard === 'off' || target !== undefined ? CUSTOM : loudnessStandards[standard]
  const targetLufs = target ?? row.targetLufs
  if (targetLufs === null) {
    if (maxPeak === undefined && tolerance === undefined) return null
    throw new HeadendError('HE_USAGE', '--max-peak and --tolerance belong to a target', {
      hint: 'Name a standard with --standard, or a loudness with --target.',
    })
  }
  const changed = target === undefined && (maxPeak !== undefined || tolerance !== undefined)
  return {
    name: row === CUSTOM ? 'custom' : standard,
    label: row === CUSTOM ? `${targetLufs} LUFS` : `${row.name}${changed ? ', changed' : ''}`,
    targetLufs,
    toleranceLu: tolerance ?? row.toleranceLu,
    maxTruePeakDbtp: maxPeak ?? row.maxTruePeakDbtp,
    maxShortTermLufs: row.maxShortTermLufs ?? null,
    maxMomentaryLufs: row.maxMomentaryLufs ?? null,
    dialogue: row.dialogue ?? null,
    source: row.source,
  }
}
