// Who may have which keys: a signed token with key ids, session and device class, checked before any vendor is asked.
import { errors, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { z } from 'zod'
import { HeadendError } from '../core/index.ts'

export const drmSystems = ['widevine', 'playready', 'fairplay', 'clearkey'] as const
export type LicenceSystem = (typeof drmSystems)[number]

/** A key id as tokens and players write it: UUID with or without hyphens. Kept as 32 lower-case hex digits. */
export const Kid = z
  .string()
  .transform(text => text.replaceAll('-', '').toLowerCase())
  .pipe(z.string().regex(/^[0-9a-f]{32}$/, 'must be a key id of 16 bytes'))

/** It goes into headers of requests to the vendor. */
const Printable = z.string().regex(/^[\x20-\x7e]*$/)

/** Claims beside the registered ones (RFC 7519): `exp` and `iat` are required. */
const Claims = z.object({
  /** Keys that the holder may have. */
  kids: z.array(Kid).min(1).max(256),
  /** One playback: what rates are limited by. */
  sid: Printable.min(1).max(128),
  /** Class of device, as the vendor's rules name it: `web`, `tv-l1` … Passed on, never decided about here. */
  dev: Printable.min(1).max(64).optional(),
  /** Systems that it is good for; left out: all. */
  drm: z.array(z.enum(drmSystems)).min(1).optional(),
  sub: Printable.max(256).optional(),
  exp: z.number(),
})

export type Entitlement = {
  readonly kids: ReadonlySet<string>
  readonly session: string
  readonly deviceClass: string | null
  readonly subject: string | null
  readonly systems: ReadonlySet<LicenceSystem>
}

export type TokenRules = {
  readonly keys: Uint8Array | JWTVerifyGetKey
  readonly algorithms: readonly string[]
  readonly issuer?: string
  readonly audience?: string
  /** Longest life of a token, seconds since it was issued. */
  readonly maxAgeS: number
}

const CLOCK_TOLERANCE_S = 5

/** @throws {HE_LICENCE_DENIED} The message says what is wrong, never what the token holds. */
export async function readEntitlement(token: string | null, rules: TokenRules, now: Date): Promise<Entitlement> {
  if (!token) throw denied('no token: send it as `Authorization: Bearer …`')
  try {
    const options = {
      algorithms: [...rules.algorithms],
      requiredClaims: ['exp', 'iat', 'kids', 'sid'],
      maxTokenAge: rules.maxAgeS,
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: now,
      ...(rules.issuer === undefined ? {} : { issuer: rules.issuer }),
      ...(rules.audience === undefined ? {} : { audience: rules.audience }),
    }
    const { payload } =
      typeof rules.keys === 'function'
        ? await jwtVerify(token, rules.keys, options)
        : await jwtVerify(token, rules.keys, options)
    const claims = Claims.safeParse(payload)
    if (!claims.success) throw denied(`the token’s claims are wrong: ${claims.error.issues[0]!.path.join('.')}`)
    const { kids, sid, dev, drm, sub } = claims.data
    return {
      kids: new Set(kids),
      session: sid,
      deviceClass: dev ?? null,
      subject: sub ?? null,
      systems: new Set(drm ?? drmSystems),
    }
  } catch (error) {
    if (error instanceof HeadendError) throw error
    if (error instanceof errors.JWTExpired) throw denied('the token has expired')
    if (error instanceof errors.JWTClaimValidationFailed) throw denied(`the token’s claim ${error.claim} is wrong`)
    if (error instanceof errors.JOSEError) throw denied('the token is not one that this proxy trusts')
    throw error
  }
}

/** @throws {HE_LICENCE_DENIED} for a system or key that the token does not name. */
export function assertEntitled(entitlement: Entitlement, system: LicenceSystem, kids: readonly string[]): void {
  if (!entitlement.systems.has(system)) throw denied(`the token is not good for ${system}`)
  if (kids.some(kid => !entitlement.kids.has(kid)))
    throw denied('the token does not entitle to every key that is asked for')
}

const denied = (message: string): HeadendError => new HeadendError('HE_LICENCE_DENIED', message)
