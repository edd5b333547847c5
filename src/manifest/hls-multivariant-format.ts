// Writes HLS multivariant playlists (RFC 8216 4.3.4, RFC 8216bis).
import { mul, type Rational, rational, round } from '../core/index.ts'
import { formatAttributes } from './hls-attributes.ts'
import { formatKey } from './hls-key.ts'
import type { MediaRendition, MultivariantPlaylist, StreamInfo, Variant } from './hls-multivariant.ts'

export function formatMultivariant(playlist: MultivariantPlaylist): string {
  const { version, independentSegments, sessionKeys, sessionData, contentSteering, media, variants, iframes } = playlist
  return `${[
    '#EXTM3U',
    `#EXT-X-VERSION:${version}`,
    ...(independentSegments ? ['#EXT-X-INDEPENDENT-SEGMENTS'] : []),
    ...(contentSteering
      ? [
          `#EXT-X-CONTENT-STEERING:${formatAttributes({
            'SERVER-URI': { quoted: contentSteering.serverUri },
            'PATHWAY-ID': { quoted: contentSteering.pathwayId ?? undefined },
          })}`,
        ]
      : []),
    ...sessionData.map(
      ({ dataId, value, uri, language }) =>
        `#EXT-X-SESSION-DATA:${formatAttributes({
          'DATA-ID': { quoted: dataId },
          VALUE: { quoted: value ?? undefined },
          URI: { quoted: uri ?? undefined },
          LANGUAGE: { quoted: language ?? undefined },
        })}`,
    ),
    ...sessionKeys.map(key => `#EXT-X-SESSION-KEY:${formatKey(key)}`),
    ...media.map(each => `#EXT-X-MEDIA:${formatMediaRendition(each)}`),
    ...variants.flatMap(each => [`#EXT-X-STREAM-INF:${formatVariant(each)}`, each.uri]),
    // RFC 8216 4.3.4.3: no FRAME-RATE, AUDIO, SUBTITLES or CLOSED-CAPTIONS here.
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
    'ASSOC-LANGUAGE': { quoted: each.associatedLanguage ?? undefined },
    DEFAULT: yesNo(each.isDefault),
    AUTOSELECT: yesNo(each.autoselect),
    FORCED: each.forced ? 'YES' : undefined,
    CHARACTERISTICS: { quoted: each.characteristics.length > 0 ? each.characteristics.join(',') : undefined },
    CHANNELS: { quoted: each.channels ?? undefined },
    'INSTREAM-ID': { quoted: each.instreamId ?? undefined },
    URI: { quoted: each.uri ?? undefined },
  })

const streamAttributes = (each: StreamInfo) => ({
  BANDWIDTH: each.bandwidth,
  'AVERAGE-BANDWIDTH': each.averageBandwidth ?? undefined,
  SCORE: each.score ? formatScore(each.score) : undefined,
  CODECS: { quoted: each.codecs ?? undefined },
  'SUPPLEMENTAL-CODECS': { quoted: each.supplementalCodecs ?? undefined },
  RESOLUTION: each.resolution ? `${each.resolution.width}x${each.resolution.height}` : undefined,
  'HDCP-LEVEL': each.hdcpLevel ?? undefined,
  'VIDEO-RANGE': each.videoRange ?? undefined,
})

/** As short as three decimals allow. */
function formatScore(score: Rational): string {
  const thousandths = round(mul(score, rational(1000)))
  return `${thousandths / 1000n}.${String(thousandths % 1000n).padStart(3, '0')}`.replace(/\.?0+$/, '')
}

const formatVariant = (each: Variant): string =>
  formatAttributes({
    ...streamAttributes(each),
    'FRAME-RATE': each.frameRate ?? undefined,
    AUDIO: { quoted: each.audio ?? undefined },
    SUBTITLES: { quoted: each.subtitles ?? undefined },
    // A group is quoted, the enumerated NONE is not.
    'CLOSED-CAPTIONS': each.closedCaptions === 'NONE' ? 'NONE' : { quoted: each.closedCaptions ?? undefined },
  })
