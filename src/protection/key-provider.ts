// Where content keys come from, as packaging sees it: a local store, a key server, or fixed keys for tests.
import type { Secret } from '../core/index.ts'
import type { CpixScheme, CpixSystem, KeyId, KeyLabel } from '../drm/index.ts'

export type KeyRequest = {
  readonly contentId: string
  readonly labels: readonly KeyLabel[]
  readonly scheme: CpixScheme
  /** Number of the crypto period; null where keys do not rotate. */
  readonly period: number | null
}

export type ContentKey = {
  readonly kid: KeyId
  readonly label: KeyLabel
  readonly key: Secret
}

/** One key for each label of the request. Disposing zeroes all of them. */
export type KeySet = Disposable & {
  readonly keys: readonly ContentKey[]
  /** Headers that the provider brings; empty where Headend makes its own. */
  readonly systems: readonly CpixSystem[]
}

export interface KeyProvider {
  /** The same request gets the same keys. @throws {HE_KEY_SERVER_FAILED} {HE_KEY_SERVER_REFUSED} {HE_KEY_STORE_INVALID} {HE_KEY_STORE_LOCKED} */
  keysFor(request: KeyRequest, options: { readonly signal: AbortSignal }): Promise<KeySet>
}

export function keySet(keys: readonly ContentKey[], systems: readonly CpixSystem[] = []): KeySet {
  return {
    keys,
    systems,
    [Symbol.dispose]() {
      for (const { key } of keys) key[Symbol.dispose]()
    },
  }
}
