// `headend targets`: what devices, browsers and workflows play, alone and together.
import type { Command } from 'commander'
import { combineTargets, findTarget, listTargets, targetNames } from '../codecs/index.ts'
import { HeadendError, nearest } from '../core/index.ts'
import { formatCombined, formatTarget, formatTargets } from './format-targets.ts'

import type { RunHandler } from './section-options.ts'

/** `headend targets [names…]` */
export function registerTargets(program: Command, run: RunHandler): void {
  const command = program
    .command('targets')
    .summary('say what devices play')
    .description(
      'Lists the targets that `headend transcode --for` knows. With a name: all of its rules, each with its source. With several ' +
        'names: what all of them play and which of them sets each limit; exit code 1 means that there is no such thing. With ' +
        '--json it prints the same as objects.',
    )
    .argument('[names...]', 'targets')
    .addHelpText(
      'after',
      '\nExamples:\n  headend targets\n  headend targets tizen-2018\n  headend targets tizen-2018 ios',
    )
    .action((given: string[]) =>
      run(command, null, async ({ show }) => {
        const names = [...new Set(given.flatMap(each => each.split(',')).map(name => name.trim()))].filter(Boolean)
        refuseUnknown(names)
        const [first, ...rest] = names
        if (first === undefined) {
          show({ targets: listTargets() }, formatTargets(listTargets()))
          return 0
        }
        if (rest.length === 0) {
          const target = findTarget(first)!
          show(target, formatTarget(target))
          return 0
        }
        const combination = combineTargets(names)
        show(combination, combination.ok ? formatCombined(combination.profile) : combination.because.join('\n'))
        return combination.ok ? 0 : 1
      }),
    )
}

/** @throws {HE_USAGE} */
function refuseUnknown(names: readonly string[]): void {
  const unknown = names.find(name => !findTarget(name))
  if (unknown === undefined) return
  const near = nearest(unknown, targetNames())
  throw new HeadendError('HE_USAGE', `there is no target ${unknown}`, {
    hint: near ? `Did you mean ${near}?` : 'headend targets lists them.',
  })
}
