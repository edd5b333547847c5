// `headend config`: shows every setting and where it came from.
import type { Command } from 'commander'
import type { ConfigEntry } from './config.ts'
import { envName } from './config-schema.ts'
import type { RunHandler } from './section-options.ts'
import { formatTable } from './table.ts'

/** `headend config` */
export function registerConfig(program: Command, run: RunHandler): void {
  program
    .command('config')
    .summary('show every setting and where it came from')
    .description(
      'Shows every setting, its value, and which layer it came from: default, file, environment or flag, the later the ' +
        'stronger. With --json it prints { values, entries }.',
    )
    .option('--show', 'show them; this is also what happens without it')
    .addHelpText(
      'after',
      '\nExamples:\n  headend config --show\n  HEADEND_VOD_PRESET=slow headend config --show --json',
    )
    .action((_options: object, command: Command) =>
      run(command, null, async ({ config: { values, entries }, show }) => {
        show({ values, entries }, formatEntries(entries))
        return 0
      }),
    )
}

function formatEntries(entries: readonly ConfigEntry[]): string {
  return formatTable([
    ['setting', 'value', 'from', 'environment variable'],
    ...entries.map(({ key, value, source }) => [
      key,
      value === undefined ? '-' : Array.isArray(value) ? value.join(',') : String(value),
      source,
      envName(key),
    ]),
  ]).join('\n')
}
