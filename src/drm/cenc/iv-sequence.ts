// The IV of each sample in turn (ISO/IEC 23001-7 9.2): no value of the counter may come twice under one key.
import type { CencScheme } from './track-encryption.ts'

export interface IvSequence {
  /** The IV of the next sample, of which so many bytes are protected. */
  next(protectedBytes: number): Uint8Array
}

/** cbcs: always the same. cenc: 8 bytes count samples, 16 bytes count blocks of key stream. */
export function createIvSequence({ scheme, iv }: { scheme: CencScheme; iv: Uint8Array }): IvSequence {
  const constant = Uint8Array.from(iv)
  if (scheme === 'cbcs') return { next: () => constant }
  const bits = iv.length * 8
  let value = BigInt(`0x${Buffer.from(iv).toString('hex')}`)
  return {
    next(protectedBytes) {
      const now = Buffer.from(value.toString(16).padStart(bits / 4, '0'), 'hex')
      value = BigInt.asUintN(bits, value + (bits === 64 ? 1n : BigInt(Math.ceil(protectedBytes / 16))))
      return now
    },
  }
}
