// What was found → the ladder: rungs with their caps and promises, the comparison, the bill, and the reasons. No effects.
import { div, formatRational, parseRational, type RationalText, rational } from '../core/index.ts'
import {
  compareToFixed,
  costLadder,
  type LadderPrices,
  planFixedLadder,
  type RungWish,
  type Sample,
  type SegmentChoice,
} from '../ladder/index.ts'
import type {
  Choice,
  Complexity,
  EncodePlan,
  Ladder,
  LadderRung,
  MediaFacts,
  RatedSetting,
  Warning,
} from '../model/index.ts'
import { type LadderOptions, nameRungs } from '../plan/index.ts'
import type { CappedRung } from './find-caps.ts'
import type { FoundShots, RungShots } from './find-shots.ts'
import { type FoundCodec, searchedSettings } from './search-codec.ts'
import type { SearchTally } from './title-search.ts'

export type Findings = {
  readonly facts: MediaFacts
  readonly options: LadderOptions
  readonly prices: LadderPrices
  /** Any trial plan of the title. */
  readonly plan: EncodePlan
  readonly fps: number
  readonly frameRate: RationalText
  readonly found: readonly FoundCodec[]
  /** Those whose rungs are worth having. */
  readonly kept: readonly FoundCodec[]
  readonly shots: FoundShots | null
  /** Every rung of `kept`. */
  readonly capped: readonly CappedRung[]
  readonly sample: Sample
  readonly complexity: Complexity
  readonly segments: SegmentChoice
  readonly wish: RungWish
  readonly tally: Readonly<SearchTally>
}

const kbps = (bps: number): number => Number((bps / 1000).toFixed(1))
const points = (vmaf: number): number => Number(vmaf.toFixed(2))

export function assembleLadder(findings: Findings): Ladder {
  const { facts, options, plan, fps, found, shots, sample, complexity, segments, wish, tally } = findings
  const video = plan.video!
  const seconds = video.frames / fps
  const rungs = rungsOf(findings, seconds)
  const base = found.find(({ codec }) => codec === 'h264')!
  const fixed = planFixedLadder({
    ...{ width: video.width, height: video.height, fps, maxHeight: options.maxHeight, maxRungs: FIXED_RUNGS },
    fits: () => true,
  })
  const own = rungs.filter(({ codec }) => codec === 'h264')
  const comparison = compareToFixed({
    frameRate: findings.frameRate,
    fixed,
    curves: (width, height) => {
      const curve = base.curveOf(`${width}x${height}`)
      return curve && { curve, best: base.best }
    },
    hull: base.hull,
    rungs: own,
  })
  const first = base.chosen
  const promised = rungs.map(({ vmafError, rateError }) => ({ vmafError, rateError }))
  return {
    version: 1,
    input: { path: facts.path, sizeBytes: facts.sizeBytes },
    picture: {
      width: video.width,
      height: video.height,
      frameRate: findings.frameRate,
      frames: video.frames,
      duration: plan.duration,
    },
    model: video.vmaf!.model,
    wish: { tier: options.vmaf === undefined ? options.tier : null, vmaf: wish.top },
    bestReachable: first.bestReachable === null ? null : points(first.bestReachable),
    preset: options.preset,
    rungs: rungs.map(({ vmafError: _, rateError: __, ...rung }) => rung),
    encodes: tally.encodes,
    cachedEncodes: tally.cached,
    hullEncodes: found.reduce((sum, { hullTrials }) => sum + hullTrials, 0),
    probes: found.flatMap(each =>
      each.settings.map(({ candidate, crf, tried }) => ({
        ...describe(findings, each, candidate.id),
        crf,
        bitrateKbps: kbps(tried.bits / seconds),
        vmaf: points(tried.vmaf),
      })),
    ),
    hull: found.flatMap(each =>
      each.hull.map(({ candidate, crf, logRate, vmaf }) => ({
        ...describe(findings, each, candidate),
        crf,
        bitrateKbps: kbps(2 ** logRate),
        vmaf: points(vmaf),
      })),
    ),
    gopSeconds: options.gopSeconds,
    segmentSeconds: segments.seconds,
    complexity,
    sample: {
      whole: sample.whole,
      frames: sample.frames,
      pieces: sample.pieces.map(({ frame, frames, weight }) => ({ frame, frames, weight: Number(weight.toFixed(5)) })),
      vmafError: points(Math.max(...promised.map(({ vmafError }) => vmafError))),
      rateError: Number(Math.max(...promised.map(({ rateError }) => rateError)).toFixed(4)),
    },
    comparedToFixed: comparison,
    cost: costLadder(
      {
        own: rungs,
        fixed: comparison.rungs.length > 0 ? comparison.rungs : own,
        seconds,
        search: { encodes: trialsOf(findings), seconds: sample.frames / fps },
      },
      { ...findings.prices, views: options.views },
    ),
    perShot: shots && {
      shots: shots.spans,
      rungs: rungs.map(rung => {
        const own = shotsOf(shots, rung, findings.kept)
        return { id: rung.id, saved: Number((own?.saved ?? 0).toFixed(4)), because: own?.because ?? '' }
      }),
    },
    choices: choicesOf(findings),
    warnings: warningsOf(findings),
  }
}

