// What kind of file is made: targets, container, dynamic range, codec, profile and samples. The numbers come later.
import {
  type ChromaName,
  type CombinedTarget,
  chooseCodec,
  chooseProfile,
  codecLabels,
  combineTargets,
  containerRows,
  findTarget,
  type ProfileRow,
  pixelFormatFor,
  profilesOf,
  type TargetVideoRule,
  targetNames,
} from '../codecs/index.ts'
import { HeadendError } from '../core/index.ts'
import type { Choice, ContainerName, VideoCodec, VideoStream, Warning } from '../model/index.ts'
import type { TranscodeOptions } from './options.ts'

/** Encoders for the codec of a plan, the preferred one first. */
export type Chain = { readonly names: readonly string[]; readonly because: string; readonly over: readonly string[] }

export type Delivery = {
  /** What all the named targets play; null where none is named. */
  readonly target: CombinedTarget | null
  /** Names of the targets, for reasons. */
  readonly setBy: string
  readonly container: ContainerName
  /** null without a picture, or where it is copied. */
  readonly coding: Coding | null
  readonly choices: readonly Choice[]
  readonly warnings: readonly Warning[]
}

export type Coding = {
  readonly codec: { readonly name: VideoCodec; readonly because: string; readonly over: readonly string[] }
  readonly profile: { readonly row: ProfileRow; readonly because: string }
  readonly pixelFormat: string
  readonly dynamicRange: 'keep' | 'sdr' | 'hdr10' | 'hlg'
  /** The rule of the targets for this codec; null where none is named. */
  readonly rule: TargetVideoRule | null
}

/** @throws {HE_USAGE} for names that nobody knows, {HE_PLAN_IMPOSSIBLE} where nothing satisfies all that is asked */
export function chooseDelivery(video: VideoStream | null, options: TranscodeOptions): Delivery {
  const all = resolveTargets(options.for)
  const setBy = options.for.join(' and ')
  const container = chooseContainer(options, all, setBy)
  const target = all && within(all, container.name)
  if (!video || options.codec === 'copy')
    return { target, setBy, container: container.name, coding: null, choices: [container.choice], warnings: [] }
  const range = chooseDynamicRange(video, options, target, setBy)
  const coding = chooseCoding(video, options, { target, setBy, container: container.name, range: range.value })
  return {
    target,
    setBy,
    container: container.name,
    coding,
    choices: [container.choice, ...range.choices],
    warnings: range.warnings,
  }
}

/** null without names. @throws {HE_USAGE} {HE_PLAN_IMPOSSIBLE} */
export function resolveTargets(names: readonly string[]): CombinedTarget | null {
  if (names.length === 0) return null
  const unknown = names.filter(name => !findTarget(name))
  if (unknown.length > 0)
    throw new HeadendError('HE_USAGE', `there is no target ${unknown.join(', ')}`, {
      hint: `headend targets lists them: ${targetNames().join(', ')}.`,
    })
  const combined = combineTargets(names)
  if (combined.ok) return combined.profile
  throw new HeadendError(
    'HE_PLAN_IMPOSSIBLE',
    `no one file plays on ${names.join(' and ')}: ${combined.because.join('; ')}`,
    {
      hint: `headend targets ${names.join(' ')} shows what each of them plays; make a file for each.`,
      details: { because: [...combined.because] },
    },
  )
}

function chooseContainer(
  options: TranscodeOptions,
  target: CombinedTarget | null,
  setBy: string,
): { name: ContainerName; choice: Choice } {
  const asked = options.container
  const allowed = target?.containers
  if (asked && allowed && !allowed.includes(asked))
    throw new HeadendError('HE_PLAN_IMPOSSIBLE', `${setBy} does not play ${containerRows[asked].label}`, {
      hint: `What it plays: ${allowed.map(name => containerRows[name].label).join(', ')}.`,
    })
  const name = asked ?? target?.defaults.container ?? allowed?.[0] ?? 'mp4'
  return {
    name,
    choice: {
      what: 'output.container',
      pick: containerRows[name].label,
      because: asked
        ? 'as asked, or as the file’s name says'
        : target
          ? `what ${setBy} plays`
          : 'what most devices play',
    },
  }
}

/** What of a target is played out of one container. @throws {HE_PLAN_IMPOSSIBLE} when no picture is */
function within(target: CombinedTarget, container: ContainerName): CombinedTarget {
  const row = containerRows[container]
  const lies = ({ containers }: { readonly containers: readonly ContainerName[] | null }): boolean =>
    containers === null || containers.includes(container)
  const video = target.video.filter(rule => row.video[rule.codec] && lies(rule))
  const audio = target.audio.filter(rule => row.audio.includes(rule.codec) && lies(rule))
  if (video.length === 0)
    throw new HeadendError(
      'HE_PLAN_IMPOSSIBLE',
      `${target.names.join(' and ')} plays no picture out of ${row.label} that ${row.label} carries`,
      { hint: `What it plays: ${target.containers.map(name => containerRows[name].label).join(', ')}.` },
    )
  return { ...target, video, audio }
}

