// Options that say where the key store and its KEK are.
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { HeadendError, type Log } from '../core/index.ts'
import { type KekSource, KeyStore } from '../protection/index.ts'

export type StoreFlags = {
  readonly store?: string
  readonly kek?: string
  readonly kekEnv?: string
  readonly kekCommand?: string
}

export function addStoreOptions(command: Command): Command {
  return command
    .option('--store <file>', 'key store (default: ~/.local/share/headend/keys.json)')
    .option('--kek <file>', 'the key that wraps the keys (default: beside the store, .kek)')
    .option('--kek-env <name>', 'environment variable that names the KEK file; never the key itself')
    .option('--kek-command <program>', 'KMS program, run with `wrap` or `unwrap`: bytes on stdin, bytes on stdout')
}

/** @throws {HE_USAGE} */
export function storeFrom(flags: StoreFlags, log: Log): KeyStore {
  const path = resolve(flags.store ?? join(homedir(), '.local/share/headend/keys.json'))
  return new KeyStore({ path, kek: kekFrom(flags, path), log })
}

function kekFrom({ kek, kekEnv, kekCommand }: StoreFlags, store: string): KekSource {
  if ([kek, kekEnv, kekCommand].filter(each => each !== undefined).length > 1)
    throw new HeadendError('HE_USAGE', 'only one of --kek, --kek-env and --kek-command can be given')
  if (kekCommand !== undefined) return { command: kekCommand }
  if (kekEnv === undefined) return { file: resolve(kek ?? `${store}.kek`) }
  const named = process.env[kekEnv]
  // What is in it is not repeated: somebody may have put the key there.
  if (!named?.startsWith('/'))
    throw new HeadendError('HE_USAGE', `the environment variable ${kekEnv} does not hold an absolute path`)
  return { file: named }
}
