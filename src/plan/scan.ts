// Fields and film: what is made of pictures that consist of two moments. Film out of video, deinterlacing, or fields kept.
import { compare, formatRational, HeadendError, parseRational, type Rational, rational } from '../core/index.ts'
import type { Choice, FilterStep, PictureAnalysis, VideoStream, Warning } from '../model/index.ts'
import { sourceRate } from './frame-rate.ts'

export type ScanRequest = {
  readonly video: VideoStream
  /** As seen by decoding; without it the flags of the stream are believed. */
  readonly cadence?: PictureAnalysis['cadence'] | undefined
  /** `frame` makes a picture of each frame, `field` one of each field; `auto` is `frame` where there are fields. */
  readonly deinterlace: 'auto' | 'off' | 'frame' | 'field'
  readonly inverseTelecine: 'auto' | 'off' | 'on'
  readonly output: 'progressive' | 'interlaced'
}

export type ScanPlan = {
  /** First of all: before crop, turn and grid. */
  readonly steps: readonly FilterStep[]
  /** Pictures out for each frame in: 1, 2 for a picture of each field, 4/5 for film. */
  readonly rateFactor: Rational
  readonly scan: 'progressive' | 'tff' | 'bff'
  readonly choices: readonly Choice[]
  readonly warnings: readonly Warning[]
}

type Parity = 'tff' | 'bff' | 'auto'
type Seen = ScanRequest & { readonly parity: Parity; readonly hasFields: boolean }

const ONE = rational(1)
const WHAT = 'video.scan'
/** Video in which film is hidden by 2:3 pull-down (SMPTE RP 197): five frames of video for four of film. */
const VIDEO_RATES = ['30000/1001', '30/1'].map(parseRational)
const FILM_OF_VIDEO = rational(4, 5)

/** @throws {HE_PLAN_IMPOSSIBLE} when film or fields are asked for of a picture that cannot have them */
export function planScan(request: ScanRequest): ScanPlan {
  const { video, cadence, deinterlace, inverseTelecine, output } = request
  const hasFields = seesFields(video, cadence)
  const seen: Seen = { ...request, parity: parityOf(video, cadence), hasFields }
  if (inverseTelecine === 'on') return filmOf(seen)
  if (output === 'interlaced' && (hasFields || video.scan === 'interlaced')) return keptFields(seen)
  if (deinterlace === 'field' && !hasFields)
    throw new HeadendError('HE_PLAN_IMPOSSIBLE', 'a picture of each field needs an interlaced source', {
      hint: 'The nearest that is possible: --deinterlace auto.',
    })
  if (deinterlace === 'off') return untouched(seen)
  if (deinterlace === 'auto' && inverseTelecine === 'auto') {
    if (cadence?.kind === 'telecine' && isVideoRate(video)) return filmOf(seen)
    if (cadence?.kind === 'mixed' && isVideoRate(video)) return filmAndVideo(seen)
  }
  if (!hasFields && deinterlace === 'auto') return video.scan === 'interlaced' ? segmented(seen) : untouched(seen)
  return deinterlaced(seen)
}

/** Progressive pictures with fine patterns fool the detector: against the flags it takes most of the frames. */
function seesFields({ scan }: VideoStream, cadence: ScanRequest['cadence']): boolean {
  if (!cadence) return scan === 'interlaced'
  const { kind, progressive, tff, bff } = cadence
  if (kind !== 'interlaced' || scan === 'interlaced') return kind !== 'progressive'
  return Math.max(tff, bff) >= 0.6 * (progressive + tff + bff)
}

/** What was seen counts before what is stated: field order is among the flags that are most often wrong. */
function parityOf({ fieldOrder }: VideoStream, cadence: ScanRequest['cadence']): Parity {
  const stated = fieldOrder === 'tff' || fieldOrder === 'bff' ? fieldOrder : 'auto'
  if (!cadence) return stated
  const { tff, bff } = cadence
  if (tff >= MANY && tff >= 4 * bff) return 'tff'
  if (bff >= MANY && bff >= 4 * tff) return 'bff'
  return stated
}
/** Frames that must agree before what was seen overrules what is stated. */
const MANY = 10

function isVideoRate(video: VideoStream): boolean {
  const rate = sourceRate(video)
  return rate !== null && VIDEO_RATES.some(each => compare(each, rate) === 0)
}

const bwdif = (mode: 'send_frame' | 'send_field', parity: Parity, deint: 'all' | 'interlaced'): FilterStep => ({
  name: 'bwdif',
  args: { mode, parity, deint },
})

/**
 * fieldmatch puts frames of film together from the fields that belong to one another; where an edit broke the cadence a
 * field has no partner, the frame is marked, and bwdif mends it. Among video every frame must be looked at for that
 * (`full`), and finer: 44 of 60 frames combed by its defaults, 4 so; in film that would soften fine patterns (measured).
 */
function matchSteps(parity: Parity, amongVideo: boolean): FilterStep[] {
  const look = amongVideo ? { combmatch: 'full', cthresh: 6 } : {}
  return [{ name: 'fieldmatch', args: { order: parity, ...look } }, bwdif('send_frame', parity, 'interlaced')]
}

/**
 * The source's own grid. decimate refuses frames of which it does not know that their rate is constant. Twice, because the
 * engine runs the first `fps` of a chain by itself, to count, and what follows it forgets.
 */
function evenRate(rate: Rational): FilterStep[] {
  const fps = { name: 'fps', args: { fps: formatRational(rate), round: 'near' } }
  return [fps, fps]
}

/**
 * Always the frame of each five that differs least from the one before. decimate's own threshold takes the frame after a cut,
 * and the very first one, instead as soon as coding noise makes repeats differ by more than 1.1 % (measured).
 */
