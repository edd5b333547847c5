// `headend doctor`: says which encoders work on this machine.
import type { Command } from 'commander'
import { detectMachine } from '../hardware/index.ts'
import type { Machine } from '../model/index.ts'
import { packagerVersion } from '../packaging/index.ts'
import { formatBytes } from './format-facts.ts'
import type { RunHandler } from './section-options.ts'
import { formatTable } from './table.ts'

/** `headend doctor` */
export function registerDoctor(program: Command, run: RunHandler): void {
  program
    .command('doctor')
    .summary('say what works on this machine')
    .description(
      'Tries every candidate encoder by encoding with it and says which work here and why the others do not. Exit code 1 means ' +
        'that `headend vod` cannot work here. With --json it prints the Machine object.',
    )
    .addHelpText('after', '\nExamples:\n  headend doctor\n  headend doctor --json | jq .encoders[].name')
    .action((_options: object, command: Command) =>
      run(command, null, async ({ signal, log, show }) => {
        const machine = await detectMachine({ signal, log, packagerVersion })
        show(machine, formatMachine(machine))
        return machine.packager !== null && machine.encoders.some(({ codec, works }) => codec === 'h264' && works)
          ? 0
          : 1
      }),
    )
}

function formatMachine(machine: Machine): string {
  const { platform, arch, cpuModel, cores, memoryBytes, node, ffmpeg, packager, encoders } = machine
  return [
    ...formatTable([
      ['machine', `${platform}-${arch}, ${cpuModel}, ${cores} cores, ${formatBytes(memoryBytes)}`],
      ['node', node],
      ['ffmpeg', ffmpeg],
      ['packager', packager ?? 'missing'],
    ]),
    '',
    ...formatTable([
      ['', 'encoder', 'codec', 'family', 'trial'],
      ...encoders.map(({ name, codec, family, works, reason, elapsedMs }) => [
        works ? '✔' : '✖',
        name,
        codec,
        family,
        works ? `${elapsedMs.toFixed(0)} ms` : (reason ?? 'does not work'),
      ]),
    ]),
  ].join('\n')
}
