// `headend qc`: inspects one file and gives a verdict.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { HeadendError } from '../core/index.ts'
import {
  formatJunit,
  formatProfile,
  formatStoryboardVtt,
  heldBy,
  loadProfile,
  type ProfileName,
  profileNames,
  renderQc,
  runQc,
} from '../qc/index.ts'
import { formatQc } from './format-qc.ts'
import type { RunHandler } from './section-options.ts'
import { refuseDirectory, writeWhole } from './write-whole.ts'

type QcFlags = {
  readonly ref?: string
  readonly profile: string
  readonly strict?: boolean
  readonly html?: string
  readonly junit?: string
  readonly thumbnails?: string
  readonly showProfile?: ProfileName
}

/** `headend qc <file>` */
export function registerQc(program: Command, run: RunHandler): void {
  program
    .command('qc')
    .summary('inspect a file and give a verdict')
    .description(
      'Inspects a file in one pass over wrapper, bitstream, picture, sound and captions, and against its master where one is named. Each ' +
        'finding has its time, what was measured, the limit and where the limit comes from. A profile says which checks are held, how ' +
        'strictly, and with which limits. Exit code 1 means that the verdict is fail; with --strict, or that it warns.',
    )
    .argument('[file]', 'media file')
    .option('--ref <master>', 'compare it with this master: VMAF, PSNR, SSIM, and whether the pictures are the same')
    .option('--profile <name>', `${profileNames.join(', ')}, or a YAML or JSON file`, 'ott')
    .option('--strict', 'warnings fail, too')
    .option('--html <file>', 'write a page with timeline, pictures and curves')
    .option('--junit <file>', 'write JUnit XML')
    .option('--thumbnails <dir>', 'write small pictures of the programme as one sheet with WebVTT')
    .option('--show-profile <name>', 'print a profile as YAML, to be edited, and stop', parseName)
    .addHelpText(
      'after',
      '\nExamples:\n  headend qc delivery.mxf --profile broadcast --html report.html\n  headend qc out.mp4 --ref master.mov --junit qc.xml --strict\n  headend qc --show-profile ott > house.yaml',
    )
    .action((file: string | undefined, flags: QcFlags, command: Command) =>
      run(command, null, async ({ signal, log, onProgress, show }) => {
        if (flags.showProfile) {
          const held = heldBy(flags.showProfile)
          show(
            { name: flags.showProfile, checks: held.map(({ check, ...rest }) => ({ check: check.id, ...rest })) },
            formatProfile({ name: `like ${flags.showProfile}`, held }, flags.showProfile).trimEnd(),
          )
          return 0
        }
        if (file === undefined) throw new HeadendError('HE_USAGE', 'no file to inspect')
        const profile = await loadProfile(flags.profile)
        for (const path of [flags.html, flags.junit]) if (path) await refuseDirectory(path)
        const strict = flags.strict === true
        const { report, pictures } = await runQc(file, {
          ...{ signal, log, onProgress, profile },
          reference: flags.ref ?? null,
          pictures: flags.html !== undefined || flags.thumbnails !== undefined,
        })
        if (flags.html) await writeWhole(flags.html, renderQc(report, pictures))
        if (flags.junit) await writeWhole(flags.junit, formatJunit(report, { strict }))
        if (flags.thumbnails && pictures.storyboard) {
          await mkdir(flags.thumbnails, { recursive: true })
          const { storyboard } = pictures
          await writeWhole(join(flags.thumbnails, 'storyboard.jpg'), storyboard.jpeg)
          const vtt = formatStoryboardVtt(storyboard, 'storyboard.jpg', report.durationS)
          await writeWhole(join(flags.thumbnails, 'storyboard.vtt'), vtt)
        }
        show(report, formatQc(report))
        return report.verdict === 'fail' || (strict && report.verdict === 'warn') ? 1 : 0
      }),
    )
}

function parseName(text: string): ProfileName {
  const name = profileNames.find(each => each === text)
  if (!name) throw new InvalidArgumentError(`There are ${profileNames.join(', ')}.`)
  return name
}
