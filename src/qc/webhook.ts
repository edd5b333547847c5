// Tells somebody's server of a failed inspection: signed as Standard Webhooks are, tried again until it is taken.
import { createHmac, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { HeadendError, Secret } from '../core/index.ts'

export type Webhook = { readonly url: string; readonly secret: Secret | null }

/** One message: what is sent again has the id that it had. */
export type Alert = { readonly id: string; readonly body: string }

export const newAlert = (data: unknown): Alert => ({
  id: `msg_${randomUUID().replaceAll('-', '')}`,
  body: JSON.stringify(data),
})

/** Seconds before the attempt after so many; the last one again and again. */
const PAUSES_S = [5, 30, 120, 600, 1800]
export const pauseAfter = (attempts: number): number => PAUSES_S[Math.min(attempts, PAUSES_S.length) - 1] ?? 0

const TIMEOUT_MS = 10_000
const MOST_SECRET_BYTES = 4096

/** @throws {HE_USAGE} for what is no address of http or https, or has a password: fetch refuses those, and says them */
export function parseWebhook(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !/^https?:$/.test(url.protocol))
    throw new HeadendError('HE_USAGE', 'the webhook is no address of http or https')
  if (url.username !== '' || url.password !== '')
    throw new HeadendError('HE_USAGE', 'the address of the webhook has a name or a password in it', {
      hint: 'Leave it out; --webhook-secret signs what is told.',
    })
  return url.href
}

/** `whsec_` and base64, as Standard Webhooks write it; anything else is taken as bytes. @throws {HE_CONFIG_INVALID} */
export async function readWebhookSecret(path: string): Promise<Secret> {
  const bytes = await readFile(path).catch(cause => {
    throw new HeadendError('HE_CONFIG_INVALID', `the webhook's secret cannot be read from ${path}`, { cause })
  })
  const text = bytes.toString('utf8').trim()
  const plain = /^whsec_[A-Za-z0-9+/]+=*$/.test(text) ? Buffer.from(text.slice(6), 'base64') : Buffer.from(text)
  bytes.fill(0)
  if (plain.length === 0 || plain.length > MOST_SECRET_BYTES)
    throw new HeadendError('HE_CONFIG_INVALID', `the webhook's secret in ${path} has no bytes, or too many`)
  const secret = new Secret(plain)
  plain.fill(0)
  return secret
}

/** `webhook-signature`: HMAC-SHA256 over id, seconds and body (standardwebhooks.com, spec 1.0.0). */
export const sign = ({ id, body }: Alert, seconds: number, secret: Secret): string =>
  secret.use(key => `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`)

/** null when it was taken, else why not. Redirects are not followed: they would carry the signature elsewhere. */
export async function sendAlert(alert: Alert, { url, secret }: Webhook, signal: AbortSignal): Promise<string | null> {
  const seconds = Math.floor(Date.now() / 1000)
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'headend-qc',
        'webhook-id': alert.id,
        'webhook-timestamp': String(seconds),
        ...(secret ? { 'webhook-signature': sign(alert, seconds, secret) } : {}),
      },
      body: alert.body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    })
    await answer.body?.cancel()
    return answer.ok ? null : `it answered ${answer.status}`
  } catch (error) {
    signal.throwIfAborted()
    return error instanceof Error ? error.message : String(error)
  }
}
