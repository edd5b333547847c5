// What was promised against what was measured → checks and a verdict. Pure.
import { compare, div, mul, parseRational, type Rational, rational, sub, toNumber } from '../core/index.ts'
import type {
  AudioOutcome,
  AudioRendition,
  Check,
  CheckStatus,
  ContentEvent,
  EncodePlan,
  Verdict,
  VideoOutcome,
  VideoRendition,
} from '../model/index.ts'
import { audioLimits, pictureFloors } from './limits.data.ts'

/** What the verification knows beside the outcomes. */
export type Evidence = {
  /** Decoding errors and damaged frames per rendition id. */
  readonly damaged: Readonly<Record<string, number>>
  /** Frames without a partner in the source, per rendition id. */
  readonly unpaired: Readonly<Record<string, number>>
  /** Black and frozen stretches of the prepared source. */
  readonly sourceEvents: readonly ContentEvent[]
  /** Findings about the package as a whole: files, timelines, manifests. */
  readonly packageFindings: readonly string[]
  /** Whether the output is a package with segments. */
  readonly segmented: boolean
}

type Judged = {
  readonly status: CheckStatus
  readonly promised: string
  readonly measured: string
  readonly message: string
}
const check = (id: string, subject: string, judged: Judged): Check => ({ id, subject, ...judged })
const passIf = (ok: boolean): CheckStatus => (ok ? 'pass' : 'fail')
const db = (value: number): string => `${value.toFixed(2)} dB`
const seconds = (value: Rational): string => `${toNumber(value).toFixed(3)} s`

export function judgeVideo(
  plan: EncodePlan,
  rung: VideoRendition,
  outcome: VideoOutcome | undefined,
  evidence: Evidence,
): Check[] {
  if (!outcome || !plan.video) return [missing(rung.id)]
  const video = plan.video
  const duration = parseRational(plan.duration)
  const size = `${rung.width}x${rung.height}`
  const measuredSize = `${outcome.width}x${outcome.height}`
  const unpaired = evidence.unpaired[rung.id] ?? 0
  const at = (id: string, judged: Judged): Check => check(id, rung.id, judged)
  const checks = [
    decoded(rung.id, evidence),
    at('video.frames', {
      status: passIf(outcome.frames === video.frames),
      promised: `${video.frames} frames`,
      measured: `${outcome.frames} frames`,
      message: 'The frames that decode are as many as planned.',
    }),
    at('video.duration', {
      status: passIf(compare(parseRational(outcome.duration), duration) === 0),
      promised: seconds(duration),
      measured: seconds(parseRational(outcome.duration)),
      message: 'The picture lasts exactly as long as planned.',
    }),
    at('video.size', {
      status: passIf(size === measuredSize),
      promised: size,
      measured: measuredSize,
      message: 'The coded size is the planned one.',
    }),
    at('video.codec', {
      status: passIf(rung.codecString === outcome.codecString),
      promised: rung.codecString,
      measured: outcome.codecString,
      message: 'Profile and level in the bitstream are what the manifest says.',
    }),
    judgeColor(plan, outcome),
    at('video.alignment', {
      status: passIf(unpaired === 0),
      promised: '0 frames apart',
      measured: `${unpaired} frames apart`,
      message: 'Each frame is shown when its source frame is.',
    }),
    judgeQuality(outcome),
  ]
  if (evidence.segmented) {
    checks.push(
      at('segments.keyframes', {
        status: passIf(outcome.keyframesAtSegments),
        promised: 'every segment begins with a key frame',
        measured: outcome.keyframesAtSegments ? 'every segment does' : 'some do not',
        message: 'A player can join and switch at each segment.',
      }),
    )
  }
  return checks
}

function missing(id: string): Check {
  return check('output.exists', id, {
    status: 'fail',
    promised: 'a rendition',
    measured: 'nothing',
    message: 'The rendition is missing.',
  })
}

function decoded(id: string, { damaged }: Evidence): Check {
  const count = damaged[id] ?? 0
  return check('decode.complete', id, {
    status: passIf(count === 0),
    promised: 'no decoding error',
    measured: `${count} errors`,
    message: 'Everything that was written decodes.',
  })
}

function judgeColor(plan: EncodePlan, outcome: VideoOutcome): Check {
  const promised = plan.video!.color
  const fields = ['primaries', 'transfer', 'matrix', 'range'] as const
  const text = (tags: Partial<Record<(typeof fields)[number], string | null>>): string =>
    fields.map(field => tags[field] ?? 'absent').join(' / ')
  return check('video.color', outcome.id, {
    status: passIf(fields.every(field => promised[field] === outcome.color[field])),
    promised: text(promised),
    measured: text(outcome.color),
    message: 'Primaries, transfer, matrix and range are tagged as planned.',
  })
}

function judgeQuality({ id, quality }: VideoOutcome): Check {
  if (!quality)
    return check('video.quality', id, {
      status: 'skipped',
      promised: '',
      measured: '',
      message: 'Quality was not measured.',
    })
  const { psnrY, ssimY, xpsnrY } = quality
  const { psnrMeanDb, ssimMean } = pictureFloors
  const broken = psnrY.mean < psnrMeanDb.fail || ssimY.mean < ssimMean.fail
  const poor = psnrY.mean < psnrMeanDb.warn || ssimY.mean < ssimMean.warn
  return check('video.quality', id, {
    status: broken ? 'fail' : poor ? 'warn' : 'pass',
    promised: `PSNR-Y at least ${psnrMeanDb.fail} dB, SSIM at least ${ssimMean.fail}`,
    measured: `PSNR-Y ${db(psnrY.mean)}, SSIM ${ssimY.mean.toFixed(4)}, XPSNR ${db(xpsnrY.mean)}`,
    message: 'The picture is that of the source, at the size in which the source is shown.',
  })
}

