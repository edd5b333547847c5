// `headend transcode`: makes one verified file.
import { extname } from 'node:path'
import type { Command } from 'commander'
import { HeadendError } from '../core/index.ts'
import type { TranscodeOptions } from '../plan/index.ts'
import { planFile, runTranscode } from '../vod/index.ts'
import { showPlan } from './command-plan.ts'
import type { Config } from './config.ts'
import { formatOutcome, quotePath } from './format-report.ts'
import { addSectionOptions, type RunHandler } from './section-options.ts'

type TranscodeFlags = { readonly output: string; readonly force?: boolean; readonly dryRun?: boolean }

const CONTAINERS: Readonly<Record<string, TranscodeOptions['container']>> = {
  '.mp4': 'mp4',
  '.m4v': 'mp4',
  '.m4a': 'mp4',
  '.mov': 'mov',
  '.mkv': 'matroska',
  '.mka': 'matroska',
}

/** `headend transcode <input> -o <file>` */
export function registerTranscode(program: Command, run: RunHandler): void {
  const command = program
    .command('transcode')
    .summary('make one verified file')
    .description(
      'Encodes a file into one other file, then decodes and measures it and says whether the plan was kept. The file appears ' +
        'whole or not at all. Exit code 1 means that the verdict is fail. With --json it prints { output, report }.',
    )
    .argument('<input>', 'media file')
    .requiredOption('-o, --output <file>', 'file to make: .mp4, .mov or .mkv')
    .option('-f, --force', 'replace the file when it exists')
    .option('--dry-run', 'print the plan and stop')
    .addHelpText(
      'after',
      '\nExamples:\n  headend transcode master.mov -o proxy.mp4 --height 360\n  headend transcode camera.mxf -o mezzanine.mov --crf 14 --loudness r128',
    )
  addSectionOptions(command, 'transcode').action((input: string, flags: TranscodeFlags) =>
    run(command, 'transcode', async context => {
      const options = { ...context.config.values.transcode, container: chooseContainer(context.config, flags.output) }
      if (flags.dryRun) {
        showPlan(context, (await planFile(input, options, context)).plan, false)
        return 0
      }
      const { signal, log, onProgress } = context
      const force = flags.force === true
      const { report } = await runTranscode(input, flags.output, { signal, log, onProgress, options, force })
      const text = formatOutcome(report, {
        made: report.artifacts.map(({ bytes, what }) => ({ path: flags.output, bytes, what })),
        next: `headend probe ${quotePath(flags.output)}`,
      })
      context.show({ output: flags.output, report }, text)
      return report.verdict.status === 'fail' ? 1 : 0
    }),
  )
}

/** What was configured, else what the file's name says. @throws {HE_USAGE} */
function chooseContainer(config: Config, file: string): TranscodeOptions['container'] {
  const entry = config.entries.find(({ key }) => key === 'transcode.container')
  if (entry && entry.source !== 'default') return config.values.transcode.container
  const container = CONTAINERS[extname(file).toLowerCase()]
  if (container) return container
  throw new HeadendError('HE_USAGE', `cannot tell the container from the name ${file}`, {
    hint: `Use a name that ends in ${Object.keys(CONTAINERS).join(', ')}, or pass --container.`,
  })
}