type RangeChoice = {
  readonly value: Coding['dynamicRange']
  readonly choices: readonly Choice[]
  readonly warnings: readonly Warning[]
}

/** HDR becomes SDR only when that is asked for or when the targets have no HDR, and then it is said. */
function chooseDynamicRange(
  { hdr }: VideoStream,
  { dynamicRange }: TranscodeOptions,
  target: CombinedTarget | null,
  setBy: string,
): RangeChoice {
  const kept: RangeChoice = { value: dynamicRange, choices: [], warnings: [] }
  const wanted = dynamicRange === 'keep' ? hdr.format : dynamicRange
  if (wanted === 'sdr' || !target) return kept
  // PQ plays wherever HDR10 does; what is dynamic rides on an HDR10 or HLG base.
  const base = wanted === 'hlg' ? 'hlg' : 'hdr10'
  if (target.hdr.includes(base)) return kept
  if (dynamicRange !== 'keep')
    throw new HeadendError('HE_PLAN_IMPOSSIBLE', `${setBy} does not show ${dynamicRange}`, {
      hint: `What it shows: ${['sdr', ...target.hdr].join(', ')}.`,
    })
  return {
    value: 'sdr',
    choices: [
      {
        what: 'video.dynamicRange',
        pick: 'SDR',
        because: `${setBy} shows no ${base.toUpperCase()} that a source names: the picture is tone mapped`,
        over: [hdr.format],
      },
    ],
    warnings: [{ code: 'hdr-lost-to-target', message: `The source is HDR (${hdr.format}); ${setBy} gets SDR.` }],
  }
}

type CodingContext = {
  readonly target: CombinedTarget | null
  readonly setBy: string
  readonly container: ContainerName
  readonly range: Coding['dynamicRange']
}

function chooseCoding(video: VideoStream, options: TranscodeOptions, context: CodingContext): Coding {
  const { target, setBy, container, range } = context
  const hdr = range === 'keep' ? video.hdr.format !== 'sdr' : range !== 'sdr'
  const wanted = options.codec as VideoCodec | undefined
  const picked = target
    ? fromTarget(target, wanted, `${setBy}, out of ${containerRows[container].label}`, {
        hdr,
        bitDepth: video.bitDepth,
      })
    : { ...fromSource(wanted, container, hdr), rule: null }
  const samples = chooseSamples(video, options, picked.name, hdr)
  const allowed = allowedProfiles(picked.name, options, picked.rule)
  const profile = pickProfile(picked.name, samples, allowed)
  if (!profile.ok) {
    const label = codecLabels[picked.name]
    throw new HeadendError(
      'HE_PLAN_IMPOSSIBLE',
      `no profile of ${label} that may be used carries ${samples.text}: ${profile.because}`,
      {
        hint: `The nearest that is allowed: ${profile.nearest}.`,
      },
    )
  }
  const hasAlpha = samples.hasAlpha && (profile.profile.alpha ?? false)
  const asked = { chroma: samples.chroma, bitDepth: samples.bitDepth, hasAlpha }
  return {
    codec: { name: picked.name, because: picked.because, over: picked.over },
    profile: { row: profile.profile, because: profile.because },
    pixelFormat:
      keptFormat(video, picked.name, profile.profile) ??
      pixelFormatFor({ codec: picked.name, profile: profile.profile.name, ...asked }),
    dynamicRange: range,
    rule: picked.rule,
  }
}

type PickedCodec = {
  readonly name: VideoCodec
  readonly because: string
  readonly over: readonly string[]
  readonly rule: TargetVideoRule | null
}

function fromTarget(
  target: CombinedTarget,
  wanted: VideoCodec | undefined,
  setBy: string,
  source: { readonly hdr: boolean; readonly bitDepth: number },
): PickedCodec {
  const choice = chooseCodec(target, wanted, source)
  if (!choice.ok)
    throw new HeadendError('HE_PLAN_IMPOSSIBLE', `${setBy}: ${choice.because}`, {
      hint: `The nearest that is allowed: ${choice.nearest}.`,
    })
  return { name: choice.rule.codec, because: choice.because, over: choice.over, rule: choice.rule }
}

