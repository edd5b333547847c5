// One color description for all rungs of an SDR 8-bit 4:2:0 ladder, and how the source gets there. Decisions, not pixels.
import { HeadendError } from '../core/index.ts'
import type { Choice, ColorDescription, FilterStep, VideoStream, Warning } from '../model/index.ts'
import { isToneMapInput, peakOf, toneMapSteps, zscaleSteps } from './convert.ts'
import { bt601Lines525, bt601Lines625, bt709, describeSourceColor, type SourceColor } from './source-color.ts'

export type ColorPlan = {
  readonly used: ColorDescription
  /** Names of the fields that the source does not state. */
  readonly assumed: readonly string[]
  /** What every rung is tagged as. */
  readonly target: ColorDescription
  /** Done once, before the fan-out; empty when the rungs' scaler does all there is to do. */
  readonly convert: readonly FilterStep[]
  /** Arguments of each rung's `scale`: what it reads and what it writes. */
  readonly scaler: FilterStep['args']
  readonly choices: readonly Choice[]
  readonly warnings: readonly Warning[]
}

/** @throws {HE_INPUT_UNSUPPORTED} for Dolby Vision without a compatible base layer and for colors without a conversion. */
export function planSdrColor(video: VideoStream): ColorPlan {
  refuseDolbyVisionOnly(video)
  const source = describeSourceColor(video)
  const { used } = source
  const decided = decide(video, used)
  // What the scaler gets: the converted picture, or the source as it is.
  const read = decided.convert.length > 0 ? decided.target : used
  const rgb = read.matrix === 'gbr'
  // zscale moves chroma to the left; tonemapx leaves it where it was.
  const chroma = video.chroma === '4:2:0' && !decided.movesChroma ? used.chromaLocation : 'left'
  return {
    used,
    assumed: source.assumed,
    target: decided.target,
    convert: decided.convert,
    scaler: {
      ...(rgb ? {} : { in_color_matrix: read.matrix }),
      in_range: read.range,
      ...(chroma === 'left' ? {} : { in_chroma_loc: chroma, out_chroma_loc: 'left' }),
      out_color_matrix: decided.target.matrix,
      out_range: decided.target.range,
    },
    choices: [sourceChoice(source), ...decided.choices],
    warnings: [...sourceWarnings(video, source), ...decided.warnings],
  }
}

/** Dolby Vision profiles whose base layer is IPT and means nothing to other decoders. */
function refuseDolbyVisionOnly({ hdr, color }: VideoStream): void {
  const dolby = hdr.dolbyVision
  if (!dolby || (dolby.profile !== 5 && dolby.compatibilityId !== 0)) return
  // Compatibility 0 is also found on base layers that are plain HDR10 or HLG: then the tags of the base layer say so.
  const plain = dolby.profile !== 5 && color.effective.transfer !== null && color.effective.matrix !== 'ictcp'
  if (plain) return
  throw new HeadendError(
    'HE_INPUT_UNSUPPORTED',
    `Dolby Vision profile ${dolby.profile} has no base layer that other decoders can show`,
    { hint: 'Ask for a Dolby Vision 8.1 or an HDR10 master.', details: { dolbyVision: dolby } },
  )
}

type Decision = Pick<ColorPlan, 'target' | 'convert' | 'choices' | 'warnings'> & {
  /** Whether `convert` leaves chroma where the target says. */
  readonly movesChroma: boolean
}

/** H.273 gives BT.709, BT.601 and the SDR curve of BT.2020 one and the same transfer function. */
const SDR_CURVES: ReadonlySet<string> = new Set(['bt709', 'smpte170m', 'bt2020-10', 'bt2020-12'])
/** The descriptions that are kept, by their primaries. */
const CANONICAL = { bt709, bt470bg: bt601Lines625, smpte170m: bt601Lines525 } as const
type KeptPrimaries = keyof typeof CANONICAL
const isKept = (primaries: string): primaries is KeptPrimaries => Object.hasOwn(CANONICAL, primaries)
/** Matrices that the rungs' scaler reads exactly. */
const SCALER_MATRICES: ReadonlySet<string> = new Set(['gbr', 'bt709', 'bt470bg', 'smpte170m', 'fcc', 'smpte240m'])

