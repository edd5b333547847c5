// `headend loudness`: measures the sound of files, and judges it by a standard.
import type { Command } from 'commander'
import { renderLoudness, runLoudness } from '../loudness/index.ts'
import { formatLoudness } from './format-loudness.ts'
import { addSectionOptions, type RunHandler } from './section-options.ts'
import { refuseDirectory, refuseOverlap, writeWhole } from './write-whole.ts'

/** `headend loudness <input>…` */
export function registerLoudness(program: Command, run: RunHandler): void {
  const command = program
    .command('loudness')
    .summary('measure the loudness of files')
    .description(
      'Measures every audio track by ITU-R BS.1770-5, EBU Tech 3341 and 3342: integrated, momentary and short-term loudness, ' +
        'loudness range, true peak and sample peak, each channel by itself. With a standard, or a target of one’s own, each track ' +
        'gets a verdict, and exit code 1 means that one of them fails. With --json it prints the report with the curves.',
    )
    .argument('<input...>', 'media files')
    .option('--html <file>', 'write a page with the curves')
    .addHelpText(
      'after',
      '\nExamples:\n  headend loudness master.mov --standard r128\n  headend loudness a.wav b.wav --target -19 --tolerance 0.5 --html loudness.html\n  headend loudness mix-and-stems.mov --standard netflix --track 1 --dialogue-track 2',
    )
  addSectionOptions(command, 'loudness').action((inputs: string[], flags: { readonly html?: string }) =>
    run(command, 'loudness', async ({ config, signal, log, onProgress, show }) => {
      await refuseOverlap([flags.html], inputs)
      if (flags.html) await refuseDirectory(flags.html)
      const report = await runLoudness(inputs, config.values.loudness, { signal, log, onProgress })
      if (flags.html) await writeWhole(flags.html, renderLoudness(report))
      show(report, formatLoudness(report, flags.html))
      return report.verdict === 'fail' ? 1 : 0
    }),
  )
}
