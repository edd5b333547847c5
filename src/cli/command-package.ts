// `headend package`: HLS and DASH from renditions that are encoded already.
import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { parsePackageInput } from '../plan/index.ts'
import { planPackageFiles, runPackage } from '../vod/index.ts'
import { addDrmOptions, type DrmFlags, protectionFrom } from './drm-options.ts'
import { formatPackage, formatPackagePlan } from './format-package.ts'
import { addSectionOptions, type RunHandler } from './section-options.ts'

type PackageFlags = DrmFlags & { readonly output: string; readonly force?: boolean; readonly dryRun?: boolean }

/** `headend package <renditions>… -o <dir>` */
export function registerPackage(program: Command, run: RunHandler): void {
  const command = program
    .command('package')
    .summary('make HLS and DASH of renditions that are encoded')
    .description(
      'Cuts finished renditions into CMAF segments and writes HLS and DASH for both, without coding anything again. All pictures of all ' +
        'inputs become one set to switch between, so their key frames must stand at the same times; sound and subtitles become tracks to ' +
        'choose from. What was written is read back and held against the rules of both. The directory appears whole or not at all. Exit ' +
        'code 1 means that a rule is broken.',
    )
    .argument('<rendition...>', 'media files and subtitles; language=de&role=commentary may follow a #')
    .requiredOption('-o, --output <dir>', 'directory to make')
    .option('-f, --force', 'replace the directory when it exists')
    .option('--dry-run', 'print which track becomes what, and stop')
    .addHelpText(
      'after',
      "\nExamples:\n  headend package 1080p.mp4 720p.mp4 360p.mp4 -o out/title\n  headend package video.mp4 'en.m4a#language=en' 'de.m4a#language=de' 'de.srt#language=de' -o out/title\n  headend package 1080p.mp4 720p.mp4 -o out/title --drm widevine,playready,fairplay",
    )
  addDrmOptions(command)
  addSectionOptions(command, 'package').action((inputs: string[], flags: PackageFlags) =>
    run(command, 'package', async ({ config, signal, log, onProgress, show }) => {
      const files = inputs.map(text => parsePackageInput(text, existsSync))
      const options = config.values.package
      if (flags.dryRun) {
        const plan = await planPackageFiles(files, options, { signal, log })
        show(plan, formatPackagePlan(plan))
        return 0
      }
      const force = flags.force === true
      const protection = protectionFrom(flags, flags.output, log)
      const report = await runPackage(files, flags.output, { signal, log, onProgress, options, protection, force })
      show(report, formatPackage(report, flags.output))
      return report.verdict === 'fail' ? 1 : 0
    }),
  )
}