/** Without targets: what the container is made for, and for HDR a codec that carries it. */
function fromSource(wanted: VideoCodec | undefined, container: ContainerName, hdr: boolean): Omit<PickedCodec, 'rule'> {
  if (wanted) {
    if (hdr && wanted === 'h264')
      throw new HeadendError('HE_PLAN_IMPOSSIBLE', 'no device plays HDR in H.264, and the source is HDR', {
        hint: 'Use --codec hevc or av1 to keep HDR, or --sdr to convert it.',
      })
    return { name: wanted, because: 'as asked', over: [] }
  }
  const usual = containerRows[container].usual
  if (usual) return { name: usual, because: `the codec that ${containerRows[container].label} is made for`, over: [] }
  return hdr
    ? { name: 'hevc', because: 'the source is HDR, which HEVC Main 10 carries to most screens', over: ['h264'] }
    : { name: 'h264', because: 'what every device decodes', over: ['hevc', 'av1'] }
}

/** Codecs of the last mile are watched in 4:2:0; codecs of production keep the samples of the source. */
const PRODUCTION: ReadonlySet<VideoCodec> = new Set(['prores', 'dnxhr', 'ffv1'])

type Samples = {
  readonly chroma: ChromaName
  readonly bitDepth: number
  readonly hasAlpha: boolean
  readonly text: string
}

function chooseSamples(video: VideoStream, options: TranscodeOptions, codec: VideoCodec, hdr: boolean): Samples {
  const production = PRODUCTION.has(codec)
  const own: ChromaName = video.chroma === '4:1:1' || video.chroma === '4:1:0' ? '4:2:0' : video.chroma
  const chroma = options.chroma ?? (production ? own : codec === 'mpeg2' ? '4:2:2' : '4:2:0')
  const kept = Math.max(8, Math.min(video.bitDepth, production ? 16 : 10))
  // H.264 with 10 bit is decoded by next to no device; HDR is never 8 bit (BT.2100).
  const usual = hdr ? Math.max(10, kept) : codec === 'h264' || codec === 'mpeg2' ? 8 : kept
  const bitDepth = options.bits ?? usual
  if (hdr && bitDepth < 10)
    throw new HeadendError('HE_PLAN_IMPOSSIBLE', 'HDR needs 10 bit or more (ITU-R BT.2100)', {
      hint: 'Use --bits 10, or --sdr to convert the picture.',
    })
  const hasAlpha = production && video.hasAlpha
  return { chroma, bitDepth, hasAlpha, text: `${chroma}, ${bitDepth} bit` }
}

function allowedProfiles(
  codec: VideoCodec,
  { profile }: TranscodeOptions,
  rule: TargetVideoRule | null,
): readonly string[] | undefined {
  if (profile === undefined) return rule?.profiles
  const known = profilesOf(codec).map(({ name }) => name)
  if (!known.includes(profile))
    throw new HeadendError('HE_USAGE', `${codecLabels[codec]} has no profile ${profile}`, {
      hint: `Its profiles: ${known.join(', ')}.`,
    })
  if (rule && !rule.profiles.includes(profile))
    throw new HeadendError('HE_PLAN_IMPOSSIBLE', `the targets do not play ${codecLabels[codec]} ${profile}`, {
      hint: `What they play: ${rule.profiles.join(', ')}.`,
    })
  return [profile]
}

/**
 * Several profiles carry 8 bit in 4:2:0 or any 4:2:2 in 10 bit: of H.264 the most efficient that is allowed, of ProRes and
 * DNxHR the one that is meant for masters; of the others the smallest.
 */
const PREFERRED: Partial<Record<VideoCodec, readonly string[]>> = {
  h264: ['high', 'main', 'constrained-baseline'],
  prores: ['hq', '4444'],
  dnxhr: ['hqx', 'hq', '444'],
}

function pickProfile(
  codec: VideoCodec,
  { chroma, bitDepth, hasAlpha }: Samples,
  allowed: readonly string[] | undefined,
): ReturnType<typeof chooseProfile> {
  const among = { codec, chroma, bitDepth, hasAlpha }
  for (const name of PREFERRED[codec] ?? []) {
    if (allowed && !allowed.includes(name)) continue
    const choice = chooseProfile({ ...among, allowed: [name] })
    if (choice.ok) return choice
  }
  return chooseProfile({ ...among, ...(allowed ? { allowed } : {}) })
}

/** A lossless archive keeps the very samples of the source, whatever their layout. */
const keptFormat = ({ pixelFormat }: VideoStream, codec: VideoCodec, row: ProfileRow): string | null =>
  codec === 'ffv1' && row.pixelFormats.includes(pixelFormat) ? pixelFormat : null
