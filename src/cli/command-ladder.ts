// `headend ladder`: finds the rungs that one title needs.
import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { z } from 'zod'
import { HeadendError } from '../core/index.ts'
import { LadderPrices } from '../ladder/index.ts'
import { findLadder, renderLadder } from '../per-title/index.ts'
import { probe } from '../probe/index.ts'
import { headendVersion } from '../transcode/index.ts'
import { formatLadder } from './format-ladder.ts'
import { addSectionOptions, type RunHandler } from './section-options.ts'
import { refuseDirectory, refuseOverlap, writeWhole } from './write-whole.ts'

type LadderFlags = { readonly html?: string; readonly prices?: string; readonly cache: boolean }

/** `headend ladder <input>` */
export function registerLadder(program: Command, run: RunHandler): void {
  const command = program
    .command('ladder')
    .summary('find the rungs that a title needs')
    .description(
      'Looks at the title, encodes samples of it at a few sizes and settings, scores them by VMAF at the size in which the ' +
        'source is shown, and chooses rungs on the convex hull: the fewest bits for each quality. Each rung is tried with its ' +
        'own setting, so what it promises was measured. With --json it prints the ladder, which `headend vod --ladder` takes.',
    )
    .argument('<input>', 'master file')
    .option('--html <file>', 'write a page with the rate–quality plot')
    .option('--prices <file>', 'JSON with prices, audience and networks for the bill')
    .option('--no-cache', 'try everything again, and keep nothing')
    .addHelpText(
      'after',
      '\nExamples:\n  headend ladder master.mov --html ladder.html\n  headend ladder master.mov --codec av1 --tier standard --json > ladder.json\n  headend vod master.mov -o out/title --ladder ladder.json',
    )
  addSectionOptions(command, 'ladder').action((input: string, flags: LadderFlags) =>
    run(command, 'ladder', async ({ config, signal, log, onProgress, show }) => {
      await refuseOverlap([flags.html], [input, flags.prices])
      if (flags.html) await refuseDirectory(flags.html)
      const prices = await readPrices(flags.prices)
      onProgress({ stage: 'probe', done: 0, total: null, unit: 'steps', fps: null, speed: null, etaSeconds: null })
      const facts = await probe(input, { signal, log, scan: 'full' })
      const { ladder } = await findLadder(facts, {
        ...{ signal, log, onProgress, prices, options: config.values.ladder, cache: flags.cache },
      })
      if (flags.html) {
        const page = renderLadder(ladder, { headend: await headendVersion() }, new Date().toISOString())
        await writeWhole(flags.html, page)
      }
      show(ladder, formatLadder(ladder, flags.html))
      return 0
    }),
  )
}

/** @throws {HE_USAGE} */
async function readPrices(path: string | undefined): Promise<LadderPrices> {
  if (path === undefined) return LadderPrices.parse({})
  let json: unknown
  try {
    json = JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    throw new HeadendError('HE_USAGE', `--prices: ${path} cannot be read as JSON`, { cause: error })
  }
  const parsed = LadderPrices.safeParse(json)
  if (parsed.success) return parsed.data
  throw new HeadendError('HE_USAGE', `--prices: ${path}: ${z.prettifyError(parsed.error)}`)
}
