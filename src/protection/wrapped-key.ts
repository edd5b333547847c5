// A content key as the store keeps it: AES-256-GCM, bound to its id, content, label, period and scheme.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { HeadendError, Secret } from '../core/index.ts'
import { keyLabels } from '../drm/index.ts'

const base64 = (bytes: number) => z.base64().refine(text => Buffer.from(text, 'base64').length === bytes)

/** Content ids go into logs and lists: one line of bounded length. */
export const ContentId = z.string().regex(/^[^\p{Cc}\p{Cs}]{1,200}$/u)

export const WrappedKey = z.strictObject({
  kid: z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  contentId: ContentId,
  label: z.enum(keyLabels),
  period: z.int().min(0).nullable(),
  scheme: z.enum(['cenc', 'cens', 'cbc1', 'cbcs']),
  created: z.iso.datetime(),
  iv: base64(12),
  wrapped: base64(16),
  tag: base64(16),
})
export type WrappedKey = z.infer<typeof WrappedKey>
export type KeyFacts = Omit<WrappedKey, 'iv' | 'wrapped' | 'tag'>

const bound = ({ kid, contentId, label, period, scheme, created }: KeyFacts): Buffer =>
  Buffer.from(JSON.stringify(['headend key 1', kid, contentId, label, period, scheme, created]))

export function wrapKey(facts: KeyFacts, key: Secret, kek: Secret): WrappedKey {
  const iv = randomBytes(12)
  const aes = kek.use(bytes => createCipheriv('aes-256-gcm', bytes, iv)).setAAD(bound(facts))
  const wrapped = key.use(bytes => Buffer.concat([aes.update(bytes), aes.final()]))
  const { kid, contentId, label, period, scheme, created } = facts
  return {
    ...{ kid, contentId, label, period, scheme, created },
    iv: iv.toString('base64'),
    wrapped: wrapped.toString('base64'),
    tag: aes.getAuthTag().toString('base64'),
  }
}

/** The caller disposes it. @throws {HE_KEY_STORE_INVALID} when key or facts were changed. */
export function unwrapKey(entry: WrappedKey, kek: Secret): Secret {
  const bytes = (text: string): Buffer => Buffer.from(text, 'base64')
  const aes = kek.use(key => createDecipheriv('aes-256-gcm', key, bytes(entry.iv), { authTagLength: 16 }))
  const key = aes.setAAD(bound(entry)).setAuthTag(bytes(entry.tag)).update(bytes(entry.wrapped))
  try {
    aes.final()
    return new Secret(key)
  } catch {
    throw new HeadendError('HE_KEY_STORE_INVALID', `the key ${entry.kid} was changed in the store`)
  } finally {
    key.fill(0)
  }
}
