// The end of a run as text: verdict, what was made, how good it is, and the next command to type.
import type { Check, Report } from '../model/index.ts'
import { formatBitrate, formatBytes } from './format-facts.ts'
import { formatTable } from './table.ts'

export type OutcomeOptions = {
  readonly made: readonly { readonly path: string; readonly bytes: number; readonly what: string }[]
  /** Where the report page lies; null where none was written. */
  readonly report?: string
  readonly next: string
}

export function formatOutcome(report: Report, { made, report: page, next }: OutcomeOptions): string {
  const { checks, status } = report.verdict
  const count = (wanted: Check['status']): number => checks.filter(check => check.status === wanted).length
  const counts = `${count('pass')} passed, ${count('warn')} warned, ${count('fail')} failed, ${count('skipped')} skipped`
  const total = report.timings.reduce((sum, { seconds }) => sum + seconds, 0)
  const stages = report.timings.map(({ stage, seconds }) => `${stage} ${seconds.toFixed(1)}`).join(', ')
  return [
    `verdict  ${status} (${counts})`,
    ...checks
      .filter(check => check.status === 'warn' || check.status === 'fail')
      .map(
        check =>
          `  ${check.status === 'fail' ? '✖' : '!'} ${check.subject} ${check.id}: promised ${check.promised}, measured ${check.measured}`,
      ),
    ...notes(report),
    '',
    'renditions',
    ...formatTable(renditionRows(report), '  '),
    '',
    'made',
    ...formatTable(
      made.map(({ path, bytes, what }) => [path, formatBytes(bytes), what]),
      '  ',
    ),
    '',
    `time     ${total.toFixed(1)} s (${stages})`,
    ...(page ? [`report   ${page}`] : []),
    `next     ${next}`,
  ].join('\n')
}

/** What the reader was warned of before, and what happened on the way. */
function notes({ plan, incidents }: Report): string[] {
  const messages = [...plan.warnings, ...incidents].map(({ message }) => `  ${message}`)
  return messages.length > 0 ? ['', 'notes', ...messages] : []
}

function renditionRows({ video, audio }: Report): string[][] {
  return [
    ...video.map(({ id, width, height, codecString, averageBps, quality }) => [
      id,
      `${width}x${height}`,
      codecString,
      formatBitrate(averageBps),
      quality
        ? `${quality.vmaf ? `VMAF ${quality.vmaf.score.mean.toFixed(1)}, ` : ''}XPSNR ${quality.xpsnrY.mean.toFixed(1)} dB, PSNR ${quality.psnrY.mean.toFixed(1)} dB, SSIM ${quality.ssimY.mean.toFixed(4)}`
        : '',
    ]),
    ...audio.map(({ id, channels, codecString, averageBps, loudness }) => [
      id,
      `${channels} ch`,
      codecString,
      formatBitrate(averageBps),
      loudness.integratedLufs === null
        ? 'no loudness: silent or too short'
        : `${loudness.integratedLufs.toFixed(1)} LUFS${loudness.truePeakDbtp === null ? '' : `, true peak ${loudness.truePeakDbtp.toFixed(1)} dBTP`}`,
    ]),
  ]
}

/** Quotes for a POSIX shell where it is needed. */
export function quotePath(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
