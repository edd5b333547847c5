// Object → CPIX text. Keys go out encrypted or not at all: a plain value has no way through here.
import { formatXmlAttributes } from '../../manifest/index.ts'
import type { Cpix, CpixKey, CpixRecipient, CpixRule, CpixSystem } from './model.ts'
import { algorithms, spaces } from './names.data.ts'
import { wrong } from './node.ts'

/** @throws {HE_CPIX_INVALID} when a key is in the clear. */
export function formatCpix(cpix: Cpix): string {
  const names = Object.fromEntries(Object.entries(spaces).map(([prefix, space]) => [`xmlns:${prefix}`, space]))
  const root = { ...names, contentId: cpix.contentId, version: cpix.version }
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('cpix:CPIX', root, [
    list('DeliveryDataList', cpix.recipients.map(recipient)),
    list('ContentKeyList', cpix.keys.map(contentKey)),
    list('DRMSystemList', cpix.systems.map(system)),
    list(
      'ContentKeyPeriodList',
      cpix.periods.map(period => element('cpix:ContentKeyPeriod', period)),
    ),
    list('ContentKeyUsageRuleList', cpix.rules.map(rule)),
  ])}\n`
}

type Attributes = Readonly<Record<string, string | number | boolean | null>>

function element(name: string, attributes: Attributes, children: readonly string[] = []): string {
  const written = formatXmlAttributes(
    Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, value === null ? null : `${value}`])),
  )
  const body = children.join('')
  return body === '' ? `<${name}${written}/>` : `<${name}${written}>${body}</${name}>`
}

const list = (name: string, items: readonly string[]): string =>
  items.length === 0 ? '' : element(`cpix:${name}`, {}, items)
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const encrypted = (algorithm: string, bytes: Uint8Array): string =>
  element('enc:EncryptionMethod', { Algorithm: algorithm }) +
  element('enc:CipherData', {}, [element('enc:CipherValue', {}, [base64(bytes)])])

function recipient({ certificate, documentKey, macKey }: CpixRecipient): string {
  const secret = element('pskc:Secret', {}, [
    element('pskc:EncryptedValue', {}, [encrypted(algorithms.wrap, documentKey)]),
  ])
  const x509 = certificate && element('ds:X509Data', {}, [element('ds:X509Certificate', {}, [base64(certificate)])])
  return element('cpix:DeliveryData', {}, [
    element('cpix:DeliveryKey', {}, x509 ? [x509] : []),
    element('cpix:DocumentKey', { Algorithm: algorithms.content }, [element('cpix:Data', {}, [secret])]),
    macKey
      ? element('cpix:MACMethod', { Algorithm: algorithms.mac }, [
          element('cpix:Key', {}, [encrypted(algorithms.wrap, macKey)]),
        ])
      : '',
  ])
}

function contentKey({ kid, scheme, explicitIv, value }: CpixKey): string {
  if (value && 'plain' in value) throw wrong('cpix:ContentKey', 'a key in the clear is never written')
  const attributes = { kid, commonEncryptionScheme: scheme, explicitIV: explicitIv && base64(explicitIv) }
  if (!value) return element('cpix:ContentKey', attributes)
  const secret = element('pskc:Secret', {}, [
    element('pskc:EncryptedValue', {}, [encrypted(algorithms.content, value.cipher)]),
    value.mac ? element('pskc:ValueMAC', {}, [base64(value.mac)]) : '',
  ])
  return element('cpix:ContentKey', attributes, [element('cpix:Data', {}, [secret])])
}

function system({ systemId, kid, pssh, contentProtection, hls }: CpixSystem): string {
  const text = (given: string): string[] => (given === '' ? [] : [base64(Buffer.from(given))])
  return element('cpix:DRMSystem', { systemId, kid }, [
    pssh ? element('cpix:PSSH', {}, [base64(pssh)]) : '',
    contentProtection === null ? '' : element('cpix:ContentProtectionData', {}, text(contentProtection)),
    ...hls.map(({ playlist, lines }) => element('cpix:HLSSignalingData', { playlist }, text(lines))),
  ])
}

function rule({ kid, trackType, periods, labels, video, audio, bitrate }: CpixRule): string {
  return element('cpix:ContentKeyUsageRule', { kid, intendedTrackType: trackType }, [
    ...periods.map(periodId => element('cpix:KeyPeriodFilter', { periodId })),
    ...labels.map(label => element('cpix:LabelFilter', { label })),
    ...video.map(filter => element('cpix:VideoFilter', filter)),
    ...audio.map(filter => element('cpix:AudioFilter', filter)),
    ...bitrate.map(({ min, max }) => element('cpix:BitrateFilter', { minBitrate: min, maxBitrate: max })),
  ])
}
