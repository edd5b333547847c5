// ClearKey licences (W3C Encrypted Media Extensions §9.1): for development, since the keys go out as they are.
import { z } from 'zod'
import { HeadendError, type Secret } from '../core/index.ts'

/** Finds a key by its id, 32 lower-case hex digits; null when there is none. The caller disposes it. */
export type KeyOf = (kid: string) => Promise<Secret | null>

const KidB64 = z.string().regex(/^[A-Za-z0-9_-]{22}$/)
const Request = z.object({
  kids: z.array(KidB64).min(1).max(64),
  type: z.enum(['temporary', 'persistent-license']).default('temporary'),
})

/** Key ids of a request. @throws {HE_LICENCE_REQUEST} */
export function clearKeyKids(body: Uint8Array): readonly string[] {
  return parse(body).kids.map(kid => Buffer.from(kid, 'base64url').toString('hex'))
}

/** The licence, with those keys that there are. The caller zeroes it when it is sent. @throws {HE_LICENCE_REQUEST} */
export async function clearKeyLicence(body: Uint8Array, keyOf: KeyOf): Promise<Buffer> {
  const { kids, type } = parse(body)
  const keys: { kty: 'oct'; kid: string; k: string }[] = []
  for (const kid of kids) {
    using key = await keyOf(Buffer.from(kid, 'base64url').toString('hex'))
    if (key) keys.push({ kty: 'oct', kid, k: key.use(bytes => Buffer.from(bytes).toString('base64url')) })
  }
  if (keys.length === 0) throw new HeadendError('HE_LICENCE_DENIED', 'there is no key with one of these ids')
  return Buffer.from(JSON.stringify({ keys, type }))
}

function parse(body: Uint8Array): z.infer<typeof Request> {
  try {
    return Request.parse(JSON.parse(Buffer.from(body).toString('utf8')))
  } catch {
    throw new HeadendError('HE_LICENCE_REQUEST', 'this is no ClearKey licence request: it wants {"kids":["…"]}')
  }
}
