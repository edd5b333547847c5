// Checks of how many bits there are, and when.
import { z } from 'zod'
import { judgeCoded, judgeSound, mbps } from './bitstream-finding.ts'
import { defineCheck, type Found } from './check.ts'
import { overall } from './sound-finding.ts'
import { stretchesOf } from './wrapper-finding.ts'

const rateLimits = z.object({
  maxAverageBps: z.number().positive().nullable().default(null).describe('Average of the whole, bit/s; null for any'),
  maxPeakBps: z.number().positive().nullable().default(null).describe('Any second, bit/s; null for any'),
  minAverageBps: z.number().positive().nullable().default(null).describe('Average of the whole, bit/s; null for any'),
})

const bitrate = defineCheck<z.infer<typeof rateLimits>>({
  id: 'bitstream.bitrate',
  layer: 'bitstream',
  title: 'Bit rate of the picture',
  finds:
    'An average bit rate, or that of any one second, beyond what is asked for. Without limits in the profile it is a figure alone.',
  source: 'Limits of the delivery specification; of ott: 100 Mbit/s is what mezzanines for upload reach (Headend)',
  limits: rateLimits,
  profiles: {
    broadcast: { severity: 'fail' },
    ott: { severity: 'warn', limits: { maxPeakBps: 250_000_000 } },
    ugc: 'off',
  },
  judge: (evidence, { maxAverageBps, maxPeakBps, minAverageBps }) =>
    judgeCoded(evidence, ({ subject, result: { rate } }) => {
      const found: Found[] = []
      const { averageBps, peakBps, peakAtS } = rate
      if (maxAverageBps !== null && averageBps > maxAverageBps)
        found.push(
          overall(subject, {
            ...{ measured: `${mbps(averageBps)} on average`, limit: `at most ${mbps(maxAverageBps)}` },
            message: 'The picture takes more bits than are asked for.',
          }),
        )
      if (minAverageBps !== null && averageBps < minAverageBps)
        found.push(
          overall(subject, {
            ...{ measured: `${mbps(averageBps)} on average`, limit: `at least ${mbps(minAverageBps)}` },
            message: 'The picture has fewer bits than are asked for.',
          }),
        )
      if (maxPeakBps !== null && peakBps > maxPeakBps)
        found.push({
          ...{ subject, startS: peakAtS, endS: peakAtS + 1, pictureS: peakAtS },
          ...{ measured: `${mbps(peakBps)} in one second`, limit: `at most ${mbps(maxPeakBps)}` },
          message: 'This second takes more bits than are asked for.',
        })
      return found
    }),
})

const vbvLimits = z.object({
  maxBitrateBps: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe('Rate at which the buffer is filled, bit/s; null: only what the stream and its level say'),
  bufferBits: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe('Size of the buffer, bit; null: only what the stream and its level say'),
})
export type VbvLimits = z.infer<typeof vbvLimits>

const buckets: Readonly<Record<string, string>> = {
  declared: 'the buffer that the stream declares',
  level: 'the buffer of its level',
  limit: 'the buffer that is asked for',
}

const vbv = defineCheck<VbvLimits>({
  id: 'bitstream.vbv',
  layer: 'bitstream',
  title: 'Decoder buffer',
  finds:
    'Pictures that are not yet in the decoder’s buffer when they are due: by the buffer that the stream declares, that of its level, and one that the profile names.',
  source: 'ITU-T H.264 annex C, H.265 annex C, H.262 annex C (leaky bucket, emptied at decoding times)',
  limits: vbvLimits,
  profiles: { broadcast: { severity: 'fail' }, ott: { severity: 'warn' }, ugc: { severity: 'info' } },
  judge: (evidence, _limits) =>
    judgeCoded(evidence, ({ subject, result }) =>
      result.buckets.flatMap(({ id, bitRateBps, bufferBits, underflows }) =>
        underflows.found.length === 0
          ? []
          : stretchesOf(subject, underflows, ({ worst, count }) => ({
              measured: `${(worst / 1e6).toFixed(2)} Mbit missing${count > 1 ? `, ${count} pictures` : ''}`,
              limit: `${mbps(bitRateBps)} into ${(bufferBits / 1e6).toFixed(2)} Mbit`,
              message: `The picture comes too late for ${buckets[id] ?? id}.`,
            })),
      ),
    ),
})

const soundLimits = z.object({
  minLossyBpsPerChannel: z.number().positive().default(32_000).describe('Of codecs that lose, bit/s per channel'),
})

/** FFmpeg's names; Opus and HE-AAC do with less, and are not judged. */
const LOSSY = ['aac', 'ac3', 'eac3', 'mp2', 'mp3', 'vorbis']

const audioBitrate = defineCheck<z.infer<typeof soundLimits>>({
  id: 'bitstream.audio-bitrate',
  layer: 'bitstream',
  title: 'Bit rate of sound',
  finds: 'Lossy sound with so few bits per channel that it is heard. Opus and HE-AAC, which need fewer, are left out.',
  source:
    'EBU Tech 3324 (evaluation of multichannel codecs) and AES TD1008: 64 kbit/s per channel and more is taken for transparent',
  limits: soundLimits,
  profiles: {
    broadcast: { severity: 'warn', limits: { minLossyBpsPerChannel: 48_000 } },
    ott: { severity: 'warn' },
    ugc: { severity: 'info', limits: { minLossyBpsPerChannel: 24_000 } },
  },
  judge: (evidence, { minLossyBpsPerChannel }) =>
    judgeSound(evidence, ({ subject, stream, result }) => {
      if (!LOSSY.includes(stream.codec) || /HE-AAC/.test(stream.profile ?? '') || !result || result.packets < 10)
        return []
      const each = result.rate.averageBps / Math.max(1, stream.channels)
      if (each >= minLossyBpsPerChannel) return []
      return [
        overall(subject, {
          measured: `${Math.round(each / 1000)} kbit/s per channel (${stream.codec}, ${stream.channels})`,
          limit: `at least ${Math.round(minLossyBpsPerChannel / 1000)} kbit/s`,
          message: 'The sound has few bits: what it lost is likely to be heard.',
        }),
      ]
    }),
})

export const rateChecks = [bitrate, vbv, audioBitrate]
