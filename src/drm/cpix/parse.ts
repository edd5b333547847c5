// CPIX text → object, held to the rules of the schema. Keys stay as they stand; open-keys.ts decrypts them.
import { Secret } from '../../core/index.ts'
import { type KeyId, parseKeyId } from '../key-id.ts'
import type { Cpix, CpixKey, CpixPeriod, CpixRecipient, CpixScheme, CpixSystem, CpixValue } from './model.ts'
import { algorithms, rootOrder } from './names.data.ts'
import {
  type CpixNode,
  childOf,
  childrenOf,
  needAttribute,
  needChild,
  numberOf,
  readBase64,
  readCpixTree,
  wrong,
} from './node.ts'
import { readRule } from './parse-rule.ts'

const KEY_BYTES = 16
const schemes: ReadonlySet<string> = new Set(['cenc', 'cens', 'cbc1', 'cbcs'])

/** Plain keys come as secrets that the caller disposes. @throws {HE_CPIX_INVALID} */
export function parseCpix(text: string): Cpix {
  const root = readCpixTree(text)
  if (root.name !== 'cpix:CPIX') throw wrong('CPIX', 'the root is not CPIX of urn:dashif:org:cpix')
  checkOrder(root)
  const list = (name: string, item: string): CpixNode[] => {
    const node = childOf(root, `cpix:${name}`)
    if (!node) return []
    const items = childrenOf(node, `cpix:${item}`)
    if (items.length === 0) throw wrong(node.name, `has no ${item}`)
    return items
  }
  const recipients = list('DeliveryDataList', 'DeliveryData').map(readRecipient)
  const periods = list('ContentKeyPeriodList', 'ContentKeyPeriod').map(readPeriod)
  const systems = list('DRMSystemList', 'DRMSystem').map(readSystem)
  const rules = list('ContentKeyUsageRuleList', 'ContentKeyUsageRule').map(readRule)
  const keys = list('ContentKeyList', 'ContentKey').map(readKey)
  const cpix = {
    contentId: root.attributes.get('contentId') ?? null,
    version: root.attributes.get('version') ?? null,
    recipients,
    keys,
    systems,
    periods,
    rules,
  }
  try {
    checkReferences(cpix)
  } catch (error) {
    disposeCpix(cpix)
    throw error
  }
  return cpix
}

/** Zeroes the keys that stand in it in the clear. */
export function disposeCpix({ keys }: Cpix): void {
  for (const { value } of keys) if (value && 'plain' in value) value.plain[Symbol.dispose]()
}

function checkOrder(root: CpixNode): void {
  let last = -1
  for (const { name } of root.children) {
    const at = rootOrder.findIndex(each => name === `${each === 'Signature' ? 'ds' : 'cpix'}:${each}`)
    if (at < 0) throw wrong('CPIX', `${name} does not belong here`)
    if (at < last || (at === last && name !== 'ds:Signature')) throw wrong(name, 'stands out of its order or twice')
    last = at
  }
}

function checkReferences({ keys, systems, rules, periods }: Cpix): void {
  const kids = new Set(keys.map(({ kid }) => kid))
  if (kids.size < keys.length) throw wrong('cpix:ContentKey', 'two keys have one kid')
  const known = (kid: KeyId, element: string): void => {
    if (!kids.has(kid)) throw wrong(element, `names the kid ${kid}, which has no ContentKey`)
  }
  for (const { kid } of systems) known(kid, 'cpix:DRMSystem')
  const pairs = new Set(systems.map(({ kid, systemId }) => `${kid} ${systemId}`))
  if (pairs.size < systems.length) throw wrong('cpix:DRMSystem', 'one system is described twice for one key')
  const ids = new Set(periods.map(({ id }) => id))
  if (ids.size < periods.length) throw wrong('cpix:ContentKeyPeriod', 'two periods have one id')
  for (const rule of rules) {
    known(rule.kid, 'cpix:ContentKeyUsageRule')
    for (const id of rule.periods) if (!ids.has(id)) throw wrong('cpix:KeyPeriodFilter', 'names no ContentKeyPeriod')
  }
}

function kidOf(node: CpixNode): KeyId {
  const text = needAttribute(node, 'kid')
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) throw wrong(node.name, 'kid is not a UUID')
  return parseKeyId(text)
}

