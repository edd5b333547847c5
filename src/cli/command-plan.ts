// `headend plan`: says what `headend vod` would do, and why. Also prints the plans of --dry-run.
import type { Command } from 'commander'
import type { EncodePlan } from '../model/index.ts'
import { explainPlan } from '../plan/index.ts'
import { planTitle } from '../vod/index.ts'
import type { CommandContext } from './run-command.ts'
import { addSectionOptions, type RunHandler } from './section-options.ts'

/** `headend plan <input>` */
export function registerPlan(program: Command, run: RunHandler): void {
  const command = program
    .command('plan')
    .summary('say what vod would do, and why')
    .description(
      'Measures a file and prints what `headend vod` would do with it: every parameter with its reason. Nothing is written. ' +
        'With --json it prints the EncodePlan object.',
    )
    .argument('<input>', 'media file')
    .option('--explain', 'print the equivalent ffmpeg command as well')
    .addHelpText(
      'after',
      '\nExamples:\n  headend plan master.mov --explain\n  headend plan master.mov --max-height 720 --json > plan.json\n\nThe plan of a single file: headend transcode --dry-run, or --explain.',
    )
  addSectionOptions(command, 'vod').action((input: string, options: { explain?: boolean }) =>
    run(command, 'vod', async context => {
      const { plan } = await planTitle(input, context.config.values.vod, context)
      showPlan(context, plan, options.explain === true)
      return 0
    }),
  )
}

/** Prints a plan as `plan` and `--dry-run` do. */
export function showPlan(context: CommandContext, plan: EncodePlan, explain: boolean): void {
  const { lines, ffmpeg } = explainPlan(plan)
  context.show(
    explain ? { plan, lines, ffmpeg } : plan,
    [...lines, ...(explain ? ['', 'The same with ffmpeg:', ffmpeg] : [])].join('\n'),
  )
}