/** As many as the fixed ladder has by default. */
const FIXED_RUNGS = 5

type Described = Pick<RatedSetting, 'codec' | 'width' | 'height' | 'frameRate'>

function describe({ frameRate }: Findings, { codec, settings }: FoundCodec, candidateId: string): Described {
  const { candidate } = settings.find(each => each.candidate.id === candidateId)!
  const rate = candidate.halved ? formatRational(div(parseRational(frameRate), rational(2))) : frameRate
  return { codec, width: candidate.width, height: candidate.height, frameRate: rate }
}

/** Every encode of the search, those under caps too. */
const trialsOf = (findings: Findings): Described[] =>
  findings.found.flatMap(each => {
    const capped = findings.capped.filter(({ codec }) => codec === each.codec)
    const again = capped.flatMap(({ candidate, widened }) => Array.from({ length: 1 + widened }, () => candidate))
    return [...each.settings.map(({ candidate }) => candidate), ...again].map(({ id }) => describe(findings, each, id))
  })

type RungWithErrors = LadderRung & { readonly vmafError: number; readonly rateError: number }

function rungsOf(findings: Findings, seconds: number): RungWithErrors[] {
  const unnamed = findings.kept.flatMap(each => {
    const rungs = each.chosen.rungs.map(rung => {
      const capped = findings.capped.find(
        ({ codec, candidate, crf }) => codec === each.codec && candidate.id === rung.candidate && crf === rung.crf,
      )!
      const shots = findings.shots && shotRow(findings.shots, each.codec, rung.candidate, rung.crf)
      const { cap, tried, candidate } = capped
      return {
        ...describe(findings, each, rung.candidate),
        halved: candidate.halved,
        crf: rung.crf,
        bitrateKbps: kbps(tried.bits / seconds),
        vmaf: points(tried.vmaf),
        maxBitrateKbps: kbps(cap.maxrateBps),
        bufferKbits: kbps(cap.bufsizeBits),
        ...(shots?.shots ? { shots: [...shots.shots] } : {}),
        because: rung.because,
        vmafError: tried.vmafError,
        rateError: tried.bitsError,
      }
    })
    // Under its cap a rung may turn out to be no better than one below it: then it is none.
    return rungs.filter(({ bitrateKbps, vmaf }, i) =>
      rungs.slice(i + 1).every(lower => lower.bitrateKbps < bitrateKbps && lower.vmaf < vmaf),
    )
  })
  const named = nameRungs(unnamed.map(rung => ({ ...rung, quality: rung.crf, shots: undefined })))
  return unnamed.map(({ halved: _, ...rung }, i) => ({ id: named[i]!.id, ...rung }))
}

const shotRow = ({ rungs }: FoundShots, codec: string, candidate: string, crf: number): RungShots | undefined =>
  rungs.find(each => each.codec === codec && each.candidate === candidate && each.crf === crf)

