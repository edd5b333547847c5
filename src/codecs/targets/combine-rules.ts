// The rules of several targets for one codec → what all of them allow.
import { containerRows } from '../containers/index.ts'
import { levelNames } from '../level-tables.ts'
import { meetModes } from './modes.ts'
import { common, excluding, least, smallest } from './set-by.ts'
import type { CombinedVideoRule, Target, TargetVideoRule } from './target.ts'

/** One rule for a codec out of those of all targets; none when a target lacks it or nothing is left of it. */
export function combineRules(
  codec: TargetVideoRule['codec'],
  members: readonly Target[],
): readonly CombinedVideoRule[] {
  const rules = members.flatMap(({ video }) => video.find(each => each.codec === codec) ?? [])
  const profiles = common(rules.map(each => each.profiles))
  if (rules.length < members.length || profiles.length === 0) return []
  const size = rules
    .slice(1)
    .reduce<ReturnType<typeof meetModes>>((met, each) => met && meetModes(met, each), rules[0]!)
  if (!size) return []
  const order = levelNames(codec, profiles[0]!)
  const levels = rules.map(({ highestLevel }) => (highestLevel === null ? null : order.indexOf(highestLevel)))
  const lowest = smallest(levels)
  const rates = rules.map(each => each.maxBitrateBps)
  const limited = rules.flatMap(({ containers }) => (containers ? [containers] : []))
  const names = members.map(({ name }) => name)
  const only = rules.length === 1 || new Set(rules.map(({ because }) => because)).size === 1
  return [
    {
      codec,
      profiles,
      highestLevel: lowest === null ? null : order[lowest]!,
      tier: rules.some(({ tier }) => tier === 'main') ? 'main' : rules[0]!.tier,
      modes: size.modes,
      exactSize: size.exactSize,
      maxBitrateBps: smallest(rates),
      containers: limited.length > 0 ? common(limited) : null,
      because: only ? rules[0]!.because : rules.map(({ because }, i) => `${names[i]}: ${because}`).join('; '),
      source: [...new Set(rules.map(({ source }) => source))].join('; '),
      setBy: {
        profiles: excluding(
          names,
          rules.map(each => each.profiles),
        ),
        highestLevel: least(names, levels),
        tier: least(
          names,
          rules.map(({ tier }) => (tier === null ? null : Number(tier === 'high'))),
        ),
        modes: names.filter((_, i) => !holds(rules[i]!, rules)).join(', ') || names.join(', '),
        maxBitrateBps: least(names, rates),
        containers: excluding(
          names,
          rules.map(each => each.containers ?? Object.keys(containerRows)),
        ),
      },
    },
  ]
}

/** Whether a rule's sizes leave out none that another rule has. */
const holds = (rule: TargetVideoRule, rules: readonly TargetVideoRule[]): boolean =>
  rules.every(other => {
    const met = meetModes(rule, other)
    return met !== null && sameModes(met.modes, meetModes(other, other)!.modes)
  })

const sameModes = (a: TargetVideoRule['modes'], b: TargetVideoRule['modes']): boolean =>
  a.length === b.length && a.every(mode => b.some(each => JSON.stringify(each) === JSON.stringify(mode)))
