// Which streams of the input are delivered, and what is left out.
import { applyRoles, pickTracks, selectTracks } from '../audio/index.ts'
import { HeadendError } from '../core/index.ts'
import type { AudioStream, Choice, MediaFacts, VideoStream, Warning } from '../model/index.ts'
import type { SoundOptions } from './options.ts'

export type ChosenStreams = {
  readonly video: VideoStream | null
  readonly audio: readonly AudioStream[]
  /** The tracks were named by the caller. */
  readonly asked: boolean
}

type TrackWishes = Pick<SoundOptions, 'audioTracks' | 'audioRoles'>

/** `first` takes one track for each language and purpose, as a ladder needs; `all` takes every track, as a file may have. */
export type TrackPolicy = 'first' | 'all'

const NO_PICTURE = ['attached_pic', 'still_image', 'timed_thumbnails']
export const isPicture = ({ dispositions }: VideoStream): boolean =>
  !NO_PICTURE.some(each => dispositions.includes(each))

/** @throws {HE_INPUT_TRUNCATED} {HE_INPUT_NO_TRACK}, {HE_PLAN_IMPOSSIBLE} for tracks that are not there */
export function chooseStreams(
  facts: MediaFacts,
  policy: TrackPolicy,
  { audioTracks, audioRoles }: TrackWishes = { audioTracks: [], audioRoles: [] },
): ChosenStreams {
  if (facts.truncated)
    throw new HeadendError('HE_INPUT_TRUNCATED', `${facts.path} ends before its own index says it does`)
  const pictures = facts.video.filter(isPicture)
  const video = pictures.find(({ dispositions }) => dispositions.includes('default')) ?? pictures[0] ?? null
  const usable = applyRoles(facts.audio.filter(isUsable), audioRoles)
  const asked = audioTracks.length > 0
  const audio = asked
    ? firstIsDefault(pickTracks(usable, audioTracks))
    : policy === 'first'
      ? selectTracks({ audio: usable })
      : usable
  if (!video && audio.length === 0)
    throw new HeadendError('HE_INPUT_NO_TRACK', `${facts.path} has neither picture nor sound`)
  return { video, audio, asked }
}

/** Who names tracks names the one to start with first. */
const firstIsDefault = (streams: readonly AudioStream[]): AudioStream[] =>
  streams.map((stream, i) => ({
    ...stream,
    dispositions: [...(i === 0 ? ['default'] : []), ...stream.dispositions.filter(each => each !== 'default')],
  }))

/** Tracks without channels or a sampling rate cannot be decoded. */
const isUsable = ({ channels, sampleRateHz }: AudioStream): boolean => channels > 0 && sampleRateHz > 0

export function streamChoices(
  facts: MediaFacts,
  { video, audio, asked }: ChosenStreams,
  policy: TrackPolicy,
): Choice[] {
  const others = facts.video.filter(each => isPicture(each) && each !== video)
  return [
    {
      what: 'video.stream',
      pick: video ? String(video.index) : 'none',
      because: !video
        ? 'the source has no moving picture'
        : others.length === 0
          ? 'the only picture'
          : 'the default picture, else the first',
      ...(others.length > 0 ? { over: others.map(({ index }) => String(index)) } : {}),
    },
    {
      what: 'audio.streams',
      pick: audio.length > 0 ? audio.map(({ index }) => index).join(', ') : 'none',
      because:
        audio.length === 0
          ? 'the source has no sound'
          : asked
            ? 'as asked, the first to start with'
            : policy === 'first'
              ? 'the default track first, then one for each language and purpose'
              : 'all tracks, in the order of the source',
    },
  ]
}

/** What the source has and the output will not: nothing is lost in silence. `delivered` are stream indices. */
export function leftOut(
  facts: MediaFacts,
  { asked }: Pick<ChosenStreams, 'asked'>,
  delivered: ReadonlySet<number>,
  subtitles: string,
): Warning[] {
  const missing = <T extends { readonly index: number }>(streams: readonly T[]): T[] =>
    streams.filter(({ index }) => !delivered.has(index))
  const kinds = [
    { streams: missing(facts.video.filter(isPicture)), name: 'video', why: 'one picture is delivered' },
    {
      streams: missing(facts.audio),
      name: 'audio',
      why: asked ? 'others were asked for' : 'of tracks with one language and purpose the first is delivered',
    },
    { streams: missing(facts.subtitles), name: 'subtitle', why: subtitles },
  ]
  return kinds
    .filter(({ streams }) => streams.length > 0)
    .map(({ streams, name, why }) => ({
      code: `${name}-left-out`,
      message: `The ${name} stream${streams.length > 1 ? 's' : ''} ${streams.map(({ index }) => index).join(', ')} ${streams.length > 1 ? 'are' : 'is'} left out: ${why}.`,
    }))
}
