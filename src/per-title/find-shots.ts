// A setting for each shot of each rung, tried as a whole; where it gains nothing the rung keeps its one setting.
import type { RunOptions } from '../core/index.ts'
import { chooseShotSettings, type Sample, type ShotSpan, type SpanProbe, spansOf } from '../ladder/index.ts'
import type { Complexity, LadderCodec, ShotSetting } from '../model/index.ts'
import type { FoundCodec, TriedSetting } from './search-codec.ts'
import type { TitleSearch, Trial, Tried } from './title-search.ts'

export type ShotSearch = {
  readonly found: readonly FoundCodec[]
  readonly complexity: Complexity
  readonly sample: Sample
  readonly seconds: number
  readonly search: TitleSearch
}

export type RungShots = {
  readonly codec: LadderCodec
  readonly candidate: string
  readonly crf: number
  /** null where one setting is as good. */
  readonly shots: readonly ShotSetting[] | null
  /** The same on the clock of the sample. */
  readonly onSample: Trial['shots']
  /** What its trial showed; null without one. */
  readonly tried: Tried | null
  /** Share of bits saved at the VMAF that the trial had, against one setting for all; 0 without shots. */
  readonly saved: number
  readonly because: string
}

export type FoundShots = { readonly spans: number; readonly rungs: readonly RungShots[] }

export async function findShots(request: ShotSearch, run: RunOptions): Promise<FoundShots> {
  const { found, complexity } = request
  const spans = spansOf(complexity.shots, complexity.gops)
  const rungs: RungShots[] = []
  for (const each of found)
    for (const { candidate, crf } of each.chosen.rungs)
      rungs.push(await ofRung(request, each, spans, candidate, crf, run))
  return { spans: spans.length, rungs }
}

async function ofRung(
  { complexity, sample, seconds, search }: ShotSearch,
  { codec, settings, curveOf }: FoundCodec,
  spans: readonly ShotSpan[],
  candidateId: string,
  crf: number,
  run: RunOptions,
): Promise<RungShots> {
  const rung = { codec, candidate: candidateId, crf }
  const none = (because: string): RungShots => ({
    ...rung,
    shots: null,
    onSample: undefined,
    tried: null,
    saved: 0,
    because,
  })
  if (codec === 'av1') return none('SVT-AV1 takes one setting for the whole title')
  if (spans.length < 2) return none('the title is one shot')
  const own = settings.filter(({ candidate }) => candidate.id === candidateId)
  const choice = chooseShotSettings(
    crf,
    spans,
    own.map(each => toSpanProbe(each, spans, complexity, sample)),
  )
  if (!choice || choice.crf.every(each => each === crf)) return none('all shots have the same slope at one setting')
  const shots = spans.map(({ frame }, i) => ({ frame, crf: choice.crf[i]! }))
  const candidate = own[0]!.candidate
  const trial = { codec, candidate, crf, shots: onSample(choice.crf, spans, sample) }
  const [tried] = await search.attempt([trial], run)
  // Against one setting that gives the very VMAF of the trial.
  const same = bitsAt(curveOf(candidateId)!, tried!.vmaf) * seconds
  const saved = 1 - tried!.bits / same
  if (saved <= 0) return none(`tried: ${(-saved * 100).toFixed(1)} % more bits at the same VMAF than one setting`)
  return {
    ...rung,
    shots: merged(shots),
    onSample: trial.shots,
    tried: tried!,
    saved,
    because: `tried: ${(saved * 100).toFixed(1)} % fewer bits`,
  }
}

function toSpanProbe(
  { crf, tried }: TriedSetting,
  spans: readonly ShotSpan[],
  { gops }: Complexity,
  { pieceOf }: Sample,
): SpanProbe {
  return {
    crf,
    spans: spans.map(({ firstGop, gops: count, frames }) => {
      const members = Array.from({ length: count }, (_, i) => firstGop + i)
      return {
        bits: members.reduce((sum, gop) => sum + tried.gopBits[gop]!, 0),
        vmaf: members.reduce((sum, gop) => sum + tried.pieces[pieceOf[gop]!]!.vmaf * gops[gop]!.frames, 0) / frames,
      }
    }),
  }
}

/** The settings on the clock of the sample: each piece has that of the shot it lies in. */
function onSample(
  crf: readonly number[],
  spans: readonly ShotSpan[],
  { pieces }: Sample,
): { frame: number; quality: number }[] {
  let frame = 0
  const settings = pieces.map(piece => {
    const at = { frame, crf: crf[spans.findLastIndex(span => span.firstGop <= piece.gop)]! }
    frame += piece.frames
    return at
  })
  return merged(settings).map(at => ({ frame: at.frame, quality: at.crf }))
}

/** Without those that repeat the one before. */
const merged = (shots: readonly ShotSetting[]): ShotSetting[] =>
  shots.filter((shot, i) => i === 0 || shot.crf !== shots[i - 1]!.crf)

type Curve = NonNullable<ReturnType<FoundCodec['curveOf']>>

/** Bit/s of one setting for all that has this VMAF. */
function bitsAt(curve: Curve, vmaf: number): number {
  let [low, high] = [curve.from - 10, curve.to + 10]
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2
    if (curve.vmaf(middle) > vmaf) low = middle
    else high = middle
  }
  return 2 ** curve.logRate((low + high) / 2)
}
