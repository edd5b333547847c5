// Chooses an encoder among those that were proven. Pure.
import { HeadendError } from '../core/index.ts'
import type { Machine } from '../model/index.ts'
import { defaultOrder } from './families.data.ts'

export type EncoderChoice = {
  /** FFmpeg's encoder name. */
  readonly pick: string
  readonly family: string
  readonly because: string
  /** The others, with the reason against each. */
  readonly over: readonly string[]
}

/** The first working encoder for `codec` in `order`, a list of families; families it does not name are not used. @throws {HE_ENCODER_NONE} */
export function chooseEncoder(
  codec: string,
  machine: Pick<Machine, 'encoders'>,
  order: readonly string[] = defaultOrder,
): EncoderChoice {
  const trials = machine.encoders.filter(trial => trial.codec === codec)
  const ranked = order.flatMap(family => trials.filter(trial => trial.family === family))
  const picked = ranked.find(trial => trial.works)
  const over = trials
    .filter(trial => trial !== picked)
    .map(trial => {
      if (!trial.works) return `${trial.name}: ${trial.reason ?? 'does not work'}`
      return `${trial.name}: works, but ${order.includes(trial.family) ? 'comes later in' : 'is not in'} the order`
    })
  if (!picked) {
    throw new HeadendError('HE_ENCODER_NONE', `no encoder for ${codec} works on this machine`, {
      details: { codec, order: [...order], over },
    })
  }
  const { name, family } = picked
  return { pick: name, family, because: `first of ${order.join(', ')} that passed its trial for ${codec}`, over }
}
