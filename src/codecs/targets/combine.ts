// Several targets → what all of them play, limit by limit, or which of them have nothing in common.
import { HeadendError } from '../../core/index.ts'
import type { ContainerName } from '../../model/index.ts'
import { audioCodecRows } from '../audio-codecs.data.ts'
import { containerRows } from '../containers/index.ts'
import { codecLabels } from '../profiles.data.ts'
import { carriesHdr } from './carries-hdr.ts'
import { combineRules } from './combine-rules.ts'
import { common, excluding, least, smallest } from './set-by.ts'
import type {
  CombinedTarget,
  CombinedVideoRule,
  Target,
  TargetAudioRule,
  TargetDefaults,
  TargetVideoRule,
} from './target.ts'
import { targets } from './targets.data.ts'

/** All targets, in the order of the documentation. */
export const listTargets = (): readonly Target[] => targets
export const targetNames = (): readonly string[] => targets.map(({ name }) => name)
export const findTarget = (name: string): Target | undefined => targets.find(each => each.name === name)

/** @throws {HE_INTERNAL} for a name that nobody checked. */
export function targetOf(name: string): Target {
  const target = findTarget(name)
  if (!target) throw new HeadendError('HE_INTERNAL', `there is no target ${name}`)
  return target
}

export type Combination =
  | { readonly ok: true; readonly profile: CombinedTarget }
  /** One sentence for each kind of thing, and each pair of targets, that have nothing in common. */
  | { readonly ok: false; readonly because: readonly string[] }

/**
 * A stream plays on the combination exactly when it plays on every one of the targets. The order of the names decides what is
 * preferred, never what is allowed. @throws {HE_INTERNAL} for names that `findTarget` does not know.
 */
export const combineTargets = (names: readonly string[]): Combination => combine([...new Set(names)].map(targetOf))

/** `combineTargets` of targets that need not be in the table. */
export function combine(members: readonly Target[]): Combination {
  const [first] = members
  if (!first) return { ok: false, because: ['no target is named'] }
  const containers = common(members.map(each => each.containers))
  const video = first.video
    .flatMap(({ codec }) => combineRules(codec, members))
    .filter(rule => carriersOf(rule, containers).length > 0)
    .map(rule => (rule.containers ? { ...rule, containers: carriersOf(rule, containers) } : rule))
  const audio = combineAudio(members)
    .filter(rule => soundCarriersOf(rule, containers).length > 0)
    .map(rule => (rule.containers ? { ...rule, containers: soundCarriersOf(rule, containers) } : rule))
  const defaults = chooseDefaults(video, audio, containers, members)
  if (!defaults) return { ok: false, because: conflicts(members) }
  const rates = members.map(({ maxFps }) => maxFps)
  const who = members.map(({ name }) => name)
  const lists = <T>(of: (target: Target) => readonly T[]): string => excluding(who, members.map(of))
  return {
    ok: true,
    profile: {
      names: who,
      sources: [...new Set(members.flatMap(({ sources }) => sources))],
      video,
      hdr: video.some(carriesHdr) ? common(members.map(({ hdr }) => hdr)) : [],
      audio,
      containers,
      maxFps: smallest(rates),
      progressiveOnly: members.some(each => each.progressiveOnly),
      squarePixels: members.some(each => each.squarePixels),
      constantFrameRate: members.some(each => each.constantFrameRate),
      defaults,
      setBy: {
        hdr: lists(({ hdr }) => hdr),
        audio: lists(({ audio }) => audio.map(({ codec, maxChannels }) => `${codec} ${maxChannels}`)),
        containers: lists(each => each.containers),
        maxFps: least(who, rates),
      },
    },
  }
}

/** Those of `containers` in which the rule's picture may lie. */
export const carriersOf = (
  rule: Pick<TargetVideoRule, 'codec' | 'containers'>,
  containers: readonly ContainerName[],
): readonly ContainerName[] =>
  containers.filter(name => containerRows[name].video[rule.codec] && (rule.containers?.includes(name) ?? true))

/** Those of `containers` in which the rule's sound may lie. */
export const soundCarriersOf = (
  rule: Pick<TargetAudioRule, 'codec' | 'containers'>,
  containers: readonly ContainerName[],
): readonly ContainerName[] =>
  containers.filter(name => containerRows[name].audio.includes(rule.codec) && (rule.containers?.includes(name) ?? true))

function combineAudio(members: readonly Target[]): Target['audio'] {
  return members[0]!.audio.flatMap(rule => {
    const all = members.flatMap(({ audio }) => audio.find(({ codec }) => codec === rule.codec) ?? [])
    if (all.length < members.length) return []
    // A rule that says why it allows no more channels is the one to quote.
    const strictest = all.reduce((a, b) => (b.maxChannels < a.maxChannels ? b : a))
    const limited = all.flatMap(({ containers }) => (containers ? [containers] : []))
    return [{ ...strictest, containers: limited.length > 0 ? common(limited) : null }]
  })
}

function chooseDefaults(
  video: readonly CombinedVideoRule[],
  audio: Target['audio'],
  containers: readonly ContainerName[],
  members: readonly Target[],
): TargetDefaults | null {
  for (const rule of video)
    for (const container of carriersOf(rule, containers)) {
      const sound = audio.find(each => soundCarriersOf(each, [container]).length > 0)
      if (!sound) continue
      const rate = members.map(({ defaults }) => defaults.rate).find(each => each !== null) ?? null
      return { codec: rule.codec, container, audioCodec: sound.codec, rate }
    }
  return null
}

/** Pair by pair where a pair is enough to have nothing in common, else of all together. */
function conflicts(members: readonly Target[]): readonly string[] {
  const pairs = members.flatMap((a, i) => members.slice(i + 1).map(b => [a, b] as const))
  const kinds: readonly (readonly [string, (target: Target) => readonly string[]])[] = [
    ['container', ({ containers }) => containers],
    ['video', ({ video }) => video.map(describeRule)],
    ['sound', ({ audio }) => audio.map(({ codec }) => audioCodecRows[codec].label)],
  ]
  const said = kinds.flatMap(([what, list]) => {
    const say = (those: readonly Target[]): string =>
      `no ${what} in common: ${those.map(each => `${each.name} plays ${list(each).join(', ')}`).join('; ')}`
    const apart = pairs.filter(pair => sharesNone(what, pair))
    if (apart.length > 0) return apart.map(say)
    return sharesNone(what, members) ? [say(members)] : []
  })
  if (said.length > 0) return said
  return [
    `no container that ${members.map(({ name }) => name).join(' and ')} read carries both a picture and a sound of theirs`,
  ]
}

function sharesNone(what: string, members: readonly Target[]): boolean {
  if (what === 'container') return common(members.map(({ containers }) => containers)).length === 0
  if (what === 'sound') return combineAudio(members).length === 0
  return members[0]!.video.every(({ codec }) => combineRules(codec, members).length === 0)
}

const describeRule = ({ codec, profiles }: TargetVideoRule): string => `${codecLabels[codec]} ${profiles.join('/')}`
