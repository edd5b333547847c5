// `headend check`: holds a presentation against the rules.
import { type Command, InvalidArgumentError } from 'commander'
import { checkPresentation } from '../conformance/index.ts'
import { formatConformance } from './format-conformance.ts'
import type { RunHandler } from './section-options.ts'

/** `headend check <manifest>` */
export function registerCheck(program: Command, run: RunHandler): void {
  program
    .command('check')
    .summary('hold HLS or DASH against the rules')
    .description(
      'Reads a playlist or manifest, everything it lists, and every segment, and holds all of it against RFC 8216 and Apple’s authoring ' +
        'specification, or ISO/IEC 23009-1, DASH-IF and CMAF. Each finding names its rule. Works on files and over http and https. ' +
        'Exit code 1 means that a rule which must be kept is broken.',
    )
    .argument('<manifest>', 'master.m3u8, manifest.mpd, a folder with one, or an address')
    .option(
      '--first <n>',
      'read only the first segments of each track; what needs all of them is then not judged',
      parseCount,
    )
    .option('--no-advice', 'leave out findings that are advice only')
    .addHelpText(
      'after',
      '\nExamples:\n  headend check out/title/master.m3u8\n  headend check https://example.com/title/manifest.mpd --first 5\n  headend check out/title/manifest.mpd --json | jq .findings',
    )
    .action((manifest: string, options: { first?: number; advice: boolean }, command: Command) =>
      run(command, null, async ({ signal, onProgress, show }) => {
        const report = await checkPresentation(manifest, { signal, onProgress, first: options.first ?? null })
        const findings = options.advice
          ? report.findings
          : report.findings.filter(({ severity }) => severity !== 'info')
        show({ ...report, findings }, formatConformance({ ...report, findings }))
        return report.status === 'fail' ? 1 : 0
      }),
    )
}

function parseCount(text: string): number {
  const count = Number(text)
  if (!/^\d{1,6}$/.test(text) || count === 0) throw new InvalidArgumentError('It is a whole number above 0.')
  return count
}
