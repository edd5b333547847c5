// Flags that set configuration keys: put on a command from the option table, and read back as a layer of the configuration.
import type { Command } from 'commander'
import type { ConfigLayers } from './config.ts'
import { choicesOf, configKeys, type SectionName } from './config-schema.ts'
import { type OptionRow, optionTable } from './option-table.data.ts'
import type { CommandHandler, GlobalOptions } from './run-command.ts'

/** Runs `handler` inside runCommand with the flags of `command`, and keeps the exit code for main. */
export type RunHandler = (command: Command, section: SectionName | null, handler: CommandHandler) => Promise<void>

export function addSectionOptions(command: Command, section: SectionName): Command {
  for (const row of optionTable) if (row.key.startsWith(`${section}.`)) addOption(command, row)
  return command
}

function addOption(command: Command, row: OptionRow): void {
  const help = [row.help, ...describeValues(row)].join('; ')
  const join = (value: string, before: string | undefined): string =>
    before === undefined ? value : `${before},${value}`
  if (row.repeat) command.option(row.flags, help, join)
  else command.option(row.flags, help)
}

/** Choices and default, from the schema. */
function describeValues({ key, inferred }: OptionRow): string[] {
  const schema = configKeys.get(key)
  if (!schema) return []
  const choices = choicesOf(schema)
  const preset = schema.safeParse(undefined).data
  return [
    ...(choices.length > 0 ? [choices.join(', ')] : []),
    ...(preset === undefined || preset === false || preset === '' || inferred || Array.isArray(preset)
      ? []
      : [`default ${preset}`]),
  ]
}

/** What was given on the command line, by configuration key. */
export function readFlags(command: Command, section: SectionName | null): ConfigLayers['flags'] {
  const given = command.optsWithGlobals<Record<string, unknown>>()
  const layer: Record<string, { flag: string; text: string }> = {}
  for (const { key, flags } of optionTable) {
    if (!key.startsWith('log.') && !(section && key.startsWith(`${section}.`))) continue
    const flag = flags.split(' ')[0]!
    const attribute = flag.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
    const text = given[attribute]
    if (typeof text === 'string' || text === true) layer[key] = { flag, text: String(text) }
  }
  return layer
}

export function readGlobals(command: Command): GlobalOptions {
  const { json, quiet, config } = command.optsWithGlobals<{ json?: boolean; quiet?: boolean; config?: string }>()
  // `headend live --config` names its channels, which are no settings of the program.
  return { json: json === true, quiet: quiet === true, config: command.name() === 'live' ? undefined : config }
}