const DECIMATE: FilterStep = { name: 'decimate', args: { cycle: 5, dupthresh: 100 } }

function filmOf(seen: Seen): ScanPlan {
  const { video, parity, inverseTelecine, cadence } = seen
  const rate = sourceRate(video)
  if (rate === null || !isVideoRate(video))
    throw new HeadendError('HE_PLAN_IMPOSSIBLE', 'film is only found in video of 29.97 or 30 fps', {
      hint: 'The nearest that is possible: --inverse-telecine off.',
      details: { frameRate: video.frameRate },
    })
  return {
    steps: [
      ...evenRate(rate),
      // Two cycles more of the last picture push the real ones out; the grid cuts what is too many.
      { name: 'tpad', args: { stop: 10, stop_mode: 'clone' } },
      ...matchSteps(parity, false),
      DECIMATE,
    ],
    rateFactor: FILM_OF_VIDEO,
    scan: 'progressive',
    choices: [
      {
        what: WHAT,
        pick: 'film, by inverse telecine',
        because:
          inverseTelecine === 'on'
            ? 'as asked: four frames of film out of five of video'
            : `${cadence?.repeated ?? 0} fields repeat in the rhythm of 2:3 pull-down: four frames of film are in five of video`,
        over: ['deinterlacing'],
      },
    ],
    warnings: [],
  }
}

function filmAndVideo({ parity }: Seen): ScanPlan {
  return {
    steps: matchSteps(parity, true),
    rateFactor: ONE,
    scan: 'progressive',
    choices: [
      {
        what: WHAT,
        pick: 'film where there is film, bwdif where there is video',
        because:
          'some stretches are film in 2:3 pull-down and others are not; one rate must hold both, that of the video',
        over: ['inverse telecine, which would drop moments of the video', 'deinterlacing all of it'],
      },
    ],
    warnings: [
      {
        code: 'mixed-cadence',
        message:
          'Film and video are mixed: in the stretches of film every fourth picture is shown twice. Use --inverse-telecine on for 23.976 fps throughout.',
      },
    ],
  }
}

/** Frames that carry one moment in two fields (PsF). Stretches that do comb, such as a crawl, are still deinterlaced. */
function segmented({ parity }: Seen): ScanPlan {
  return {
    steps: [{ name: 'idet', args: {} }, bwdif('send_frame', parity, 'interlaced')],
    rateFactor: ONE,
    scan: 'progressive',
    choices: [
      {
        what: WHAT,
        pick: 'progressive, watched by idet',
        because:
          'it is stated as interlaced, but both fields of its frames show one moment; only frames that comb are deinterlaced',
        over: ['deinterlacing all of it'],
      },
    ],
    warnings: [],
  }
}

/** The flags on the frames are made to agree with what they are: encoders and containers go by them. */
function keptFields({ video, parity }: Seen): ScanPlan {
  const scan = parity === 'bff' ? 'bff' : 'tff'
  const stated = video.scan === 'interlaced' && video.fieldOrder === scan
  return {
    steps: stated ? [] : [{ name: 'setfield', args: { mode: scan } }],
    rateFactor: ONE,
    scan,
    choices: [
      {
        what: WHAT,
        pick: `interlaced, ${scan === 'tff' ? 'top' : 'bottom'} field first`,
        because: stated
          ? 'the fields stay as they are; where the picture is scaled, each field is by itself'
          : `the source states ${video.fieldOrder} fields; each field is kept as it is`,
        over: ['deinterlacing'],
      },
    ],
    warnings:
      parity === 'auto'
        ? [
            {
              code: 'field-order-assumed',
              message: 'The source does not state its field order; top field first is assumed.',
            },
          ]
        : [],
  }
}

function untouched({ hasFields, deinterlace }: Seen): ScanPlan {
  return {
    steps: [],
    rateFactor: ONE,
    scan: 'progressive',
    choices: hasFields
      ? [{ what: WHAT, pick: 'as it is', because: `as asked: --deinterlace ${deinterlace}`, over: ['bwdif'] }]
      : [],
    warnings: hasFields
      ? [
          {
            code: 'interlaced-kept',
            message: 'The source is interlaced and is coded as if it were not: edges comb in motion.',
          },
        ]
      : [],
  }
}

function deinterlaced({ video, cadence, parity, deinterlace, hasFields }: Seen): ScanPlan {
  const field = deinterlace === 'field'
  const order =
    parity === 'auto' ? 'field order as each frame says' : `${parity === 'tff' ? 'top' : 'bottom'} field first`
  const misflagged = hasFields && video.scan !== 'interlaced'
  const reversed = parity !== 'auto' && video.scan === 'interlaced' && video.fieldOrder !== parity
  return {
    steps: [bwdif(field ? 'send_field' : 'send_frame', parity, 'all')],
    rateFactor: field ? rational(2) : ONE,
    scan: 'progressive',
    choices: [
      {
        what: WHAT,
        pick: field ? 'bwdif, a picture of each field' : 'bwdif, a picture of each frame',
        because: hasFields
          ? `${cadence ? 'its frames are of two moments' : 'the source is interlaced'} (${order}) and screens are progressive`
          : 'as asked',
        over: field
          ? ['a picture of each frame: half of the motion']
          : ['a picture of each field (--deinterlace field)'],
      },
    ],
    warnings: [
      ...(misflagged
        ? [
            {
              code: 'scan-misflagged',
              message: 'The source says that it is progressive, but its frames comb; it is deinterlaced.',
            },
          ]
        : []),
      ...(reversed
        ? [
            {
              code: 'field-order-corrected',
              message: `The source states ${video.fieldOrder}, but its motion runs ${parity}; what was seen is believed.`,
            },
          ]
        : []),
    ],
  }
}
