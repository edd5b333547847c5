// The journey of measuring: files → readings → verdict.
import { speechLoudness } from '../audio/index.ts'
import { HeadendError, parseRational, type RunOptions, toNumber } from '../core/index.ts'
import type { DialogueReading, FileLoudness, LoudnessAim, LoudnessReport, TrackLoudness } from '../model/index.ts'
import { audioLimits, readLoudness } from '../quality/index.ts'
import { headendVersion } from '../transcode/index.ts'
import { dialogueWarnings, judgeLoudness, verdictOf } from './judge.ts'
import { type MeasuredFile, type MeasuredTrack, measureFile } from './measure-file.ts'
import { type LoudnessOptions, resolveAim } from './options.ts'

/** Measures every track of every file, and judges them where a standard is named. @throws {HE_USAGE} {HE_INPUT_…} */
export async function runLoudness(
  paths: readonly string[],
  options: LoudnessOptions,
  run: RunOptions,
): Promise<LoudnessReport> {
  if (paths.length === 0) throw new HeadendError('HE_USAGE', 'no file to measure')
  const aim = resolveAim(options)
  const { track, dialogueTrack, dualMono } = options
  const numbers = track === undefined ? undefined : [track, ...(dialogueTrack === undefined ? [] : [dialogueTrack])]
  const files: FileLoudness[] = []
  for (const path of paths) {
    const measured = await measureFile(path, { ...(numbers ? { tracks: numbers } : {}), dualMono }, run)
    files.push(describeFile(measured, aim, options))
  }
  const all = files.flatMap(({ tracks }) => tracks)
  return {
    version: 1,
    tool: { headend: await headendVersion(), node: process.version },
    createdAt: new Date().toISOString(),
    standard: aim,
    files,
    verdict: aim && verdictOf(all.flatMap(({ checks }) => checks)),
  }
}

function describeFile(
  { facts, tracks }: MeasuredFile,
  aim: LoudnessAim | null,
  { dialogueTrack }: LoudnessOptions,
): FileLoudness {
  const speech = dialogueTrack === undefined ? undefined : tracks.find(({ track }) => track === dialogueTrack)
  if (dialogueTrack !== undefined && !speech)
    throw new HeadendError('HE_INPUT_NO_TRACK', `${facts.path} has no audio track ${dialogueTrack}`)
  // The dialogue alone is no programme: it is not judged.
  const programmes = tracks.filter(each => each !== speech)
  if (programmes.length === 0)
    throw new HeadendError('HE_USAGE', '--dialogue-track names the only track that is measured')
  return { path: facts.path, tracks: programmes.map(each => describeTrack(each, speech, aim)) }
}

function describeTrack(
  measured: MeasuredTrack,
  speech: MeasuredTrack | undefined,
  aim: LoudnessAim | null,
): TrackLoudness {
  const { track, stream, layout, measurement, warnings } = measured
  const reading = readLoudness({ measurement, layout, layoutAssumed: false })
  const dialogue = speech ? dialogueOf(measured, speech) : null
  const { sampleRateHz, samples, channels, series } = measurement
  const checks = aim
    ? judgeLoudness({
        ...{ aim, reading, dialogue, noLoudness: 'fail', subject: `track ${track}` },
        peakToleranceDb: audioLimits.truePeakMeterDb,
      })
    : []
  return {
    track,
    stream: stream.index,
    codec: stream.codec,
    language: stream.language,
    title: stream.title,
    layout,
    sampleRateHz,
    seconds: Number((samples / sampleRateHz).toFixed(3)),
    ...reading,
    dialogue,
    channels: channels.map(({ name, weight, truePeakDbtp, samplePeakDbfs }) => ({
      ...{ name, weight, truePeakDbtp: milli(truePeakDbtp), samplePeakDbfs: milli(samplePeakDbfs) },
    })),
    checks,
    verdict: aim && verdictOf(checks),
    warnings: [...warnings, ...dialogueWarnings(aim, dialogue)],
    series: {
      stepMs: series.stepMs,
      momentaryLufs: series.momentaryLufs.map(centi),
      shortTermLufs: series.shortTermLufs.map(centi),
    },
  }
}

const milli = (value: number | null): number | null => (value === null ? null : Number(value.toFixed(3)))
const centi = (value: number | null): number | null => (value === null ? null : Number(value.toFixed(2)))

function dialogueOf(programme: MeasuredTrack, speech: MeasuredTrack): DialogueReading {
  const start = ({ stream }: MeasuredTrack): number => toNumber(parseRational(stream.startTime ?? '0/1'))
  const { stepMs } = programme.measurement.series
  const delay = Math.round(((start(speech) - start(programme)) * 1000) / stepMs)
  const { integratedLufs, share } = speechLoudness(
    programme.measurement.series.momentaryLufs,
    speech.measurement.series.momentaryLufs,
    delay,
  )
  return { track: speech.track, integratedLufs: milli(integratedLufs), share: Number(share.toFixed(4)) }
}
