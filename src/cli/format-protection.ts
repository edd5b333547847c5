// Protection facts as text.
import type { EncryptionFacts, FragmentFacts, ProtectionFacts, PsshFacts } from '../drm/index.ts'
import { formatTable } from './table.ts'

export function formatProtection(facts: ProtectionFacts): string {
  if (facts.kind === 'pssh') return facts.pssh.flatMap(formatPssh).join('\n')
  if (facts.kind === 'mp4') {
    const lines = facts.entries.flatMap(({ trackId, format, scheme, encryption }) => [
      `track ${trackId}  ${format}  ${scheme ?? 'in the clear'}`,
      ...(encryption ? formatEncryption(encryption) : []),
    ])
    return (
      [...lines, ...facts.pssh.flatMap(formatPssh), ...formatFragments(facts.fragments)].join('\n') || 'no protection'
    )
  }
  const rows = facts.signalled.map(({ where, system, systemId, scheme, keyId, uri }) => [
    where,
    system ?? systemId,
    scheme ?? '',
    keyId ?? '',
    uri ?? '',
  ])
  const lines = [
    ...formatTable(rows),
    ...facts.signalled.flatMap(each => each.pssh.flatMap(formatPssh)),
    ...facts.warnings.map(warning => `warning: ${warning}`),
  ]
  return lines.join('\n') || 'no protection'
}

function formatEncryption({ keyId, isProtected, ivBytes, constantIv, pattern }: EncryptionFacts): string[] {
  if (!isProtected) return ['  in the clear']
  return [
    `  key ${keyId}`,
    constantIv === null ? `  IV of ${ivBytes} bytes in each sample` : `  constant IV ${constantIv}`,
    ...(pattern ? [`  pattern ${pattern}`] : []),
  ]
}

function formatPssh({
  system,
  systemId,
  version,
  keyIds,
  dataBytes,
  widevine,
  playReady,
  problem,
}: PsshFacts): string[] {
  const inside = Object.entries(widevine ?? {}).flatMap(([name, value]) =>
    name === 'keyIds' ? [] : [`  ${name} ${Array.isArray(value) ? value.join(' ') : value}`],
  )
  if (playReady) {
    inside.push(`  WRMHEADER ${playReady.version}`)
    for (const { algorithm, checksum } of playReady.keys)
      inside.push(`  ${algorithm ?? 'no algorithm'}${checksum ? `, checksum ${checksum}` : ''}`)
    if (playReady.laUrl) inside.push(`  LA_URL ${playReady.laUrl}`)
    if (playReady.luiUrl) inside.push(`  LUI_URL ${playReady.luiUrl}`)
  }
  return [
    `pssh ${system ?? systemId}, version ${version}, ${dataBytes} bytes of data`,
    ...keyIds.map(keyId => `  key ${keyId}`),
    ...inside,
    ...(problem ? [`  cannot be read: ${problem}`] : []),
  ]
}

/** Runs of fragments with the same keys are one line. */
function formatFragments(fragments: readonly FragmentFacts[]): string[] {
  const lines: string[] = []
  let before: string | undefined
  for (const { sequence, groups, pssh, encryptedSamples } of fragments) {
    const keys = groups.map(group => (group.isProtected ? group.keyId : 'in the clear')).join(', ')
    const systems = pssh.map(each => each.system ?? each.systemId).join(', ')
    const text = [keys && `key ${keys}`, systems && `pssh of ${systems}`].filter(Boolean).join(', ')
    const shown = text || (encryptedSamples > 0 ? 'the key of the track' : 'no auxiliary information')
    if (shown !== before) lines.push(`from fragment ${sequence}: ${shown}`)
    before = shown
  }
  return lines
}
