// HLS multivariant playlists (RFC 8216 4.3.4): text ⇄ objects.
import { damaged } from './bytes.ts'
import { type Attributes, formatAttributes, parseAttributes, readInteger, readLines } from './hls-attributes.ts'

/** EXT-X-MEDIA. */
export type MediaRendition = {
  readonly type: 'AUDIO' | 'VIDEO' | 'SUBTITLES' | 'CLOSED-CAPTIONS'
  readonly groupId: string
  readonly name: string
  readonly language: string | null
  readonly isDefault: boolean
  readonly autoselect: boolean
  /** Uniform type identifiers, separated by commas. */
  readonly characteristics?: string | null
  readonly channels: string | null
  readonly uri: string | null
}

/** What EXT-X-STREAM-INF and EXT-X-I-FRAME-STREAM-INF share. */
export type StreamInfo = {
  readonly uri: string
  readonly bandwidth: number
  readonly averageBandwidth: number | null
  readonly codecs: string | null
  readonly resolution: { readonly width: number; readonly height: number } | null
  readonly videoRange: string | null
}

export type Variant = StreamInfo & {
  /** Frames per second with three decimals, as written. */
  readonly frameRate: string | null
  readonly audio: string | null
}

export type MultivariantPlaylist = {
  readonly independentSegments: boolean
  readonly media: readonly MediaRendition[]
  readonly variants: readonly Variant[]
  readonly iframes: readonly StreamInfo[]
}

/** @throws {HE_INPUT_DAMAGED} */
export function parseMultivariant(text: string): MultivariantPlaylist {
  const media: MediaRendition[] = []
  const variants: Variant[] = []
  const iframes: StreamInfo[] = []
  let independentSegments = false
  let pending: Attributes | undefined
  for (const line of readLines(text)) {
    if ('uri' in line) {
      if (!pending) throw damaged(`no EXT-X-STREAM-INF before ${line.uri}`)
      variants.push({
        ...readStream(pending, line.uri),
        frameRate: pending.get('FRAME-RATE') ?? null,
        audio: pending.get('AUDIO') ?? null,
      })
      pending = undefined
    } else if (line.tag === '#EXT-X-STREAM-INF') pending = parseAttributes(line.value)
    else if (line.tag === '#EXT-X-I-FRAME-STREAM-INF') {
      const attributes = parseAttributes(line.value)
      iframes.push(readStream(attributes, need(attributes, 'URI')))
    } else if (line.tag === '#EXT-X-MEDIA') media.push(readMedia(parseAttributes(line.value)))
    else if (line.tag === '#EXT-X-INDEPENDENT-SEGMENTS') independentSegments = true
  }
  if (pending) throw damaged('EXT-X-STREAM-INF without a URI behind it')
  return { independentSegments, media, variants, iframes }
}

function need(attributes: Attributes, name: string): string {
  const value = attributes.get(name)
  if (value === undefined) throw damaged(`attribute ${name} is missing`)
  return value
}

function readStream(attributes: Attributes, uri: string): StreamInfo {
  const average = attributes.get('AVERAGE-BANDWIDTH')
  const resolution = attributes.get('RESOLUTION')
  const size = resolution === undefined ? null : /^(\d{1,6})x(\d{1,6})$/.exec(resolution)
  if (resolution !== undefined && !size) throw damaged('RESOLUTION is not widthxheight', { resolution })
  return {
    uri,
    bandwidth: readInteger(need(attributes, 'BANDWIDTH'), 'BANDWIDTH'),
    averageBandwidth: average === undefined ? null : readInteger(average, 'AVERAGE-BANDWIDTH'),
    codecs: attributes.get('CODECS') ?? null,
    resolution: size ? { width: Number(size[1]), height: Number(size[2]) } : null,
    videoRange: attributes.get('VIDEO-RANGE') ?? null,
  }
}

const mediaTypes: readonly string[] = ['AUDIO', 'VIDEO', 'SUBTITLES', 'CLOSED-CAPTIONS']
const isMediaType = (text: string): text is MediaRendition['type'] => mediaTypes.includes(text)

function readMedia(attributes: Attributes): MediaRendition {
  const type = need(attributes, 'TYPE')
  if (!isMediaType(type)) throw damaged(`EXT-X-MEDIA of unknown type ${type}`)
  return {
    type,
    groupId: need(attributes, 'GROUP-ID'),
    name: need(attributes, 'NAME'),
    language: attributes.get('LANGUAGE') ?? null,
    isDefault: attributes.get('DEFAULT') === 'YES',
    autoselect: attributes.get('AUTOSELECT') === 'YES',
    characteristics: attributes.get('CHARACTERISTICS') ?? null,
    channels: attributes.get('CHANNELS') ?? null,
    uri: attributes.get('URI') ?? null,
  }
}

export function formatMultivariant({ independentSegments, media, variants, iframes }: MultivariantPlaylist): string {
  return `${[
    '#EXTM3U',
    '#EXT-X-VERSION:6',
    ...(independentSegments ? ['#EXT-X-INDEPENDENT-SEGMENTS'] : []),
    ...media.map(each => `#EXT-X-MEDIA:${formatMediaRendition(each)}`),
    ...variants.flatMap(each => [`#EXT-X-STREAM-INF:${formatVariant(each)}`, each.uri]),
    // RFC 8216 4.3.4.3: no FRAME-RATE, AUDIO or CLOSED-CAPTIONS here.
    ...iframes.map(
      each => `#EXT-X-I-FRAME-STREAM-INF:${formatAttributes({ ...streamAttributes(each), URI: { quoted: each.uri } })}`,
    ),
  ].join('\n')}\n`
}

const yesNo = (value: boolean): string => (value ? 'YES' : 'NO')

const formatMediaRendition = (each: MediaRendition): string =>
  formatAttributes({
    TYPE: each.type,
    'GROUP-ID': { quoted: each.groupId },
    NAME: { quoted: each.name },
    LANGUAGE: { quoted: each.language ?? undefined },
    DEFAULT: yesNo(each.isDefault),
    AUTOSELECT: yesNo(each.autoselect),
    CHARACTERISTICS: { quoted: each.characteristics ?? undefined },
    CHANNELS: { quoted: each.channels ?? undefined },
    URI: { quoted: each.uri ?? undefined },
  })

const streamAttributes = (each: StreamInfo) => ({
  BANDWIDTH: each.bandwidth,
  'AVERAGE-BANDWIDTH': each.averageBandwidth ?? undefined,
  CODECS: { quoted: each.codecs ?? undefined },
  RESOLUTION: each.resolution ? `${each.resolution.width}x${each.resolution.height}` : undefined,
  'VIDEO-RANGE': each.videoRange ?? undefined,
})

const formatVariant = (each: Variant): string =>
  formatAttributes({
    ...streamAttributes(each),
    'FRAME-RATE': each.frameRate ?? undefined,
    AUDIO: { quoted: each.audio ?? undefined },
    'CLOSED-CAPTIONS': each.resolution ? 'NONE' : undefined,
  })
