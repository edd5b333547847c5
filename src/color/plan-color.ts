// The color of one title: what its source is, what is made of it, how, and what that costs. Decisions, not pixels.
import type { Choice, ColorDescription, Warning } from '../model/index.ts'
import { buildChain } from './chain.ts'
import { formatStep, isSameLight, tagSteps } from './filter-steps.ts'
import { decideHdr, refuseDolbyVisionOnly } from './hdr-metadata.ts'
import type { ToneMapping } from './light-stage.ts'
import type { ColorPlan, ColorRequest } from './request.ts'
import { describeSourceColor, type SourceColor } from './source-color.ts'
import { decideTarget, type Signal, signalOf, type Target } from './target.ts'
import { HLG_PEAK_NITS, REFERENCE_WHITE_NITS } from './tone-curve.ts'

/**
 * Decides color, range, siting, tone mapping and HDR metadata. @throws {HE_INPUT_UNSUPPORTED} for Dolby Vision without a
 * compatible base layer and for colors without a conversion; {HE_PLAN_IMPOSSIBLE} for HDR in fewer than 10 bits.
 */
export function planColor(request: ColorRequest): ColorPlan {
  const { video } = request
  refuseDolbyVisionOnly(video)
  const source = describeSourceColor(video)
  const { used } = source
  const target = decideTarget(request, used)
  const tone = decideToneMapping(request, used, target.signal)
  const chain = buildChain({ ...request, used, target: target.color, toneMapping: tone.mapping })
  const sameCodes =
    signalOf(used) === target.signal &&
    isSameLight(used, target.color) &&
    used.matrix === target.color.matrix &&
    used.range === target.color.range &&
    !request.legal
  const hdr = decideHdr(request, used, target.signal, sameCodes)
  return {
    used,
    assumed: source.assumed,
    target: target.color,
    hdr: hdr.hdr,
    convert: chain.convert,
    scale: chain.scale,
    finish: [formatStep(request.pixelFormat), ...tagSteps(target.color)],
    choices: [sourceChoice(source), targetChoice(target, chain.how), ...tone.choices, ...hdr.choices],
    warnings: [
      ...sourceWarnings(request, source),
      ...gamutWarnings(used, target.color),
      ...tone.warnings,
      ...hdr.warnings,
    ],
  }
}

/** What a programme is graded for when nobody says: the usual mastering monitor. */
const USUAL_PEAK_NITS = 1000
/** SMPTE ST 2084 ends there. */
const MAX_PEAK_NITS = 10_000

type Peak = { readonly nits: number; readonly because: string; readonly assumed: boolean }

/** The brightest that the programme gets, cd/m². */
function peakOf({ video, toneMap, measuredLight }: ColorRequest, signal: Signal): Peak {
  const stated = video.hdr
  const known: readonly [number | undefined, string][] = [
    [toneMap.peakNits, 'as asked'],
    [signal === 'hlg' ? HLG_PEAK_NITS : undefined, 'the nominal peak of HLG (ITU-R BT.2100)'],
    [measuredLight?.maxCll, 'the brightest pixel that was measured'],
    // MaxCLL is what the programme reaches, the mastering display only what it could; 0 means unknown (CTA-861.3).
    [stated.contentLight?.maxCll, 'the brightest pixel by the source’s MaxCLL'],
    [stated.masteringDisplay?.maxLuminance, 'the brightest that the source’s mastering display shows'],
  ]
  const [nits, because] = known.find(([value]) => value !== undefined && value > 0) ?? [undefined, '']
  if (nits === undefined)
    return {
      nits: USUAL_PEAK_NITS,
      because: 'the source does not state a peak; most programmes are graded at this one',
      assumed: true,
    }
  return { nits: Math.min(MAX_PEAK_NITS, nits), because, assumed: false }
}

type ToneDecision = {
  readonly mapping: ToneMapping | null
  readonly choices: readonly Choice[]
  readonly warnings: readonly Warning[]
}

const CURVES: Readonly<Record<ToneMapping['curve'], string>> = {
  bt2390: 'the curve of ITU-R BT.2390',
  hable: 'Hable’s filmic curve',
  mobius: 'a Möbius curve',
  reinhard: 'Reinhard’s curve',
  clip: 'clipping',
}

