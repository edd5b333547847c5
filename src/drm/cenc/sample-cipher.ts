// The two ciphers of common encryption, over the protected bytes of samples, in place (ISO/IEC 23001-7 9.4 to 9.6, 10.1, 10.4).
import { type Cipheriv, createCipheriv, createDecipheriv, type Decipheriv } from 'node:crypto'
import type { SubsampleMap } from './subsamples.ts'
import type { CencScheme } from './track-encryption.ts'

const BLOCK = 16

/** Works on the protected bytes of a sample; `map` null means all of them. `iv` is that of the sample. */
export type SampleCipher = (sample: Uint8Array, map: SubsampleMap | null, iv: Uint8Array) => void

export type CipherOptions = {
  readonly key: Uint8Array
  readonly direction: 'encrypt' | 'decrypt'
  /** Of every `crypt + skip` blocks the first `crypt`; both 0: all. Only of cbcs. */
  readonly cryptBlocks: number
  readonly skipBlocks: number
}

export const openSampleCipher = (scheme: CencScheme, options: CipherOptions): SampleCipher =>
  scheme === 'cenc' ? createCounterCipher(options.key) : createChainCipher(options)

/** AES-CTR, the same both ways: one key stream for all protected bytes of a sample. */
function createCounterCipher(key: Uint8Array): SampleCipher {
  const counter = Buffer.alloc(BLOCK)
  return (sample, map, iv) => {
    counter.fill(0).set(iv)
    const cipher = createCipheriv('aes-128-ctr', key, counter)
    forProtected(sample, map, run => run.set(cipher.update(run)))
  }
}

/** AES-CBC with a pattern: the chain begins anew with the IV at each protected run. */
function createChainCipher({ key, direction, cryptBlocks, skipBlocks }: CipherOptions): SampleCipher {
  const chain = direction === 'encrypt' ? new EncryptingChain(key) : new DecryptingChain(key)
  let gathered = Buffer.alloc(1 << 16)
  return (sample, map, iv) =>
    forProtected(sample, map, run => {
      if (run.length < BLOCK) return
      if (cryptBlocks === 0 || skipBlocks === 0) {
        const whole = run.subarray(0, run.length - (run.length % BLOCK))
        whole.set(chain.run(whole, iv))
        return
      }
      if (gathered.length < run.length) gathered = Buffer.alloc(run.length * 2)
      const size = gather(run, gathered, cryptBlocks * BLOCK, skipBlocks * BLOCK)
      scatter(chain.run(gathered.subarray(0, size), iv), run, cryptBlocks * BLOCK, skipBlocks * BLOCK)
    })
}

/** Opening a cipher costs as much as 10 kB of AES, so one chain runs on for ever: what the last run left in it is taken out. */
class EncryptingChain {
  readonly #cipher: Cipheriv
  readonly #last = Buffer.alloc(BLOCK)

  constructor(key: Uint8Array) {
    this.#cipher = createCipheriv('aes-128-cbc', key, this.#last).setAutoPadding(false)
  }

  /** Changes `bytes`, which are whole blocks. */
  run(bytes: Uint8Array, iv: Uint8Array): Uint8Array {
    for (let i = 0; i < BLOCK; i++) bytes[i]! ^= this.#last[i]! ^ iv[i]!
    const out = this.#cipher.update(bytes)
    this.#last.set(out.subarray(out.length - BLOCK))
    return out
  }
}

class DecryptingChain {
  readonly #cipher: Decipheriv
  readonly #last = Buffer.alloc(BLOCK)

  constructor(key: Uint8Array) {
    this.#cipher = createDecipheriv('aes-128-cbc', key, this.#last).setAutoPadding(false)
  }

  run(bytes: Uint8Array, iv: Uint8Array): Uint8Array {
    const out = this.#cipher.update(bytes)
    for (let i = 0; i < BLOCK; i++) out[i]! ^= this.#last[i]! ^ iv[i]!
    this.#last.set(bytes.subarray(bytes.length - BLOCK))
    return out
  }
}

function forProtected(sample: Uint8Array, map: SubsampleMap | null, visit: (run: Uint8Array) => void): void {
  const pairs = map ?? [0, sample.length]
  for (let i = 0, at = 0; i < pairs.length; i += 2) {
    const start = at + pairs[i]!
    at = start + pairs[i + 1]!
    if (at > start) visit(sample.subarray(start, at))
  }
}

/** Brings the blocks of the pattern together: whole ones only, what is left over stays as it is (9.6). Returns their bytes. */
function gather(run: Uint8Array, to: Uint8Array, crypt: number, skip: number): number {
  let size = 0
  for (let at = 0; at + BLOCK <= run.length; at += crypt + skip) {
    const end = Math.min(at + crypt, run.length - ((run.length - at) % BLOCK))
    // Patterns are short: a loop beats subarray and set.
    for (let i = at; i < end; i++) to[size++] = run[i]!
  }
  return size
}

function scatter(from: Uint8Array, run: Uint8Array, crypt: number, skip: number): void {
  let size = 0
  for (let at = 0; at + BLOCK <= run.length; at += crypt + skip) {
    const end = Math.min(at + crypt, run.length - ((run.length - at) % BLOCK))
    for (let i = at; i < end; i++) run[i] = from[size++]!
  }
}
