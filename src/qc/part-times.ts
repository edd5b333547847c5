// The part of the inspection that follows the timestamps of pictures and sound, packet by packet.
import { parseRational, toNumber } from '../core/index.ts'
import type { AudioStream, PacketsResult, VideoStream } from '../model/index.ts'
import type { QcPart } from './pass.ts'

/** A stream and what its packets say. */
export type TimedStream = {
  readonly subject: string
  readonly index: number
  readonly type: 'video' | 'audio'
  /** What one picture lasts; null of sound, of fields, and where no rate is known. */
  readonly frameS: number | null
  readonly result: PacketsResult
}

const wanted = ['wrapper.timestamps', 'wrapper.gaps', 'wrapper.duration', 'wrapper.start-time']
const nodeOf = (index: number): string => `times_${index}`
const isCover = ({ dispositions }: VideoStream): boolean => dispositions.includes('attached_pic')

/** Fields may come as packets of their own: then the packets are believed. */
function frameSeconds({ frameRate, scan }: VideoStream): number | null {
  const rate = frameRate ? toNumber(parseRational(frameRate)) : 0
  return rate > 0 && scan === 'progressive' ? 1 / rate : null
}

export const timesPart: QcPart<readonly TimedStream[]> = {
  addTo(pass, limits) {
    if (!wanted.some(id => limits.has(id))) return
    const held = limits.get('wrapper.gaps') as { maxPictures: number; maxSoundMs: number } | undefined
    const add = ({ index }: VideoStream | AudioStream, type: 'video' | 'audio', frameS: number | null): void => {
      const gapS = type === 'audio' ? (held?.maxSoundMs ?? 40) / 1000 : (held?.maxPictures ?? 0.5) * (frameS ?? 0.04)
      // A codec without a name: its pictures are not looked into here.
      pass.onPackets(index, { id: nodeOf(index), kind: 'packets', params: { type, codec: '', frameS, gapS } })
    }
    for (const stream of pass.facts.video) if (!isCover(stream)) add(stream, 'video', frameSeconds(stream))
    for (const stream of pass.facts.audio) add(stream, 'audio', null)
  },
  read(results, { video, audio }) {
    const read = (index: number, type: 'video' | 'audio', frameS: number | null): TimedStream[] => {
      const result = results.get(nodeOf(index)) as PacketsResult | undefined
      return result ? [{ subject: `${type[0]}${index}`, index, type, frameS, result }] : []
    }
    return [
      ...video.flatMap(stream => read(stream.index, 'video', frameSeconds(stream))),
      ...audio.flatMap(({ index }) => read(index, 'audio', null)),
    ]
  },
}
