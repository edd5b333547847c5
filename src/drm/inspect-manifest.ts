// What an MPD or an HLS playlist says of protection.
import { HeadendError } from '../core/index.ts'
import { parseAttributes, parseXml, readLines, type XmlElement } from '../manifest/index.ts'
import { type KeyId, parseKeyId } from './key-id.ts'
import { describePssh, type PsshFacts, parsePsshBoxes } from './pssh.ts'
import { keyFormats, systemIds, systemTitles } from './systems.data.ts'

export type SignalledProtection = {
  /** `#EXT-X-KEY` or the place of the element: `video 0`. */
  readonly where: string
  readonly system: string | null
  /** As written: schemeIdUri of DASH, KEYFORMAT of HLS. */
  readonly systemId: string
  readonly scheme: string | null
  readonly keyId: KeyId | null
  readonly uri: string | null
  readonly pssh: readonly PsshFacts[]
}

export type ManifestProtection = {
  readonly signalled: readonly SignalledProtection[]
  readonly warnings: readonly string[]
}

/** @throws {HE_INPUT_DAMAGED} when it is no such manifest. */
export function inspectManifest(text: string, kind: 'mpd' | 'hls'): ManifestProtection {
  const warnings: string[] = []
  const signalled = kind === 'mpd' ? inspectMpd(text, warnings) : inspectHls(text, warnings)
  return { signalled, warnings }
}

const bare = (name: string): string => name.slice(name.indexOf(':') + 1)

function inspectMpd(text: string, warnings: string[]): SignalledProtection[] {
  const root = parseXml(text)
  if (bare(root.name) !== 'MPD')
    throw new HeadendError('HE_INPUT_UNSUPPORTED', `XML whose root is ${root.name.slice(0, 50)}, not an MPD`)
  const found: SignalledProtection[] = []
  const walk = (element: XmlElement, where: string): void => {
    let sets = 0
    for (const child of element.children) {
      const name = bare(child.name)
      if (name === 'ContentProtection') found.push(readProtection(child, where, warnings))
      else if (name === 'AdaptationSet')
        walk(child, `${child.attributes.get('contentType') ?? 'set'} ${child.attributes.get('id') ?? sets++}`)
      else walk(child, name === 'Representation' ? `${where} ${child.attributes.get('id') ?? '?'}` : where)
    }
  }
  walk(root, 'MPD')
  return found
}

function readProtection(element: XmlElement, where: string, warnings: string[]): SignalledProtection {
  const systemId = (element.attributes.get('schemeIdUri') ?? '').toLowerCase()
  const mp4 = systemId === 'urn:mpeg:dash:mp4protection:2011'
  const attribute = (name: string): string | undefined =>
    [...element.attributes].find(([key]) => bare(key) === name)?.[1]
  const kid = attribute('default_KID')
  return {
    where,
    system: mp4 ? 'MP4 common encryption' : (systemTitles[systemId.replace('urn:uuid:', '')] ?? null),
    systemId,
    scheme: mp4 ? (element.attributes.get('value') ?? null) : null,
    keyId: kid === undefined ? null : readKeyId(kid, where, warnings),
    uri: null,
    pssh: element.children
      .filter(child => bare(child.name) === 'pssh')
      .flatMap(child => readPsshText(child.text, where, warnings)),
  }
}

function readKeyId(text: string, where: string, warnings: string[]): KeyId | null {
  try {
    return parseKeyId(text)
  } catch {
    warnings.push(`${where}: its key id is neither a UUID nor 32 hex digits`)
    return null
  }
}

function readPsshText(base64: string, where: string, warnings: string[]): PsshFacts[] {
  try {
    return parsePsshBoxes(Buffer.from(base64, 'base64')).map(describePssh)
  } catch (error) {
    if (!(error instanceof HeadendError)) throw error
    warnings.push(`${where}: ${error.message}`)
    return []
  }
}

const hlsSystems: Readonly<Record<string, string>> = {
  [keyFormats.widevine]: systemTitles[systemIds.widevine]!,
  [keyFormats.playready]: systemTitles[systemIds.playready]!,
  [keyFormats.fairplay]: systemTitles[systemIds.fairplay]!,
  identity: 'the key itself',
  'org.w3.clearkey': 'ClearKey',
}

function inspectHls(text: string, warnings: string[]): SignalledProtection[] {
  return readLines(text).flatMap(line => {
    if (!('tag' in line) || !['#EXT-X-KEY', '#EXT-X-SESSION-KEY'].includes(line.tag)) return []
    const attributes = parseAttributes(line.value)
    const scheme = attributes.get('METHOD') ?? null
    const systemId = attributes.get('KEYFORMAT') ?? 'identity'
    const uri = attributes.get('URI') ?? null
    const kid = attributes.get('KEYID')
    if (systemId === 'identity' && uri !== null)
      warnings.push(`${line.tag}: KEYFORMAT identity lets a player fetch the key itself from its URI`)
    const data = /^data:[^,]*;base64,(.*)$/.exec(uri ?? '')?.[1]
    const box = data !== undefined && Buffer.from(data, 'base64').toString('latin1', 4, 8) === 'pssh'
    return [
      {
        where: line.tag,
        system: scheme === 'NONE' ? null : (hlsSystems[systemId] ?? null),
        systemId,
        scheme,
        keyId: kid === undefined ? null : readKeyId(kid, line.tag, warnings),
        // A data: URI is shown as what is inside of it; where that is the raw key, it must not be shown at all.
        uri: uri?.startsWith('data:') ? 'data:' : uri,
        pssh: box ? readPsshText(data, line.tag, warnings) : [],
      },
    ]
  })
}
