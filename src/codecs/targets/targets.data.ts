// The targets, each rule with its source. Where a source is silent, `because` says what was taken instead and why.
import type { AudioCodec, ContainerName } from '../../model/index.ts'
import { containerRows } from '../containers/index.ts'
import { sources as from } from './sources.data.ts'
import type { HdrName, Mode, Target, TargetAudioRule, TargetVideoRule } from './target.ts'

const mode = (width: number, height: number, fps: number): Mode => ({ width, height, fps })
const HD720P60 = mode(1280, 720, 60)
const HD30 = mode(1920, 1080, 30)
const HD60 = mode(1920, 1080, 60)
const UHD30 = mode(3840, 2160, 30)
const UHD60 = mode(3840, 2160, 60)
const CINEMA60 = mode(4096, 2160, 60)

/**
 * What H.264 level 5.1 has room for by ITU-T H.264 Table A-1 (36 864 macroblocks a frame, 983 040 a second). Vendors print 4096x2160
 * at 30 fps beside this level (1 036 800 macroblocks a second), some 3840x2160 at 60: no stream can be both.
 */
const AVC51 = [mode(4096, 2160, 25), UHD30, mode(2560, 1440, 60)]
const AVC51_UHD = AVC51.slice(1)

type Limits = Partial<
  Pick<TargetVideoRule, 'highestLevel' | 'tier' | 'modes' | 'exactSize' | 'maxBitrateBps' | 'containers'>
>
const rule = (
  codec: TargetVideoRule['codec'],
  profiles: readonly string[],
  because: string,
  source: string,
  {
    highestLevel = null,
    tier = null,
    modes = [],
    exactSize = false,
    maxBitrateBps = null,
    containers = null,
  }: Limits = {},
): TargetVideoRule => ({
  ...{ codec, profiles, highestLevel, tier, modes, exactSize, maxBitrateBps, containers, because, source },
})

const AVC_MAIN = ['constrained-baseline', 'main'] as const
const AVC = [...AVC_MAIN, 'high'] as const
const HEVC = ['main', 'main10'] as const
const VP9 = ['0', '2'] as const
const WEBM = ['webm'] as const
/** Apple HLS 1.5, 1.39 and 2.25: in fragmented MP4, never in a transport stream. */
const ISO = ['mp4', 'mov', 'cmaf'] as const

const Mbit = 1_000_000

type Channels = Readonly<Partial<Record<AudioCodec, number>>>
const sound = (
  source: string,
  because: string,
  channels: Channels,
  containers: TargetAudioRule['containers'] = null,
): TargetAudioRule[] =>
  Object.entries(channels).map(([codec, maxChannels]) => ({
    ...{ codec: codec as AudioCodec, maxChannels, containers, because, source },
  }))

const STEREO = 'it is listed without a number of channels; stereo is what every decoder has'
const SURROUND = 'it is listed without a number of channels; 5.1 is what the format is for'

type Screen = {
  readonly name: string
  readonly title: string
  readonly kind?: Target['kind']
  readonly provenance: Target['provenance']
  readonly video: readonly TargetVideoRule[]
  readonly audio: readonly TargetAudioRule[]
  readonly hdr?: readonly [HdrName[], string]
  readonly containers: readonly [readonly ContainerName[], string]
  readonly quirks?: Target['quirks']
  readonly progressiveOnly?: boolean
  readonly squarePixels?: boolean
  readonly constantFrameRate?: boolean
  readonly maxFps?: number | null
  readonly rate?: Target['defaults']['rate']
}

/** What is watched is progressive, has square pixels and at most 60 frames a second, unless it says otherwise. */
function target({
  name,
  title,
  kind = 'device',
  provenance,
  video,
  audio,
  quirks = [],
  rate = null,
  ...rest
}: Screen): Target {
  const [hdr, hdrSource] = rest.hdr ?? [[], null]
  const [containers, containersSource] = rest.containers
  const cited = [...video, ...audio, ...quirks].map(({ source }) => source)
  const { codec, containers: only } = video[0]!
  const container = containers.find(each => containerRows[each].video[codec] && (only?.includes(each) ?? true))!
  return {
    ...{ name, title, kind, provenance, video, hdr, hdrSource, audio, containers, containersSource, quirks },
    sources: [...new Set([...cited, containersSource, ...(hdrSource === null ? [] : [hdrSource])])],
    maxFps: rest.maxFps === undefined ? 60 : rest.maxFps,
    progressiveOnly: rest.progressiveOnly ?? true,
    squarePixels: rest.squarePixels ?? true,
    constantFrameRate: rest.constantFrameRate ?? false,
    defaults: {
      ...{ codec, container, rate },
      audioCodec: audio.find(
        each => containerRows[container].audio.includes(each.codec) && (each.containers?.includes(container) ?? true),
      )!.codec,
    },
  }
}

