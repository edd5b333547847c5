// `headend licences`: the licence proxy, until Ctrl-C.
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import { HeadendError, onAbort } from '../core/index.ts'
import { parseKeyId } from '../drm/index.ts'
import { LicenceConfig, openLicenceServer } from '../licence/index.ts'
import { addStoreOptions, type StoreFlags, storeFrom } from './key-store-options.ts'
import type { RunHandler } from './section-options.ts'

type LicenceFlags = StoreFlags & { readonly port: number; readonly host: string }

/** `headend licences <setup>` */
export function registerLicences(program: Command, run: RunHandler): void {
  const command = program
    .command('licences')
    .summary('serve licences to players, held to signed tokens')
    .description(
      'A proxy between players and licence vendors: it checks a signed token (which keys, which session, until when), holds the ' +
        'request to it, adds the vendor’s credentials, and hands the licence back. For Widevine, PlayReady and FairPlay. Put TLS in ' +
        'front of it. Runs until Ctrl-C. With --json it prints { url }.',
    )
    .argument('<setup>', 'JSON file: vendors, token keys, limits (docs/licences.md)')
    .option('--port <number>', 'port; 0 takes any free one', parsePort, 0)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .addHelpText('after', '\nExamples:\n  headend licences licences.json --port 8090')
  addStoreOptions(command)
  command.action((setup: string, { port, host, ...flags }: LicenceFlags) =>
    run(command, null, async ({ signal, log, show }) => {
      const config = await readSetup(setup)
      // ClearKey alone takes keys from here.
      const store = config.clearkey ? storeFrom(flags, log) : null
      const clearKeys = store ? { keyOf: (kid: string) => store.find(parseKeyId(kid), { signal }) } : {}
      await using server = await openLicenceServer({ config, port, host, signal, log, ...clearKeys })
      show({ url: server.url }, `${server.url}\nCtrl-C stops it.`)
      await new Promise<void>(done => onAbort(signal, done))
      return 0
    }),
  )
}

/** Files that it names are found from where it lies. @throws {HE_CONFIG_INVALID} */
async function readSetup(path: string): Promise<LicenceConfig> {
  const invalid = (why: string, cause?: unknown): HeadendError =>
    new HeadendError('HE_CONFIG_INVALID', `${path} ${why}`, {
      hint: 'docs/licences.md shows a whole setup.',
      ...(cause === undefined ? {} : { cause }),
    })
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw invalid('cannot be read', cause)
  })
  let data: unknown
  try {
    data = JSON.parse(text, (key, value: unknown) =>
      (key === 'file' || key.endsWith('File')) && typeof value === 'string' ? resolve(dirname(path), value) : value,
    )
  } catch (cause) {
    throw invalid(`is not JSON: ${(cause as Error).message}`, cause)
  }
  const parsed = LicenceConfig.safeParse(data)
  if (!parsed.success) throw invalid(`is wrong: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}`)
  return parsed.data
}

function parsePort(text: string): number {
  const port = Number(text)
  if (text.trim() === '' || !Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('It is a number from 0 to 65535.')
  return port
}
