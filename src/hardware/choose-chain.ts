// From proven encoders to the chain that a run goes down: the first encodes, the next takes over when it fails. Pure.
import { HeadendError } from '../core/index.ts'
import type { EncoderTrial } from '../model/index.ts'
import { defaultOrder, type Family, families } from './families.data.ts'

/** `auto`: all families, hardware first; `none`: no hardware; a list: these alone, in this order. */
export type HardwarePolicy = 'auto' | 'none' | readonly Family[]

export type EncoderChain = {
  /** FFmpeg's encoder names, the first to run first. */
  readonly chain: readonly string[]
  readonly because: string
  /** The others, with the reason against each. */
  readonly over: readonly string[]
}

/** Reads `auto`, `none` or families separated by commas, as `--hw` and HEADEND_HW take them. @throws {HE_USAGE} */
export function parseHardwarePolicy(text: string): HardwarePolicy {
  const words = text.split(',').map(word => word.trim())
  if (words.length === 1 && (words[0] === 'auto' || words[0] === 'none')) return words[0]
  const isFamily = (word: string): word is Family => (families as readonly string[]).includes(word)
  const wrong = words.find(word => !isFamily(word))
  if (wrong !== undefined) {
    throw new HeadendError('HE_USAGE', `there is no hardware family “${wrong}”`, {
      hint: `Use auto, none, or some of ${families.join(', ')}, separated by commas.`,
    })
  }
  return [...new Set(words.filter(isFamily))]
}

/** The families that a policy uses, in order. */
export function familiesOf(policy: HardwarePolicy): readonly Family[] {
  if (policy === 'auto') return defaultOrder
  return policy === 'none' ? ['cpu'] : policy
}

/**
 * The encoders for `codec` that passed all of their trials, in the order of the policy.
 * @throws {HE_ENCODER_NONE} when there is none; its details say why each was left out.
 */
export function chooseChain(codec: string, trials: readonly EncoderTrial[], policy: HardwarePolicy): EncoderChain {
  const order: readonly string[] = familiesOf(policy)
  const tried = trials.filter(trial => trial.codec === codec)
  const names = [...new Set(tried.map(({ name }) => name))]
  const failureOf = (name: string): EncoderTrial | undefined => tried.find(each => each.name === name && !each.works)
  const familyOf = (name: string): string => tried.find(each => each.name === name)!.family
  const chain = order.flatMap(family => names.filter(name => familyOf(name) === family && !failureOf(name)))
  const over = names
    .filter(name => !chain.includes(name))
    .map(name => {
      if (!order.includes(familyOf(name))) return `${name}: ${forbidden(policy, familyOf(name))}`
      return `${name}: ${failureOf(name)?.reason ?? 'does not work'}`
    })
  if (chain.length === 0) {
    throw new HeadendError('HE_ENCODER_NONE', `no encoder for ${codec} works on this machine`, {
      details: { codec, order: [...order], over },
    })
  }
  return { chain, because: reason(chain, policy), over }
}

const forbidden = (policy: HardwarePolicy, family: string): string =>
  policy === 'none' ? 'hardware is switched off' : `${family} is not in the list of families`

function reason(chain: readonly string[], policy: HardwarePolicy): string {
  const rule =
    policy === 'auto'
      ? `hardware goes first, in the order ${defaultOrder.join(', ')}`
      : policy === 'none'
        ? 'hardware is switched off'
        : `the families were given: ${policy.join(', ')}`
  const next = chain.length > 1 ? `; ${chain.slice(1).join(', then ')} would take over` : '; nothing would take over'
  return `${chain[0]} passed its trial with these settings; ${rule}${next}`
}