/** Black or frozen stretches that the source does not have. One check for the whole title. */
export function judgePicture(subject: string, events: readonly ContentEvent[], evidence: Evidence): Check {
  const own = events.filter(event => !evidence.sourceEvents.some(known => overlaps(known, event)))
  return check('picture.events', subject, {
    status: passIf(own.length === 0),
    promised: 'no black or frozen stretch that the source has not',
    measured: own.length === 0 ? `none (${events.length} in common with the source)` : own.map(formatEvent).join(', '),
    message: 'Nothing went black or froze on the way.',
  })
}

export const formatEvent = ({ kind, startS, endS }: ContentEvent): string =>
  `${kind} ${startS.toFixed(2)}–${endS.toFixed(2)} s`

/** The marks of two decodes may differ by a frame or two at the edges. */
const EDGE_S = 0.2
const overlaps = (a: ContentEvent, b: ContentEvent): boolean =>
  a.kind === b.kind && a.startS <= b.startS + EDGE_S && a.endS >= b.endS - EDGE_S

export function judgeAudio(
  plan: EncodePlan,
  track: AudioRendition,
  outcome: AudioOutcome | undefined,
  evidence: Evidence,
): Check[] {
  if (!outcome) return [missing(track.id)]
  const at = (id: string, judged: Judged): Check => check(id, track.id, judged)
  const duration = parseRational(plan.duration)
  const gap = sub(parseRational(outcome.duration), duration)
  const tolerance = div(rational(audioLimits.durationSamples), rational(track.sampleRateHz))
  const close = compare(mul(gap, gap), mul(tolerance, tolerance)) <= 0
  const { loudness } = track
  const measured = outcome.loudness.integratedLufs
  return [
    decoded(track.id, evidence),
    at('audio.duration', {
      status: passIf(close),
      promised: `${seconds(duration)} ± ${audioLimits.durationSamples} samples`,
      measured: seconds(parseRational(outcome.duration)),
      message: 'The sound lasts as long as the picture, to within two coded frames.',
    }),
    at('audio.format', {
      status: passIf(
        outcome.channels === track.channels &&
          outcome.sampleRateHz === track.sampleRateHz &&
          outcome.codecString === track.codecString,
      ),
      promised: `${track.codecString}, ${track.channels} channels, ${track.sampleRateHz} Hz`,
      measured: `${outcome.codecString}, ${outcome.channels} channels, ${outcome.sampleRateHz} Hz`,
      message: 'Codec, channels and sampling rate are as planned.',
    }),
    at('audio.loudness', judgeLoudness(loudness, measured)),
    at('audio.truePeak', judgePeak(loudness, outcome.loudness.truePeakDbtp)),
    at('audio.silence', {
      status: measured === null && loudness.measured?.integratedLufs != null ? 'fail' : 'pass',
      promised: 'not silent where the source is not',
      measured: outcome.events.length === 0 ? 'no silence of 1 s or more' : outcome.events.map(formatEvent).join(', '),
      message: 'The sound did not get lost.',
    }),
  ]
}

function judgeLoudness(
  { standard, targetLufs, toleranceLu, measured: before }: AudioRendition['loudness'],
  measured: number | null,
): Judged {
  const message = 'Integrated loudness by ITU-R BS.1770, measured again on the result.'
  const said = measured === null ? 'no reading (silent or shorter than 400 ms)' : `${measured.toFixed(2)} LUFS`
  if (targetLufs === null) return { status: 'skipped', promised: 'left as it is', measured: said, message }
  const promised = `${targetLufs} ± ${toleranceLu} LUFS (${standard})`
  if (before?.integratedLufs == null && measured === null)
    return { status: 'skipped', promised, measured: said, message }
  const ok = measured !== null && Math.abs(measured - targetLufs) <= toleranceLu
  return { status: passIf(ok), promised, measured: said, message }
}

function judgePeak({ targetLufs, maxTruePeakDbtp }: AudioRendition['loudness'], measured: number | null): Judged {
  const message = 'True peak, four times oversampled, measured again on the result.'
  const said = measured === null ? 'digital silence' : `${measured.toFixed(2)} dBTP`
  if (targetLufs === null) return { status: 'skipped', promised: 'left as it is', measured: said, message }
  const ok = measured === null || measured <= maxTruePeakDbtp + audioLimits.truePeakMeterDb
  return { status: passIf(ok), promised: `at most ${maxTruePeakDbtp} dBTP`, measured: said, message }
}

export function judgePackage(evidence: Evidence): Check {
  const { packageFindings } = evidence
  return check('package.consistent', 'package', {
    status: passIf(packageFindings.length === 0),
    promised: 'HLS, DASH and the segments tell the same story',
    measured: packageFindings.length === 0 ? 'they do' : packageFindings.slice(0, 5).join('; '),
    message: 'Playlists, manifest, files on disk and timestamps inside them agree.',
  })
}

/** The worst check decides; skipped ones do not count. */
export function conclude(checks: readonly Check[]): Verdict {
  const status = checks.some(each => each.status === 'fail')
    ? 'fail'
    : checks.some(each => each.status === 'warn')
      ? 'warn'
      : 'pass'
  return { status, checks: [...checks] }
}
