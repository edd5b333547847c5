// The command tree: names, arguments, options and help. What the commands do is in command-*.ts.
import { Command } from 'commander'
import { registerCheck } from './command-check.ts'
import { registerConfig } from './command-config.ts'
import { registerDoctor } from './command-doctor.ts'
import { registerDrm } from './command-drm.ts'
import { registerKeys } from './command-keys.ts'
import { registerLadder } from './command-ladder.ts'
import { registerLicences } from './command-licences.ts'
import { registerLive } from './command-live.ts'
import { registerLoudness } from './command-loudness.ts'
import { registerNormalize } from './command-normalize.ts'
import { registerPackage } from './command-package.ts'
import { registerPlan } from './command-plan.ts'
import { registerPreview } from './command-preview.ts'
import { registerProbe } from './command-probe.ts'
import { registerQc } from './command-qc.ts'
import { registerTargets } from './command-targets.ts'
import { registerTranscode } from './command-transcode.ts'
import { registerVmaf } from './command-vmaf.ts'
import { registerVod } from './command-vod.ts'
import { addSectionOptions, type RunHandler } from './section-options.ts'

export type ProgramOptions = {
  readonly version: string
  readonly run: RunHandler
  /** Where help and version go. */
  readonly write: (text: string) => void
}

/** @throws {CommanderError} from `parseAsync`, for help and version too: commander's exits are turned into throws. */
export function createProgram({ version, run, write }: ProgramOptions): Command {
  const program = new Command('headend')
    .description(
      'A master goes in, verified HLS and DASH come out, and every decision states its reason.\n' +
        'Exit codes: 0 done, 1 done but the verdict is fail, 2 bad usage or input, 3 a failure of Headend or this machine, 130 cancelled.',
    )
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help of a command')
    .option('--json', 'print one JSON object to stdout, also for an error')
    .option('-q, --quiet', 'no progress')
    .option('--config <file>', 'configuration file; else HEADEND_CONFIG, else headend.config.json here')
    .exitOverride()
    // Errors are thrown and printed by main, in one form for all.
    .configureOutput({ writeOut: write, writeErr: () => {}, getOutHelpWidth: () => 100 })
    .configureHelp({ showGlobalOptions: true })
    .addHelpText(
      'after',
      '\nExamples:\n  headend vod master.mov -o out/title\n  headend preview out/title\n\nErrors and their codes: docs/errors.md',
    )
  addSectionOptions(program, 'log')
  for (const register of [
    registerProbe,
    registerPlan,
    registerVod,
    registerPackage,
    registerLive,
    registerLadder,
    registerTranscode,
    registerVmaf,
    registerCheck,
    registerQc,
    registerLoudness,
    registerNormalize,
    registerTargets,
    registerDrm,
    registerKeys,
    registerPreview,
    registerLicences,
    registerDoctor,
    registerConfig,
  ])
    register(program, run)
  return program
}
