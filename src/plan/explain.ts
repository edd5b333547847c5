// A plan for people: each choice with its reason, and the ffmpeg command that would do the same.
import { formatFilters } from '../codecs/index.ts'
import type { EncodePlan } from '../model/index.ts'

export type Explanation = { readonly lines: readonly string[]; readonly ffmpeg: string }

export function explainPlan(plan: EncodePlan): Explanation {
  const lines = plan.choices.map(
    ({ what, pick, because, over }) =>
      `${what}: ${pick} — ${because}${over?.length ? ` (over ${over.join(', ')})` : ''}`,
  )
  return { lines, ffmpeg: ffmpegCommand(plan) }
}

const quote = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)

/** One decode, split to all renditions. Each rendition is its own file, as the packager wants it. */
function ffmpegCommand(plan: EncodePlan): string {
  const video = plan.video
  const chains: string[] = []
  const outputs: string[][] = []
  const extension =
    plan.output.kind === 'file' ? { mp4: 'mp4', mov: 'mov', matroska: 'mkv' }[plan.output.container] : 'mp4'
  if (video) {
    const rungs = video.renditions
    const split = rungs.length > 1 ? `,split=${rungs.length}` : ''
    chains.push(
      `[0:${video.stream}]${formatFilters(video.prepare)}${split}${rungs.map(({ id }) => `[${id}_in]`).join('')}`,
    )
    for (const { id, filters, encoder } of rungs) {
      chains.push(`[${id}_in]${formatFilters(filters)}[${id}]`)
      outputs.push(['-map', `[${id}]`, '-c:v', encoder.name, ...flags(encoder.options)])
    }
  }
  for (const { id, stream, filters, encoder } of plan.audio) {
    chains.push(`[0:${stream}]${formatFilters(filters)}[${id}]`)
    outputs.push(['-map', `[${id}]`, '-c:a', encoder.name, ...flags(encoder.options, ':a')])
  }
  const ids = [...(video?.renditions ?? []), ...plan.audio].map(({ id }) => id)
  const files =
    plan.output.kind === 'file'
      ? [[...outputs.flat(), `out.${extension}`]]
      : outputs.map((words, i) => [...words, `${ids[i]}.${extension}`])
  return ['ffmpeg', '-noautorotate', '-i', plan.input.path, '-filter_complex', chains.join(';'), ...files.flat()]
    .map(quote)
    .join(' ')
}

const flags = (options: Readonly<Record<string, string | number>>, suffix = ''): string[] =>
  Object.entries(options).flatMap(([name, value]) => [`-${name}${name === 'b' ? suffix : ''}`, String(value)])
