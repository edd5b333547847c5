// The keys that tokens are checked with.
import { readFile } from 'node:fs/promises'
import { createLocalJWKSet, createRemoteJWKSet, type JSONWebKeySet } from 'jose'
import { z } from 'zod'
import { HeadendError } from '../core/index.ts'
import type { TokenRules } from './entitlement.ts'
import type { LicenceConfig } from './licence-config.ts'

const LEAST_SECRET_BYTES = 32
const Jwks = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) })

/** @throws {HE_CONFIG_INVALID} when there is not exactly one source of keys, or it holds none that is good enough. */
export async function openTokenRules({ token }: LicenceConfig): Promise<TokenRules> {
  const { secretFile, jwksFile, jwksUrl, algorithms, issuer, audience, maxAgeSeconds } = token
  if ([secretFile, jwksFile, jwksUrl].filter(source => source !== undefined).length !== 1)
    throw invalid('token needs one of secretFile, jwksFile and jwksUrl')
  const shared = algorithms.every(name => name.startsWith('HS'))
  // A public key taken for an HMAC secret is how tokens are forged.
  if (algorithms.some(name => name.startsWith('HS')) !== shared || shared !== (secretFile !== undefined))
    throw invalid('token.algorithms: HS… goes with secretFile and with nothing else')
  return {
    keys:
      secretFile !== undefined
        ? await readSecret(secretFile)
        : jwksFile !== undefined
          ? createLocalJWKSet(await readJwks(jwksFile))
          : createRemoteJWKSet(new URL(jwksUrl!), { timeoutDuration: 5_000 }),
    algorithms,
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
    maxAgeS: maxAgeSeconds,
  }
}

/** Of a text the white space around it is not part of it, since editors end files with a line break; raw bytes are taken as they are. */
export async function readSecretFile(path: string): Promise<Buffer> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw invalid(`${path} cannot be read`, cause)
  })
  const isText = bytes.every(byte => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09)
  return isText ? Buffer.from(bytes.toString('latin1').trim(), 'latin1') : bytes
}

async function readSecret(path: string): Promise<Uint8Array> {
  const bytes = await readSecretFile(path)
  if (bytes.length < LEAST_SECRET_BYTES) throw invalid(`${path} holds fewer than ${LEAST_SECRET_BYTES} bytes`)
  return bytes
}

async function readJwks(path: string): Promise<JSONWebKeySet> {
  const text = (await readSecretFile(path)).toString('utf8')
  try {
    const set = Jwks.parse(JSON.parse(text))
    if (set.keys.some(key => 'd' in key || key.kty === 'oct')) throw new Error('it holds private keys')
    return set as JSONWebKeySet
  } catch (cause) {
    throw invalid(`${path} is no set of public keys (RFC 7517)`, cause)
  }
}

const invalid = (message: string, cause?: unknown): HeadendError =>
  new HeadendError('HE_CONFIG_INVALID', message, {
    hint: 'The file that --setup names is described in docs/licences.md.',
    ...(cause === undefined ? {} : { cause }),
  })