function apple(
  name: string,
  title: string,
  h264: { level: string; modes: readonly Mode[]; why: string },
  quirk: string,
): Target {
  return target({
    name,
    title,
    provenance: 'vendor',
    video: [
      rule(
        'h264',
        AVC,
        `H.264 up to High, level ${h264.level} (${h264.why}); the sizes are what the level allows`,
        from.apple,
        {
          highestLevel: h264.level,
          modes: h264.modes,
        },
      ),
      rule(
        'hevc',
        HEVC,
        'HEVC up to Main 10, level 5.1, High tier (1.6b); the sizes are what the level allows',
        from.apple,
        {
          highestLevel: '5.1',
          tier: 'high',
          modes: [CINEMA60],
          containers: ISO,
        },
      ),
    ],
    audio: [
      ...sound(from.apple, 'multichannel AAC is the companion of every other surround sound (2.26)', { aac: 6 }),
      ...sound(from.apple, SURROUND, { eac3: 6, ac3: 6 }),
      ...sound(from.apple, `in fragmented MP4 alone (2.25); ${STEREO}`, { alac: 2, flac: 2 }, ISO),
    ],
    hdr: [['hdr10', 'hlg', 'dolby-vision'], from.apple],
    containers: [['mp4', 'mov', 'cmaf', 'mpegts'], from.apple],
    quirks: [
      { text: quirk, source: from.apple },
      {
        text: 'the specification is of HLS: transport streams and CMAF play as its segments; files as MP4 or QuickTime',
        source: from.apple,
      },
      { text: 'AV1 needs hardware that is young (iPhone 15 Pro, M3): it is no rule here', source: from.appleAv1 },
    ],
  })
}

const castAudio = (source: string): TargetAudioRule[] => sound(source, STEREO, { aac: 2, mp3: 2, opus: 2, flac: 2 })
/** WebM is for those that decode VP9; the others know it with VP8, which is not made here. */
const castContainers = (vp9: 'vp9' | 'no vp9') =>
  [vp9 === 'vp9' ? (['mp4', 'webm', 'mpegts'] as const) : (['mp4', 'mpegts'] as const), from.cast] as const
const castQuirk = { text: 'AC-3 and E-AC-3 are only passed on to an amplifier', source: from.cast }

type SetLists = {
  readonly hevc: Limits
  readonly vp9: Limits
  readonly av1?: Limits
  readonly profiles?: readonly string[]
}
const samsung = (source: string, { hevc, vp9, av1, profiles = HEVC }: SetLists): TargetVideoRule[] => [
  rule(
    'hevc',
    profiles,
    'the vendor’s list for UHD models; it names no level: 5.1, Main tier, has room for its sizes',
    source,
    {
      ...{ highestLevel: '5.1', tier: 'main' },
      ...hevc,
    },
  ),
  rule('h264', AVC, 'the vendor’s list for UHD models: level 5.1, of the sizes those that it has room for', source, {
    ...{ highestLevel: '5.1', modes: AVC51, maxBitrateBps: 60 * Mbit },
  }),
  ...(av1
    ? [
        rule(
          'av1',
          ['main'],
          'the vendor’s list from 2020 on; it names no profile or level: Main 5.1 has room for UHD 60',
          source,
          av1,
        ),
      ]
    : []),
  rule('vp9', VP9, 'the vendor’s list, in WebM alone; it names no level', source, { containers: WEBM, ...vp9 }),
]
const samsungAudio = (source: string): TargetAudioRule[] => [
  ...sound(source, STEREO, { aac: 2 }),
  ...sound(source, SURROUND, { eac3: 6, ac3: 6 }),
  ...sound(source, STEREO, { mp3: 2 }),
]

