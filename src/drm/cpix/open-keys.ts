// Content keys out of and into an encrypted CPIX document: RSA-OAEP for the document key, AES-256-CBC for keys, HMAC-SHA512 over them.
import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHmac,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  timingSafeEqual,
  X509Certificate,
} from 'node:crypto'
import { HeadendError, Secret } from '../../core/index.ts'
import type { KeyId } from '../key-id.ts'
import type { Cpix, CpixRecipient } from './model.ts'
import { wrong } from './node.ts'

// rsa-oaep-mgf1p is SHA-1 in both places (W3C XML Encryption 5.5.2).
const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' } as const
const DOCUMENT_KEY_BYTES = 32
const MIN_RSA_BITS = 2048

/**
 * The keys that have a value, by their ids; plain ones are copied. The caller disposes them.
 * @throws {HE_CPIX_INVALID} {HE_KEY_MISSING} when the private key opens none of the recipients.
 */
export function openCpixKeys(cpix: Cpix, privateKey: KeyObject | null): Map<KeyId, Secret> {
  const opened = new Map<KeyId, Secret>()
  let unwrapped: Unwrapped | null = null
  try {
    for (const { kid, value } of cpix.keys) {
      if (!value) continue
      if ('plain' in value)
        opened.set(
          kid,
          value.plain.use(bytes => new Secret(bytes)),
        )
      else {
        unwrapped ??= unwrapDocumentKey(cpix.recipients, privateKey)
        opened.set(kid, decryptKey(kid, value, unwrapped))
      }
    }
    return opened
  } catch (error) {
    for (const secret of opened.values()) secret[Symbol.dispose]()
    throw error
  } finally {
    unwrapped?.documentKey.fill(0)
    unwrapped?.macKey.fill(0)
  }
}

type Unwrapped = { readonly documentKey: Buffer; readonly macKey: Buffer }

function unwrapDocumentKey(recipients: readonly CpixRecipient[], privateKey: KeyObject | null): Unwrapped {
  const missing = (why: string): HeadendError =>
    new HeadendError('HE_KEY_MISSING', why, { hint: 'Give the private key of a certificate that the document names.' })
  if (!privateKey) throw missing('the keys of the document are encrypted, and there is no private key')
  for (const { documentKey: wrappedKey, macKey: wrappedMac } of recipients) {
    const documentKey = unwrap(wrappedKey, privateKey)
    if (!documentKey) continue
    if (documentKey.length !== DOCUMENT_KEY_BYTES) {
      documentKey.fill(0)
      throw wrong('cpix:DocumentKey', 'is not a key of 32 bytes')
    }
    // A key that is not authenticated could have been exchanged by anyone who has the certificate.
    const macKey = wrappedMac && unwrap(wrappedMac, privateKey)
    if (!macKey) {
      documentKey.fill(0)
      throw wrong(
        'cpix:MACMethod',
        wrappedMac ? 'its key cannot be decrypted' : 'is missing: its keys are not authenticated',
      )
    }
    return { documentKey, macKey }
  }
  throw missing('the private key opens none of the recipients of the document')
}

function unwrap(wrapped: Uint8Array, key: KeyObject): Buffer | null {
  try {
    return privateDecrypt({ key, ...oaep }, wrapped)
  } catch {
    return null
  }
}

function decryptKey(
  kid: KeyId,
  { cipher, mac }: { readonly cipher: Uint8Array; readonly mac: Uint8Array | null },
  { documentKey, macKey }: Unwrapped,
): Secret {
  if (!mac) throw wrong(`cpix:ContentKey ${kid}`, 'has no ValueMAC')
  const expected = createHmac('sha512', macKey).update(cipher).digest()
  if (mac.length !== expected.length || !timingSafeEqual(mac, expected))
    throw wrong(`cpix:ContentKey ${kid}`, 'its MAC is not right: it was changed on its way')
  const decipher = createDecipheriv('aes-256-cbc', documentKey, cipher.subarray(0, 16))
  try {
    const head = decipher.update(cipher.subarray(16))
    const tail = decipher.final()
    const key = Buffer.concat([head, tail])
    try {
      if (key.length !== 16) throw wrong(`cpix:ContentKey ${kid}`, 'is not a key of 16 bytes')
      return new Secret(key)
    } finally {
      for (const part of [head, tail, key]) part.fill(0)
    }
  } catch (error) {
    if (error instanceof HeadendError) throw error
    throw wrong(`cpix:ContentKey ${kid}`, 'cannot be decrypted')
  }
}

/** Random bytes come from the caller, since this folder has none: 32 for the document key, 64 for the MAC key. */
export type DocumentSecrets = { readonly documentKey: Uint8Array; readonly macKey: Uint8Array }

/** @throws {HE_CPIX_INVALID} when the certificate is not one of RSA with 2048 bits or more. */
export function wrapForRecipient(certificate: Uint8Array, { documentKey, macKey }: DocumentSecrets): CpixRecipient {
  let x509: X509Certificate
  try {
    x509 = new X509Certificate(certificate)
  } catch {
    throw wrong('ds:X509Certificate', 'is not an X.509 certificate')
  }
  const key = x509.publicKey
  if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < MIN_RSA_BITS)
    throw wrong('ds:X509Certificate', `has no RSA key of ${MIN_RSA_BITS} bits or more`)
  return {
    certificate: x509.raw,
    documentKey: publicEncrypt({ key, ...oaep }, documentKey),
    macKey: publicEncrypt({ key, ...oaep }, macKey),
  }
}

/** `iv` has 16 random bytes. */
export function encryptKey(key: Secret, iv: Uint8Array, secrets: DocumentSecrets): { cipher: Buffer; mac: Buffer } {
  const aes = createCipheriv('aes-256-cbc', secrets.documentKey, iv)
  const cipher = key.use(bytes => Buffer.concat([iv, aes.update(bytes), aes.final()]))
  return { cipher, mac: createHmac('sha512', secrets.macKey).update(cipher).digest() }
}
