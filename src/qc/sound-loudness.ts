// Checks of loudness and peaks against the standard that a profile names.
import { z } from 'zod'
import { type LoudnessStandard, type LoudnessStandardName, loudnessStandards } from '../audio/index.ts'
import { defineCheck } from './check.ts'
import type { Evidence } from './evidence.ts'
import { type HeardTrack, judgeTracks, overall } from './sound-finding.ts'

const names = Object.keys(loudnessStandards) as [LoudnessStandardName, ...LoudnessStandardName[]]
const standard = z.enum(names).default('r128').describe('Loudness standard, by its name in Headend')

type Loudness = NonNullable<HeardTrack['result']['loudness']>

const judgeLoudness = (
  evidence: Evidence,
  judge: (track: HeardTrack, loudness: Loudness) => ReturnType<typeof overall> | null,
) =>
  judgeTracks(evidence, track => {
    const found = track.result.loudness && judge(track, track.result.loudness)
    return found ? [found] : []
  })

const loudnessLimits = z.object({
  standard,
  toleranceLu: z.number().positive().nullable().default(null).describe('In place of the standard’s own tolerance'),
})

export const loudness = defineCheck<z.infer<typeof loudnessLimits>>({
  id: 'sound.loudness',
  layer: 'baseband',
  title: 'Programme loudness',
  finds: 'Integrated loudness of a track away from the target of its standard. Dialogue is not told from other sound.',
  source: 'ITU-R BS.1770-5; target and tolerance of the standard named',
  limits: loudnessLimits,
  profiles: {
    // Houses take what R 128 allowed until 2020: coding and short items move a reading by more than 0.2 LU.
    broadcast: { severity: 'fail', limits: { toleranceLu: 0.5 } },
    // What Headend itself delivers; services ask for other targets, all of which tolerate about 2 LU.
    ott: { severity: 'warn', limits: { toleranceLu: 2 } },
    ugc: { severity: 'info', limits: { standard: 'streaming-14', toleranceLu: 3 } },
  },
  judge(evidence, { standard: name, toleranceLu }) {
    const { name: title, targetLufs, toleranceLu: own } = loudnessStandards[name]
    if (targetLufs === null) return { skipped: `${name} has no target` }
    const tolerance = toleranceLu ?? own
    return judgeLoudness(evidence, ({ subject }, { integratedLufs }) => {
      if (integratedLufs === null || Math.abs(integratedLufs - targetLufs) <= tolerance) return null
      const off = integratedLufs - targetLufs
      return overall(subject, {
        measured: `${integratedLufs.toFixed(1)} LUFS`,
        limit: `${targetLufs} ± ${tolerance} LUFS (${title})`,
        message: `The programme is ${Math.abs(off).toFixed(1)} LU too ${off > 0 ? 'loud' : 'quiet'} for ${title}.`,
      })
    })
  },
})

const peakLimits = z.object({
  standard,
  maxTruePeakDbtp: z.number().nullable().default(null).describe('In place of the standard’s own limit'),
})

export const truePeak = defineCheck<z.infer<typeof peakLimits>>({
  id: 'sound.true-peak',
  layer: 'baseband',
  title: 'True peak',
  finds: 'Peaks between samples above the limit of the standard: they distort in converters and in lossy coding.',
  source: 'ITU-R BS.1770-5 Annex 2; limit of the standard named',
  limits: peakLimits,
  profiles: {
    broadcast: { severity: 'fail' },
    ott: { severity: 'warn' },
    // Above full scale it distorts; below it services turn it down anyway.
    ugc: { severity: 'info', limits: { standard: 'streaming-14', maxTruePeakDbtp: 0 } },
  },
  judge(evidence, { standard: name, maxTruePeakDbtp }) {
    const own: LoudnessStandard = loudnessStandards[name]
    const limit = maxTruePeakDbtp ?? own.maxTruePeakDbtp
    return judgeLoudness(evidence, ({ subject }, { truePeakDbtp, channels }) => {
      if (truePeakDbtp === null || truePeakDbtp <= limit) return null
      const loudest = channels.filter(channel => (channel.truePeakDbtp ?? Number.NEGATIVE_INFINITY) > limit)
      return overall(subject, {
        measured: `${truePeakDbtp.toFixed(1)} dBTP (${loudest.map(channel => channel.name).join(', ')})`,
        limit: `at most ${limit} dBTP (${own.name})`,
        message: `True peaks reach ${truePeakDbtp.toFixed(1)} dBTP.`,
      })
    })
  },
})

const rangeLimits = z.object({
  maxLoudnessRangeLu: z.number().positive().default(20).describe('Loudness range of the programme'),
  minProgrammeS: z.number().positive().default(60).describe('Shorter programmes are not judged'),
})

export const loudnessRange = defineCheck<z.infer<typeof rangeLimits>>({
  id: 'sound.loudness-range',
  layer: 'baseband',
  title: 'Loudness range',
  finds: 'A loudness range that is too wide for living rooms and phones.',
  source:
    'EBU Tech 3342 (from 1 min on); 18 LU: Netflix sound mix specification; EBU R 128 sets no limit, 20 LU is Headend’s choice',
  limits: rangeLimits,
  profiles: {
    broadcast: { severity: 'info' },
    ott: { severity: 'info', limits: { maxLoudnessRangeLu: 18 } },
    ugc: 'off',
  },
  judge: (evidence, { maxLoudnessRangeLu, minProgrammeS }) =>
    judgeLoudness(evidence, ({ subject, inspection }, { loudnessRangeLu }) => {
      const tooShort = inspection.samples / inspection.sampleRateHz < minProgrammeS
      if (tooShort || loudnessRangeLu === null || loudnessRangeLu <= maxLoudnessRangeLu) return null
      return overall(subject, {
        measured: `${loudnessRangeLu.toFixed(1)} LU`,
        limit: `at most ${maxLoudnessRangeLu} LU`,
        message: 'Quiet and loud parts are far apart.',
      })
    }),
})

const shortTermLimits = z.object({
  maxShortTermLufs: z.number().default(-18).describe('Largest short-term loudness'),
  maxProgrammeS: z.number().positive().default(120).describe('Only programmes up to this length are judged'),
})

export const shortTerm = defineCheck<z.infer<typeof shortTermLimits>>({
  id: 'sound.short-term',
  layer: 'baseband',
  title: 'Short-term loudness',
  finds: 'Commercials and promos with a passage that is too loud. Longer programmes may have such passages.',
  source: 'EBU R 128 s1: short-form content, at most −18 LUFS',
  limits: shortTermLimits,
  profiles: { broadcast: { severity: 'warn' }, ott: 'off', ugc: 'off' },
  judge: (evidence, { maxShortTermLufs, maxProgrammeS }) =>
    judgeLoudness(evidence, ({ subject, inspection }, { shortTermMaxLufs }) => {
      const long = inspection.samples / inspection.sampleRateHz > maxProgrammeS
      if (long || shortTermMaxLufs === null || shortTermMaxLufs <= maxShortTermLufs) return null
      return overall(subject, {
        measured: `${shortTermMaxLufs.toFixed(1)} LUFS`,
        limit: `at most ${maxShortTermLufs} LUFS`,
        message: 'Short-term loudness of a short programme is too high.',
      })
    }),
})