const lgAudio: readonly TargetAudioRule[] = [
  ...sound(from.lg2020, STEREO, { aac: 2 }),
  ...sound(from.lg2020, SURROUND, { eac3: 6, ac3: 6 }),
  ...sound(from.lg2020, STEREO, { mp3: 2 }),
]
const lgContainers = [['mp4', 'mov', 'matroska', 'mpegts'], from.lg2020] as const

const playStation = (name: string, title: string): Target =>
  target({
    name,
    title,
    provenance: 'derived',
    video: [
      rule(
        'h264',
        AVC,
        'no limits are published; players take 1080p for its largest size, level 4.2 is what 1080p60 needs',
        from.shaka,
        {
          highestLevel: '4.2',
          modes: [HD60],
        },
      ),
    ],
    audio: sound(from.shaka, 'no list of sound was found; AAC-LC in stereo is in all that were', { aac: 2 }),
    containers: [['mp4'], from.shaka],
    quirks: [{ text: 'what it answers about its decoders cannot be used', source: from.shaka }],
  })

/** CDD 5.1.3: AAC in MP4 and transport streams, Opus in Matroska, of which WebM is a part. */
const androidAudio: readonly TargetAudioRule[] = [
  ...sound(from.cddCodecs, 'demanded up to 5.1 (5.1.3)', { aac: 6 }, ['mp4', 'mpegts']),
  ...sound(from.cddCodecs, 'demanded up to 5.1 (5.1.3)', { opus: 6 }, ['webm', 'matroska']),
]

