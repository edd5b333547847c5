// `headend vod`: makes a verified HLS and DASH package.
import { join } from 'node:path'
import type { Command } from 'commander'
import { planTitle, runVod } from '../vod/index.ts'
import { showPlan } from './command-plan.ts'
import { addDrmOptions, type DrmFlags, protectionFrom } from './drm-options.ts'
import { formatOutcome, quotePath } from './format-report.ts'
import { addSectionOptions, type RunHandler } from './section-options.ts'

type VodFlags = DrmFlags & { readonly output: string; readonly force?: boolean; readonly dryRun?: boolean }

/** `headend vod <input> -o <dir>` */
export function registerVod(program: Command, run: RunHandler): void {
  const command = program
    .command('vod')
    .summary('make a verified HLS and DASH package')
    .description(
      'Turns a master into HLS and DASH from the same CMAF segments, then decodes and measures all of it and says whether the ' +
        'plan was kept. Writes plan.json, report.json and report.html beside the streams. The directory appears whole or not at ' +
        'all. Exit code 1 means that the verdict is fail. With --json it prints { output, report }.',
    )
    .argument('<input>', 'master file')
    .requiredOption('-o, --output <dir>', 'directory to make')
    .option('-f, --force', 'replace the directory when it exists')
    .option('--dry-run', 'print the plan and stop')
    .addHelpText(
      'after',
      '\nExamples:\n  headend vod master.mov -o out/title\n  headend vod master.mov -o out/title --max-height 720 --preset fast --force\n  headend vod master.mov -o out/title --drm widevine,playready,fairplay',
    )
  addDrmOptions(command)
  addSectionOptions(command, 'vod').action((input: string, flags: VodFlags) =>
    run(command, 'vod', async context => {
      const options = context.config.values.vod
      if (flags.dryRun) {
        showPlan(context, (await planTitle(input, options, context)).plan, false)
        return 0
      }
      const { signal, log, onProgress } = context
      const force = flags.force === true
      const protection = protectionFrom(flags, flags.output, log)
      const { report } = await runVod(input, flags.output, { signal, log, onProgress, options, protection, force })
      const text = formatOutcome(report, {
        made: report.artifacts.map(({ path, bytes, what }) => ({ path: join(flags.output, path), bytes, what })),
        report: join(flags.output, 'report.html'),
        next: `headend preview ${quotePath(flags.output)}`,
      })
      context.show({ output: flags.output, report }, text)
      return report.verdict.status === 'fail' ? 1 : 0
    }),
  )
}
