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
} from '../model/index.ts'
import { audioLimits } from './limits.data.ts'

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
  /** Times of the key frames, `num/den` seconds, per rendition id. */
  readonly keyTimes: Readonly<Record<string, readonly string[]>>
}

export type Judged = {
  readonly status: CheckStatus
  readonly promised: string
  readonly measured: string
  readonly message: string
}
export const check = (id: string, subject: string, judged: Judged): Check => ({ id, subject, ...judged })
export const passIf = (ok: boolean): CheckStatus => (ok ? 'pass' : 'fail')
export const seconds = (value: Rational): string => `${toNumber(value).toFixed(3)} s`

export function missing(id: string): Check {
  return check('output.exists', id, {
    status: 'fail',
    promised: 'a rendition',
    measured: 'nothing',
    message: 'The rendition is missing.',
  })
}

export function decoded(id: string, { damaged }: Evidence): Check {
  const count = damaged[id] ?? 0
  return check('decode.complete', id, {
    status: passIf(count === 0),
    promised: 'no decoding error',
    measured: `${count} errors`,
    message: 'Everything that was written decodes.',
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
          (track.codecString === null || outcome.codecString === track.codecString),
      ),
      promised: `${track.codecString ?? track.codec}, ${track.channels} channels, ${track.sampleRateHz} Hz`,
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
