// The first screen: what the run was, whether the promise was kept, and what broke it.

import { parseRational, toNumber } from '../../core/index.ts'
import type { Check, Report } from '../../model/index.ts'
import {
  baseName,
  formatBitrate,
  formatBytes,
  formatCount,
  formatDate,
  formatDuration,
  formatElapsed,
  formatFixed,
  formatFrameRate,
  type Html,
  type HtmlValue,
  html,
  plural,
  sortChecks,
  statusMark,
} from '../../pages/index.ts'

const verdictWord = { pass: 'Passed', warn: 'Passed with warnings', fail: 'Failed' } as const

/** The verdict as one sentence. */
export function verdictSentence(report: Report): string {
  const { checks, status } = report.verdict
  const count = (wanted: Check['status']): number => checks.filter(check => check.status === wanted).length
  const made = checks.length - count('skipped')
  const skipped = count('skipped') > 0 ? ` ${plural(count('skipped'), 'check')} skipped.` : ''
  if (made === 0) return `No check was made, so nothing is proven.${skipped}`
  const failed = count('fail')
  const warned = count('warn')
  const warnings = warned > 0 ? ` ${plural(warned, 'warning')}.` : ''
  if (status === 'fail')
    return `${formatCount(failed)} of ${plural(made, 'check')} broke the plan’s promise.${warnings}${skipped}`
  if (status === 'warn')
    return `No promise of the plan was broken, but ${formatCount(warned)} of ${plural(made, 'check')} ${warned === 1 ? 'deserves' : 'deserve'} a look.${skipped}`
  return `All ${plural(made, 'check')} measured what the plan promised.${skipped}`
}

/** What became what, in one sentence. */
export function summarySentence(report: Report): string {
  const { plan } = report
  const source = plan.video
    ? `${plan.video.width}×${plan.video.height} at ${formatFrameRate(plan.video.frameRate)} frames per second`
    : 'audio'
  const parts = [
    report.video.length > 0 && plural(report.video.length, 'video rendition'),
    report.audio.length > 0 && plural(report.audio.length, 'audio rendition'),
  ].filter(Boolean)
  const form =
    plan.output.kind === 'file'
      ? `in one ${plan.output.container} file`
      : `as ${[plan.output.hls && 'HLS', plan.output.dash && 'DASH'].filter(Boolean).join(' and ')} from the same CMAF segments`
  return `${formatDuration(plan.duration)} of ${source} became ${parts.join(' and ') || 'nothing'} ${form}.`
}

function problem(check: Check): Html {
  return html`<li class="problem ${check.status}"><p>${statusMark(check.status)} <code>${check.id}</code> <span class="subject">${check.subject}</span></p>
<p class="message">${check.message}</p>
<dl><div><dt>Promised</dt><dd>${check.promised}</dd></div><div><dt>Measured</dt><dd>${check.measured}</dd></div></dl></li>`
}

type Figure = readonly [label: string, value: HtmlValue, note: HtmlValue, off?: boolean]

/** The rendition farthest from its target speaks for all. */
function loudnessFigure(report: Report): Figure | undefined {
  const sounds = report.audio.map(sound => {
    const planned = report.plan.audio.find(audio => audio.id === sound.id)?.loudness
    const target = planned?.targetLufs ?? null
    const measured = sound.loudness.integratedLufs
    const off = target === null || measured === null ? 0 : Math.abs(measured - target)
    return { measured, target, off, tolerance: planned?.toleranceLu ?? 0 }
  })
  const worst = sounds.toSorted((a, b) => b.off - a.off)[0]
  if (!worst) return undefined
  const { measured, target, off, tolerance } = worst
  return [
    report.audio.length > 1 ? 'Loudness, farthest' : 'Loudness',
    measured === null ? 'silent' : `${formatFixed(measured, 1)} LUFS`,
    target === null ? 'no target' : `target ${formatFixed(target, 1)} ±${tolerance}`,
    target !== null && off > tolerance,
  ]
}

function figures(report: Report): Figure[] {
  const list: Figure[] = []
  const top = report.video[0]
  if (top) list.push(['Top rung', `${top.width}×${top.height}`, `${formatBitrate(top.averageBps)} average`])
  const scored = report.video.flatMap(rung => (rung.quality ? [rung.quality] : []))
  const best = scored[0]
  if (best?.vmaf)
    list.push([
      `VMAF, top rung`,
      formatFixed(best.vmaf.score.mean, 1),
      `worst second ${formatFixed(best.vmaf.worstSecond.mean, 1)}${best.vmaf.calibrated ? '' : ', not calibrated for HDR'}`,
    ])
  else if (best)
    list.push([
      'XPSNR, top rung',
      `${formatFixed(best.xpsnrY.mean, 1)} dB`,
      `lowest frame ${formatFixed(best.xpsnrY.min, 1)} dB`,
    ])
  const planned = report.plan.video?.frames
  if (top && planned !== undefined) {
    const complete = report.video.filter(rung => rung.frames === planned).length
    const all = plural(report.video.length, 'rung')
    list.push([
      'Frames per rung',
      formatCount(planned),
      `complete in ${complete} of ${all}`,
      complete < report.video.length,
    ])
  }
  const sound = loudnessFigure(report)
  if (sound) list.push(sound)
  const bytes = [...report.video, ...report.audio].reduce((sum, output) => sum + output.bytes, 0)
  list.push(['Size', formatBytes(bytes), `source ${formatBytes(report.input.sizeBytes)}`])
  const wall = report.timings.reduce((sum, timing) => sum + timing.seconds, 0)
  const speed = wall > 0 ? toNumber(parseRational(report.plan.duration)) / wall : 0
  if (wall > 0) list.push(['Time taken', formatElapsed(wall), `${speed.toFixed(speed < 10 ? 2 : 0)} × real time`])
  return list
}

/** Masthead, verdict, problems worst first, key figures. */
export function verdictSection(report: Report): Html {
  const { status, checks } = report.verdict
  const problems = sortChecks(checks).filter(check => check.status === 'fail' || check.status === 'warn')
  return html`<header class="masthead">
<p class="brand"><b>Headend</b> ${report.plan.kind === 'vod' ? 'delivery report' : 'transcode report'}</p>
<p class="when"><time datetime="${report.createdAt}">${formatDate(report.createdAt)}</time></p>
<h1>${baseName(report.input.path)}</h1>
</header>
<section id="verdict" class="verdict ${status}" aria-labelledby="verdict-h">
<h2 id="verdict-h"><span class="word">${verdictWord[status]}</span> <span class="sentence">${verdictSentence(report)}</span></h2>
<p class="summary">${summarySentence(report)}</p>
${problems.length > 0 && html`<ul class="problems" aria-label="Checks that need attention">${problems.map(problem)}</ul>`}
</section>
<dl class="figures">${figures(report).map(
    ([label, value, note, off]) =>
      html`<div class="${off && 'off'}"><dt>${label}</dt><dd>${value}</dd><dd class="note">${note}</dd></div>`,
  )}</dl>`
}
