// What becomes of HDR metadata: kept, replaced by what was measured or is known, or dropped and told.
import { HeadendError } from '../core/index.ts'
import type {
  Choice,
  ColorDescription,
  ContentLight,
  DolbyVision,
  MasteringDisplay,
  PlannedHdr,
  VideoStream,
  Warning,
} from '../model/index.ts'
import type { ColorRequest } from './request.ts'
import { type Signal, signalOf } from './target.ts'
import { HLG_PEAK_NITS, REFERENCE_WHITE_NITS } from './tone-curve.ts'

/** Dolby Vision profiles whose base layer is IPT and means nothing to other decoders. @throws {HE_INPUT_UNSUPPORTED} */
export function refuseDolbyVisionOnly({ hdr, color }: VideoStream): void {
  const dolby = hdr.dolbyVision
  if (!dolby || (dolby.profile !== 5 && dolby.compatibilityId !== 0)) return
  // Compatibility 0 is also found on base layers that are plain HDR10 or HLG: then the tags of the base layer say so.
  const plain = dolby.profile !== 5 && color.effective.transfer !== null && color.effective.matrix !== 'ictcp'
  if (plain) return
  throw new HeadendError(
    'HE_INPUT_UNSUPPORTED',
    `Dolby Vision profile ${dolby.profile} has no base layer that other decoders can show`,
    {
      hint: 'Ask for a Dolby Vision 8.1 or an HDR10 master, or copy the stream as it is.',
      details: { dolbyVision: dolby },
    },
  )
}

export type HdrDecision = {
  readonly hdr: PlannedHdr
  readonly choices: readonly Choice[]
  readonly warnings: readonly Warning[]
}

const NOTHING: PlannedHdr = {
  format: 'sdr',
  masteringDisplay: null,
  contentLight: null,
  hdr10Plus: false,
  dolbyVision: null,
}

/** `sameCodes` says that code values keep their meaning: same signal, range and levels. */
export function decideHdr(request: ColorRequest, used: ColorDescription, to: Signal, sameCodes: boolean): HdrDecision {
  const { video } = request
  const from = signalOf(used)
  const dolby = decideDolbyVision(request, sameCodes)
  if (to === 'sdr') return { hdr: { ...NOTHING, ...dolby.kept }, choices: [], warnings: dolby.warnings }
  const plus = video.hdr.hdr10Plus
  const hdr10Plus = plus && to === 'pq' && from === 'pq' && request.encoderHdr.hdr10Plus
  const still =
    to === 'pq' ? staticMetadata(request, used) : { masteringDisplay: null, contentLight: null, choices: [] }
  const { masteringDisplay, contentLight } = still
  const isHdr10 = masteringDisplay !== null || contentLight !== null
  const format = to === 'hlg' ? 'hlg' : hdr10Plus ? 'hdr10plus' : isHdr10 ? 'hdr10' : 'pq'
  const lost = to === 'hlg' && (video.hdr.masteringDisplay !== null || video.hdr.contentLight !== null)
  return {
    hdr: { format, masteringDisplay, contentLight, hdr10Plus, dolbyVision: null, ...dolby.kept },
    choices: still.choices,
    warnings: [
      ...dolby.warnings,
      ...(plus && !hdr10Plus
        ? [
            {
              code: 'hdr10plus-dropped',
              message:
                to === 'hlg'
                  ? 'The HDR10+ metadata is dropped: HLG has none.'
                  : 'The HDR10+ metadata is dropped: no encoder of the chain writes it. HDR10 remains.',
            },
          ]
        : []),
      ...(lost
        ? [{ code: 'hdr-metadata-dropped', message: 'Mastering display and light level are dropped: HLG has none.' }]
        : []),
      ...(to === 'pq' && !isHdr10
        ? [
            {
              code: 'hdr10-without-metadata',
              message:
                'The source states neither mastering display nor light level, and neither was measured: displays will guess.',
            },
          ]
        : []),
    ],
  }
}

type Static = {
  readonly masteringDisplay: MasteringDisplay | null
  readonly contentLight: ContentLight | null
  readonly choices: readonly Choice[]
}

/** CTA-861.3: 0 means that the value is not known. */
const isKnown = (light: ContentLight | null): light is ContentLight => light !== null && light.maxCll > 0