export const targets: readonly Target[] = [
  target({
    name: 'browser-baseline',
    title: 'Every browser, phones included',
    kind: 'browser',
    provenance: 'derived',
    video: [
      rule(
        'h264',
        AVC_MAIN,
        'no browser publishes limits; this is what is demanded of every Android phone with a 1080p display, and it is less than every other list has',
        from.cddVideo,
        { highestLevel: '4.0', modes: [HD30, HD720P60], maxBitrateBps: 8 * Mbit },
      ),
    ],
    audio: sound(from.cddCodecs, 'in every list that was found', { aac: 2 }),
    containers: [['mp4'], from.cddCodecs],
  }),
  target({
    name: 'web',
    title: 'Browsers on computers and recent phones',
    kind: 'browser',
    provenance: 'derived',
    video: [
      rule(
        'h264',
        AVC,
        'every browser decodes H.264, none publishes a level: Windows decodes up to 5.1, Apple’s least is 5.0, Android TV’s 4.2; 4.2 is in all of them',
        from.windows,
        { highestLevel: '4.2', modes: [HD60] },
      ),
      rule(
        'av1',
        ['main'],
        'Chrome, Firefox, Edge with its extension; Safari on young hardware alone, so ask for it',
        from.shaka,
        {
          ...{ highestLevel: '5.1', tier: 'main', modes: [UHD60] },
        },
      ),
      rule('vp9', ['0'], 'Chrome, Firefox, Edge; of Safari no source is sure, so ask for it', from.shaka, {
        ...{ highestLevel: '5.1', modes: [UHD60] },
      }),
    ],
    audio: [
      ...sound(from.shaka, STEREO, { aac: 2 }),
      ...sound(from.jellyfin, 'Safari decodes two channels of it', { opus: 2 }),
      ...sound(from.windowsCodecs, STEREO, { flac: 2, mp3: 2 }),
    ],
    containers: [['mp4', 'webm'], from.shaka],
    quirks: [
      {
        text: 'HDR is left out: Firefox shows it on macOS alone, Chrome on phones without tone mapping',
        source: from.jellyfin,
      },
      {
        text: 'HEVC is left out: Firefox has it in no version that the source lists, Windows only by hardware',
        source: from.caniuse,
      },
    ],
  }),
  apple(
    'ios',
    'iPhone and iPad',
    { level: '5.2', modes: [CINEMA60], why: '1.3b' },
    'Dolby Vision by profile 5, or 10 in AV1, up to its level 9 (1.9)',
  ),
  apple(
    'tvos',
    'Apple TV',
    { level: '5.1', modes: AVC51, why: '1.3b, amended for tvOS' },
    'of HDR there must be variants of 30 fps and less (1.20)',
  ),
  apple(
    'macos',
    'Mac',
    { level: '5.0', modes: [mode(2560, 1440, 30), HD60], why: '1.3b, amended for macOS' },
    'Dolby Vision by profile 5, up to its level 7 (1.9)',
  ),
  target({
    name: 'android',
    title: 'Android phones and tablets, whatever their price',
    provenance: 'vendor',
    video: [
      rule(
        'h264',
        AVC_MAIN,
        'demanded of every device with such a display: 1080p30 at 20 Mbit/s, 720p60 at 8, of which the smaller rate is taken for both; 4.0 is the level they need',
        from.cddVideo,
        { highestLevel: '4.0', modes: [HD30, HD720P60], maxBitrateBps: 8 * Mbit, containers: ['mp4', 'mpegts'] },
      ),
      rule(
        'hevc',
        ['main'],
        'demanded where there is a hardware decoder: 1080p30 at 5 Mbit/s, Main tier; 4.0 is the level it needs',
        from.cddVideo,
        {
          ...{ highestLevel: '4.0', tier: 'main', modes: [HD30], maxBitrateBps: 5 * Mbit, containers: ['mp4'] },
        },
      ),
      rule(
        'vp9',
        ['0'],
        'demanded where there is a hardware decoder: 1080p30 at 5 Mbit/s; 4.0 is the level it needs',
        from.cddVideo,
        {
          ...{ highestLevel: '4.0', modes: [HD30], maxBitrateBps: 5 * Mbit, containers: ['webm', 'matroska'] },
        },
      ),
    ],
    audio: androidAudio,
    containers: [['mp4', 'mpegts', 'webm', 'matroska'], from.cddCodecs],
    quirks: [
      {
        text: 'HDR, High profile and more than 1080p are up to the device: most have them, none must',
        source: from.cddVideo,
      },
      { text: 'transport streams cannot be sought in', source: from.cddCodecs },
    ],
  }),
  target({
    name: 'android-tv',
    title: 'Android TV, UHD models',
    provenance: 'vendor',
    video: [
      rule('h264', AVC, 'demanded of every television: High 4.2, 1080p60, 20 Mbit/s', from.cddVideo, {
        ...{ highestLevel: '4.2', modes: [HD60], maxBitrateBps: 20 * Mbit, containers: ['mp4', 'mpegts'] },
      }),
      rule(
        'hevc',
        HEVC,
        'demanded with UHD: Main 10, level 5, Main tier, 20 Mbit/s; of its table’s UHD 60 the level has room for 30',
        from.cddVideo,
        { highestLevel: '5.0', tier: 'main', modes: [UHD30, HD60], maxBitrateBps: 20 * Mbit, containers: ['mp4'] },
      ),
      rule(
        'vp9',
        ['0'],
        'demanded with UHD: 8 bit, UHD 60, 20 Mbit/s (10 bit only should be); 5.1 is the level it needs',
        from.cddVideo,
        {
          ...{ highestLevel: '5.1', modes: [UHD60], maxBitrateBps: 20 * Mbit, containers: ['webm', 'matroska'] },
        },
      ),
    ],
    audio: androidAudio,
    containers: [['mp4', 'mpegts', 'webm', 'matroska'], from.cddCodecs],
    quirks: [
      {
        text: 'HDR is up to the set: its static metadata are demanded only of those that advertise it',
        source: from.cddCodecs,
      },
    ],
  }),
  target({
    name: 'chromecast',
    title: 'Chromecast, 1st and 2nd generation',
    provenance: 'vendor',
    video: [
      rule('h264', AVC, 'High 4.1: 1080p30 or 720p60', from.cast, { highestLevel: '4.1', modes: [HD30, HD720P60] }),
    ],
    audio: castAudio(from.cast),
    containers: castContainers('no vp9'),
    quirks: [castQuirk],
  }),
  target({
    name: 'chromecast-gen3',
    title: 'Chromecast, 3rd generation',
    provenance: 'vendor',
    video: [rule('h264', AVC, 'High 4.2: 1080p60', from.cast, { highestLevel: '4.2', modes: [HD60] })],
    audio: castAudio(from.cast),
    containers: castContainers('no vp9'),
    quirks: [castQuirk],
  }),
  target({
    name: 'chromecast-ultra',
    title: 'Chromecast Ultra',
    provenance: 'vendor by a copy',
    video: [
      rule('hevc', HEVC, 'Main and Main 10, level 5.1, UHD 60; it names no tier: Main', from.castCopy, {
        ...{ highestLevel: '5.1', tier: 'main', modes: [UHD60] },
      }),
      rule('vp9', VP9, 'profiles 0 and 2, level 5.1, UHD 60', from.castCopy, { highestLevel: '5.1', modes: [UHD60] }),
      rule('h264', AVC, 'High 4.2: 1080p60', from.cast, { highestLevel: '4.2', modes: [HD60] }),
    ],
    audio: castAudio(from.castCopy),
    hdr: [['hdr10', 'dolby-vision'], from.castUltraPress],
    containers: castContainers('vp9'),
    quirks: [castQuirk],
  }),
  target({
    name: 'google-tv-4k',
    title: 'Chromecast with Google TV (4K)',
    provenance: 'vendor by a copy',
    video: [
      rule('hevc', HEVC, 'Main and Main 10, level 5.1, 4K 60; it names no tier: Main', from.castCopy, {
        ...{ highestLevel: '5.1', tier: 'main', modes: [CINEMA60] },
      }),
      rule('vp9', VP9, 'profile 2 and what it contains, 4K 60; 5.1 is the level it needs', from.castCopy, {
        ...{ highestLevel: '5.1', modes: [CINEMA60] },
      }),
      rule('h264', AVC, 'High 5.1, 4K 30: of that size what the level has room for', from.castCopy, {
        highestLevel: '5.1',
        modes: AVC51,
      }),
    ],
    audio: castAudio(from.castCopy),
    hdr: [['hdr10', 'hlg', 'dolby-vision'], from.googleTvPress],
    containers: castContainers('vp9'),
    quirks: [castQuirk],
  }),
  target({
    name: 'google-tv-streamer',
    title: 'Google TV Streamer',
    provenance: 'vendor by a copy',
    video: [
      rule('hevc', HEVC, 'Main and Main 10, level 5.1, 4K 60; it names no tier: Main', from.castCopy, {
        ...{ highestLevel: '5.1', tier: 'main', modes: [CINEMA60] },
      }),
      rule('av1', ['main'], 'Main, level 5.1, 4K 60; it names no tier: Main', from.castCopy, {
        ...{ highestLevel: '5.1', tier: 'main', modes: [CINEMA60] },
      }),
      rule('vp9', VP9, 'profile 2 and what it contains, 4K 60; 5.1 is the level it needs', from.castCopy, {
        ...{ highestLevel: '5.1', modes: [CINEMA60] },
      }),
      rule('h264', AVC, 'High 5.2, 4K 60', from.castCopy, { highestLevel: '5.2', modes: [CINEMA60] }),
    ],
    audio: castAudio(from.castCopy),
    hdr: [['hdr10', 'hlg'], from.googleTvPress],
    containers: castContainers('vp9'),
    quirks: [
      castQuirk,
      { text: 'no list of its HDR was found: that of the model before it', source: from.googleTvPress },
    ],
  }),
  target({
    name: 'roku',
    title: 'Roku; HEVC, VP9 and HDR on 4K models',
    provenance: 'vendor',
    video: [
      rule(
        'h264',
        AVC,
        'up to 1080p60, which needs level 4.2 (an older revision stopped at 4.0); 10 Mbit/s on average, peaks half as much again',
        from.roku,
        { highestLevel: '4.2', modes: [HD60], maxBitrateBps: 15 * Mbit, containers: ['mp4', 'mov', 'matroska'] },
      ),
      rule('hevc', HEVC, 'UHD 60; Main 10, level 5.1, 40 Mbit/s on average, peaks half as much again', from.rokuOld, {
        ...{ highestLevel: '5.1', tier: 'main', modes: [UHD60], maxBitrateBps: 60 * Mbit },
        containers: ['mp4', 'mov', 'matroska'],
      }),
      rule(
        'vp9',
        ['0'],
        'profile 0, level 5, 40 Mbit/s on average, peaks half as much again; of UHD the level has room for 30 fps',
        from.rokuOld,
        {
          ...{ highestLevel: '5.0', modes: [UHD30, HD60], maxBitrateBps: 60 * Mbit, containers: ['webm', 'matroska'] },
        },
      ),
    ],
    audio: [
      ...sound(from.rokuOld, 'two channels; more on some models alone', { aac: 2 }),
      ...sound(from.rokuOld, 'decoded to stereo by televisions, passed on by players', { eac3: 6, ac3: 6 }),
      ...sound(from.roku, STEREO, { mp3: 2, alac: 2 }),
      ...sound(from.roku, STEREO, { flac: 2, opus: 2 }, ['matroska', 'webm']),
    ],
    hdr: [['hdr10'], from.roku],
    containers: [['mp4', 'mov', 'matroska', 'webm'], from.roku],
  }),
  target({
    name: 'firetv',
    title: 'Fire TV Stick 4K, Cube, Fire TV 3rd generation',
    provenance: 'vendor',
    video: [
      rule('hevc', HEVC, 'UHD 60; no level is published, 5.1 of the Main tier is what it needs', from.firetv, {
        ...{ highestLevel: '5.1', tier: 'main', modes: [UHD60] },
      }),
      rule(
        'h264',
        AVC,
        'UHD 30 by the Cube, which has less than the Stick; no level is published, 5.1 is what it needs',
        from.firetv,
        {
          ...{ highestLevel: '5.1', modes: AVC51_UHD },
        },
      ),
    ],
    audio: sound(from.firetv, 'the source has no list of sound; AAC-LC in stereo is in all that were found', {
      aac: 2,
    }),
    hdr: [['hdr10'], from.firetvPress],
    containers: [['mp4'], from.firetv],
    quirks: [
      { text: 'containers are not in the source: MP4 is in all lists that were found', source: from.firetv },
      { text: 'VP9 plays on the Stick 4K alone, so it is no rule here', source: from.firetv },
    ],
  }),
  target({
    name: 'tizen-2016',
    title: 'Samsung UHD sets of 2016 (Tizen 2.4)',
    provenance: 'vendor',
    video: samsung(from.samsung2016, {
      hevc: { modes: [CINEMA60], maxBitrateBps: 80 * Mbit },
      vp9: { modes: [CINEMA60], maxBitrateBps: 40 * Mbit },
      profiles: [...HEVC, 'main422-10'],
    }).map(each =>
      each.codec === 'vp9' ? { ...each, profiles: ['0'], because: `${each.because}, nor a profile: 0` } : each,
    ),
    audio: samsungAudio(from.samsung2016),
    hdr: [['hdr10'], from.jellyfin],
    containers: [['mp4', 'matroska', 'mov', 'mpegts', 'webm', 'flv'], from.samsung2016],
    quirks: [
      { text: 'Full HD models end at H.264 level 4.1', source: from.samsung2016 },
      { text: 'never Dolby Vision; HDR10+ and HLG are named for Tizen without a year', source: from.jellyfin },
    ],
  }),
  target({
    name: 'tizen-2018',
    title: 'Samsung UHD sets of 2018 (Tizen 4.0)',
    provenance: 'vendor',
    video: samsung(from.samsung2018, {
      hevc: { modes: [CINEMA60], maxBitrateBps: 80 * Mbit },
      vp9: { modes: [UHD60], maxBitrateBps: 80 * Mbit },
    }),
    audio: samsungAudio(from.samsung2018),
    hdr: [['hdr10', 'hdr10plus', 'hlg'], from.jellyfin],
    containers: [['mp4', 'matroska', 'mov', 'mpegts', 'webm'], from.samsung2016],
    quirks: [
      { text: 'Full HD models end at H.264 level 4.1', source: from.samsung2018 },
      {
        text: 'never Dolby Vision, no DTS from 2018 on; Opus is listed, but players saw it fail before Tizen 5',
        source: from.jellyfin,
      },
      {
        text: 'containers by the list of 2016, without FLV: that of 2018 was not in the text that was read',
        source: from.samsung2016,
      },
    ],
  }),
  target({
    name: 'tizen-2020',
    title: 'Samsung UHD sets of 2020 (Tizen 5.5)',
    provenance: 'vendor',
    video: samsung(from.samsung2020, {
      hevc: { modes: [CINEMA60], maxBitrateBps: 80 * Mbit },
      av1: { highestLevel: '5.1', tier: 'main', modes: [UHD60], maxBitrateBps: 40 * Mbit },
      vp9: { modes: [UHD60], maxBitrateBps: 80 * Mbit },
    }),
    audio: [...samsungAudio(from.samsung2020), ...sound(from.samsung2020, STEREO, { opus: 2 })],
    hdr: [['hdr10', 'hdr10plus', 'hlg'], from.jellyfin],
    containers: [['mp4', 'matroska', 'mov', 'mpegts', 'webm'], from.samsung2016],
    quirks: [
      {
        text: 'Full HD models end at H.264 level 4.2; HEVC up to UHD 120 and 8K models are not promised here',
        source: from.samsung2020,
      },
      { text: 'VP9 has no legible size in the list: that of 2018', source: from.samsung2018 },
      { text: 'never Dolby Vision', source: from.jellyfin },
      {
        text: 'containers by the list of 2016, without FLV: that of 2020 was not in the text that was read',
        source: from.samsung2016,
      },
    ],
  }),
  target({
    name: 'webos-2019',
    title: 'LG UHD sets of 2019 (webOS 4.5)',
    provenance: 'derived',
    video: [
      rule(
        'hevc',
        HEVC,
        'no list of 2019 was found: that of 2020, held to 8 and 10 bit, UHD 60 and level 5.1, Main tier',
        from.lg2020,
        {
          ...{ highestLevel: '5.1', tier: 'main', modes: [UHD60], containers: ['mp4', 'matroska', 'mpegts'] },
        },
      ),
      rule(
        'h264',
        AVC,
        'no list of 2019 was found: 1080p60 at level 4.2, which every UHD set of those years that has a list can do',
        from.lg2020,
        {
          ...{ highestLevel: '4.2', modes: [HD60] },
        },
      ),
    ],
    audio: lgAudio,
    hdr: [['hdr10', 'hlg'], from.lg2020],
    containers: lgContainers,
    quirks: [{ text: 'in HLS, segments of sound and picture must be equally long', source: from.lgWeb }],
  }),
  target({
    name: 'webos-2022',
    title: 'LG OLED sets of 2020–2022 (webOS 5, 6, 22)',
    provenance: 'player source code',
    video: [
      rule(
        'hevc',
        HEVC,
        'UHD by the set’s manual, without rate or level: UHD 60 and 5.1 of the Main tier are what such sets have',
        from.lg2020,
        {
          ...{ highestLevel: '5.1', tier: 'main', modes: [UHD60], containers: ['mp4', 'matroska', 'mpegts'] },
        },
      ),
      rule(
        'h264',
        AVC,
        'UHD above level 4.1 by the set’s manual, without rate: 5.1 is what UHD 30 needs',
        from.lg2020,
        {
          ...{ highestLevel: '5.1', modes: AVC51_UHD },
        },
      ),
      rule(
        'av1',
        ['main'],
        'UHD by the set’s manual, without rate or level: UHD 60 and 5.1 of the Main tier',
        from.lg2020,
        {
          ...{ highestLevel: '5.1', tier: 'main', modes: [UHD60], containers: ['mp4', 'matroska'] },
        },
      ),
    ],
    audio: lgAudio,
    hdr: [['hdr10', 'hlg', 'dolby-vision'], from.lg2020],
    containers: lgContainers,
    quirks: [
      {
        text: 'no DTS; Dolby Vision in MP4 and transport streams, in Matroska from webOS 25 on',
        source: from.jellyfin,
      },
      { text: 'in HLS, segments of sound and picture must be equally long', source: from.lgWeb },
      { text: 'VP9 in Matroska alone, without profile: it is no rule here', source: from.lg2020 },
    ],
  }),
  target({
    name: 'xbox-original',
    title: 'Xbox One, the first',
    provenance: 'vendor',
    video: [
      rule('h264', AVC, 'High, 1080p60 on all consoles; no level is published, 4.2 is what it needs', from.xbox, {
        highestLevel: '4.2',
        modes: [HD60],
      }),
    ],
    audio: sound(from.windowsCodecs, STEREO, { aac: 2 }),
    containers: [['mp4'], from.windowsCodecs],
  }),
  target({
    name: 'xbox',
    title: 'Xbox One S, One X and Series',
    provenance: 'vendor',
    video: [
      rule(
        'hevc',
        HEVC,
        'Main and Main 10, UHD 60, the preferred codec for UHD; no level is published, 5.1 of the Main tier is what it needs',
        from.xbox,
        {
          ...{ highestLevel: '5.1', tier: 'main', modes: [UHD60] },
        },
      ),
      rule('h264', AVC, 'High, 1080p60; no level is published, 4.2 is what it needs', from.xbox, {
        highestLevel: '4.2',
        modes: [HD60],
      }),
    ],
    audio: sound(from.windowsCodecs, STEREO, { aac: 2 }),
    hdr: [['hdr10'], from.xboxHevc],
    containers: [['mp4'], from.windowsCodecs],
    quirks: [
      { text: 'VP9 plays on One X and Series alone, so it is no rule here', source: from.xbox },
      { text: 'its web view may claim AV1 and Opus that it has not', source: from.jellyfin },
    ],
  }),
  playStation('ps4', 'PlayStation 4'),
  playStation('ps5', 'PlayStation 5'),
  target({
    name: 'broadcast-xdcam-hd422',
    title: 'XDCAM HD422, exchange with broadcasters',
    kind: 'production',
    provenance: 'derived',
    video: [
      rule(
        'mpeg2',
        ['422'],
        'MPEG-2 4:2:2 Profile at High Level, 50 Mbit/s constant, long GOP, 1920x1080 at 25p, 50i, 29.97p or 59.94i',
        from.xdcam,
        { highestLevel: 'high', modes: [HD30], exactSize: true, maxBitrateBps: 50 * Mbit },
      ),
    ],
    audio: sound(from.xdcam, 'PCM of 24 bit and 48 kHz, eight tracks', { pcm: 8 }),
    containers: [['mxf'], from.xdcam],
    maxFps: 30,
    progressiveOnly: false,
    constantFrameRate: true,
    rate: { mode: 'cbr', averageBps: 50 * Mbit },
    quirks: [
      { text: 'loudness is the receiver’s rule: EBU R 128 in Europe, ATSC A/85 in America', source: from.xdcam },
    ],
  }),
  target({
    name: 'mezzanine',
    title: 'Mezzanine for further work: ProRes or DNxHR',
    kind: 'production',
    provenance: 'derived',
    video: [
      rule('prores', ['hq', '4444', '4444xq'], 'visually lossless, 10 bit, each picture by itself', from.prores),
      rule(
        'dnxhr',
        ['hqx', '444'],
        'visually lossless, 10 bit, each picture by itself; the alternative for Avid',
        from.vc3,
      ),
    ],
    audio: sound(from.prores, 'PCM is not coded at all; as many channels as are planned', { pcm: 16 }),
    hdr: [['hdr10', 'hlg'], from.prores],
    containers: [['mov', 'mxf'], from.prores],
    maxFps: null,
    progressiveOnly: false,
    squarePixels: false,
    constantFrameRate: true,
    quirks: [
      { text: 'HDR is stated by color tags; static metadata has no place in the coded picture', source: from.prores },
    ],
  }),
  target({
    name: 'archive',
    title: 'Archive: FFV1 and FLAC in Matroska, nothing lost',
    kind: 'production',
    provenance: 'standard',
    video: [rule('ffv1', ['3'], 'lossless in the sampling of the source, with a checksum for every slice', from.ffv1)],
    audio: [
      ...sound(from.flac, 'lossless, up to eight channels', { flac: 8 }),
      ...sound(from.ffv1, 'not coded at all, for more channels', { pcm: 16 }),
    ],
    hdr: [['hdr10', 'hdr10plus', 'hlg'], from.ffv1],
    containers: [['matroska'], from.ffv1],
    maxFps: null,
    progressiveOnly: false,
    squarePixels: false,
  }),
]
