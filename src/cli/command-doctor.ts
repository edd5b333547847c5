// `headend doctor`: says which encoders work on this machine.
import type { Command } from 'commander'
import { findEngine } from '../compare/index.ts'
import { candidateCodecs, chooseEncoder, detectMachine, type EncoderChoice } from '../hardware/index.ts'
import type { Machine } from '../model/index.ts'
import { packagerVersion } from '../packaging/index.ts'
import { parseOrder } from './config-schema.ts'
import { formatBytes } from './format-facts.ts'
import { addSectionOptions, type RunHandler } from './section-options.ts'

import { formatTable } from './table.ts'

/** `headend doctor` */
export function registerDoctor(program: Command, run: RunHandler): void {
  const command = program
    .command('doctor')
    .summary('say what works on this machine')
    .description(
      'Tries every candidate encoder by encoding with it and says which work here, why the others do not, and which one the ' +
        'order of families picks for each codec. Exit code 1 means that `headend vod`, which encodes with libx264, cannot work ' +
        'here. With --json it prints the Machine object with the picks and the ffmpeg on PATH that has libvmaf.',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  headend doctor\n  headend doctor --order nvenc,cpu\n  headend doctor --json | jq .encoders[].name',
    )
  addSectionOptions(command, 'hardware').action(() =>
    run(command, 'hardware', async ({ config, signal, log, show }) => {
      const machine = await detectMachine({ signal, log, packagerVersion })
      const picks = pickEncoders(machine, parseOrder(config.values.hardware.order))
      const libvmaf = await findEngine('ffmpeg', signal).catch(() => null)
      signal.throwIfAborted()
      const version = libvmaf?.name === 'ffmpeg' ? libvmaf.version : null
      show({ ...machine, picks, libvmaf: version }, formatMachine(machine, picks, version))
      return machine.packager !== null && machine.encoders.some(({ name, works }) => name === 'libx264' && works)
        ? 0
        : 1
    }),
  )
}

type Picks = Readonly<Record<string, EncoderChoice | null>>

/** The fallback chain at work: per codec the first family of the order that passed its trial. */
function pickEncoders(machine: Machine, order: readonly string[]): Picks {
  const pick = (codec: string): EncoderChoice | null =>
    machine.encoders.some(trial => trial.codec === codec && trial.works && order.includes(trial.family))
      ? chooseEncoder(codec, machine, order)
      : null
  return Object.fromEntries(candidateCodecs.map(codec => [codec, pick(codec)]))
}

function formatMachine(machine: Machine, picks: Picks, libvmaf: string | null): string {
  const { platform, arch, cpuModel, cores, memoryBytes, node, ffmpeg, packager, encoders } = machine
  return [
    ...formatTable([
      ['machine', `${platform}-${arch}, ${cpuModel}, ${cores} cores, ${formatBytes(memoryBytes)}`],
      ['node', node],
      ['ffmpeg', ffmpeg],
      ['packager', packager ?? 'missing'],
      ['vmaf', `headend${libvmaf === null ? '' : `; libvmaf of ffmpeg ${libvmaf} with --vmaf-engine ffmpeg`}`],
    ]),
    ...formatTable(
      Object.entries(picks).map(([codec, choice]) => [`${codec} by`, choice?.pick ?? 'none of the order works']),
    ),
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
