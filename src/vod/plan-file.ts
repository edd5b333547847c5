// Facts, measurements and this machine's encoders → the plan of one file.
import { encodersFor } from '../codecs/index.ts'
import type { RunOptions } from '../core/index.ts'
import { chooseChain, familiesOf, parseHardwarePolicy, proveEncoders } from '../hardware/index.ts'
import type { EncodePlan, MediaFacts } from '../model/index.ts'
import { type Alignment, analysisWants, type Chain, planTranscode, type TranscodeOptions } from '../plan/index.ts'
import { analysePicture } from './analyse-picture.ts'
import { type Measured, measureLoudnessFor } from './loudness-rounds.ts'
import { measureAlignment } from './measure-alignment.ts'
import { probeFully } from './plan-title.ts'

export type PlannedFile = {
  readonly facts: MediaFacts
  readonly plan: EncodePlan
  /** The same plan with other options: for a second attempt. */
  readonly replan: (changed: Partial<TranscodeOptions>) => EncodePlan
}

/** Probes `path`, looks at what the options need to know, and plans one file. */
export async function planFile(path: string, options: TranscodeOptions, run: RunOptions): Promise<PlannedFile> {
  const facts = await probeFully(path, run)
  const analysis = await analysePicture(facts, analysisWants(facts, options), run)
  let alignment: Readonly<Record<number, Alignment>> = {}
  const make = (measured: Measured, encoders?: Chain, changed: Partial<TranscodeOptions> = {}): EncodePlan =>
    planTranscode({ facts, options: { ...options, ...changed }, analysis, encoders, alignment, ...measured })
  alignment = await measureAlignment(facts, options, () => make(UNMEASURED), run)
  const encoders = await proveChain(make, options, run)
  const measured = await measureLoudnessFor(
    { facts, standard: options.loudness, make: measured => make(measured, encoders) },
    run,
  )
  return { facts, plan: make(measured, encoders), replan: changed => make(measured, encoders, changed) }
}

const UNMEASURED: Measured = { loudness: {}, makeUpDb: {} }

/**
 * Which encoders make the picture, the preferred one first: those of devices are tried with exactly what they will be told.
 * undefined where the software encoder is the only one there is. @throws {HE_ENCODER_NONE}
 */
async function proveChain(
  make: (measured: Measured, encoders?: Chain) => EncodePlan,
  { hw }: TranscodeOptions,
  run: RunOptions,
): Promise<Chain | undefined> {
  const policy = parseHardwarePolicy(hw)
  if (policy === 'none') return undefined
  const { video } = make(UNMEASURED)
  const rung = video?.renditions[0]
  if (!video || !rung || rung.encoder.name === 'copy') return undefined
  const families = familiesOf(policy)
  const known = encodersFor(rung.codec).filter(({ family }) => families.includes(family))
  if (known.every(({ family }) => family === 'cpu') && policy === 'auto') return undefined
  const names = known.map(({ name }) => name)
  const trial =
    names.length > 0 ? make(UNMEASURED, { names, because: 'to be tried', over: [] }).video!.renditions[0]! : rung
  const { width, height, pixelFormat } = trial
  const { frameRate } = video
  const planned = names.length > 0 ? [trial.encoder, ...trial.fallbacks] : []
  const candidates = planned.map(settings => ({ settings, width, height, pixelFormat, frameRate }))
  const trials = await proveEncoders(
    candidates.filter(({ settings }) => settings.family !== 'cpu'),
    run,
  )
  // Software has no device that could be missing or busy: it is not tried before it is used.
  const software = planned
    .filter(({ family }) => family === 'cpu')
    .map(({ name, family }) => ({ name, family, codec: rung.codec, works: true, reason: null, elapsedMs: 0 }))
  const { chain, because, over } = chooseChain(rung.codec, [...trials, ...software], policy)
  const softwareFirst = planned.find(({ name }) => name === chain[0])?.family === 'cpu'
  return {
    names: chain,
    because: softwareFirst ? 'no device encoder comes before it, or none works here' : because,
    over,
  }
}
