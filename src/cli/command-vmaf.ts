// `headend vmaf`: measures one file against another.
import { type Command, InvalidArgumentError } from 'commander'
import { picturesOf, renderComparison, runComparison, toCsv, toLibvmafFile } from '../compare/index.ts'
import { formatComparison } from './format-comparison.ts'
import { addSectionOptions, type RunHandler } from './section-options.ts'
import { refuseDirectory, refuseOverlap, writeWhole } from './write-whole.ts'

type VmafFlags = { readonly csv?: boolean; readonly html?: string; readonly min?: number }

/** `headend vmaf <reference> <distorted>` */
export function registerVmaf(program: Command, run: RunHandler): void {
  const command = program
    .command('vmaf')
    .summary('measure one file against another')
    .description(
      'Measures the picture of a file against that of its reference: VMAF with the numbers of libvmaf, and PSNR, SSIM and XPSNR. ' +
        'Pictures are paired by their times, from the first one of each file. With --json it prints libvmaf’s layout (frames, ' +
        'pooled_metrics) with everything else under “headend”. Exit code 1 means that the mean is below --min.',
    )
    .argument('<reference>', 'what it should look like')
    .argument('<distorted>', 'what was made of it')
    .option('--csv', 'print one line for each frame')
    .option('--html <file>', 'write a page with the curve and the worst moments side by side')
    .option('--min <points>', 'the least mean that is good enough', parsePoints)
    .addHelpText(
      'after',
      '\nExamples:\n  headend vmaf master.mov rung.mp4 --html rung.html\n  headend vmaf master.mov rung.mp4 --json > rung.json\n  headend vmaf master.mov rung.mp4 --at output --every 5 --min 93',
    )
  addSectionOptions(command, 'vmaf').action((reference: string, distorted: string, flags: VmafFlags) =>
    run(command, 'vmaf', async ({ config, signal, log, onProgress, show }) => {
      await refuseOverlap([flags.html], [reference, distorted])
      if (flags.html) await refuseDirectory(flags.html)
      const measured = await runComparison(reference, distorted, config.values.vmaf, { signal, log, onProgress })
      const { comparison, result, facts } = measured
      if (flags.html) {
        const pictures = await picturesOf(comparison.plan, comparison.worst, facts.reference.video[0]!, { signal, log })
        await writeWhole(flags.html, renderComparison({ comparison, result, pictures }))
      }
      show(
        toLibvmafFile(comparison, result),
        flags.csv ? toCsv(comparison, result).trimEnd() : formatComparison(comparison, flags.html),
      )
      return flags.min !== undefined && comparison.vmaf.score.mean < flags.min ? 1 : 0
    }),
  )
}

function parsePoints(text: string): number {
  const points = Number(text)
  if (text.trim() === '' || !(points >= 0 && points <= 100))
    throw new InvalidArgumentError('It is a number from 0 to 100.')
  return points
}