function readKey(node: CpixNode): CpixKey {
  const kid = kidOf(node)
  const scheme = node.attributes.get('commonEncryptionScheme') ?? null
  if (scheme !== null && !schemes.has(scheme)) throw wrong(node.name, 'commonEncryptionScheme is not one of CENC')
  const iv = node.attributes.get('explicitIV')
  const explicitIv = iv === undefined ? null : readBase64(iv, `${node.name} explicitIV`)
  if (explicitIv && explicitIv.length !== KEY_BYTES) throw wrong(node.name, 'explicitIV does not have 16 bytes')
  const data = childOf(node, 'cpix:Data')
  const value = data && readValue(needChild(data, 'pskc:Secret'))
  return { kid, scheme: scheme as CpixScheme | null, explicitIv, value }
}

function readValue(secret: CpixNode): CpixValue {
  const plain = childOf(secret, 'pskc:PlainValue')
  const encrypted = childOf(secret, 'pskc:EncryptedValue')
  if ((plain === null) === (encrypted === null)) throw wrong(secret.name, 'has not one of PlainValue, EncryptedValue')
  if (encrypted) {
    const cipher = readCipher(encrypted, algorithms.content)
    // IV and two blocks: a content key has 16 bytes, and padding.
    if (cipher.length !== 3 * KEY_BYTES) throw wrong('enc:CipherValue', 'is not an IV and a padded key of 16 bytes')
    const mac = childOf(secret, 'pskc:ValueMAC')
    return { cipher, mac: mac && readBase64(mac.text, mac.name) }
  }
  const bytes = readBase64(plain!.text, plain!.name)
  try {
    if (bytes.length !== KEY_BYTES) throw wrong('pskc:PlainValue', `has ${bytes.length} bytes, not ${KEY_BYTES}`)
    return { plain: new Secret(bytes) }
  } finally {
    bytes.fill(0)
  }
}

function readCipher(node: CpixNode, algorithm: string): Buffer {
  const method = needAttribute(needChild(node, 'enc:EncryptionMethod'), 'Algorithm')
  if (method !== algorithm) throw wrong(`${node.name} EncryptionMethod`, `is not ${algorithm}`)
  const value = needChild(needChild(node, 'enc:CipherData'), 'enc:CipherValue')
  return readBase64(value.text, value.name)
}

function readRecipient(node: CpixNode): CpixRecipient {
  const x509 = childOf(needChild(node, 'cpix:DeliveryKey'), 'ds:X509Data')
  const certificate = x509 && childOf(x509, 'ds:X509Certificate')
  const document = needChild(node, 'cpix:DocumentKey')
  if (needAttribute(document, 'Algorithm') !== algorithms.content) throw wrong(document.name, 'is not for AES-256-CBC')
  const secret = needChild(needChild(document, 'cpix:Data'), 'pskc:Secret')
  const mac = childOf(node, 'cpix:MACMethod')
  if (mac && needAttribute(mac, 'Algorithm') !== algorithms.mac) throw wrong(mac.name, 'is not HMAC-SHA512')
  return {
    certificate: certificate && readBase64(certificate.text, certificate.name),
    documentKey: readCipher(needChild(secret, 'pskc:EncryptedValue'), algorithms.wrap),
    macKey: mac && readCipher(needChild(mac, 'cpix:Key'), algorithms.wrap),
  }
}

function readSystem(node: CpixNode): CpixSystem {
  const systemId = needAttribute(node, 'systemId').toLowerCase()
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(systemId)) throw wrong(node.name, 'systemId is not a UUID')
  const bytes = (name: string): Buffer | null => {
    const child = childOf(node, `cpix:${name}`)
    // SPEKE: an empty element asks for its content.
    return child && child.text !== '' ? readBase64(child.text, child.name) : null
  }
  const signalling = childrenOf(node, 'cpix:HLSSignalingData')
  if (signalling.length > 2) throw wrong(node.name, 'has more than two HLSSignalingData')
  return {
    systemId,
    kid: kidOf(node),
    pssh: bytes('PSSH'),
    contentProtection: bytes('ContentProtectionData')?.toString('utf8') ?? null,
    hls: signalling.map(each => {
      const playlist = each.attributes.get('playlist') ?? null
      if (playlist !== null && playlist !== 'media' && playlist !== 'multiVariant')
        throw wrong(each.name, 'playlist is not media or multiVariant')
      return { playlist, lines: each.text === '' ? '' : readBase64(each.text, each.name).toString('utf8') }
    }),
  }
}

function readPeriod(node: CpixNode): CpixPeriod {
  const [start, end] = [node.attributes.get('start') ?? null, node.attributes.get('end') ?? null]
  const index = numberOf(node, 'index')
  if ((start === null) !== (end === null)) throw wrong(node.name, 'has only one of start and end')
  for (const time of [start, end])
    if (time !== null && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/.test(time))
      throw wrong(node.name, 'start or end is not a date and time')
  return { id: needAttribute(node, 'id'), index, start, end }
}
