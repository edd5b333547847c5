// For tests: FFmpeg's encoders, made to fail where a test wants it.
import { HeadendError } from '../../src/core/index.ts'
import { type EncoderSession, type OpenEncoder, openEncoder } from '../../src/engine/encoder.ts'

/** FFmpeg's `FFERRTAG('E', 'X', 'T', ' ')`: an error in an external library, what drivers mostly say. */
const AVERROR_EXTERNAL = -0x20545845

/** Where the encoder that is opened fails; `sends` and `receives` count from 1, `flush` is the null frame. */
export type Fault = { readonly at: 'open' | 'send' | 'receive' | 'flush'; readonly count?: number }

/** The n-th encoder to be opened has the n-th fault; null for none, and none after the last. */
export function faultyEncoders(faults: readonly (Fault | null)[]): OpenEncoder {
  let opened = 0
  return async (request, first) => {
    const fault = faults[opened++] ?? null
    if (fault?.at === 'open')
      throw new HeadendError('HE_ENCODER_FAILED', `encoder ${request.name} cannot open: injected`)
    return watchEncoder(await openEncoder(request, first), (call, count) =>
      fault?.at === call && count === (fault.count ?? 1) ? AVERROR_EXTERNAL : null,
    )
  }
}

/** A session that tells each call before it is made, and fails with the code that it is answered. */
export function watchEncoder(
  session: EncoderSession,
  before: (call: 'send' | 'receive' | 'flush', count: number) => number | null,
): EncoderSession {
  const counts = { send: 0, receive: 0, flush: 0 }
  return {
    timebase: session.timebase,
    frameSize: session.frameSize,
    parameters: session.parameters,
    send: async frame => {
      const call = frame ? 'send' : 'flush'
      return before(call, ++counts[call]) ?? session.send(frame)
    },
    receive: async packet => before('receive', ++counts.receive) ?? session.receive(packet),
    [Symbol.dispose]: () => session[Symbol.dispose](),
  }
}
