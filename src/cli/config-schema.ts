// What can be configured: one zod object per section. Keys, defaults and bounds of vod and transcode are the planner's own.
import { z } from 'zod'
import { defaultOrder, families } from '../hardware/index.ts'
import { LoudnessOptions, NormalizeOptions } from '../loudness/index.ts'
import { ComparisonOptions, LadderOptions, TranscodeOptions, VodOptions } from '../plan/index.ts'

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error'] as const

const LogOptions = z.strictObject({ level: z.enum(logLevels).default('warn') })
/** Port 0 lets the system choose a free one. */
const PreviewOptions = z.strictObject({ port: z.int().min(0).max(65535).default(0) })

const HardwareOptions = z.strictObject({
  order: z
    .string()
    .refine(text => parseOrder(text).every(family => (families as readonly string[]).includes(family)), {
      error: `must name some of ${families.join(', ')}, separated by commas`,
    })
    .default(defaultOrder.join(',')),
})

/** `nvenc, cpu` → its families in order. */
export const parseOrder = (text: string): string[] => text.split(',').map(family => family.trim())

export const configSections = {
  log: LogOptions,
  vod: VodOptions,
  ladder: LadderOptions,
  transcode: TranscodeOptions,
  vmaf: ComparisonOptions,
  loudness: LoudnessOptions,
  normalize: NormalizeOptions,
  preview: PreviewOptions,
  hardware: HardwareOptions,
} as const

export type SectionName = keyof typeof configSections

export type ConfigValues = {
  readonly log: z.infer<typeof LogOptions>
  readonly vod: VodOptions
  readonly ladder: LadderOptions
  readonly transcode: TranscodeOptions
  readonly vmaf: ComparisonOptions
  readonly loudness: LoudnessOptions
  readonly normalize: NormalizeOptions
  readonly preview: z.infer<typeof PreviewOptions>
  readonly hardware: z.infer<typeof HardwareOptions>
}

/** `section.key` of everything that can be set, with the schema of each. */
export const configKeys: ReadonlyMap<string, z.ZodType> = new Map(
  Object.entries(configSections).flatMap(([section, schema]) =>
    Object.entries(schema.shape).map(([key, field]) => [`${section}.${key}`, field as z.ZodType] as const),
  ),
)

/** `vod.segmentSeconds` → `HEADEND_VOD_SEGMENT_SECONDS`. */
export const envName = (key: string): string =>
  `HEADEND_${key
    .replace('.', '_')
    .replace(/[A-Z]/g, letter => `_${letter}`)
    .toUpperCase()}`

/** Short names of settings that belong to the machine rather than to a job. */
const SHORT_ENV: Readonly<Record<string, string>> = { 'transcode.hw': 'HEADEND_HW' }

/** The environment variables that set a key, the stronger first. */
export const envNames = (key: string): string[] => [envName(key), ...(SHORT_ENV[key] ? [SHORT_ENV[key]] : [])]

/** The words a setting may take; empty when it is not a choice of words. */
export function choicesOf(schema: z.ZodType): readonly string[] {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) return choicesOf(schema.unwrap() as z.ZodType)
  return schema instanceof z.ZodEnum ? schema.options.map(String) : []
}
