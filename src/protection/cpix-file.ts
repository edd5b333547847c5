// Keys of the store as a CPIX document for somebody's certificate, and the way back.
import { createPrivateKey, type KeyObject, randomBytes } from 'node:crypto'
import { HeadendError } from '../core/index.ts'
import {
  type CpixPeriod,
  disposeCpix,
  encryptKey,
  formatCpix,
  type KeyLabel,
  keyIdForTrack,
  keyLabels,
  labelRules,
  openCpixKeys,
  parseCpix,
  wrapForRecipient,
} from '../drm/index.ts'
import type { ForeignKey, KeyStore } from './key-store.ts'

type Options = { readonly signal: AbortSignal }
export type ExportOptions = Options & {
  readonly contentId: string
  /** X.509, PEM or DER, of each that may open it. */
  readonly certificates: readonly Uint8Array[]
}

/** All keys of a content id, encrypted. @throws {HE_KEY_MISSING} {HE_CPIX_INVALID} for a certificate that cannot be used. */
export async function exportCpix(store: KeyStore, { contentId, certificates, signal }: ExportOptions): Promise<string> {
  const facts = (await store.list()).filter(key => key.contentId === contentId)
  if (facts.length === 0) throw new HeadendError('HE_KEY_MISSING', 'the store has no key for this content id')
  if (new Set(facts.map(({ scheme }) => scheme)).size > 1)
    throw new HeadendError(
      'HE_KEY_INVALID',
      'the content has keys of several schemes, which one document cannot tell apart',
    )
  const secrets = { documentKey: randomBytes(32), macKey: randomBytes(64) }
  try {
    const recipients = certificates.map(each => wrapForRecipient(each, secrets))
    if (recipients.length === 0) throw new HeadendError('HE_USAGE', 'keys are exported to a certificate only')
    const opened = await store.open(
      facts.map(({ kid }) => kid),
      'export',
      { signal },
    )
    try {
      const numbers = [...new Set(facts.flatMap(({ period }) => (period === null ? [] : [period])))]
      return formatCpix({
        contentId,
        version: '2.4',
        recipients,
        keys: opened.map(({ kid, scheme, key }) => ({
          kid,
          scheme,
          explicitIv: null,
          value: encryptKey(key, randomBytes(16), secrets),
        })),
        systems: [],
        periods: numbers
          .toSorted((a, b) => a - b)
          .map(index => ({ id: `period-${index}`, index, start: null, end: null })),
        rules: facts.map(({ kid, label, period }) => ({
          kid,
          trackType: label,
          periods: period === null ? [] : [`period-${period}`],
          labels: [],
          ...labelRules[label],
          bitrate: [],
          unknown: [],
        })),
      })
    } finally {
      for (const { key } of opened) key[Symbol.dispose]()
    }
  } finally {
    secrets.documentKey.fill(0)
    secrets.macKey.fill(0)
  }
}

export type ImportOptions = Options & {
  /** PEM; null when the document has its keys in the clear. */
  readonly privateKey: Uint8Array | null
  /** Take keys that stand in the clear. */
  readonly plain: boolean
  /** In place of the document's own. */
  readonly contentId: string | null
}

/** Labels come from intendedTrackType, else from the filters. @throws {HE_CPIX_INVALID} {HE_KEY_MISSING} {HE_KEY_INVALID} */
export async function importCpix(store: KeyStore, text: string, options: ImportOptions): Promise<ForeignKey[]> {
  const cpix = parseCpix(text)
  try {
    if (!options.plain && cpix.keys.some(({ value }) => value && 'plain' in value))
      throw new HeadendError('HE_CPIX_INVALID', 'pskc:PlainValue: the document has keys in the clear', {
        hint: 'Ask for keys encrypted to your certificate, or pass --plain if it came over a way that you trust.',
      })
    const contentId = options.contentId ?? cpix.contentId
    if (contentId === null)
      throw new HeadendError('HE_CPIX_INVALID', 'CPIX: has no contentId', { hint: 'Give one with --content.' })
    const opened = openCpixKeys(cpix, options.privateKey && readPrivateKey(options.privateKey))
    try {
      const foreign = cpix.rules.flatMap((rule): ForeignKey[] => {
        const key = opened.get(rule.kid)
        if (!key) throw new HeadendError('HE_CPIX_INVALID', `cpix:ContentKey ${rule.kid}: has no value`)
        const scheme = cpix.keys.find(({ kid }) => kid === rule.kid)?.scheme ?? 'cbcs'
        const labels = labelsOf(rule.trackType, rule.kid, cpix)
        const label = labels.length === 1 ? labels[0] : undefined
        if (!label || rule.periods.length > 1)
          throw new HeadendError(
            'HE_CPIX_INVALID',
            `cpix:ContentKeyUsageRule: ${rule.kid} is not for one label and period`,
          )
        return [{ kid: rule.kid, contentId, label, period: periodOf(rule.periods[0], cpix.periods), scheme, key }]
      })
      if (foreign.length < cpix.keys.length)
        throw new HeadendError('HE_CPIX_INVALID', 'cpix:ContentKey: a key has no ContentKeyUsageRule')
      await store.add(foreign, options)
      return foreign
    } finally {
      for (const key of opened.values()) key[Symbol.dispose]()
    }
  } finally {
    disposeCpix(cpix)
  }
}

const sizes = { SD: 400_000, HD: 2_073_600, UHD1: 8_294_400, UHD2: 33_177_600 } as const

function labelsOf(trackType: string | null, kid: string, cpix: Parameters<typeof keyIdForTrack>[0]): KeyLabel[] {
  const named = keyLabels.filter(label => label === trackType)
  if (named.length > 0) return named
  const own = { rules: cpix.rules.filter(rule => rule.kid === kid) }
  return keyLabels.filter(label => {
    try {
      keyIdForTrack(own, label === 'AUDIO' ? { type: 'audio', channels: 2 } : { type: 'video', pixels: sizes[label] })
      return true
    } catch (error) {
      if (error instanceof HeadendError && error.code === 'HE_KEY_MISSING') return false
      throw error
    }
  })
}

function periodOf(id: string | undefined, periods: readonly CpixPeriod[]): number | null {
  if (id === undefined) return null
  return periods.find(period => period.id === id)?.index ?? periods.findIndex(period => period.id === id)
}

function readPrivateKey(pem: Uint8Array): KeyObject {
  try {
    return createPrivateKey(Buffer.from(pem))
  } catch {
    throw new HeadendError('HE_KEY_INVALID', 'the private key is not a PEM file without a pass phrase')
  }
}
