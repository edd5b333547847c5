// `headend keys`: the local key store, and CPIX in and out of it.
import { readFile, stat } from 'node:fs/promises'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { HeadendError } from '../core/index.ts'
import { type KeyLabel, keyLabels, parseKeyId } from '../drm/index.ts'
import { exportCpix, importCpix, type KeyFacts, readPrivateFile } from '../protection/index.ts'
import { addStoreOptions, type StoreFlags, storeFrom } from './key-store-options.ts'
import type { RunHandler } from './section-options.ts'
import { writeWhole } from './write-whole.ts'

const MAX_CPIX_BYTES = 4 * 1024 * 1024
const MAX_PEM_BYTES = 65_536

/** `headend keys create|list|rotate|export|import|rm` */
export function registerKeys(program: Command, run: RunHandler): void {
  const keys = program
    .command('keys')
    .summary('keep content keys')
    .description('Content keys in a file of this machine, each wrapped by one key (KEK). No command prints a key.')
  create(keys, run)
  list(keys, run)
  rotate(keys, run)
  exportKeys(keys, run)
  importKeys(keys, run)
  remove(keys, run)
}

type CreateFlags = StoreFlags & {
  readonly labels: KeyLabel[]
  readonly scheme: 'cbcs' | 'cenc'
  readonly periods?: number
}

function create(keys: Command, run: RunHandler): void {
  const command = addStoreOptions(
    keys
      .command('create')
      .summary('make the keys of a content')
      .description(
        'Makes the keys that a content does not have yet, and prints their ids. The first time it makes store and KEK too.',
      )
      .argument('<content>', 'content id')
      .option('--labels <list>', `which tracks: ${keyLabels.join(',')}`, parseLabels, ['AUDIO', 'SD', 'HD'])
      .addOption(new Option('--scheme <name>', 'common encryption').choices(['cbcs', 'cenc']).default('cbcs'))
      .option('--periods <number>', 'crypto periods, each with keys of its own', parsePeriods),
  )
  command.action((contentId: string, { labels, scheme, periods, ...flags }: CreateFlags) =>
    run(command, null, async ({ signal, log, show }) => {
      const store = storeFrom(flags, log)
      let created = 0
      const kids: string[] = []
      for (const period of periods === undefined ? [null] : Array.from({ length: periods }, (_, n) => n)) {
        const made = await store.create({ contentId, labels, scheme, period }, { signal })
        created += made.created
        kids.push(...made.kids)
      }
      const facts = (await store.list()).filter(({ kid }) => kids.includes(kid))
      show({ created, keys: facts }, `${formatFacts(facts)}\n${created} made`)
      return 0
    }),
  )
}

function list(keys: Command, run: RunHandler): void {
  const command = addStoreOptions(
    keys.command('list').summary('show key ids').description('Shows which keys there are: ids and what they are for.'),
  )
  command.action((flags: StoreFlags) =>
    run(command, null, async ({ log, show }) => {
      const facts = await storeFrom(flags, log).list()
      show({ keys: facts }, facts.length === 0 ? 'no keys' : formatFacts(facts))
      return 0
    }),
  )
}

function rotate(keys: Command, run: RunHandler): void {
  const command = addStoreOptions(
    keys
      .command('rotate')
      .summary('wrap all keys with a new KEK')
      .description(
        'Makes a new KEK and wraps all keys with it, as a whole or not at all. The content keys stay as they are.',
      ),
  )
  command.action((flags: StoreFlags) =>
    run(command, null, async ({ signal, log, show }) => {
      const rotated = await storeFrom(flags, log).rotate({ signal })
      show({ rotated }, `${rotated} keys are wrapped with a new KEK`)
      return 0
    }),
  )
}

type ExportFlags = StoreFlags & { readonly cert: string[]; readonly output: string; readonly force?: boolean }

