// A plan for people: its choices as a table, and the ffmpeg command that would do the same.
import { containerRows, formatFilters } from '../codecs/index.ts'
import type { AudioRendition, Choice, EncodePlan, FilterStep, VideoPlan } from '../model/index.ts'
import { isCopy, needsTwoPasses } from './compile.ts'

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

/** One decode, split to all renditions. A package's renditions are a file each, which is what a packager takes. */
function formatCommand(plan: EncodePlan): string {
  const once = commandOf(plan, null)
  return needsTwoPasses(plan) ? `${commandOf(plan, 1)} && \\\n${commandOf(plan, 2)}` : once
}

type Track = { readonly id: string; readonly words: readonly string[] }

function commandOf(plan: EncodePlan, pass: 1 | 2 | null): string {
  const chains: string[] = []
  const picture = plan.video ? videoTracks(plan, plan.video, pass, chains) : []
  const sound =
    pass === 1 ? [] : plan.audio.map((track, i) => audioTrack(track, plan.output.kind === 'file' ? i : 0, chains))
  // ffmpeg itself moves the earliest timestamp to zero; the plan's own start may differ from that by whole frames.
  const lines = [
    ['ffmpeg', '-noautorotate', '-copyts', '-itsoffset', negative(plan.startTime), '-i', plan.input.path],
    ...(chains.length > 0 ? [['-filter_complex', chains.join(';')]] : []),
    ...(pass === 1
      ? picture.map(({ words }) => [...words, '-f', 'null', '-'])
      : outputsOf(plan, [...picture, ...sound])),
  ]
  return lines.map(words => words.map(quote).join(' ')).join(' \\\n  ')
}

function videoTracks(plan: EncodePlan, video: VideoPlan, pass: 1 | 2 | null, chains: string[]): Track[] {
  const { stream, prepare, renditions, frameRate, gopFrames } = video
  const coded = renditions.filter(rung => !isCopy(rung))
  if (coded.length > 0) {
    const ins = coded.map(({ id }) => `[${id}_in]`).join('')
    const split = coded.length > 1 ? `,split=${coded.length}` : ''
    chains.push(`[0:${stream}]${formatFilters(prepare)}${split}${ins}`)
  }
  return renditions.map(rung => {
    const { id, filters, encoder, tag } = rung
    const tags = tag === null ? [] : ['-tag:v', tag]
    if (isCopy(rung)) {
      const bsf = rung.bitstreamFilters ? ['-bsf:v', rung.bitstreamFilters] : []
      return { id, words: ['-map', `0:${stream}`, '-c:v', 'copy', ...bsf, ...tags] }
    }
    chains.push(`[${id}_in]${formatFilters([...filters, ...encoder.filters].map(withoutChromaLocation))}[${id}]`)
    const stats = (value: string | number): string => String(value).replaceAll('{stats}', `${id}.stats`)
    const options = (pass === 1 && encoder.firstPass?.options) || encoder.options
    const filled = Object.fromEntries(Object.entries(options).map(([name, value]) => [name, stats(value)]))
    const words = [
      ...['-map', `[${id}]`, '-c:v', encoder.name, '-r', frameRate],
      // A key frame at each multiple of the GOP, as the engine forces them.
      ...['-force_key_frames:v', `expr:eq(mod(n,${gopFrames}),0)`],
      ...['-chroma_sample_location:v', video.color.chromaLocation],
      ...formatOptions(filled, 'v'),
      ...tags,
      ...(plan.output.kind === 'file' && plan.output.rotation !== 0
        ? ['-metadata:s:v', `rotate=${plan.output.rotation}`]
        : []),
    ]
    return { id, words }
  })
}

function audioTrack(track: AudioRendition, index: number, chains: string[]): Track {
  const { id, stream, filters, encoder, language } = track
  const about = language ? [`-metadata:s:a:${index}`, `language=${language}`] : []
  if (isCopy(track)) return { id, words: ['-map', `0:${stream}`, `-c:a:${index}`, 'copy', ...about] }
  chains.push(`[0:${stream}]${formatFilters(filters)}[${id}]`)
  return {
    id,
    words: [
      '-map',
      `[${id}]`,
      `-c:a:${index}`,
      encoder.name,
      ...formatOptions(encoder.options, `a:${index}`),
      ...about,
    ],
  }
}

function outputsOf({ output }: EncodePlan, tracks: readonly Track[]): string[][] {
  if (output.kind !== 'file') return tracks.map(({ id, words }) => [...words, `${id}.mp4`])
  const { muxer, container, tags, subtitles } = output
  // The command cannot attach a stream to a Matroska file, only a file.
  const cover = muxer.format === 'matroska' ? null : output.cover
  const texts = subtitles.flatMap(({ stream, to }, i) => [
    ...['-map', `0:${stream}`, `-c:s:${i}`, SUBTITLE_ENCODERS[to]],
  ])
  return [
    [
      ...tracks.flatMap(({ words }) => words),
      ...texts,
      ...(cover === null ? [] : ['-map', `0:${cover}`, '-c:v:1', 'copy', '-disposition:v:1', 'attached_pic']),
      ...Object.entries(tags).flatMap(([name, value]) => ['-metadata', `${name}=${value}`]),
      ...Object.entries(muxer.options).flatMap(([name, value]) => [`-${name}`, String(value)]),
      ...['-f', muxer.format, `out.${containerRows[container].extensions[0]}`],
    ],
  ]
}

/** FFmpeg's names of the encoders that write each format. */
const SUBTITLE_ENCODERS = { srt: 'srt', webvtt: 'webvtt', ass: 'ass', ttml: 'ttml', mov_text: 'mov_text' } as const

/** `setparams` knows it from FFmpeg 6 on; as an option of the encoder every version does. */
function withoutChromaLocation({ name, args }: FilterStep): FilterStep {
  if (name !== 'setparams') return { name, args }
  const { chroma_location: _, ...rest } = args
  return { name, args: rest }
}

/** Seconds as a decimal, with the other sign. */
function negative(seconds: string): string {
  const [num, den] = seconds.split('/').map(Number) as [number, number]
  const value = -num / den
  return value === 0 ? '0' : value.toFixed(6)
}

/** Names that mean something else for another type of stream get its letter. */
const formatOptions = (options: Readonly<Record<string, string | number>>, type: string): string[] =>
  Object.entries(options).flatMap(([name, value]) => [
    ['b', 'profile', 'level', 'maxrate', 'bufsize', 'g', 'bf', 'refs', 'keyint_min'].includes(name)
      ? `-${name}:${type}`
      : `-${name}`,
    String(value),
  ])

const quote = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)
