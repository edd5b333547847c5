// The checks of one video rendition: what the plan promised against what the finished file says and shows. Pure.
import { decodedFormat, sameCodecString } from '../codecs/index.ts'
import { compare, mul, parseRational, type Rational, rational, sub, toNumber } from '../core/index.ts'
import type { Check, EncodePlan, MasteringDisplay, PlannedHdr, VideoOutcome, VideoRendition } from '../model/index.ts'
import { renditionFrames } from '../plan/index.ts'
import { check, decoded, type Evidence, type Judged, missing, passIf, seconds } from './checks.ts'
import { pictureFloors, topVmaf } from './limits.data.ts'

const db = (value: number): string => `${value.toFixed(2)} dB`

export function judgeVideo(
  plan: EncodePlan,
  rung: VideoRendition,
  outcome: VideoOutcome | undefined,
  evidence: Evidence,
): Check[] {
  if (!outcome || !plan.video) return [missing(rung.id)]
  const video = plan.video
  const { frames } = renditionFrames(video, rung)
  const duration = parseRational(plan.duration)
  const size = `${rung.width}x${rung.height}`
  const measuredSize = `${outcome.width}x${outcome.height}`
  const unpaired = evidence.unpaired[rung.id] ?? 0
  const at = (id: string, judged: Judged): Check => check(id, rung.id, judged)
  const checks = [
    decoded(rung.id, evidence),
    at('video.frames', {
      status: passIf(outcome.frames === frames),
      promised: `${frames} frames`,
      measured: `${outcome.frames} frames`,
      message: 'The frames that decode are as many as planned.',
    }),
    at('video.duration', {
      status: passIf(isDuration(parseRational(outcome.duration), duration, evidence)),
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
      status: passIf(rung.codecString === null || sameCodecString(rung.codecString, outcome.codecString)),
      promised: rung.codecString ?? rung.codec,
      measured: outcome.codecString,
      message: 'Profile and level in the bitstream are what the manifest says.',
    }),
    judgeSamples(rung, outcome),
    judgeColor(plan, outcome),
    ...judgeHdr(plan, outcome),
    at('video.alignment', {
      status: passIf(unpaired === 0),
      promised: '0 frames apart',
      measured: `${unpaired} frames apart`,
      message: 'Each frame is shown when its source frame is.',
    }),
    judgeQuality(outcome),
    ...judgeVmaf(outcome, rung.id === video.renditions[0]?.id),
    ...judgePromise(rung, outcome),
    ...judgeTarget(plan, outcome),
  ]
  const keyFrames = judgeKeyFrames(plan, rung, evidence)
  if (keyFrames) checks.push(keyFrames)
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

/** Matroska counts in milliseconds, and so does the length that it states; the timelines of ISO files are exact. */
const CONTAINER_CLOCK_S = rational(1, 1000)

function isDuration(measured: Rational, planned: Rational, { segmented }: Evidence): boolean {
  const off = sub(measured, planned)
  if (segmented) return off.num === 0n
  return compare(mul(off, off), mul(CONTAINER_CLOCK_S, CONTAINER_CLOCK_S)) <= 0
}

function judgeSamples(rung: VideoRendition, { id, pixelFormat }: VideoOutcome): Check {
  const isSame =
    pixelFormat !== undefined && decodedFormat(rung.codec, pixelFormat) === decodedFormat(rung.codec, rung.pixelFormat)
  return check('video.samples', id, {
    status: pixelFormat === undefined ? 'skipped' : passIf(isSame),
    promised: rung.pixelFormat,
    measured: pixelFormat ?? 'not read',
    message: 'Depth and chroma sampling are as planned.',
  })
}

const COLOR_FIELDS = ['primaries', 'transfer', 'matrix', 'range'] as const

function judgeColor(plan: EncodePlan, outcome: VideoOutcome): Check {
  const promised = plan.video!.color
  // What is copied cannot say more than the source did.
  const { renditions, sourceColor } = plan.video!
  const copied = renditions.some(({ encoder }) => encoder.name === 'copy')
  const fields = COLOR_FIELDS.filter(field => !copied || sourceColor.stated[field] !== null)
  const text = (tags: Partial<Record<(typeof COLOR_FIELDS)[number], string | null>>): string =>
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

/** Only the largest rung is expected to look like the source: a smaller one is what its place in the ladder asks for. */
function judgeVmaf({ id, quality }: VideoOutcome, isTop: boolean): Check[] {
  const vmaf = quality?.vmaf
  if (!vmaf) return []
  const { mean } = vmaf.score
  const { fail, warn } = isTop && vmaf.calibrated ? topVmaf : { fail: 0, warn: 0 }
  const neg = vmaf.negScore ? ` (NEG ${points(vmaf.negScore.mean)})` : ''
  const { worstSecond } = vmaf
  return [
    check('video.vmaf', id, {
      status: mean < fail ? 'fail' : mean < warn ? 'warn' : 'pass',
      promised: fail > 0 ? `at least ${fail} on average by ${vmaf.model}` : `measured by ${vmaf.model}`,
      measured: `${points(mean)}${neg}, worst second ${points(worstSecond.mean)} at ${worstSecond.startS.toFixed(2)} s`,
      message: vmaf.calibrated
        ? 'What people would say of the picture, at the size in which the source is shown.'
        : 'VMAF of HDR: the luma as coded was compared, and the points are not calibrated.',
    }),
  ]
}

/** Primaries are stored in steps of 0.00002, luminance in 0.0001 cd/m² (SEI) or with 14 bits (AV1). */
const CHROMATICITY_STEP = 0.0005
const LUMINANCE_PART = 0.01

function judgeHdr(plan: EncodePlan, { id, hdr }: VideoOutcome): Check[] {
  const promised = plan.video!.hdr
  if (promised.format === 'sdr' && (!hdr || hdr.format === 'sdr')) return []
  const light = promised.contentLight
  // CTA-861.3: 0 means unknown, and x265 writes it where it was told nothing.
  const found = hdr?.contentLight?.maxCll === 0 && hdr.contentLight.maxFall === 0 ? null : hdr?.contentLight
  const same =
    hdr !== undefined &&
    kindOf(promised) === kindOf(hdr) &&
    isSameDisplay(promised.masteringDisplay, hdr.masteringDisplay) &&
    light?.maxCll === found?.maxCll &&
    light?.maxFall === found?.maxFall &&
    promised.hdr10Plus === hdr.hdr10Plus &&
    promised.dolbyVision?.profile === hdr.dolbyVision?.profile
  return [
    check('video.hdr', id, {
      status: hdr ? passIf(same) : 'skipped',
      promised: hdrText(promised),
      measured: hdr ? hdrText(hdr) : 'not read',
      message: 'Mastering display, light level and dynamic metadata are as planned.',
    }),
  ]
}

/** What is dynamic rides on a base that is PQ or HLG. */
const kindOf = ({ format }: PlannedHdr): string => (format === 'sdr' || format === 'hlg' ? format : 'pq')

const hdrText = (hdr: PlannedHdr): string =>
  [
    hdr.format,
    hdr.masteringDisplay
      ? `mastered at ${hdr.masteringDisplay.minLuminance}–${hdr.masteringDisplay.maxLuminance} cd/m²`
      : null,
    hdr.contentLight ? `MaxCLL ${hdr.contentLight.maxCll}, MaxFALL ${hdr.contentLight.maxFall}` : null,
    hdr.hdr10Plus ? 'HDR10+' : null,
    hdr.dolbyVision ? `Dolby Vision ${hdr.dolbyVision.profile}` : null,
  ]
    .filter(each => each !== null)
    .join(', ')

function isSameDisplay(a: MasteringDisplay | null, b: MasteringDisplay | null): boolean {
  if (!a || !b) return a === b
  const points = (each: MasteringDisplay): number[] => [each.red, each.green, each.blue, each.whitePoint].flat()
  const near = points(a).every((value, i) => Math.abs(value - points(b)[i]!) <= CHROMATICITY_STEP)
  // SVT-AV1 rounds the minimum to 1/16384 cd/m².
  return (
    near &&
    Math.abs(a.maxLuminance - b.maxLuminance) <= a.maxLuminance * LUMINANCE_PART &&
    Math.abs(a.minLuminance - b.minLuminance) <= Math.max(a.minLuminance * LUMINANCE_PART, 1 / 8192)
  )
}

const points = (value: number): string => value.toFixed(2)

/** The pooled mean that a quality target is about; null when it was not measured. */
export function targetFigure(plan: EncodePlan, { quality }: Pick<VideoOutcome, 'quality'>): number | null {
  if (!plan.qualityTarget || !quality) return null
  const { metric } = plan.qualityTarget
  if (metric === 'vmaf') return quality.vmaf?.score.mean ?? null
  return quality[`${metric}Y`].mean
}

const targetTexts = { vmaf: points, xpsnr: db, psnr: db, ssim: (value: number) => value.toFixed(4) }

/** How far the whole title may be from what trials foretold. */
const PROMISE_POINTS = 1.5

function judgePromise({ id, promisedVmaf }: VideoRendition, outcome: VideoOutcome): Check[] {
  const measured = outcome.quality?.vmaf?.score.mean
  if (promisedVmaf === undefined || measured === undefined) return []
  return [
    check('video.promise', id, {
      status: Math.abs(measured - promisedVmaf) <= PROMISE_POINTS ? 'pass' : 'warn',
      promised: `VMAF ${points(promisedVmaf)} ± ${PROMISE_POINTS}`,
      measured: points(measured),
      message: 'The rung shows what its trial foretold.',
    }),
  ]
}

function judgeTarget(plan: EncodePlan, outcome: VideoOutcome): Check[] {
  const target = plan.qualityTarget
  if (!target) return []
  const figure = targetFigure(plan, outcome)
  const text = targetTexts[target.metric]
  return [
    check('video.target', outcome.id, {
      status: passIf(figure !== null && figure >= target.value),
      promised: `${target.metric.toUpperCase()} of at least ${text(target.value)} on average`,
      measured: figure === null ? 'not measured' : text(figure),
      message: 'The quality that was asked for is reached.',
    }),
  ]
}

/** Every point of the grid has a key frame. Packages are checked by their segments. */
function judgeKeyFrames(plan: EncodePlan, rung: VideoRendition, { keyTimes, segmented }: Evidence): Check | null {
  const { frames, gopFrames } = renditionFrames(plan.video!, rung)
  const frameRate = rung.frameRate ?? plan.video!.frameRate
  if (segmented || rung.encoder.name === 'copy') return null
  const rate = toNumber(parseRational(frameRate))
  const found = new Set((keyTimes[rung.id] ?? []).map(time => Math.round(toNumber(parseRational(time)) * rate)))
  const points = Array.from({ length: Math.ceil(frames / gopFrames) }, (_, i) => i * gopFrames)
  const absent = points.filter(point => !found.has(point))
  return check('video.keyframes', rung.id, {
    status: passIf(absent.length === 0),
    promised: `a key frame every ${gopFrames} frames`,
    measured:
      absent.length === 0 ? `${found.size} key frames, one at each` : `none at frame ${absent.slice(0, 5).join(', ')}`,
    message: 'The stream can be joined and cut on its grid.',
  })
}