function decideToneMapping(request: ColorRequest, used: ColorDescription, to: Signal): ToneDecision {
  const from = signalOf(used)
  const none = { mapping: null, choices: [], warnings: [] }
  const toNits = to === 'sdr' ? REFERENCE_WHITE_NITS : HLG_PEAK_NITS
  if (from === 'sdr' || from === to || to === 'pq') return none
  const peak = peakOf(request, from)
  // Nothing is to be brought down; what lies above the stated peak is cut where HLG ends.
  if (to === 'hlg' && peak.nits <= toNits && !peak.assumed)
    return { ...none, mapping: { curve: 'clip', peakNits: toNits, toNits } }
  const { curve } = request.toneMap
  const name = from === 'pq' ? 'PQ' : 'HLG'
  return {
    mapping: { curve, peakNits: peak.nits, toNits },
    choices: [
      {
        what: 'video.toneMap.curve',
        pick: curve,
        because:
          to === 'sdr'
            ? `${name} is brought under SDR white by ${CURVES[curve]}, which stands for ${toNits} cd/m² of HDR (ITU-R BT.2408)`
            : `what is brighter than HLG shows is brought under ${toNits} cd/m² by ${CURVES[curve]}`,
        over: Object.keys(CURVES).filter(each => each !== curve),
      },
      { what: 'video.toneMap.peak', pick: `${peak.nits} cd/m²`, because: peak.because },
    ],
    warnings: [
      ...(to === 'sdr' ? [{ code: 'hdr-tone-mapped', message: `The source is ${name} HDR; the output is SDR.` }] : []),
      ...(peak.assumed
        ? [
            {
              code: 'hdr-peak-assumed',
              message: `The source does not state its peak; ${peak.nits} cd/m² is assumed and brighter parts are cut.`,
            },
          ]
        : []),
    ],
  }
}

const text = ({ primaries, transfer, matrix, range }: ColorDescription): string =>
  new Set([primaries, transfer, matrix]).size === 1
    ? `${primaries}, ${range}`
    : `${primaries}/${transfer}/${matrix}, ${range}`

function sourceChoice({ used, assumed, because }: SourceColor): Choice {
  return {
    what: 'video.sourceColor',
    pick: text(used),
    because: assumed.length === 0 ? 'the source states all of it' : `not stated: ${assumed.join(', ')}; ${because}`,
  }
}

function targetChoice({ color, because, over }: Target, how: readonly string[]): Choice {
  return {
    what: 'video.color',
    pick: text(color),
    because: [because, ...how].join('; '),
    ...(over.length > 0 ? { over: [...over] } : {}),
  }
}

/** Range and chroma location have a value by the codecs' own rules when absent; the others are guesses and are told. */
function sourceWarnings({ video }: ColorRequest, { used, assumed, because }: SourceColor): Warning[] {
  const guessed = (['primaries', 'transfer', 'matrix'] as const).filter(
    field => assumed.includes(field) && used[field] !== 'gbr',
  )
  const { contradictions } = video.color
  return [
    ...(guessed.length > 0
      ? [
          {
            code: 'color-assumed',
            message: `The source does not state its ${guessed.join(', ')}; ${guessed.map(field => used[field]).join(', ')} is assumed: ${because}.`,
          },
        ]
      : []),
    ...(contradictions.length > 0
      ? [
          {
            code: 'color-contradiction',
            message: `Container and bitstream disagree about ${contradictions.join(', ')}; the bitstream is believed.`,
          },
        ]
      : []),
  ]
}

/** Primaries that reach beyond those of BT.601 and BT.709. */
const WIDE: ReadonlySet<string> = new Set(['bt2020', 'smpte428', 'smpte431', 'smpte432', 'film', 'bt470m'])

const gamutWarnings = (used: ColorDescription, target: ColorDescription): Warning[] =>
  WIDE.has(used.primaries) && !WIDE.has(target.primaries)
    ? [
        {
          code: 'gamut-reduced',
          message: `Colors of ${used.primaries} that ${target.primaries} does not have are clipped to it.`,
        },
      ]
    : []
