// Finished renditions → one package: which track of which file becomes what. Pure; no sample is coded again.
import { trackRole } from '../audio/index.ts'
import type { DocumentFormat } from '../captions/index.ts'
import { formatRational, HeadendError, parseRational, type RationalText, sub, toNumber } from '../core/index.ts'
import type {
  AudioStream,
  Choice,
  MediaFacts,
  PackageAudio,
  PackagePlan,
  PackageSubtitle,
  PackageVideo,
  VideoCodec,
  VideoStream,
  Warning,
} from '../model/index.ts'
import { packageSubtitles } from './extras.ts'
import { nameTracks, unused } from './name-tracks.ts'
import type { PackageOptions } from './options.ts'
import type { InputWords } from './package-input.ts'
import { nameRungs } from './plan-vod.ts'
import { decimal } from './timeline.ts'

/** A media file, or a file of subtitles alone. */
export type PackageSource = MediaSource | TextSource
type MediaSource = { readonly facts: MediaFacts; readonly words: InputWords }
export type TextSource = { readonly path: string; readonly from: DocumentFormat; readonly words: InputWords }

const isText = (source: PackageSource): source is TextSource => 'from' in source
const media = (sources: readonly PackageSource[]): [source: MediaSource, input: number][] =>
  sources.flatMap((source, input): [MediaSource, number][] => (isText(source) ? [] : [[source, input]]))
const pathOf = (source: PackageSource): string => (isText(source) ? source.path : source.facts.path)

/** FFmpeg's names of what CMAF carries and Shaka Packager cuts. */
const PICTURES: Readonly<Record<string, VideoCodec>> = { h264: 'h264', hevc: 'hevc', av1: 'av1', vp9: 'vp9' }
const SOUNDS = ['aac', 'ac3', 'eac3', 'opus', 'flac', 'mp3']

/** Renditions of one title end together, but for a frame and the blocks of sound. */
const LENGTH_S = 0.5

type Picture = { readonly input: number; readonly stream: VideoStream }
type Sound = { readonly input: number; readonly stream: AudioStream; readonly words: InputWords }

/** @throws {HE_PLAN_IMPOSSIBLE} {HE_INPUT_UNSUPPORTED} {HE_INPUT_NO_TRACK} */
export function planPackage(sources: readonly PackageSource[], options: PackageOptions): PackagePlan {
  const { segmentSeconds, manifests } = options
  const pictures = media(sources).flatMap(([{ facts }, input]) => facts.video.map(stream => ({ input, stream })))
  const { kept: sounds, warnings } = dropTwins(
    media(sources).flatMap(([{ facts, words }, input]) =>
      facts.audio.map(stream => ({ input, stream: described(stream, words), words })),
    ),
    sources,
  )
  const subtitles = planSubtitles(sources)
  if (pictures.length + sounds.length === 0)
    throw new HeadendError('HE_INPUT_NO_TRACK', 'no input has picture or sound', {
      hint: 'Subtitles go into a package beside a picture.',
    })
  for (const { input, stream } of [...pictures, ...sounds]) refuseCodec(stream, pathOf(sources[input]!))
  const video = planPictures(pictures)
  const audio = planSounds(sounds)
  const choices: Choice[] = [
    {
      what: 'package.segments',
      pick: `${segmentSeconds} s`,
      because: 'each ends at the first key frame from there on: nothing is coded again',
      over: [],
    },
  ]
  return {
    version: 1,
    inputs: sources.map(source => ({ path: pathOf(source), origin: isText(source) ? '0/1' : originOf(source.facts) })),
    ...{ video, audio, subtitles },
    segmentDuration: formatRational(decimal(segmentSeconds)),
    ...{ hls: manifests !== 'dash', dash: manifests !== 'hls', choices },
    warnings: [
      ...warnings,
      ...lengthWarnings([...pictures, ...sounds], sources),
      ...media(sources).flatMap(([{ facts }]) =>
        facts.warnings.map(each => ({ ...each, message: `${facts.path}: ${each.message}` })),
      ),
      ...lostWarnings(sources),
    ],
  }
}

/** Sound that begins before the picture has its edit; a stream that begins anywhere is moved to 0. */
function originOf({ video, container }: MediaFacts): RationalText {
  return video[0]?.startTime ?? container.startTime ?? '0/1'
}

const described = (stream: AudioStream, { language, label }: InputWords): AudioStream => ({
  ...stream,
  language: language ?? stream.language,
  title: label ?? stream.title,
})

function refuseCodec(stream: VideoStream | AudioStream, path: string): void {
  if (stream.codec in PICTURES || SOUNDS.includes(stream.codec)) return
  throw new HeadendError('HE_INPUT_UNSUPPORTED', `${path}: ${stream.codec} has no place in a package`, {
    hint: `Pictures: ${Object.keys(PICTURES).join(', ')}. Sound: ${SOUNDS.join(', ')}. headend transcode and headend vod write them.`,
  })
}

/** Files of a ladder often carry the same sound each: it is taken from the first. */
function dropTwins(
  sounds: readonly Sound[],
  sources: readonly PackageSource[],
): { kept: Sound[]; warnings: Warning[] } {
  const seen = new Map<string, Sound>()
  const kept: Sound[] = []
  const warnings: Warning[] = []
  for (const sound of sounds) {
    const { codec, channels, language, title } = sound.stream
    const key = [codec, channels, language, title, roleOf(sound)].join('\n')
    const twin = seen.get(key)
    if (!twin || twin.input === sound.input) {
      seen.set(key, twin ?? sound)
      kept.push(sound)
      continue
    }
    warnings.push({
      code: 'audio-twin',
      message: `The sound of ${pathOf(sources[sound.input]!)} (stream ${sound.stream.index}: ${codec}, ${channels} channels) is taken to be that of ${pathOf(sources[twin.input]!)} and left out. Another language, role or label after # keeps both.`,
    })
  }
  return { kept, warnings }
}

