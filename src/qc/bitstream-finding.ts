// How checks of the bitstream walk over coded streams.
import type { AudioStream, PacketsResult, VideoStream } from '../model/index.ts'
import type { Found, Judgement } from './check.ts'
import type { Evidence } from './evidence.ts'
import type { CodedStream } from './part-coded.ts'

export type CodedPicture = Omit<CodedStream, 'stream'> & { readonly stream: VideoStream }
export type CodedSound = Omit<CodedStream, 'stream'> & { readonly stream: AudioStream }
export type ReadPicture = CodedPicture & { readonly result: PacketsResult }

const isCover = ({ dispositions }: VideoStream): boolean => dispositions.includes('attached_pic')

/** By what container and bitstream state; no packet needs to have been read. */
export function judgeStated(
  { facts }: Evidence,
  judge: (stream: VideoStream, subject: string) => readonly Found[],
): Judgement {
  const streams = facts.video.filter(each => !isCover(each))
  if (streams.length === 0) return { skipped: 'the file has no picture' }
  return streams.flatMap(stream => judge(stream, `v${stream.index}`))
}

/** By what the packets of pictures say. */
export function judgeCoded({ coded }: Evidence, judge: (picture: ReadPicture) => readonly Found[]): Judgement {
  const pictures = coded.filter(({ type }) => type === 'video')
  if (pictures.length === 0) return { skipped: 'the file has no picture' }
  const read = pictures.filter(({ result }) => (result?.packets ?? 0) > 0) as ReadPicture[]
  return read.length === 0 ? { skipped: 'no packet of a picture was read' } : read.flatMap(judge)
}

export function judgeSound({ coded }: Evidence, judge: (sound: CodedSound) => readonly Found[]): Judgement {
  const sounds = coded.filter(({ type }) => type === 'audio') as CodedSound[]
  return sounds.length === 0 ? { skipped: 'the file has no sound' } : sounds.flatMap(judge)
}

export const mbps = (bps: number): string => `${(bps / 1e6).toFixed(bps < 1e7 ? 2 : 1)} Mbit/s`
