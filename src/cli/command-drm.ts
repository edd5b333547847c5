// `headend drm`: says how something is protected.
import type { Command } from 'commander'
import { inspectFile } from '../protection/index.ts'
import { formatProtection } from './format-protection.ts'
import type { RunHandler } from './section-options.ts'

/** `headend drm inspect <subject>` */
export function registerDrm(program: Command, run: RunHandler): void {
  const drm = program
    .command('drm')
    .summary('say how media is protected')
    .description('Looks at the protection of media.')
  drm
    .command('inspect')
    .summary('show keys, schemes and protection headers')
    .description(
      'Shows scheme, key ids, IVs and the headers of each protection system of an init segment, a media segment, a whole MP4, an ' +
        'MPD, an HLS playlist or a pssh box. The box may be given itself, as base64 or hex. No key is needed, and none is shown. ' +
        'With --json it prints the same as an object.',
    )
    .argument('<subject>', 'file, or a pssh box as base64 or hex')
    .addHelpText(
      'after',
      '\nExamples:\n  headend drm inspect out/title/v720/init.mp4\n  headend drm inspect out/title/manifest.mpd --json\n  headend drm inspect AAAANHBzc2gBAAAA…',
    )
    .action((subject: string, _: object, command: Command) =>
      run(command, null, async ({ signal, show }) => {
        const facts = await inspectFile(subject, { signal })
        show(facts, formatProtection(facts))
        return 0
      }),
    )
}
