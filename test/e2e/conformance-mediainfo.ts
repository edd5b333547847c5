// What Debian's mediainfo says of a file: parsers that share no code with FFmpeg. Not a test itself.
import { type Facts, shortLanguage, stated, tool, under } from './conformance-facts.ts'

type Track = Readonly<Record<string, string>>

const containers: Readonly<Record<string, string>> = {
  'MPEG-4': 'mp4',
  Matroska: 'matroska',
  WebM: 'webm',
  'MPEG-TS': 'mpegts',
  'Flash Video': 'flv',
  MXF: 'mxf',
}
const codecs: Readonly<Record<string, string>> = {
  AVC: 'h264',
  HEVC: 'hevc',
  AV1: 'av1',
  VP9: 'vp9',
  vp09: 'vp9',
  'MPEG Video': 'mpeg2',
  ProRes: 'prores',
  'VC-3': 'dnxhr',
  FFV1: 'ffv1',
}
const profiles: Readonly<Record<string, string>> = {
  'AVC Constrained Baseline': 'constrained-baseline',
  'AVC Main': 'main',
  'AVC High': 'high',
  'AVC High 10': 'high10',
  'AVC High 4:2:2': 'high422',
  'AVC High 4:4:4 Predictive': 'high444',
  'HEVC Main': 'main',
  'HEVC Main 10': 'main10',
  'AV1 Main': 'main',
  'AV1 High': 'high',
  'VP9 0': '0',
  'VP9 2': '2',
  'MPEG Video Main': 'main',
  'MPEG Video 4:2:2': '422',
  'ProRes 422 Proxy': 'proxy',
  'ProRes 422 LT': 'lt',
  'ProRes 422': 'standard',
  'ProRes 422 HQ': 'hq',
  'ProRes 4444': '4444',
  'ProRes 4444 XQ': '4444xq',
  'VC-3 LB': 'lb',
  'VC-3 SQ': 'sq',
  'VC-3 HQ': 'hq',
  'VC-3 HQX': 'hqx',
  'VC-3 444': '444',
}
const primaries: Readonly<Record<string, string>> = {
  'BT.709': 'bt709',
  'BT.2020': 'bt2020',
  'BT.601 NTSC': 'smpte170m',
  'BT.601 PAL': 'bt470bg',
}
const transfers: Readonly<Record<string, string>> = {
  'BT.709': 'bt709',
  PQ: 'smpte2084',
  HLG: 'arib-std-b67',
  'BT.601': 'smpte170m',
  'BT.2020 (10-bit)': 'bt2020-10',
  'BT.2020 (12-bit)': 'bt2020-12',
  'sRGB/sYCC': 'iec61966-2-1',
}
const matrices: Readonly<Record<string, string>> = {
  'BT.709': 'bt709',
  'BT.2020 non-constant': 'bt2020nc',
  'BT.601': 'smpte170m',
  'BT.470 System B/G': 'bt470bg',
  Identity: 'gbr',
}
const ranges: Readonly<Record<string, string>> = { Limited: 'tv', Full: 'pc' }
/** Chroma sample location types of H.264 and HEVC (figure E-1). */
const locations: Readonly<Record<string, string>> = {
  'Type 0': 'left',
  'Type 1': 'center',
  'Type 2': 'topleft',
  'Type 3': 'top',
  'Type 4': 'bottomleft',
  'Type 5': 'bottom',
}

export async function readByMediainfo(path: string): Promise<Facts> {
  const { media } = JSON.parse(await tool('mediainfo', '--Output=JSON', path)) as { media: { track: Track[] } }
  const of = (type: string): Track[] => media.track.filter(track => track['@type'] === type)
  const [general = {}] = of('General')
  const picture = of('Video')[0]
  const quickTime = general.Format_Profile === 'QuickTime'
  const container = quickTime ? 'mov' : (containers[general.Format ?? ''] ?? general.Format)
  const iso = container === 'mp4' || container === 'mov'
  return {
    ...stated({
      container,
      fastStart: iso && general.IsStreamable ? String(general.IsStreamable === 'Yes') : undefined,
      audioTracks: of('Audio').length,
      subtitleTracks: of('Text').length,
    }),
    ...(picture ? ofPicture(picture, iso) : {}),
    ...Object.assign({}, ...of('Audio').map((sound, i) => under(`audio.${i}`, ofSound(sound)))),
    ...Object.assign({}, ...of('Text').map((text, i) => under(`subtitle.${i}`, ofText(text)))),
  }
}