function exportKeys(keys: Command, run: RunHandler): void {
  const command = addStoreOptions(
    keys
      .command('export')
      .summary('write the keys of a content as CPIX')
      .description(
        'Writes CPIX 2.4 that only the holders of the certificates can open. Keys are never exported in the clear.',
      )
      .argument('<content>', 'content id')
      .requiredOption('--cert <file...>', 'X.509 certificates (RSA, 2048 bits or more) of those that may open it')
      .requiredOption('-o, --output <file>', 'CPIX file')
      .option('--force', 'replace the file'),
  )
  command.action((contentId: string, { cert, output, force, ...flags }: ExportFlags) =>
    run(command, null, async ({ signal, log, show }) => {
      if (!force && (await stat(output).catch(() => null)))
        throw new HeadendError('HE_OUTPUT_EXISTS', `${output} exists`)
      const certificates = await Promise.all(cert.map(path => readInput(path, MAX_PEM_BYTES)))
      await writeWhole(output, await exportCpix(storeFrom(flags, log), { contentId, certificates, signal }))
      show({ output }, output)
      return 0
    }),
  )
}

type ImportFlags = StoreFlags & { readonly privateKey?: string; readonly plain?: boolean; readonly content?: string }

function importKeys(keys: Command, run: RunHandler): void {
  const command = addStoreOptions(
    keys
      .command('import')
      .summary('take keys from CPIX')
      .description('Takes all keys of a CPIX document, or none. Their MACs must be right.')
      .argument('<file>', 'CPIX file')
      .option('--private-key <file>', 'PEM, mode 600: opens the document')
      .option('--plain', 'take keys that stand in the clear')
      .option('--content <id>', 'content id in place of the document’s own'),
  )
  command.action((path: string, { privateKey, plain, content, ...flags }: ImportFlags) =>
    run(command, null, async ({ signal, log, show }) => {
      const text = (await readInput(path, MAX_CPIX_BYTES)).toString('utf8')
      const pem = privateKey === undefined ? null : await readPrivateFile(privateKey, MAX_PEM_BYTES)
      if (privateKey !== undefined && !pem) throw new HeadendError('HE_INPUT_NOT_FOUND', `${privateKey} does not exist`)
      try {
        const options = { privateKey: pem, plain: plain === true, contentId: content ?? null, signal }
        const kids = (await importCpix(storeFrom(flags, log), text, options)).map(({ kid }) => kid)
        show({ imported: kids }, `${kids.length} keys imported`)
      } finally {
        pem?.fill(0)
      }
      return 0
    }),
  )
}

function remove(keys: Command, run: RunHandler): void {
  const command = addStoreOptions(
    keys
      .command('rm')
      .summary('remove keys')
      .description('Removes keys for good: what they encrypted cannot be played any more.')
      .argument('<kid...>', 'key ids'),
  )
  command.action((kids: string[], flags: StoreFlags) =>
    run(command, null, async ({ signal, log, show }) => {
      const removed = kids.map(parseKeyId)
      await storeFrom(flags, log).remove(removed, { signal })
      show({ removed }, `${removed.length} removed`)
      return 0
    }),
  )
}

async function readInput(path: string, maxBytes: number): Promise<Buffer> {
  const found = await stat(path).catch(() => null)
  if (!found) throw new HeadendError('HE_INPUT_NOT_FOUND', `${path} does not exist`)
  if (!found.isFile() || found.size > maxBytes)
    throw new HeadendError('HE_INPUT_UNREADABLE', `${path} is not a file of at most ${maxBytes} bytes`)
  return readFile(path).catch((cause: unknown) => {
    throw new HeadendError('HE_INPUT_UNREADABLE', `cannot read ${path}`, { cause })
  })
}

const formatFacts = (facts: readonly KeyFacts[]): string =>
  facts
    .map(
      ({ kid, label, period, scheme, contentId }) =>
        `${kid}  ${label.padEnd(5)}  ${scheme}  ${period ?? '-'}  ${contentId}`,
    )
    .join('\n')

function parseLabels(text: string): KeyLabel[] {
  return text.split(',').map(name => {
    const label = keyLabels.find(each => each === name.trim().toUpperCase())
    if (!label) throw new InvalidArgumentError(`It is a list of ${keyLabels.join(', ')}.`)
    return label
  })
}

function parsePeriods(text: string): number {
  const periods = Number(text)
  if (!/^\d+$/.test(text) || periods < 1 || periods > 10_000)
    throw new InvalidArgumentError('It is a number from 1 to 10000.')
  return periods
}
