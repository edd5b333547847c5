// Keys that anyone can compute, for tests and demonstrations. It says so every time.
import { createHmac } from 'node:crypto'
import { type Log, Secret } from '../core/index.ts'
import { formatKeyId } from '../drm/index.ts'
import { type KeyProvider, keySet } from './key-provider.ts'

/** The same seed, content, label and period give the same key id and key on every machine. */
export function createTestKeyProvider(seed: string, log: Log): KeyProvider {
  return {
    async keysFor({ contentId, labels, period }, { signal }) {
      signal.throwIfAborted()
      log.warn({ contentId, labels }, 'TEST KEYS: everybody can compute them; never publish what they encrypt')
      return keySet(
        labels.map(label => {
          const derive = (what: string): Buffer =>
            createHmac('sha256', seed)
              .update(JSON.stringify([what, contentId, label, period]))
              .digest()
              .subarray(0, 16)
          const bytes = derive('key')
          const key = new Secret(bytes)
          bytes.fill(0)
          return { kid: formatKeyId(derive('kid')), label, key }
        }),
      )
    },
  }
}
