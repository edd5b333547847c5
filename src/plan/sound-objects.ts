// Sound with objects (Dolby Atmos): they live in data that only Dolby's encoders make. Handed on whole, or lost and said so.
import { HeadendError } from '../core/index.ts'
import type { AudioCodec, AudioStream, Warning } from '../model/index.ts'

/** FFmpeg's profiles are “Dolby Digital Plus + Dolby Atmos” (E-AC-3 with JOC) and “Dolby TrueHD + Dolby Atmos”. */
export const hasObjects = ({ profile }: Pick<AudioStream, 'profile'>): boolean => /Dolby Atmos/.test(profile ?? '')

/** The same codec without its objects would look like what it was. @throws {HE_PLAN_IMPOSSIBLE} */
export function refuseObjects(stream: AudioStream, codec: AudioCodec): void {
  if (!hasObjects(stream) || stream.codec !== codec) return
  throw new HeadendError(
    'HE_PLAN_IMPOSSIBLE',
    `audio stream ${stream.index} has Dolby Atmos objects, which no encoder here can write: as ${codec} again it would lose them`,
    { hint: 'Use --audio-codec copy, which hands them on untouched, or another codec, which gets the bed alone.' },
  )
}

export const objectWarnings = (stream: AudioStream): Warning[] =>
  hasObjects(stream)
    ? [
        {
          code: 'objects-lost',
          message: `Audio stream ${stream.index} (${stream.profile}) is encoded anew from its ${stream.layout} bed; its objects are lost. --audio-codec copy keeps them.`,
        },
      ]
    : []
