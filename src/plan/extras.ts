// What a file carries beside picture and sound: subtitles, chapters, cover, tags and timecode.
import { containerRows } from '../codecs/index.ts'
import { formatRational, parseRational, type RationalText, sub } from '../core/index.ts'
import type {
  Chapter,
  Choice,
  ContainerName,
  FileOutput,
  MediaFacts,
  SubtitleFormat,
  SubtitleRendition,
  SubtitleStream,
  Warning,
} from '../model/index.ts'
import type { TranscodeOptions } from './options.ts'

export type Extras = {
  readonly output: Pick<FileOutput, 'subtitles' | 'chapters' | 'cover' | 'tags'>
  readonly choices: readonly Choice[]
  readonly warnings: readonly Warning[]
  /** Why subtitles that are not in `subtitles` are left out. */
  readonly leftOutBecause: string
}

/** FFmpeg's codec names of subtitles that are text. Those that are pictures (DVD, Blu-ray, DVB) cannot be converted. */
const TEXT: Readonly<Record<string, SubtitleFormat>> = {
  subrip: 'srt',
  text: 'srt',
  webvtt: 'webvtt',
  ass: 'ass',
  ssa: 'ass',
  ttml: 'ttml',
  mov_text: 'mov_text',
}

/** FFmpeg's codec names of pictures that both MP4 and Matroska take as cover: RFC 9559 recommends these two. */
const COVERS = ['mjpeg', 'png']

/** Of the tags of a programme those that mean the same in every container. */
const TAGS = [
  'title',
  'artist',
  'album',
  'album_artist',
  'date',
  'comment',
  'copyright',
  'description',
  'genre',
  'show',
]

export function planExtras(
  facts: MediaFacts,
  container: ContainerName,
  { options, startTime }: { readonly options: TranscodeOptions; readonly startTime: RationalText },
): Extras {
  const row = containerRows[container]
  const subtitles =
    options.subtitles === 'none' ? [] : facts.subtitles.flatMap((each, i) => convert(each, i, container))
  const pictures = facts.other.filter(({ type }) => type === 'picture')
  const cover = row.cover ? pictures.find(({ codec }) => COVERS.includes(codec)) : undefined
  const dropped = pictures.length - (cover ? 1 : 0)
  const chapters = row.chapters ? facts.chapters.map(each => shifted(each, startTime)) : []
  const timecode = row.timecode && facts.timecode !== null ? { timecode: facts.timecode } : {}
  const tags = Object.fromEntries(
    Object.entries(facts.container.tags).filter(([name]) => TAGS.includes(name.toLowerCase())),
  )
  return {
    output: { subtitles, chapters, cover: cover?.index ?? null, tags: { ...tags, ...timecode } },
    choices: subtitles.map(({ id, from, to }) => ({
      what: `subtitles.${id}`,
      pick: to,
      because: from === to ? 'as in the source' : `what ${row.label} takes; the source has ${from}`,
    })),
    warnings: [
      ...lost('chapters', facts.chapters.length > 0 && !row.chapters, `${facts.chapters.length} chapters are`),
      ...lost('cover', dropped > 0, dropped === 1 ? 'A cover picture is' : `${dropped} cover pictures are`),
      ...lost('timecode', facts.timecode !== null && !row.timecode, 'The timecode is'),
    ],
    leftOutBecause:
      options.subtitles === 'none' ? 'asked for' : `${row.label} takes no subtitles, or they are pictures`,
  }
}

/** The presentation begins at zero, wherever the source's clock does. */
function shifted({ start, end, title }: Chapter, startTime: RationalText): Chapter {
  const off = (time: RationalText): RationalText => formatRational(sub(parseRational(time), parseRational(startTime)))
  return { start: off(start), end: off(end), title }
}

const lost = (what: string, is: boolean, subject: string): Warning[] =>
  is ? [{ code: `${what}-left-out`, message: `${subject} left out of the file.` }] : []

function convert(stream: SubtitleStream, order: number, container: ContainerName): SubtitleRendition[] {
  return convertTo(stream, order, containerRows[container].subtitles)
}

/** Packages carry WebVTT alone. */
export const packageSubtitles = ({ subtitles }: MediaFacts): SubtitleRendition[] =>
  subtitles.flatMap((each, i) => convertTo(each, i, ['webvtt']))

function convertTo(stream: SubtitleStream, order: number, taken: readonly SubtitleFormat[]): SubtitleRendition[] {
  const from = TEXT[stream.codec]
  const to = from && taken.includes(from) ? from : taken[0]
  if (!from || !to) return []
  return [
    {
      id: `t_${order}_${(stream.language ?? 'und').toLowerCase().replace(/[^a-z0-9]+/g, '-')}`,
      stream: stream.index,
      language: stream.language,
      label: stream.title,
      dispositions: stream.dispositions,
      from,
      to,
    },
  ]
}
