// `headend transcode`: makes one verified file.
import type { Command } from 'commander'
import { containerOf, containerRows } from '../codecs/index.ts'
import { HeadendError } from '../core/index.ts'
import type { TranscodeOptions } from '../plan/index.ts'
import { planFile, runTranscode } from '../vod/index.ts'
import { showPlan } from './command-plan.ts'
import { formatOutcome, quotePath } from './format-report.ts'
import type { CommandContext } from './run-command.ts'
import { addSectionOptions, type RunHandler } from './section-options.ts'

type TranscodeFlags = {
  readonly output: string
  readonly force?: boolean
  readonly dryRun?: boolean
  readonly explain?: boolean
  readonly sdr?: boolean
}

/** `headend transcode <input> -o <file>` */
export function registerTranscode(program: Command, run: RunHandler): void {
  const command = program
    .command('transcode')
    .summary('make one verified file')
    .description(
      'Encodes a file into one other file, then decodes and measures it and says whether the plan was kept. Codec, profile, ' +
        'level, color, size, sound and container follow from the targets that are named and from the source; every choice has ' +
        'its reason (--dry-run). The file appears whole or not at all. Exit code 1 means that the verdict is fail. With --json ' +
        'it prints { output, report }.',
    )
    .argument('<input>', 'media file')
    .requiredOption('-o, --output <file>', `file to make: ${extensions().join(', ')}`)
    .option('-f, --force', 'replace the file when it exists')
    .option('--dry-run', 'print the plan and stop')
    .option('--explain', 'print the plan and the equivalent ffmpeg command, and stop')
    .option('--sdr', 'short for --dynamic-range sdr')
    .addHelpText(
      'after',
      '\nExamples:\n  headend transcode master.mov -o proxy.mp4 --height 360\n  headend transcode master.mov -o tv.mp4 --for tizen-2018 --for ios\n  headend transcode uhd-hdr.mkv -o web.mp4 --sdr --codec h264\n  headend transcode camera.mxf -o mezzanine.mov --for mezzanine\n  headend transcode master.mov -o x.mp4 --codec hevc --bitrate 6M --passes 2 --dry-run --explain',
    )
  addSectionOptions(command, 'transcode').action((input: string, flags: TranscodeFlags) =>
    run(command, 'transcode', async context => {
      const options = chooseOptions(context, flags)
      if (flags.dryRun || flags.explain) {
        showPlan(context, (await planFile(input, options, context)).plan, flags.explain === true)
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

const extensions = (): string[] => [
  ...new Set(Object.values(containerRows).flatMap(row => row.extensions.map(extension => `.${extension}`))),
]

/** What was configured; the container, unless it was, by the file's name. @throws {HE_USAGE} */
function chooseOptions({ config }: CommandContext, { output, sdr }: TranscodeFlags): TranscodeOptions {
  const configured = config.values.transcode
  const container = configured.container ?? containerOf(output)
  if (!container) {
    throw new HeadendError('HE_USAGE', `cannot tell the container from the name ${output}`, {
      hint: `Use a name that ends in ${extensions().join(', ')}, or pass --container.`,
    })
  }
  return { ...configured, container, ...(sdr ? { dynamicRange: 'sdr' as const } : {}) }
}
