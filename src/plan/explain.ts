// A plan for people: its choices as a table, and the ffmpeg command that would do the same.
import { formatFilters } from '../codecs/index.ts'
import type { Choice, EncodePlan } from '../model/index.ts'

export type Explanation = {
  /** One line per choice under the name of what it is about; then the warnings. */
  readonly lines: readonly string[]
  /** For a POSIX shell. */
  readonly ffmpeg: string
}

export function explainPlan(plan: EncodePlan): Explanation {
  return { lines: [...choiceLines(plan.choices), ...warningLines(plan)], ffmpeg: formatCommand(plan) }
}

/** `video.renditions.v720.level` stands under `v720` as `level`. */
function place({ what }: Choice): { group: string; name: string } {
  const parts = what.split('.')
  const depth = what.startsWith('video.renditions.') ? 3 : parts[0] === 'audio' && parts.length > 2 ? 2 : 1
  return { group: parts[depth - 1] ?? what, name: parts.slice(depth).join('.') || what }
}

const MAX_PICK = 44

function choiceLines(choices: readonly Choice[]): string[] {
  const groups = Map.groupBy(choices, choice => place(choice).group)
  const nameWidth = Math.max(0, ...choices.map(choice => place(choice).name.length))
  const pickWidth = Math.min(MAX_PICK, Math.max(0, ...choices.map(({ pick }) => pick.length)))
  return [...groups].flatMap(([group, members], i) => [
    ...(i > 0 ? [''] : []),
    group,
    ...members.map(choice => {
      const over = choice.over?.length ? ` (not ${choice.over.join(', ')})` : ''
      return `  ${place(choice).name.padEnd(nameWidth)}  ${choice.pick.padEnd(pickWidth)}  ${choice.because}${over}`
    }),
  ])
}

const warningLines = ({ warnings }: EncodePlan): string[] =>
  warnings.length === 0 ? [] : ['', 'warnings', ...warnings.map(({ code, message }) => `  ${code}: ${message}`)]

const EXTENSIONS = { mp4: 'mp4', mov: 'mov', matroska: 'mkv' } as const

/** One decode, split to all renditions. A package's renditions are a file each, which is what a packager takes. */
function formatCommand(plan: EncodePlan): string {
  const chains: string[] = []
  const tracks: { readonly id: string; readonly words: readonly string[] }[] = []
  if (plan.video) {
    const { stream, prepare, renditions } = plan.video
    const ins = renditions.map(({ id }) => `[${id}_in]`).join('')
    const split = renditions.length > 1 ? `,split=${renditions.length}` : ''
    chains.push(`[0:${stream}]${formatFilters(prepare)}${split}${ins}`)
    for (const { id, filters, encoder } of renditions) {
      chains.push(`[${id}_in]${formatFilters(filters)}[${id}]`)
      tracks.push({ id, words: ['-map', `[${id}]`, '-c:v', encoder.name, ...formatOptions(encoder.options, 'v')] })
    }
  }
  for (const { id, stream, filters, encoder } of plan.audio) {
    chains.push(`[0:${stream}]${formatFilters(filters)}[${id}]`)
    tracks.push({ id, words: ['-map', `[${id}]`, '-c:a', encoder.name, ...formatOptions(encoder.options, 'a')] })
  }
  const extension = plan.output.kind === 'file' ? EXTENSIONS[plan.output.container] : 'mp4'
  const outputs =
    plan.output.kind === 'file'
      ? [[...tracks.flatMap(({ words }) => words), `out.${extension}`]]
      : tracks.map(({ id, words }) => [...words, `${id}.${extension}`])
  // ffmpeg itself moves the earliest timestamp to zero; the plan's own start may differ from that by whole frames.
  const lines = [
    ['ffmpeg', '-noautorotate', '-copyts', '-itsoffset', negative(plan.startTime), '-i', plan.input.path],
    ['-filter_complex', chains.join(';')],
    ...outputs,
  ]
  return lines.map(words => words.map(quote).join(' ')).join(' \\\n  ')
}

/** Seconds as a decimal, with the other sign. */
function negative(seconds: string): string {
  const [num, den] = seconds.split('/').map(Number) as [number, number]
  const value = -num / den
  return value === 0 ? '0' : value.toFixed(6)
}

/** Names that mean something else for another type of stream get its letter. */
const formatOptions = (options: Readonly<Record<string, string | number>>, type: 'v' | 'a'): string[] =>
  Object.entries(options).flatMap(([name, value]) => [
    ['b', 'profile', 'level', 'maxrate', 'bufsize', 'g', 'bf', 'refs', 'keyint_min'].includes(name)
      ? `-${name}:${type}`
      : `-${name}`,
    String(value),
  ])

const quote = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)
