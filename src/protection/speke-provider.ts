// Keys from a key server by SPEKE v2 (AWS): we choose the ids and send a CPIX without keys, the server sends it back filled.
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { HeadendError } from '../core/index.ts'
import {
  type Cpix,
  disposeCpix,
  formatCpix,
  formatKeyId,
  type KeyId,
  type KeyLabel,
  labelRules,
  openCpixKeys,
  parseCpix,
} from '../drm/index.ts'
import { type KeyProvider, type KeyRequest, keySet } from './key-provider.ts'

export type SpekeOptions = {
  /** https, or http on this machine. */
  readonly url: string
  /** 2.0 speaks CPIX 2.3, 2.1 speaks CPIX 2.4. */
  readonly version: '2.0' | '2.1'
  /** Authorization and the like; never logged. */
  readonly headers: Readonly<Record<string, string>>
  /** Systems that the server is asked for headers of. */
  readonly systemIds: readonly string[]
  readonly timeoutMs: number
  /** Further attempts after no answer, 429 or 5xx. */
  readonly retries: number
}

const MAX_BYTES = 1024 * 1024
const failed = (why: string): HeadendError => new HeadendError('HE_KEY_SERVER_FAILED', `the key server ${why}`)
const refused = (why: string): HeadendError => new HeadendError('HE_KEY_SERVER_REFUSED', `the key server ${why}`)

/** @throws {HE_CONFIG_INVALID} when keys would cross the network in the clear. */
export function createSpekeProvider(options: SpekeOptions): KeyProvider {
  const url = URL.canParse(options.url) ? new URL(options.url) : null
  const here = url !== null && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
  if (url?.protocol !== 'https:' && !(here && url.protocol === 'http:'))
    throw new HeadendError('HE_CONFIG_INVALID', 'a key server is asked by https only')
  return {
    async keysFor(request, { signal }) {
      const asked = new Map(request.labels.map(label => [spekeKeyId(request, label), label]))
      const answer = await ask(options, formatCpix(document(request, asked, options)), signal)
      const cpix = parseCpix(answer)
      try {
        checkAnswer(cpix, request, asked)
        const keys = openCpixKeys(cpix, null)
        return keySet(
          [...keys].map(([kid, key]) => ({ kid, label: asked.get(kid)!, key })),
          cpix.systems,
        )
      } finally {
        disposeCpix(cpix)
      }
    },
  }
}

/** The same for the same request, so that a second one gets the same keys: ids are no secret. */
function spekeKeyId({ contentId, period, scheme }: KeyRequest, label: KeyLabel): KeyId {
  return formatKeyId(
    createHash('sha256')
      .update(JSON.stringify(['headend kid', contentId, label, period, scheme]))
      .digest()
      .subarray(0, 16),
  )
}

function document(
  { contentId, period, scheme }: KeyRequest,
  asked: ReadonlyMap<KeyId, KeyLabel>,
  { version, systemIds }: SpekeOptions,
): Cpix {
  const id = `period-${period}`
  return {
    contentId,
    version: version === '2.0' ? '2.3' : '2.4',
    recipients: [],
    keys: [...asked.keys()].map(kid => ({ kid, scheme, explicitIv: null, value: null })),
    systems: [...asked.keys()].flatMap(kid =>
      systemIds.map(systemId => ({
        systemId,
        kid,
        // Empty elements ask for their content.
        pssh: new Uint8Array(0),
        contentProtection: '',
        hls: [
          { playlist: 'media' as const, lines: '' },
          { playlist: 'multiVariant' as const, lines: '' },
        ],
      })),
    ),
    periods: period === null ? [] : [{ id, index: period, start: null, end: null }],
    rules: [...asked].map(([kid, label]) => ({
      kid,
      trackType: label,
      periods: period === null ? [] : [id],
      labels: [],
      ...labelRules[label],
      bitrate: [],
      unknown: [],
    })),
  }
}

function checkAnswer(cpix: Cpix, { contentId, scheme }: KeyRequest, asked: ReadonlyMap<KeyId, KeyLabel>): void {
  if (cpix.contentId !== contentId) throw refused('answered for another content id')
  if (cpix.keys.length !== asked.size || cpix.keys.some(({ kid }) => !asked.has(kid)))
    throw refused('answered with other key ids than it was asked for')
  for (const { kid, value, scheme: given } of cpix.keys) {
    if (!value) throw refused(`gave no key for ${kid}`)
    if (given !== scheme) throw refused(`answered ${kid} for another encryption scheme`)
  }
}

async function ask(options: SpekeOptions, body: string, signal: AbortSignal): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    signal.throwIfAborted()
    try {
      return await askOnce(options, body, signal)
    } catch (error) {
      signal.throwIfAborted()
      const again = error instanceof HeadendError && error.code === 'HE_KEY_SERVER_FAILED'
      if (!again || attempt >= options.retries) throw error
      await sleep(100 * 2 ** attempt, undefined, { signal })
    }
  }
}

async function askOnce({ url, version, headers, timeoutMs }: SpekeOptions, body: string, signal: AbortSignal) {
  const limit = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { ...headers, 'content-type': 'application/xml', 'x-speke-version': version },
      // A redirect would carry the credentials somewhere else.
      redirect: 'error',
      signal: AbortSignal.any([signal, limit]),
    })
    if (response.status === 429 || response.status >= 500) throw failed(`answered ${response.status}`)
    // The text of a refusal may repeat what it was sent; the status is enough.
    if (response.status !== 200) throw refused(`answered ${response.status}`)
    if (response.headers.get('x-speke-version') !== version) throw refused('answered in another version of SPEKE')
    return await readBounded(response)
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof HeadendError) throw error
    throw failed(limit.aborted ? `did not answer in ${timeoutMs} ms` : 'cannot be reached')
  }
}

async function readBounded(response: Response): Promise<string> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body ?? []) {
    size += part.length
    if (size > MAX_BYTES) throw refused(`answered with more than ${MAX_BYTES} bytes`)
    parts.push(part)
  }
  const bytes = Buffer.concat(parts)
  const text = bytes.toString('utf8')
  for (const part of [...parts, bytes]) part.fill(0)
  return text
}
