// Names of audio tracks: what folders are called, and what people choose from. Pure.
import { trackPurpose } from '../audio/index.ts'
import type { AudioStream } from '../model/index.ts'

const PURPOSE_LABELS: Readonly<Record<string, string>> = {
  comment: 'commentary',
  visual_impaired: 'audio description',
  descriptions: 'audio description',
  hearing_impaired: 'clear dialogue',
  karaoke: 'karaoke',
}

/** Ids and labels, each used once: HLS tells renditions of one group apart by NAME (RFC 8216 4.3.4.1.1). */
export function nameTracks(
  streams: readonly AudioStream[],
  layoutOf: (stream: AudioStream) => string,
): { id: string; label: string }[] {
  const ids = new Set<string>()
  const labels = new Set<string>()
  return streams.map(stream => {
    const purpose = trackPurpose(stream)
    const language = stream.language ?? 'und'
    const words = ['a', language, ...(purpose === 'main' ? [] : [purpose]), layoutOf(stream)]
    const kind = PURPOSE_LABELS[purpose]
    const plain = [stream.language ?? 'Main', ...(kind ? [`(${kind})`] : [])].join(' ')
    return {
      id: unused(
        words
          .join('_')
          .toLowerCase()
          .replace(/[^a-z0-9_-]+/g, '-'),
        ids,
        '_',
      ),
      label: unused(stream.title ?? plain, labels, ' '),
    }
  })
}

/** `name`, or with the first number that makes it new; it is then taken. */
export function unused(name: string, taken: Set<string>, separator: string): string {
  let free = name
  for (let n = 2; taken.has(free); n++) free = `${name}${separator}${n}`
  taken.add(free)
  return free
}
