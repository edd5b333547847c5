// Reads HLS multivariant playlists (RFC 8216 4.3.4, RFC 8216bis). Writing: hls-multivariant-format.ts. What it does not know is passed over.
import { parseRational, type Rational } from '../core/index.ts'
import { damaged } from './bytes.ts'
import { type Attributes, parseAttributes, readInteger, readLines } from './hls-attributes.ts'
import { type HlsKey, readKey } from './hls-key.ts'

/** EXT-X-MEDIA. */
export type MediaRendition = {
  readonly type: 'AUDIO' | 'VIDEO' | 'SUBTITLES' | 'CLOSED-CAPTIONS'
  readonly groupId: string
  readonly name: string
  readonly language: string | null
  readonly associatedLanguage: string | null
  readonly isDefault: boolean
  readonly autoselect: boolean
  readonly forced: boolean
  /** Uniform type identifiers: public.accessibility.describes-video … */
  readonly characteristics: readonly string[]
  readonly channels: string | null
  /** CC1 … SERVICE63: of closed captions, which have no playlist. */
  readonly instreamId: string | null
  readonly uri: string | null
}

/** What EXT-X-STREAM-INF and EXT-X-I-FRAME-STREAM-INF share. */
export type StreamInfo = {
  readonly uri: string
  readonly bandwidth: number
  readonly averageBandwidth: number | null
  /** The higher, the better; null where the author has no opinion. */
  readonly score: Rational | null
  readonly codecs: string | null
  readonly supplementalCodecs: string | null
  readonly resolution: { readonly width: number; readonly height: number } | null
  readonly videoRange: string | null
  readonly hdcpLevel: string | null
}

export type Variant = StreamInfo & {
  /** Frames per second with three decimals, as written. */
  readonly frameRate: string | null
  readonly audio: string | null
  readonly subtitles: string | null
  /** A group, or NONE; null where nothing is said. */
  readonly closedCaptions: string | null
}

export type SessionData = {
  readonly dataId: string
  readonly value: string | null
  readonly uri: string | null
  readonly language: string | null
}

export type MultivariantPlaylist = {
  readonly version: number
  readonly independentSegments: boolean
  readonly sessionKeys: readonly HlsKey[]
  readonly sessionData: readonly SessionData[]
  readonly contentSteering: { readonly serverUri: string; readonly pathwayId: string | null } | null
  readonly media: readonly MediaRendition[]
  readonly variants: readonly Variant[]
  readonly iframes: readonly StreamInfo[]
}

/** Whether a playlist is a multivariant one: a media playlist has neither of these tags. */
export const isMultivariant = (text: string): boolean => /^#EXT-X-(?:I-FRAME-)?STREAM-INF:/m.test(text)

/** @throws {HE_INPUT_DAMAGED} */
export function parseMultivariant(text: string): MultivariantPlaylist {
  const media: MediaRendition[] = []
  const variants: Variant[] = []
  const iframes: StreamInfo[] = []
  const sessionKeys: HlsKey[] = []
  const sessionData: SessionData[] = []
  let contentSteering: MultivariantPlaylist['contentSteering'] = null
  let independentSegments = false
  let version = 1
  let pending: Attributes | undefined
  for (const line of readLines(text)) {
    if ('uri' in line) {
      if (!pending) throw damaged(`no EXT-X-STREAM-INF before ${line.uri.slice(0, 200)}`)
      variants.push(readVariant(pending, line.uri))
      pending = undefined
      continue
    }
    const { tag, value } = line
    if (tag === '#EXT-X-STREAM-INF') pending = parseAttributes(value)
    else if (tag === '#EXT-X-I-FRAME-STREAM-INF') {
      const attributes = parseAttributes(value)
      iframes.push(readStream(attributes, need(attributes, 'URI')))
    } else if (tag === '#EXT-X-MEDIA') media.push(readMedia(parseAttributes(value)))
    else if (tag === '#EXT-X-INDEPENDENT-SEGMENTS') independentSegments = true
    else if (tag === '#EXT-X-VERSION') version = readInteger(value, 'EXT-X-VERSION')
    else if (tag === '#EXT-X-SESSION-KEY')
      sessionKeys.push(...[readKey(parseAttributes(value))].flatMap(key => key ?? []))
    else if (tag === '#EXT-X-SESSION-DATA') sessionData.push(readData(parseAttributes(value)))
    else if (tag === '#EXT-X-CONTENT-STEERING') {
      const attributes = parseAttributes(value)
      contentSteering = { serverUri: need(attributes, 'SERVER-URI'), pathwayId: attributes.get('PATHWAY-ID') ?? null }
    }
  }
  if (pending) throw damaged('EXT-X-STREAM-INF without a URI behind it')
  return { version, independentSegments, sessionKeys, sessionData, contentSteering, media, variants, iframes }
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
  const score = attributes.get('SCORE')
  if (score !== undefined && !/^\d{1,9}(?:\.\d{1,9})?$/.test(score)) throw damaged('SCORE is not a number', { score })
  return {
    uri,
    bandwidth: readInteger(need(attributes, 'BANDWIDTH'), 'BANDWIDTH'),
    averageBandwidth: average === undefined ? null : readInteger(average, 'AVERAGE-BANDWIDTH'),
    score: score === undefined ? null : parseRational(score),
    codecs: attributes.get('CODECS') ?? null,
    supplementalCodecs: attributes.get('SUPPLEMENTAL-CODECS') ?? null,
    resolution: size ? { width: Number(size[1]), height: Number(size[2]) } : null,
    videoRange: attributes.get('VIDEO-RANGE') ?? null,
    hdcpLevel: attributes.get('HDCP-LEVEL') ?? null,
  }
}

const readVariant = (attributes: Attributes, uri: string): Variant => ({
  ...readStream(attributes, uri),
  frameRate: attributes.get('FRAME-RATE') ?? null,
  audio: attributes.get('AUDIO') ?? null,
  subtitles: attributes.get('SUBTITLES') ?? null,
  closedCaptions: attributes.get('CLOSED-CAPTIONS') ?? null,
})

const mediaTypes: readonly string[] = ['AUDIO', 'VIDEO', 'SUBTITLES', 'CLOSED-CAPTIONS']
const isMediaType = (text: string): text is MediaRendition['type'] => mediaTypes.includes(text)

function readMedia(attributes: Attributes): MediaRendition {
  const type = need(attributes, 'TYPE')
  if (!isMediaType(type)) throw damaged(`EXT-X-MEDIA of unknown type ${type.slice(0, 100)}`)
  return {
    type,
    groupId: need(attributes, 'GROUP-ID'),
    name: need(attributes, 'NAME'),
    language: attributes.get('LANGUAGE') ?? null,
    associatedLanguage: attributes.get('ASSOC-LANGUAGE') ?? null,
    isDefault: attributes.get('DEFAULT') === 'YES',
    autoselect: attributes.get('AUTOSELECT') === 'YES',
    forced: attributes.get('FORCED') === 'YES',
    characteristics: attributes.get('CHARACTERISTICS')?.split(',').filter(Boolean) ?? [],
    channels: attributes.get('CHANNELS') ?? null,
    instreamId: attributes.get('INSTREAM-ID') ?? null,
    uri: attributes.get('URI') ?? null,
  }
}

const readData = (attributes: Attributes): SessionData => ({
  dataId: need(attributes, 'DATA-ID'),
  value: attributes.get('VALUE') ?? null,
  uri: attributes.get('URI') ?? null,
  language: attributes.get('LANGUAGE') ?? null,
})
