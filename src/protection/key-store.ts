// Content keys in one file of this machine, wrapped by a KEK. Every change is made under a lock and appears whole or not at all.
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { HeadendError, type Log, Secret } from '../core/index.ts'
import type { KeyId } from '../drm/index.ts'
import { audit, type KeyUse } from './audit.ts'
import { type Kek, type KekSource, makeKek, openKek, settleKek } from './kek.ts'
import { type ContentKey, type KeyProvider, type KeyRequest, keySet } from './key-provider.ts'
import { lockStore, readStoreFile, type StoreFile, writeStoreFile } from './store-file.ts'
import { ContentId, type KeyFacts, unwrapKey, type WrappedKey, wrapKey } from './wrapped-key.ts'

export type StoreOptions = { readonly path: string; readonly kek: KekSource; readonly log: Log }
type Options = { readonly signal: AbortSignal }
/** A key that comes from elsewhere. */
export type ForeignKey = Omit<KeyFacts, 'created'> & { readonly key: Secret }

/** A store in a file; the file and its KEK are made at the first key. */
export class KeyStore implements KeyProvider {
  readonly #path: string
  readonly #source: KekSource
  readonly #log: Log

  constructor({ path, kek, log }: StoreOptions) {
    this.#path = path
    this.#source = kek
    this.#log = log
  }

  /** What is in it, without any key. @throws {HE_KEY_STORE_INVALID} {HE_KEY_STORE_LOCKED} */
  async list(): Promise<KeyFacts[]> {
    const store = await readStoreFile(this.#path)
    return (store?.keys ?? []).map(({ iv, wrapped, tag, ...facts }) => facts)
  }

  /** Keys of the request, made where there are none. */
  async keysFor(request: KeyRequest, { signal }: Options): Promise<KeySetOf> {
    const { kids } = await this.create(request, { signal })
    return keySet(await this.#open(kids, 'encrypt', signal))
  }

  /** Makes the keys of a request that the store does not have. Never replaces one. @throws {HE_KEY_INVALID} */
  async create(request: KeyRequest, { signal }: Options): Promise<{ kids: KeyId[]; created: number }> {
    const { contentId, period, scheme } = request
    if (!ContentId.safeParse(contentId).success)
      throw new HeadendError('HE_KEY_INVALID', 'a content id is one line of 1 to 200 characters')
    const kids: KeyId[] = []
    const made: KeyId[] = []
    await this.#change(signal, (store, kek) => {
      const keys = [...store.keys]
      for (const label of new Set(request.labels)) {
        const there = keys.find(
          key => key.contentId === contentId && key.label === label && key.period === period && key.scheme === scheme,
        )
        if (there) {
          kids.push(there.kid)
          continue
        }
        const bytes = randomBytes(16)
        using key = new Secret(bytes)
        bytes.fill(0)
        const kid = randomUUID()
        keys.push(
          wrapKey({ kid, contentId, label, period, scheme, created: new Date().toISOString() }, key, kek.secret),
        )
        kids.push(kid)
        made.push(kid)
      }
      return made.length > 0 ? { keys, use: 'create', kids: made } : null
    })
    return { kids, created: made.length }
  }

