// `headend normalize`: brings the sound of files to a loudness.
import type { Command } from 'commander'
import { runNormalize } from '../loudness/index.ts'
import { formatNormalized } from './format-loudness.ts'
import { addSectionOptions, type RunHandler } from './section-options.ts'

type NormalizeFlags = { readonly output: string; readonly force?: boolean }

/** `headend normalize <input>… -o <file|directory>` */
export function registerNormalize(program: Command, run: RunHandler): void {
  const command = program
    .command('normalize')
    .summary('bring the sound of files to a loudness')
    .description(
      'Measures every audio track, brings it to the standard by one linear gain, and measures what was written. Where a true peak ' +
        'would pass the limit, a true-peak limiter holds it, and the report says by how much; dynamics are never changed otherwise. ' +
        'Pictures, subtitles, covers and tracks that are right already are copied as they are; sound is coded as it was. No ' +
        'file appears before all of them are finished. Exit code 1 means that the target was missed. With --json it prints the report.',
    )
    .argument('<input...>', 'media files')
    .requiredOption('-o, --output <path>', 'file to make, or directory for files of the same names')
    .option('-f, --force', 'replace files that exist')
    .addHelpText(
      'after',
      '\nExamples:\n  headend normalize master.mov -o out.mov --standard r128\n  headend normalize disc/*.flac -o levelled/ --target -14 --album\n  headend normalize song.mp3 -o tagged.mp3 --metadata',
    )
  addSectionOptions(command, 'normalize').action((inputs: string[], flags: NormalizeFlags) =>
    run(command, 'normalize', async ({ config, signal, log, onProgress, show }) => {
      const report = await runNormalize(inputs, flags.output, {
        ...{ signal, log, onProgress, options: config.values.normalize },
        force: flags.force === true,
      })
      show(report, formatNormalized(report))
      return report.verdict === 'fail' ? 1 : 0
    }),
  )
}