function staticMetadata({ video, measuredLight }: ColorRequest, used: ColorDescription): Static {
  const from = signalOf(used)
  const stated = from === 'pq' ? video.hdr : null
  const display = stated?.masteringDisplay ?? null
  const light = stated && isKnown(stated.contentLight) ? stated.contentLight : null
  const volume = from === 'pq' ? null : knownVolume(used, from)
  const masteringDisplay = display ?? volume
  const contentLight = light ?? measuredLight ?? stated?.contentLight ?? null
  return {
    masteringDisplay,
    contentLight,
    choices: [
      {
        what: 'video.hdr.masteringDisplay',
        pick: masteringDisplay ? `${masteringDisplay.minLuminance}–${masteringDisplay.maxLuminance} cd/m²` : 'none',
        because: display
          ? 'as the source states it'
          : volume === null
            ? 'the source states none'
            : from === 'hlg'
              ? 'the display that HLG was converted for (ITU-R BT.2100)'
              : 'the space that SDR has in PQ: its own primaries, white at 203 cd/m² and what lies above it',
      },
      {
        what: 'video.hdr.contentLight',
        pick: contentLight ? `MaxCLL ${contentLight.maxCll}, MaxFALL ${contentLight.maxFall}` : 'none',
        because: light
          ? 'as the source states it'
          : measuredLight
            ? 'measured by CTA-861.3'
            : 'the source states none and it was not measured',
      },
    ],
  }
}

type Chromaticities = Pick<MasteringDisplay, 'red' | 'green' | 'blue'>
const BT709: Chromaticities = { red: [0.64, 0.33], green: [0.3, 0.6], blue: [0.15, 0.06] }
const BT601_625: Chromaticities = { red: [0.64, 0.33], green: [0.29, 0.6], blue: [0.15, 0.06] }
const BT601_525: Chromaticities = { red: [0.63, 0.34], green: [0.31, 0.595], blue: [0.155, 0.07] }
const BT2020: Chromaticities = { red: [0.708, 0.292], green: [0.17, 0.797], blue: [0.131, 0.046] }
const SMALLER: Readonly<Partial<Record<ColorDescription['primaries'], Chromaticities>>> = {
  bt709: BT709,
  bt470bg: BT601_625,
  smpte170m: BT601_525,
}
const D65: MasteringDisplay['whitePoint'] = [0.3127, 0.329]

/** BT.2100 table 5 and BT.2035: the black of the displays that HLG and SDR are made on, cd/m². */
const BLACK_NITS = 0.005
/** What 10-bit SDR above 100 % comes to: code 1019 through BT.1886, of 203 cd/m². */
const ABOVE_WHITE_NITS = Math.round(REFERENCE_WHITE_NITS * ((1019 - 64) / 876) ** 2.4)

/** The colors and luminances that a picture which was not made in PQ can have in it. */
function knownVolume({ primaries }: ColorDescription, from: 'hlg' | 'sdr'): MasteringDisplay {
  const rest = { whitePoint: D65, minLuminance: BLACK_NITS }
  if (from === 'hlg') return { ...BT2020, ...rest, maxLuminance: HLG_PEAK_NITS }
  return { ...(SMALLER[primaries] ?? BT2020), ...rest, maxLuminance: ABOVE_WHITE_NITS }
}

type DolbyDecision = {
  readonly kept: { format: 'dolby-vision'; dolbyVision: DolbyVision } | undefined
  readonly warnings: readonly Warning[]
}

/** HEVC carries these as profile 8, AV1 as profile 10; the RPU is one and the same. */
const CROSS_COMPATIBLE: readonly number[] = [8, 10]

function decideDolbyVision({ video, encoderHdr }: ColorRequest, sameCodes: boolean): DolbyDecision {
  const dolby = video.hdr.dolbyVision
  if (!dolby) return { kept: undefined, warnings: [] }
  const profile = [dolby.profile, ...CROSS_COMPATIBLE].find(each => encoderHdr.dolbyVision.includes(each))
  const because = !CROSS_COMPATIBLE.includes(dolby.profile)
    ? `profile ${dolby.profile} is decoded as its base layer alone`
    : !dolby.rpu
      ? 'it has no RPU'
      : dolby.compatibilityId === 0
        ? 'its base layer is of no stated kind'
        : !sameCodes
          ? 'it describes code values that are changed here'
          : profile === undefined
            ? 'it takes an encoder that writes it, the size of the source, and a mastering display'
            : null
  if (because === null && profile !== undefined)
    return {
      kept: {
        format: 'dolby-vision',
        dolbyVision: { ...dolby, profile, enhancementLayer: false, baseLayer: true },
      },
      warnings: [],
    }
  return {
    kept: undefined,
    warnings: [
      {
        code: 'dolby-vision-dropped',
        message: `The Dolby Vision metadata is dropped: ${because}. The base layer remains.`,
      },
    ],
  }
}
