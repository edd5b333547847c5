// Check of what tracks are coded as: sample rate, channels and depth that a profile takes.
import { z } from 'zod'
import { defineCheck, type Found } from './check.ts'
import { overall } from './sound-finding.ts'

const limits = z.object({
  sampleRatesHz: z.array(z.int().positive()).default([44_100, 48_000]).describe('Sample rates that are taken'),
  minBits: z.int().positive().default(16).describe('Depth of samples without loss'),
})

/** Bits of FFmpeg's integer formats; floats hold 24 and more. */
const bits: Readonly<Record<string, number>> = { u8: 8, s16: 16 }

export const sampleFormat = defineCheck<z.infer<typeof limits>>({
  id: 'sound.sample-rate',
  layer: 'bitstream',
  title: 'Sample rate and depth',
  finds: 'Tracks whose sample rate or depth the profile does not take. Of coded sound only the rate counts.',
  source: 'EBU QC 0013F (sample rate) and 0003F (bit depth): values by Headend',
  limits,
  profiles: {
    broadcast: { severity: 'fail', limits: { sampleRatesHz: [48_000] } },
    ott: { severity: 'warn', limits: { sampleRatesHz: [44_100, 48_000, 96_000] } },
    ugc: { severity: 'info', limits: { sampleRatesHz: [32_000, 44_100, 48_000, 88_200, 96_000] } },
  },
  judge: ({ facts }, { sampleRatesHz, minBits }) => {
    if (facts.audio.length === 0) return { skipped: 'the file has no sound' }
    return facts.audio.flatMap(({ index, sampleRateHz, sampleFormat: format }) => {
      const found: Found[] = []
      if (!sampleRatesHz.includes(sampleRateHz))
        found.push(
          overall(`a${index}`, {
            measured: `${sampleRateHz} Hz`,
            limit: `${sampleRatesHz.join(', ')} Hz`,
            message: `The sample rate of ${sampleRateHz} Hz is not one that the profile takes.`,
          }),
        )
      const depth = bits[format.replace(/p$/, '')]
      if (depth !== undefined && depth < minBits)
        found.push(
          overall(`a${index}`, {
            measured: `${depth} bits`,
            limit: `at least ${minBits} bits`,
            message: `Samples of ${depth} bits are coarse: their noise is heard.`,
          }),
        )
      return found
    })
  },
})
