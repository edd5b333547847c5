// One file → a reading of each audio track, in one pass of an engine worker.
import { HeadendError, parseRational, type RunOptions, toNumber } from '../core/index.ts'
import { runSpec } from '../engine/index.ts'
import type { AudioStream, LoudnessMeasurement, LoudnessResult, MediaFacts, Warning } from '../model/index.ts'
import { probe } from '../probe/index.ts'
import { loudnessSpec } from '../quality/index.ts'

export type MeasuredTrack = {
  /** Among the audio tracks of the file, from 1. */
  readonly track: number
  readonly stream: AudioStream
  readonly layout: string
  readonly measurement: LoudnessMeasurement
  readonly warnings: readonly Warning[]
}

export type MeasuredFile = { readonly facts: MediaFacts; readonly tracks: readonly MeasuredTrack[] }

export type MeasureOptions = {
  /** Numbers of audio tracks, from 1; left out, all. */
  readonly tracks?: readonly number[]
  readonly dualMono?: boolean
}

/** Probes and measures the file at `path`. @throws {HE_INPUT_…} {HE_USAGE} {HE_ENGINE_CRASHED} */
export async function measureFile(path: string, options: MeasureOptions, run: RunOptions): Promise<MeasuredFile> {
  const { signal, log, onProgress } = run
  onProgress?.({ stage: 'probe', done: 0, total: null, unit: 'steps', fps: null, speed: null, etaSeconds: null })
  const facts = await probe(path, { signal, log, scan: 'full' })
  if (facts.truncated) throw new HeadendError('HE_INPUT_TRUNCATED', `${path} ends before its own index says it does`)
  return { facts, tracks: await measureTracks(facts, options, run) }
}

async function measureTracks(
  facts: MediaFacts,
  { tracks, dualMono = false }: MeasureOptions,
  { signal, log, onProgress }: RunOptions,
): Promise<MeasuredTrack[]> {
  const chosen = chooseTracks(facts, tracks)
  const seconds = facts.container.duration === null ? null : toNumber(parseRational(facts.container.duration))
  onProgress?.({
    stage: 'loudness',
    done: 0,
    total: seconds,
    unit: 'seconds',
    fps: null,
    speed: null,
    etaSeconds: null,
  })
  const results = new Map<string, LoudnessResult>()
  const wanted = chosen.map(({ stream }) => ({ stream: stream.index, filters: [], dualMono }))
  await runSpec(loudnessSpec(facts.path, wanted, '0/1'), {
    signal,
    log,
    onEvent: event => {
      if (event.type === 'node' && event.event === 'result') results.set(event.node, event.data as LoudnessResult)
    },
  })
  return chosen.map(({ track, stream }) => {
    const result = results.get(`loudness_${stream.index}`)
    if (!result?.measurement)
      throw new HeadendError('HE_INPUT_EMPTY', `audio track ${track} of ${facts.path} has no samples`)
    const { measurement } = result
    const { layout, assumed } = describeLayout(result, stream.channels)
    return { track, stream, layout, measurement, warnings: warningsOf(layout, assumed, measurement.invalidSamples) }
  })
}

type Chosen = { readonly track: number; readonly stream: AudioStream }

/** @throws {HE_INPUT_NO_TRACK} */
function chooseTracks({ path, audio }: MediaFacts, wanted: readonly number[] | undefined): Chosen[] {
  if (audio.length === 0) throw new HeadendError('HE_INPUT_NO_TRACK', `${path} has no sound`)
  const numbers = wanted ?? audio.map((_, i) => i + 1)
  return [...new Set(numbers)].map(track => {
    const stream = audio[track - 1]
    if (!stream)
      throw new HeadendError('HE_INPUT_NO_TRACK', `${path} has no audio track ${track}`, {
        hint: `It has ${audio.length}; tracks are counted from 1.`,
      })
    if (stream.channels === 0 || stream.sampleRateHz === 0)
      throw new HeadendError('HE_INPUT_UNSUPPORTED', `audio track ${track} of ${path} states no channels or rate`)
    return { track, stream }
  })
}

/** Mono and stereo without a name, as plain WAV has them, are no riddle. */
const PLAIN: Readonly<Record<number, string>> = { 1: 'mono', 2: 'stereo' }

function describeLayout(
  { layout, layoutAssumed }: LoudnessResult,
  count: number,
): { layout: string; assumed: boolean } {
  const plain = layoutAssumed ? PLAIN[count] : undefined
  return plain ? { layout: plain, assumed: false } : { layout, assumed: layoutAssumed }
}

function warningsOf(layout: string, assumed: boolean, invalidSamples: number): Warning[] {
  return [
    ...(assumed
      ? [
          {
            code: 'layout-assumed',
            message: `It does not say which of its ${layout} is which; the usual order was taken.`,
          },
        ]
      : []),
    ...(invalidSamples > 0
      ? [
          {
            code: 'invalid-samples',
            message: `${invalidSamples} samples are no numbers; they were measured as silence.`,
          },
        ]
      : []),
  ]
}