const number = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text))

/** A name that the table does not have stays as mediainfo says it, and so disagrees with every promise. */
const named = (table: Readonly<Record<string, string>>, name: string | undefined): string | undefined =>
  name === undefined ? undefined : (table[name] ?? name)

function ofPicture(track: Track, iso: boolean): Facts {
  const format = track.Format ?? ''
  const [profile, , tier] = (track.Format_Profile ?? '').split('@')
  const level = track.Format_Level
  return stated({
    codec: named(codecs, format),
    // FFV1 has versions: `Version 3.4` is what RFC 9043 describes.
    profile:
      format === 'FFV1'
        ? /\d+/.exec(track.Format_Version ?? '')?.[0]
        : profile
          ? profiles[`${format} ${profile}`]
          : undefined,
    level: level && /^\d/.test(level) ? Number(level).toFixed(1) : level?.toLowerCase(),
    tier: (track.Format_Tier ?? tier)?.toLowerCase(),
    tag: iso ? track.CodecID : undefined,
    // Sampled is what is shown of what is stored.
    width: number(track.Sampled_Width ?? track.Width),
    height: number(track.Sampled_Height ?? track.Height),
    pixelAspect: number(track.PixelAspectRatio),
    displayAspect: number(track.DisplayAspectRatio),
    rotation: track.Rotation === undefined ? undefined : Math.round(Number(track.Rotation)),
    frameRate:
      track.FrameRate_Num && track.FrameRate_Mode !== 'VFR'
        ? `${track.FrameRate_Num}/${track.FrameRate_Den}`
        : undefined,
    frameRateDecimal: number(track.FrameRate),
    packets: number(track.FrameCount),
    chroma: track.ChromaSubsampling,
    bitDepth: number(track.BitDepth),
    chromaLocation: named(locations, track.ChromaSubsampling_Position),
    scan: scanOf(track),
    ...colorOf(track),
    masteringLuminance: track.MasteringDisplay_Luminance?.replaceAll(/min: | cd\/m2/g, '').replace(', max: ', '-'),
    contentLight: track.MaxCLL && `${Number.parseInt(track.MaxCLL, 10)},${Number.parseInt(track.MaxFALL ?? '', 10)}`,
  })
}

function scanOf({ ScanType, ScanOrder }: Track): string | undefined {
  if (ScanType === undefined) return undefined
  return ScanType === 'Progressive' ? 'progressive' : (ScanOrder ?? ScanType).toLowerCase()
}

/** `HLG / HLG` is HLG. */
function onlyOnce(text: string | undefined): string | undefined {
  const words = new Set(text?.split(' / '))
  return words.size === 1 ? [...words][0] : text
}

/**
 * `…_Source` says which place states a value; where container and stream differ the stream's stands under `…_Original`.
 */
function colorOf(track: Track): Record<string, string | undefined> {
  const facts: Record<string, string | undefined> = {}
  const add = (fact: string, key: string, table: Readonly<Record<string, string>>): void => {
    const value = named(table, onlyOnce(track[key]))
    const source = track[`${key}_Source`] ?? ''
    // The alternative-transfer SEI repeats what the VUI says, and mediainfo lists both.
    const original = named(table, onlyOnce(track[`${key}_Original`]))
    facts[fact] = value
    if (source.includes('Container')) facts[`container.${fact}`] = value
    if (original !== undefined) facts[`bitstream.${fact}`] = original
    else if (source.includes('Stream')) facts[`bitstream.${fact}`] = value
  }
  add('primaries', 'colour_primaries', primaries)
  add('transfer', 'transfer_characteristics', transfers)
  add('matrix', 'matrix_coefficients', matrices)
  add('range', 'colour_range', ranges)
  return facts
}

function ofSound(track: Track): Facts {
  const names: Readonly<Record<string, string>> = {
    AAC: 'aac',
    'AC-3': 'ac3',
    'E-AC-3': 'eac3',
    Opus: 'opus',
    FLAC: 'flac',
    ALAC: 'alac',
    PCM: 'pcm',
  }
  const mpeg = track.Format === 'MPEG Audio' ? 'mp3' : undefined
  return stated({
    codec: mpeg ?? named(names, track.Format),
    channels: number(track.Channels),
    sampleRate: number(track.SamplingRate),
    languageShort: shortLanguage(track.Language),
  })
}

const ofText = (track: Track): Facts => stated({ format: track.Format, languageShort: shortLanguage(track.Language) })
