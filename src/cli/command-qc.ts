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
  parseWebhook,
  profileNames,
  type QcProfile,
  readWebhookSecret,
  renderQc,
  runQc,
  watchFolder,
} from '../qc/index.ts'
import { formatQc } from './format-qc.ts'
import type { CommandContext } from './run-command.ts'
import type { RunHandler } from './section-options.ts'
import { refuseDirectory, refuseOverlap, writeWhole } from './write-whole.ts'

type QcFlags = {
  readonly ref?: string
  readonly profile: string
  readonly strict?: boolean
  readonly html?: string
  readonly junit?: string
  readonly thumbnails?: string
  readonly showProfile?: ProfileName
  readonly watch?: string
  readonly out?: string
  readonly settle: number
  readonly webhook?: string
  readonly webhookSecret?: string
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
    .option('--watch <dir>', 'inspect every file that is put there, until Ctrl-C')
    .option('--out <dir>', 'of --watch: where reports go; beside the files when left out')
    .option('--settle <seconds>', 'of --watch: a file is taken when it has not changed for so long', parseSeconds, 10)
    .option('--webhook <url>', 'of --watch: told of each file that fails')
    .option('--webhook-secret <file>', 'of --watch: file with the secret that signs what is told')
    .addHelpText(
      'after',
      '\nExamples:\n  headend qc delivery.mxf --profile broadcast --html report.html\n  headend qc out.mp4 --ref master.mov --junit qc.xml --strict\n  headend qc --show-profile ott > house.yaml\n  headend qc --watch incoming --out reports --webhook https://desk.example/qc --webhook-secret secret.txt',
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
        const profile = await loadProfile(flags.profile)
        if (flags.watch !== undefined) {
          await watch(flags.watch, file, flags, { signal, log, onProgress, profile, show })
          return 0
        }
        if (file === undefined) throw new HeadendError('HE_USAGE', 'no file to inspect')
        refuseWatchFlags(command)
        await refuseOverlap([flags.html, flags.junit], [file, flags.ref, flags.profile])
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

function parseSeconds(text: string): number {
  const seconds = Number(text)
  if (!/^\d{1,5}(\.\d+)?$/.test(text)) throw new InvalidArgumentError('It is a number of seconds.')
  return seconds
}

/** What is given in vain was meant otherwise. */
function refuseWatchFlags(command: Command): void {
  const given = ['out', 'settle', 'webhook', 'webhookSecret'].filter(
    name => command.getOptionValueSource(name) === 'cli',
  )
  const [first] = given
  if (!first) return
  const flag = first.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
  throw new HeadendError('HE_USAGE', `--${flag} goes with --watch`)
}

type WatchContext = Pick<CommandContext, 'signal' | 'log' | 'onProgress' | 'show'> & { readonly profile: QcProfile }

async function watch(
  dir: string,
  file: string | undefined,
  { out = dir, settle, webhook, webhookSecret, ref, html, junit, thumbnails, strict }: QcFlags,
  { show, ...context }: WatchContext,
): Promise<void> {
  if ([file, ref, html, junit, thumbnails].some(each => each !== undefined))
    throw new HeadendError('HE_USAGE', 'with --watch no file, master or report can be named', {
      hint: 'Reports are written for every file; --out says where.',
    })
  const url = webhook === undefined ? null : parseWebhook(webhook)
  await mkdir(out, { recursive: true }).catch(cause => {
    throw new HeadendError('HE_OUTPUT_UNWRITABLE', `cannot write to ${out}`, { cause })
  })
  using secret = webhookSecret === undefined ? null : await readWebhookSecret(webhookSecret)
  await watchFolder(dir, {
    ...context,
    outDir: out,
    settleS: settle,
    strict: strict === true,
    webhook: url === null ? null : { url, secret },
    onDone: done =>
      show(
        done,
        `${done.verdict.toUpperCase().padEnd(5)}  ${done.file}${done.error ? `  ${done.error.code}: ${done.error.message}` : ''}`,
      ),
  })
}
