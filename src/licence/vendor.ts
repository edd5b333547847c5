// One question to a vendor's licence server: the player's bytes go there, the licence comes back, and nothing of either is kept.
import { HeadendError } from '../core/index.ts'
import type { Entitlement } from './entitlement.ts'
import type { Vendor } from './licence-config.ts'
import { readSecretFile } from './token-keys.ts'

const MOST_ANSWER_BYTES = 1_048_576

export type VendorAnswer = { readonly status: number; readonly contentType: string; readonly body: Buffer }

export type VendorQuestion = {
  readonly body: Uint8Array
  readonly entitlement: Entitlement
  /** Keys that the request names; those of the token where it names none. */
  readonly kids: readonly string[]
  /** Of the player's headers, those that the system's protocol has. */
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

export interface VendorDoor {
  /** @throws {HE_LICENCE_VENDOR} when it cannot be reached, is too slow, or answers with a failure of its own. */
  ask(question: VendorQuestion): Promise<VendorAnswer>
}

/** @throws {HE_CONFIG_INVALID} when a header's file cannot be read. */
export async function openVendor({ url, headers, timeoutMs }: Vendor): Promise<VendorDoor> {
  const templates: Record<string, string> = {}
  for (const [name, header] of Object.entries(headers))
    templates[name] = 'file' in header ? quote(await readSecretFile(header.file)) : header.value
  return {
    async ask({ body, entitlement, kids, headers: own, signal }) {
      const values: Readonly<Record<string, string>> = {
        kids: kids.map(hyphenated).join(','),
        session: entitlement.session,
        device: entitlement.deviceClass ?? '',
        subject: entitlement.subject ?? '',
      }
      const filled = Object.entries(templates).map(([name, text]): [string, string] => [name, fill(text, values)])
      try {
        const response = await fetch(url, {
          method: 'POST',
          body: Uint8Array.from(body),
          headers: { ...own, ...Object.fromEntries(filled) },
          // A redirect would carry the vendor's credentials somewhere else.
          redirect: 'error',
          signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        })
        const answer = await readBounded(response)
        // PlayReady's SOAP faults are 500 with a message that the player understands.
        const fault = response.status === 500 && /\bxml\b/.test(response.headers.get('content-type') ?? '')
        if (response.status >= 500 && !fault) throw failed(`it answered ${response.status}`)
        return {
          status: response.status,
          contentType: response.headers.get('content-type') ?? 'application/octet-stream',
          body: answer,
        }
      } catch (error) {
        signal.throwIfAborted()
        if (error instanceof HeadendError) throw error
        // What `fetch` says may hold the address with its credentials; the kind is enough.
        throw failed(
          error instanceof Error && error.name === 'TimeoutError' ? `no answer in ${timeoutMs} ms` : 'no connection',
        )
      }
    },
  }
}

async function readBounded(response: Response): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body ?? []) {
    length += part.length
    if (length > MOST_ANSWER_BYTES) throw failed('its answer is too long')
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** A secret is no template: its braces are kept as they are. */
const quote = (secret: Buffer): string => secret.toString('utf8').replaceAll('{', '{{')
const fill = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\{\{|\{(kids|session|device|subject)\}/g, (_match, name?: string) =>
    name === undefined ? '{' : values[name]!,
  )
const hyphenated = (kid: string): string => kid.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
const failed = (why: string): HeadendError =>
  new HeadendError('HE_LICENCE_VENDOR', `the vendor’s licence server gave no licence: ${why}`)