function decide(video: VideoStream, used: ColorDescription): Decision {
  if (used.transfer === 'smpte2084' || used.transfer === 'arib-std-b67') return decideToneMap(video, used)
  const { primaries } = used
  if (isKept(primaries) && SDR_CURVES.has(used.transfer) && SCALER_MATRICES.has(used.matrix))
    return decideKept(video, used, CANONICAL[primaries])
  const wide = used.primaries === 'bt2020' || used.primaries === 'smpte431' || used.primaries === 'smpte432'
  return {
    target: bt709,
    movesChroma: true,
    convert: zscaleSteps(used, bt709, 'yuv420p'),
    choices: [
      {
        what: 'video.color',
        pick: text(bt709),
        because: wide
          ? `players show SDR as BT.709: ${text(used)} is converted, colors outside of BT.709 are clipped to it`
          : `players show SDR as BT.709: ${text(used)} is converted`,
        over: ['the source’s own description'],
      },
    ],
    warnings: wide
      ? [{ code: 'gamut-reduced', message: `The colors of ${used.primaries} are reduced to those of BT.709.` }]
      : [],
  }
}

function decideKept(video: VideoStream, used: ColorDescription, target: ColorDescription): Decision {
  const done = [
    used.matrix === target.matrix
      ? null
      : used.matrix === 'gbr'
        ? 'RGB becomes Y′CbCr'
        : `matrix ${used.matrix} becomes ${target.matrix}`,
    used.range === 'pc' && used.matrix !== 'gbr' ? 'full range becomes limited' : null,
  ].filter(each => each !== null)
  // swscale takes every 4:0:0 format as full range, whatever it is told (measured); zimg believes the tag.
  const grey = video.chroma === '4:0:0' && used.range === 'tv'
  return {
    target,
    movesChroma: grey,
    convert: grey ? zscaleSteps({ ...used, matrix: target.matrix }, target, 'yuv420p') : [],
    choices: [
      {
        what: 'video.color',
        pick: text(target),
        because: `SDR color is kept, one description for all rungs, so that a switch never shifts it${done.length > 0 ? `; ${done.join(', ')} while scaling` : ''}`,
        ...(target === bt709 ? {} : { over: ['BT.709'] }),
      },
    ],
    warnings: [],
  }
}

function decideToneMap(video: VideoStream, used: ColorDescription): Decision {
  const { nits, stated } = peakOf(video, used.transfer)
  const curve = used.transfer === 'smpte2084' ? 'PQ' : 'HLG'
  return {
    target: bt709,
    movesChroma: !isToneMapInput(used),
    convert: toneMapSteps(used, nits),
    choices: [
      {
        what: 'video.color',
        pick: text(bt709),
        because: `the ladder is SDR: ${curve} is tone mapped by the curve of ITU-R BT.2390`,
        over: ['HDR rungs', 'hable', 'mobius', 'clipping'],
      },
      {
        what: 'video.toneMap.peak',
        pick: `${nits} cd/m²`,
        because: stated
          ? curve === 'HLG'
            ? 'the nominal peak of HLG (ITU-R BT.2100)'
            : 'the brightest that the mastering display or MaxCLL allows'
          : 'the source does not state a peak; most programmes are graded at this one',
      },
    ],
    warnings: [
      { code: 'hdr-tone-mapped', message: `The source is ${curve} HDR; the renditions are SDR.` },
      ...(stated
        ? []
        : [
            {
              code: 'hdr-peak-assumed',
              message: `The source does not state its peak; ${nits} cd/m² is assumed and brighter parts are cut.`,
            },
          ]),
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

/** Range and chroma location have a value by the codecs' own rules when absent; the others are guesses and are told. */
function sourceWarnings(video: VideoStream, { used, assumed, because }: SourceColor): Warning[] {
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
