// Asks a web hook about a publisher: 2xx lets it in, anything else does not.
import type { PublishRequest, PublishVerdict } from '../live/index.ts'

const HOOK_MS = 5000

/** POSTs the request as JSON. A hook that does not answer lets nobody in. */
export async function askHook(url: string, request: PublishRequest, signal: AbortSignal): Promise<PublishVerdict> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(HOOK_MS)]),
    })
    await response.body?.cancel()
    return response.ok ? { ok: true } : { ok: false, reason: `it was refused (${response.status})` }
  } catch {
    return { ok: false, reason: 'nobody could be asked whether it may publish' }
  }
}
