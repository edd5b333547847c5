// `headend preview`: plays a package in the browser until Ctrl-C.
import type { Command } from 'commander'
import { onAbort } from '../core/index.ts'
import { parseKeyId } from '../drm/index.ts'
import { addStoreOptions, type StoreFlags, storeFrom } from './key-store-options.ts'
import { openPreview } from './preview-server.ts'
import { addSectionOptions, type RunHandler } from './section-options.ts'

/** `headend preview <dir>` */
export function registerPreview(program: Command, run: RunHandler): void {
  const command = program
    .command('preview')
    .summary('play a package in the browser')
    .description(
      'Serves a finished package on 127.0.0.1 with a page that plays it by hls.js and by Shaka Player; what is encrypted, by ClearKey with keys of the key store. Runs until Ctrl-C. ' +
        'With --json it prints { url }.',
    )
    .argument('<dir>', 'directory that `headend vod` made')
    .addHelpText('after', '\nExamples:\n  headend preview out/title\n  headend preview out/title --port 8080')
  addStoreOptions(command)
  addSectionOptions(command, 'preview').action((dir: string, flags: StoreFlags) =>
    run(command, 'preview', async ({ signal, log, config, show }) => {
      const store = storeFrom(flags, log)
      const keyOf = (kid: string) => store.find(parseKeyId(kid), { signal })
      await using preview = await openPreview(dir, { port: config.values.preview.port, signal, log, keyOf })
      show({ url: preview.url }, `${preview.url}\nCtrl-C stops it.`)
      await new Promise<void>(resolve => onAbort(signal, resolve))
      return 0
    }),
  )
}
