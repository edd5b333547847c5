// Targets for people: a table of all, every rule of one, what several have in common.
import {
  audioCodecRows,
  type CombinedTarget,
  type CombinedVideoRule,
  codecLabels,
  containerRows,
  type Mode,
  profilesOf,
  type Target,
  type TargetAudioRule,
  type TargetVideoRule,
} from '../codecs/index.ts'
import { formatTable } from './table.ts'

/** One line a target: what it prefers, and what it shows and takes beside. */
export function formatTargets(targets: readonly Target[]): string {
  return formatTable([
    ['target', 'for', 'prefers, up to', 'HDR', 'container', 'sound'],
    ...targets.map(({ name, title, video, hdr, defaults }) => [
      name,
      title,
      shortText(video[0]!),
      hdr.join(' ') || '-',
      containerRows[defaults.container].label,
      audioCodecRows[defaults.audioCodec].label,
    ]),
  ]).join('\n')
}

/** Every rule with its reason and the number of its source. */
export function formatTarget(target: Target): string {
  const { title, kind, provenance, video, audio, hdr, hdrSource, containers, containersSource, quirks, sources } =
    target
  const cite = (source: string): string => `[${sources.indexOf(source) + 1}]`
  return [
    `${title} (${kind}; evidence: ${provenance})`,
    '',
    'video, the preferred first',
    ...video.flatMap(rule => [`  ${limitsText(rule)}`, `    ${rule.because} ${cite(rule.source)}`]),
    'sound, the preferred first',
    ...audio.map(rule => `  ${soundText(rule)}: ${rule.because} ${cite(rule.source)}`),
    `container   ${containerList(containers)} ${cite(containersSource)}`,
    `HDR         ${hdr.join(', ') || 'none'}${hdrSource === null ? '' : ` ${cite(hdrSource)}`}`,
    habits(target),
    ...(quirks.length > 0 ? ['notes', ...quirks.map(({ text, source }) => `  ${text} ${cite(source)}`)] : []),
    ...numbered(sources),
  ].join('\n')
}

/** What all play, and behind each limit the targets that set it. */
export function formatCombined(profile: CombinedTarget): string {
  const { names, video, audio, hdr, containers, setBy, sources } = profile
  return [
    `what ${names.join(' and ')} all play`,
    '',
    'video, the preferred first',
    ...video.flatMap(rule => [`  ${limitsText(rule)}`, ...setters(rule).map(line => `    ${line}`)]),
    `sound       ${audio.map(soundText).join(', ')} (set by ${setBy.audio})`,
    `container   ${containerList(containers)} (set by ${setBy.containers})`,
    `HDR         ${hdr.join(', ') || 'none'} (set by ${setBy.hdr})`,
    habits(profile),
    ...numbered(sources),
  ].join('\n')
}

const numbered = (sources: readonly string[]): string[] => [
  'sources',
  ...sources.map((source, i) => `  [${i + 1}] ${source}`),
]

/** `H.264 High 4.1`: the most capable profile and the highest level. */
export const shortText = ({ codec, profiles, highestLevel, tier }: TargetVideoRule): string =>
  [
    codecLabels[codec],
    profilesOf(codec).find(({ name }) => name === profiles.at(-1))!.label,
    ...(highestLevel === null ? [] : [highestLevel]),
    ...(tier === 'high' ? ['High tier'] : []),
  ].join(' ')

const modeText = ({ width, height, fps }: Mode): string => `${width}x${height}@${fps}`
const rateText = (bps: number): string => `${bps / 1e6} Mbit/s`
const soundText = ({ codec, maxChannels, containers }: TargetAudioRule): string =>
  `${audioCodecRows[codec].label} (${maxChannels} ch${containers ? `, in ${containerList(containers)}` : ''})`
const containerList = (names: readonly (keyof typeof containerRows)[]): string =>
  names.map(name => containerRows[name].label).join(', ')

/** `HEVC main/main10 to 5.1, 4096x2160@60, at most 80 Mbit/s` */
export function limitsText(rule: TargetVideoRule): string {
  const { codec, profiles, highestLevel, tier, modes, exactSize, maxBitrateBps, containers } = rule
  return [
    `${codecLabels[codec]} ${profiles.join('/')}${highestLevel === null ? '' : ` to ${highestLevel}`}${tier === 'high' ? ', High tier' : ''}`,
    ...(modes.length > 0 ? [`${exactSize ? 'exactly ' : ''}${modes.map(modeText).join(' or ')}`] : []),
    ...(maxBitrateBps === null ? [] : [`at most ${rateText(maxBitrateBps)}`]),
    ...(containers === null ? [] : [`in ${containerList(containers)}`]),
  ].join(', ')
}

/** Limits that there are, each with whom they come from. */
function setters({ highestLevel, tier, modes, maxBitrateBps, containers, setBy }: CombinedVideoRule): string[] {
  const there: readonly (readonly [string, string, boolean])[] = [
    ['profiles', setBy.profiles, true],
    ['level', setBy.highestLevel, highestLevel !== null],
    ['tier', setBy.tier, tier !== null],
    ['size and rate', setBy.modes, modes.length > 0],
    ['bit rate', setBy.maxBitrateBps, maxBitrateBps !== null],
    ['containers', setBy.containers, containers !== null],
  ]
  return there.filter(([, , has]) => has).map(([what, who]) => `${what} set by ${who}`)
}

function habits({
  maxFps,
  progressiveOnly,
  squarePixels,
  constantFrameRate,
}: Pick<Target, 'maxFps' | 'progressiveOnly' | 'squarePixels' | 'constantFrameRate'>): string {
  const words = [
    progressiveOnly ? 'progressive' : 'progressive or interlaced',
    ...(squarePixels ? ['square pixels'] : []),
    ...(maxFps === null ? [] : [`at most ${maxFps} fps`]),
    ...(constantFrameRate ? ['constant frame rate'] : []),
  ]
  return `picture     ${words.join(', ')}`
}