const roleOf = ({ stream, words }: Sound): PackageAudio['role'] => words.role ?? trackRole(stream)

/** The largest first, of one size the better. */
function planPictures(pictures: readonly Picture[]): PackageVideo[] {
  const size = ({ stream }: Picture): number => stream.displayWidth * stream.displayHeight
  const sorted = pictures.toSorted(
    (a, b) => size(b) - size(a) || (b.stream.bitrateBps ?? 0) - (a.stream.bitrateBps ?? 0),
  )
  const names = nameRungs(
    sorted.map(({ stream }) => ({
      width: stream.displayWidth,
      height: stream.displayHeight,
      codec: PICTURES[stream.codec]!,
      halved: false,
    })),
  )
  return sorted.map(({ input, stream }, i) => ({
    id: names[i]!.id,
    ...{ input, stream: stream.index, language: null, label: null },
    ...{ codec: stream.codec, codecString: stream.codecString },
    ...{ width: stream.codedWidth, height: stream.codedHeight },
    tag: stream.codec === 'hevc' ? 'hvc1' : null,
  }))
}

function planSounds(sounds: readonly Sound[]): PackageAudio[] {
  const names = nameTracks(
    sounds.map(({ stream }) => stream),
    ({ channels }) => `${channels}ch`,
  )
  const asked = sounds.findIndex(({ words }) => words.default)
  const tagged = sounds.findIndex(sound => roleOf(sound) === 'main' && sound.stream.dispositions.includes('default'))
  const first = sounds.findIndex(sound => roleOf(sound) === 'main')
  const start = [asked, tagged, first, 0].find(i => i >= 0)
  return sounds.map((sound, i) => ({
    ...names[i]!,
    ...{ input: sound.input, stream: sound.stream.index, language: sound.stream.language },
    ...{ codec: sound.stream.codec, channels: sound.stream.channels },
    role: roleOf(sound),
    default: i === start,
  }))
}

function planSubtitles(sources: readonly PackageSource[]): PackageSubtitle[] {
  const ids = new Set<string>()
  const all = sources.flatMap((source, input): Omit<PackageSubtitle, 'id'>[] => {
    const { words } = source
    if (isText(source)) return [{ input, stream: null, from: source.from, ...say(null, null, [], words) }]
    return packageSubtitles(source.facts).map(({ stream, language, label, dispositions, from }) => ({
      ...{ input, stream, from },
      ...say(language, label, dispositions, words),
    }))
  })
  return all.map((each, order) => {
    const tag = (each.language ?? 'und').toLowerCase().replace(/[^a-z0-9]+/g, '-')
    return { id: unused(`t_${order}_${tag}`, ids, '_'), ...each }
  })
}

const say = (
  language: string | null,
  label: string | null,
  dispositions: readonly string[],
  words: InputWords,
): Pick<PackageSubtitle, 'language' | 'label' | 'default' | 'forced' | 'hearingImpaired'> => ({
  language: words.language ?? language,
  label: words.label ?? label,
  default: words.default ?? dispositions.includes('default'),
  forced: words.forced ?? dispositions.includes('forced'),
  hearingImpaired:
    words.role === 'hearing' || ['hearing_impaired', 'captions'].some(each => dispositions.includes(each)),
})

function lengthWarnings(tracks: readonly (Picture | Sound)[], sources: readonly PackageSource[]): Warning[] {
  const ends = tracks.flatMap(({ input, stream }) => {
    const { facts } = sources[input] as MediaSource
    const seconds = stream.duration ?? facts.container.duration
    if (seconds === null) return []
    const start = sub(parseRational(stream.startTime ?? '0/1'), parseRational(originOf(facts)))
    return [{ path: facts.path, index: stream.index, end: toNumber(start) + toNumber(parseRational(seconds)) }]
  })
  const longest = Math.max(0, ...ends.map(({ end }) => end))
  return ends.flatMap(({ path, index, end }) =>
    longest - end <= LENGTH_S
      ? []
      : [
          {
            code: 'length',
            message: `${path}, stream ${index} ends at ${end.toFixed(2)} s, the longest track at ${longest.toFixed(2)} s: is it the same programme?`,
          },
        ],
  )
}

function lostWarnings(sources: readonly PackageSource[]): Warning[] {
  return media(sources).flatMap(([{ facts }]) => {
    const kept = new Set(packageSubtitles(facts).map(({ stream }) => stream))
    const lost = [...facts.subtitles.filter(({ index }) => !kept.has(index)), ...facts.other]
    return lost.map(({ index, codec }) => ({
      code: 'stream-left-out',
      message: `${facts.path}, stream ${index} (${codec}) has no place in a package and is left out.`,
    }))
  })
}

/** The times at which two pictures are cut must be the same: where they first are not, in words; null where they are. */
export function describeMisalignment(
  tracks: readonly { readonly id: string; readonly startsS: readonly number[] }[],
): string | null {
  const [first, ...others] = tracks
  for (const other of others) {
    const at = Math.max(first!.startsS.length, other.startsS.length)
    for (let i = 0; i < at; i++) {
      const [a, b] = [first!.startsS[i], other.startsS[i]]
      if (a !== undefined && b !== undefined && Math.abs(a - b) < 1e-6) continue
      const show = (s: number | undefined): string => (s === undefined ? 'nowhere any more' : `at ${s.toFixed(3)} s`)
      return `segment ${i + 1} begins ${show(a)} in ${first!.id}, ${show(b)} in ${other.id}`
    }
  }
  return null
}
