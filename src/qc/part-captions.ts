// The part of the inspection that reads the cues of caption tracks.
import type { CuesResult, SubtitleFormat, SubtitleStream } from '../model/index.ts'
import type { CaptionTimingLimits } from './captions-checks.ts'
import type { QcPart } from './pass.ts'

export type CaptionTrack = {
  readonly stream: SubtitleStream
  /** null: pictures, or a format of text that is not read here. */
  readonly format: SubtitleFormat | null
  readonly result: CuesResult | null
}

/** By FFmpeg's names of codecs. */
const formats: Readonly<Record<string, SubtitleFormat>> = {
  subrip: 'srt',
  text: 'srt',
  webvtt: 'webvtt',
  ass: 'ass',
  ssa: 'ass',
  ttml: 'ttml',
  mov_text: 'mov_text',
}

const nodeOf = ({ index }: SubtitleStream): string => `cues_${index}`

export const captionsPart: QcPart<readonly CaptionTrack[]> = {
  addTo(pass, limits) {
    if (![...limits.keys()].some(id => id.startsWith('captions.'))) return
    const timing = limits.get('captions.timing') as CaptionTimingLimits | undefined
    const rules = timing && { maxCharactersPerS: timing.maxCharactersPerS, minDurationS: timing.minDurationS }
    for (const stream of pass.facts.subtitles) {
      const format = formats[stream.codec]
      if (format) pass.onPackets(stream.index, { id: nodeOf(stream), kind: 'cues', params: { format, ...rules } })
    }
  },
  read: (results, facts) =>
    facts.subtitles.map(stream => ({
      stream,
      format: formats[stream.codec] ?? null,
      result: (results.get(nodeOf(stream)) as CuesResult | undefined) ?? null,
    })),
}