  /** Takes keys from elsewhere. @throws {HE_KEY_INVALID} when the store has another key for the same id or track. */
  async add(foreign: readonly ForeignKey[], { signal }: Options): Promise<void> {
    const place = (key: Omit<KeyFacts, 'created'>): string =>
      JSON.stringify([key.contentId, key.label, key.period, key.scheme])
    await this.#change(signal, (store, kek) => {
      const keys = [...store.keys]
      for (const { key, ...facts } of foreign) {
        if (!ContentId.safeParse(facts.contentId).success)
          throw new HeadendError('HE_KEY_INVALID', 'a content id is one line of 1 to 200 characters')
        if (keys.some(({ kid }) => kid === facts.kid))
          throw new HeadendError('HE_KEY_INVALID', `the store has the key ${facts.kid} already`)
        if (keys.some(each => place(each) === place(facts)))
          throw new HeadendError(
            'HE_KEY_INVALID',
            `the store has a key for ${facts.label} of ${facts.contentId} already`,
          )
        keys.push(wrapKey({ ...facts, created: new Date().toISOString() }, key, kek.secret))
      }
      return { keys, use: 'import', kids: foreign.map(({ kid }) => kid) }
    })
  }

  /** @throws {HE_KEY_MISSING} when one of them is not there; then none is removed. */
  async remove(kids: readonly KeyId[], { signal }: Options): Promise<void> {
    await this.#change(signal, ({ keys }) => {
      for (const kid of kids) if (!keys.some(key => key.kid === kid)) throw missing(kid)
      return { keys: keys.filter(({ kid }) => !kids.includes(kid)), use: 'remove', kids }
    })
  }

  /** Wraps every key with a new KEK; content keys stay as they are. @throws {HE_KEY_MISSING} when there is no store. */
  async rotate({ signal }: Options): Promise<number> {
    await using _ = await lockStore(this.#path, signal)
    const store = await readStoreFile(this.#path)
    if (!store) throw new HeadendError('HE_KEY_MISSING', `there is no key store ${this.#path}`)
    using old = await openKek(this.#source, { ...store.kek, signal })
    using now = await makeKek(this.#source, old, signal)
    const keys = store.keys.map(entry => {
      using key = unwrapKey(entry, old.secret)
      return wrapKey(entry, key, now.secret)
    })
    await audit(
      this.#path,
      'rotate',
      keys.map(({ kid }) => kid),
    )
    await writeStoreFile(this.#path, { ...store, kek: { id: now.id, wrapped: now.wrapped }, keys })
    await settleKek(this.#source, now)
    return keys.length
  }

  /** Lends keys out for `use`; the caller disposes them. @throws {HE_KEY_MISSING} */
  open(kids: readonly KeyId[], use: KeyUse, { signal }: Options): Promise<(ContentKey & KeyFacts)[]> {
    return this.#open(kids, use, signal)
  }

  /** The key of a ClearKey licence, null when there is none; the caller disposes it. */
  async find(kid: KeyId, { signal }: Options): Promise<Secret | null> {
    if (!(await this.list()).some(each => each.kid === kid)) return null
    const [found] = await this.#open([kid], 'licence', signal)
    return found!.key
  }

  async #open(kids: readonly KeyId[], use: KeyUse, signal: AbortSignal): Promise<(ContentKey & KeyFacts)[]> {
    const store = await readStoreFile(this.#path)
    const entries = kids.map(kid => {
      const entry = store?.keys.find(key => key.kid === kid)
      if (!entry) throw missing(kid)
      return entry
    })
    if (!store || entries.length === 0) return []
    using kek = await openKek(this.#source, { ...store.kek, signal })
    await audit(this.#path, use, kids)
    const opened: (ContentKey & KeyFacts)[] = []
    try {
      for (const entry of entries) {
        const { iv, wrapped, tag, ...facts } = entry
        opened.push({ ...facts, key: unwrapKey(entry, kek.secret) })
      }
      return opened
    } catch (error) {
      for (const { key } of opened) key[Symbol.dispose]()
      throw error
    }
  }

  async #change(
    signal: AbortSignal,
    change: (store: StoreFile, kek: Kek) => { keys: WrappedKey[]; use: KeyUse; kids: readonly KeyId[] } | null,
  ): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 })
    await using _ = await lockStore(this.#path, signal)
    const there = await readStoreFile(this.#path)
    using kek = there
      ? await openKek(this.#source, { ...there.kek, signal })
      : await makeKek(this.#source, null, signal)
    const store: StoreFile = there ?? { format: 'headend-keys-1', kek: { id: kek.id, wrapped: kek.wrapped }, keys: [] }
    const changed = change(store, kek)
    if (!changed) return
    await audit(this.#path, changed.use, changed.kids)
    await writeStoreFile(this.#path, { ...store, keys: changed.keys })
    if (!there)
      this.#log.warn({ store: this.#path, kek: this.#source }, 'made a new key store; back it up together with its KEK')
  }
}

type KeySetOf = Awaited<ReturnType<KeyProvider['keysFor']>>

const missing = (kid: KeyId): HeadendError => new HeadendError('HE_KEY_MISSING', `the store has no key ${kid}`)