function shotsOf(shots: FoundShots, rung: LadderRung, found: readonly FoundCodec[]): RungShots | undefined {
  const own = found.find(({ codec }) => codec === rung.codec)!
  const id = own.chosen.rungs.find(({ candidate, crf }) => crf === rung.crf && isSize(own, candidate, rung))?.candidate
  return id === undefined ? undefined : shotRow(shots, rung.codec, id, rung.crf)
}

function isSize({ settings }: FoundCodec, candidateId: string, { width, height }: LadderRung): boolean {
  const { candidate } = settings.find(each => each.candidate.id === candidateId)!
  return candidate.width === width && candidate.height === height
}

function choicesOf({ capped, options, found, sample, complexity, segments, wish, fps }: Findings): Choice[] {
  const sampled = sample.whole
    ? { pick: 'all of it', because: `the title has no more than ${options.sampleSeconds} s, or few GOPs` }
    : {
        pick: `${sample.pieces.length} GOPs, ${(sample.frames / fps).toFixed(1)} s`,
        because: `one in the middle of each group of like GOPs, of ${complexity.gops.length} in all`,
      }
  return [
    { what: 'ladder.sample', ...sampled },
    { what: 'ladder.segmentSeconds', pick: `${segments.seconds} s`, because: segments.because },
    {
      what: 'ladder.top',
      pick: `VMAF ${wish.top}`,
      because: options.vmaf === undefined ? `the tier ${options.tier}` : 'as asked',
    },
    {
      what: 'ladder.maxBitrate',
      pick: `${Math.round(wish.mostBps! / 1000)} kbit/s`,
      because:
        options.maxBitrate === undefined ? 'twice what a ladder of fixed rates spends on the largest size' : 'as asked',
    },
    {
      what: 'ladder.caps',
      pick: `${capped.length} caps, ${capped.filter(({ widened }) => widened > 0).length} of them widened`,
      because: 'each rung was tried under its cap, and may lose no more than half a point of VMAF to it',
    },
    ...found.map(({ codec, settings, hullTrials, hull }) => {
      const { from, to } = searchedSettings[codec]
      const sizes = new Set(settings.map(({ candidate }) => candidate.id)).size
      return {
        what: `ladder.search.${codec}`,
        pick: `${hull.length} points on the hull`,
        because: `${hullTrials} trials of ${sizes} sizes at CRF ${from} to ${to}, ${settings.length - hullTrials} more of the rungs themselves`,
        over: [`all ${sizes * (to - from + 1)}`],
      }
    }),
  ]
}

/** A ladder of fewer rungs than this leaves poor networks without one; said when it is the title that has no more. */
const FEW = 2

function warningsOf({ found, kept, wish, sample, plan }: Findings): Warning[] {
  const { calibrated, model } = plan.video!.vmaf!
  return [
    ...found
      .filter(each => !kept.includes(each))
      .map(({ codec }) => ({
        code: 'codec-without-gain',
        message: `${codec} saves hardly anything over H.264 on this title: its rungs are left out.`,
      })),
    ...kept.flatMap(({ codec, chosen }): Warning[] => {
      const best = chosen.bestReachable
      const few = chosen.rungs.length < FEW
      return [
        ...(best === null
          ? []
          : [
              {
                code: 'target-unreachable',
                message: `${codec}: VMAF ${wish.top} is out of reach; the best is ${best.toFixed(2)}, which the largest rung has.`,
              },
            ]),
        ...(few
          ? [
              {
                code: 'few-rungs',
                message: `${codec}: ${chosen.rungs.length} rung is all that the title needs: less than ${Math.round(wish.leastBps / 1000)} kbit/s is not looked for.`,
              },
            ]
          : []),
      ]
    }),
    ...(calibrated ? [] : [{ code: 'vmaf-hdr', message: `${model} is not calibrated for HDR.` }]),
    ...(sample.whole || sample.pieces.length >= 6
      ? []
      : [{ code: 'small-sample', message: 'Few GOPs were tried: give --sample-seconds more.' }]),
  ]
}
