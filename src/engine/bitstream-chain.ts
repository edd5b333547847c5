// Bitstream filters in a row: packets → packets of another form, without decoding.
import { AV_OPT_SEARCH_CHILDREN } from 'node-av/constants'
import {
  BitStreamFilter,
  BitStreamFilterContext,
  type CodecParameters,
  type Rational as NativeRational,
  Option,
  Packet,
} from 'node-av/lib'
import { HeadendError, type Rational } from '../core/index.ts'
import { recentLog } from './log-bridge.ts'
import { check, isAgain, isEof, toNative, toRational } from './native.ts'

/** `a=x=1:y=2,b` → names with their options. A value may hold a comma or a colon after a backslash. */
export function parseBitstreamFilters(text: string): { name: string; options: [string, string][] }[] {
  return split(text, ',').map(each => {
    const [name, ...rest] = split(each, '=')
    const options = rest.length === 0 ? [] : split(rest.join('='), ':')
    return {
      name: name!.trim(),
      options: options.map((option): [string, string] => {
        const at = option.indexOf('=')
        if (at < 1)
          throw new HeadendError('HE_OPTION_UNKNOWN', `bitstream filter ${name}: “${option}” is not key=value`)
        return [option.slice(0, at), option.slice(at + 1).replace(/\\(.)/g, '$1')]
      }),
    }
  })
}

/** At `separator`, except after a backslash. */
const split = (text: string, separator: string): string[] =>
  text.match(new RegExp(`(?:\\\\.|[^${separator}\\\\])+`, 'g')) ?? []

export class BitstreamChain implements Disposable {
  readonly #filters: BitStreamFilterContext[]
  readonly #what: string

  private constructor(filters: BitStreamFilterContext[], what: string) {
    this.#filters = filters
    this.#what = what
  }

  /** @throws {HE_OPTION_UNKNOWN} for a filter or an option that is none; {HE_MUX_FAILED} when the stream does not suit. */
  static open(text: string, parameters: CodecParameters, timebase: Rational): BitstreamChain {
    const filters: BitStreamFilterContext[] = []
    try {
      let from = parameters
      let base = toNative(timebase)
      for (const { name, options } of parseBitstreamFilters(text)) {
        const filter = BitStreamFilter.getByName(name)
        if (!filter) throw new HeadendError('HE_OPTION_UNKNOWN', `there is no bitstream filter “${name}”`)
        const context = new BitStreamFilterContext()
        check(context.alloc(filter), 'HE_MUX_FAILED', `bitstream filter ${name}`)
        filters.push(context)
        for (const [key, value] of options) {
          const ret = Option.set(context.getNative(), key, value, AV_OPT_SEARCH_CHILDREN)
          check(ret, 'HE_OPTION_UNKNOWN', `bitstream filter ${name}: option ${key}=${value}`)
        }
        check(from.copy(context.inputCodecParameters!), 'HE_MUX_FAILED', `bitstream filter ${name}`)
        context.inputTimeBase = base as NativeRational
        check(context.init(), 'HE_MUX_FAILED', `bitstream filter ${name}`, { log: recentLog() })
        from = context.outputCodecParameters!
        base = context.outputTimeBase ?? base
      }
      return new BitstreamChain(filters, text)
    } catch (error) {
      for (const filter of filters) filter.free()
      throw error
    }
  }

  /** Of what comes out; valid until the chain is disposed. */
  get parameters(): CodecParameters {
    return this.#filters.at(-1)!.outputCodecParameters!
  }

  get timebase(): Rational {
    return toRational(this.#filters.at(-1)!.outputTimeBase!)!
  }

  /** Feeds one packet, which is emptied, or null at the end; yields packets that the caller owns. */
  async *feed(packet: Packet | null, from = 0): AsyncGenerator<Packet> {
    const filter = this.#filters[from]
    if (!filter) {
      if (packet) yield packet
      return
    }
    check(await filter.sendPacket(packet), 'HE_MUX_FAILED', `bitstream filter “${this.#what}”`, { log: recentLog() })
    for (;;) {
      const out = new Packet()
      out.alloc()
      const ret = await filter.receivePacket(out)
      if (ret < 0) {
        out.free()
        if (isEof(ret)) yield* this.feed(null, from + 1)
        if (isAgain(ret) || isEof(ret)) return
        check(ret, 'HE_MUX_FAILED', `bitstream filter “${this.#what}”`, { log: recentLog() })
      }
      if (from + 1 === this.#filters.length) yield out
      else {
        try {
          yield* this.feed(out, from + 1)
        } finally {
          out.free()
        }
      }
    }
  }

  [Symbol.dispose](): void {
    for (const filter of this.#filters) filter.free()
  }
}
