// `headend probe`: says what a file is.
import type { Command } from 'commander'
import { probe } from '../probe/index.ts'
import { formatFacts } from './format-facts.ts'
import type { RunHandler } from './section-options.ts'

/** `headend probe <input>` */
export function registerProbe(program: Command, run: RunHandler): void {
  program
    .command('probe')
    .summary('say what a file is')
    .description(
      'Reads container and bitstream of a file and says what it is. With --json it prints the MediaFacts object.',
    )
    .argument('<input>', 'media file')
    .option('--head', 'read only the beginning: faster, but frames are not counted and truncation is not seen')
    .addHelpText(
      'after',
      '\nExamples:\n  headend probe master.mov\n  headend probe master.mov --json | jq .video[0].color',
    )
    .action((input: string, options: { head?: boolean }, command: Command) =>
      run(command, null, async ({ signal, log, show }) => {
        const facts = await probe(input, { signal, log, scan: options.head ? 'head' : 'full' })
        show(facts, formatFacts(facts))
        return 0
      }),
    )
}
