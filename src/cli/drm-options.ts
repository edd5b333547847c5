// Options that say how a package is protected, and where its keys come from.
import { basename, resolve } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { formatRational, HeadendError, type Log, parseRational, type RationalText } from '../core/index.ts'
import { type DrmSystem, drmSystems, type PackageProtection } from '../packaging/index.ts'
import { createTestKeyProvider, type KeyProvider } from '../protection/index.ts'
import { addStoreOptions, type StoreFlags, storeFrom } from './key-store-options.ts'

export type DrmFlags = StoreFlags & {
  readonly drm?: DrmSystem[]
  readonly scheme?: 'cenc' | 'cbcs'
  readonly keys: string
  readonly contentId?: string
  readonly rotate?: RationalText
  readonly clearLead?: RationalText
}

export function addDrmOptions(command: Command): Command {
  command
    .option('--drm <systems>', `encrypt, for ${drmSystems.join(', ')}`, parseSystems)
    .option('--scheme <name>', 'of --drm: cbcs, which all systems read, or cenc', parseScheme)
    .option('--rotate <time>', 'of --drm: a new key after so long, at the end of a segment, e.g. 30s', parseTime)
    .option(
      '--clear-lead <time>',
      'of --drm: so much of the beginning stays in the clear, to whole segments, e.g. 8s',
      parseTime,
    )
    .option(
      '--content-id <text>',
      'of --drm: by which the keys of this title are known; the name of the directory when left out',
    )
    .option('--keys <provider>', 'of --drm: store, or test:<seed> for keys that everybody can know', 'store')
  return addStoreOptions(command)
}

/** null without --drm. @throws {HE_USAGE} */
export function protectionFrom(flags: DrmFlags, output: string, log: Log): PackageProtection | null {
  const { drm, scheme = 'cbcs', rotate = null, clearLead = null, contentId = basename(resolve(output)) } = flags
  if (!drm) {
    if (flags.scheme ?? flags.rotate ?? flags.clearLead ?? flags.contentId)
      throw new HeadendError('HE_USAGE', '--scheme, --rotate, --clear-lead and --content-id belong to --drm')
    return null
  }
  return { systems: drm, scheme, rotate, clearLead, contentId, provider: providerFrom(flags, log) }
}

function providerFrom(flags: DrmFlags, log: Log): KeyProvider {
  if (flags.keys === 'store') return storeFrom(flags, log)
  const seed = /^test:(.+)$/.exec(flags.keys)?.[1]
  if (seed) return createTestKeyProvider(seed, log)
  throw new HeadendError('HE_USAGE', `there is no key provider ${flags.keys.slice(0, 20)}`, {
    hint: 'store is the key store of this machine, test:<seed> gives keys that everybody can know.',
  })
}

function parseSystems(text: string): DrmSystem[] {
  const names = text.split(',').map(name => name.trim())
  const systems = drmSystems.filter(system => names.includes(system))
  if (systems.length !== names.length) throw new InvalidArgumentError(`There are ${drmSystems.join(', ')}.`)
  return systems
}

function parseScheme(text: string): 'cenc' | 'cbcs' {
  if (text === 'cenc' || text === 'cbcs') return text
  throw new InvalidArgumentError('There are cbcs and cenc.')
}

function parseTime(text: string): RationalText {
  const found = /^(\d{1,6}(?:\.\d{1,3})?)(s|m|min)?$/.exec(text)
  if (!found || Number(found[1]) <= 0) throw new InvalidArgumentError('It is a time like 30s or 5min.')
  const seconds = Number(found[1]) * (found[2] === undefined || found[2] === 's' ? 1 : 60)
  return formatRational(parseRational(seconds.toFixed(3)))
}
