// Options that say how a package is protected, and where its keys come from.
import { basename, resolve } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { formatRational, HeadendError, type Log, parseRational, type RationalText } from '../core/index.ts'
import { systemIds } from '../drm/index.ts'
import { type DrmSystem, drmSystems, type PackageProtection } from '../packaging/index.ts'
import { createSpekeProvider, createTestKeyProvider, type KeyProvider, readPrivateFile } from '../protection/index.ts'
import { addStoreOptions, type StoreFlags, storeFrom } from './key-store-options.ts'

const MAX_HEADER_BYTES = 16_384

export type DrmFlags = StoreFlags & {
  readonly drm?: DrmSystem[]
  readonly scheme?: 'cenc' | 'cbcs'
  readonly keys: string
  readonly contentId?: string
  readonly rotate?: RationalText
  readonly clearLead?: RationalText
  readonly spekeVersion?: '2.0' | '2.1'
  readonly spekeHeaders?: string
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
    .option(
      '--keys <provider>',
      'of --drm: store, speke:<url> for a key server, or test:<seed> for keys that everybody can know',
      'store',
    )
    .option('--speke-version <version>', 'of --keys speke: 2.0 or 2.1 (default 2.0)', parseSpeke)
    .option('--speke-headers <file>', 'of --keys speke: file of mode 600 with a header in each line: Authorization: …')
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
  return { systems: drm, scheme, rotate, clearLead, contentId, provider: providerFrom(flags, drm, log) }
}

function providerFrom(flags: DrmFlags, drm: readonly DrmSystem[], log: Log): KeyProvider {
  const [, kind, rest] = /^(store|speke|test)(?::(.+))?$/.exec(flags.keys) ?? []
  if (kind !== 'speke' && (flags.spekeVersion ?? flags.spekeHeaders))
    throw new HeadendError('HE_USAGE', '--speke-version and --speke-headers belong to --keys speke:<url>')
  if (kind === 'store' && rest === undefined) return storeFrom(flags, log)
  if (kind === 'test' && rest) return createTestKeyProvider(rest, log)
  if (kind === 'speke' && rest) return spekeFrom(rest, flags, drm)
  throw new HeadendError('HE_USAGE', `there is no key provider ${flags.keys.slice(0, 20)}`, {
    hint: 'store is the key store of this machine, speke:<url> a key server, test:<seed> gives keys that everybody can know.',
  })
}

/** ClearKey has no header of its own to ask for. */
function spekeFrom(
  url: string,
  { spekeVersion = '2.0', spekeHeaders }: DrmFlags,
  drm: readonly DrmSystem[],
): KeyProvider {
  const systems = drm.flatMap(system => (system === 'clearkey' ? [] : [systemIds[system]]))
  const create = (headers: Readonly<Record<string, string>>): KeyProvider =>
    createSpekeProvider({ url, version: spekeVersion, headers, systemIds: systems, timeoutMs: 10_000, retries: 3 })
  // A wrong address is told before anything is read or packaged.
  create({})
  return {
    keysFor: async (request, options) =>
      create(spekeHeaders === undefined ? {} : await readHeaders(spekeHeaders)).keysFor(request, options),
  }
}

/** @throws {HE_KEY_STORE_LOCKED} {HE_USAGE} */
async function readHeaders(path: string): Promise<Record<string, string>> {
  const bytes = await readPrivateFile(path, MAX_HEADER_BYTES)
  if (!bytes) throw new HeadendError('HE_USAGE', `there is no ${path}`)
  const headers: Record<string, string> = {}
  for (const line of bytes.toString('utf8').split(/\r?\n/).filter(Boolean)) {
    const [, name, value] = /^([A-Za-z0-9-]{1,100}):[ \t]*(\S.*)$/.exec(line) ?? []
    // The line itself may be the secret.
    if (name === undefined || value === undefined)
      throw new HeadendError('HE_USAGE', `${path} has a line that is no header`)
    headers[name] = value.trimEnd()
  }
  return headers
}

function parseSpeke(text: string): '2.0' | '2.1' {
  if (text === '2.0' || text === '2.1') return text
  throw new InvalidArgumentError('There are 2.0 and 2.1.')
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
