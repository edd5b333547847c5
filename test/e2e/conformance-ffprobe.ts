// What Debian's ffprobe says of a file, by decoding all of its pictures. Not a test itself.
import {
  type Facts,
  formatDolby,
  formatMastering,
  type Json,
  shortLanguage,
  stated,
  tool,
  under,
} from './conformance-facts.ts'

type Entry = Json & { readonly type: 'frame' | 'packet' }
type Stream = Json & { readonly index: number; readonly codec_type: string }

const pictureEntries =
  'frame=key_frame,pts,best_effort_timestamp,pict_type,interlaced_frame,top_field_first,color_range,color_space,color_primaries,color_transfer,chroma_location:frame_side_data:packet=pts,dts,duration,flags'

/** `grid` is the rate by which times of pictures are judged; the file's own when left out. */
export async function readByFfprobe(path: string, grid?: string): Promise<Facts> {
  const whole = JSON.parse(
    await tool('ffprobe', '-v', 'error', '-of', 'json', '-show_format', '-show_streams', '-show_chapters', path),
  ) as { format: Json; streams: Stream[]; chapters: Json[] }
  const { format, streams, chapters } = whole
  const picture = streams.find(each => each.codec_type === 'video' && !disposed(each).includes('attached_pic'))
  const sounds = streams.filter(each => each.codec_type === 'audio')
  const texts = streams.filter(each => each.codec_type === 'subtitle')
  return {
    ...stated({
      container: containerOf(format),
      chapters: chapters.length,
      audioTracks: sounds.length,
      subtitleTracks: texts.length,
    }),
    ...(picture ? await ofPicture(path, picture, grid ?? String(picture.r_frame_rate)) : {}),
    ...Object.assign({}, ...sounds.map((sound, i) => under(`audio.${i}`, ofSound(sound)))),
    ...Object.assign({}, ...texts.map((text, i) => under(`subtitle.${i}`, ofText(text)))),
  }
}

function containerOf({ format_name, tags }: Json): string | undefined {
  const names = String(format_name)
  if (names.startsWith('mov,')) return (tags as Json | undefined)?.major_brand === 'qt  ' ? 'mov' : 'mp4'
  // One demuxer reads both, and this ffprobe does not say which it was.
  return names === 'matroska,webm' ? undefined : names
}

const disposed = (stream: Json): string[] =>
  Object.entries((stream.disposition ?? {}) as Json)
    .filter(([, on]) => on === 1)
    .map(([name]) => name)

const codecs: Readonly<Record<string, string>> = { mpeg2video: 'mpeg2', dnxhd: 'dnxhr' }

const profiles: Readonly<Record<string, string>> = {
  'h264 Constrained Baseline': 'constrained-baseline',
  'h264 Main': 'main',
  'h264 High': 'high',
  'h264 High 10': 'high10',
  'h264 High 4:2:2': 'high422',
  'h264 High 4:4:4 Predictive': 'high444',
  'hevc Main': 'main',
  'hevc Main 10': 'main10',
  'av1 Main': 'main',
  'av1 High': 'high',
  'av1 Professional': 'professional',
  'vp9 Profile 0': '0',
  'vp9 Profile 1': '1',
  'vp9 Profile 2': '2',
  'vp9 Profile 3': '3',
  'mpeg2video Main': 'main',
  'mpeg2video 4:2:2': '422',
  'prores Proxy': 'proxy',
  'prores LT': 'lt',
  'prores Standard': 'standard',
  'prores HQ': 'hq',
  'prores 4444': '4444',
  'prores XQ': '4444xq',
  'dnxhd DNXHR LB': 'lb',
  'dnxhd DNXHR SQ': 'sq',
  'dnxhd DNXHR HQ': 'hq',
  'dnxhd DNXHR HQX': 'hqx',
  'dnxhd DNXHR 444': '444',
}

/** How each codec counts its levels; the others have none that ffprobe reads. */
const levels: Readonly<Record<string, (level: number) => string>> = {
  h264: level => (level === 9 ? '1b' : (level / 10).toFixed(1)),
  hevc: level => (level / 30).toFixed(1),
  av1: level => `${2 + (level >> 2)}.${level & 3}`,
  // ISO/IEC 13818-2 table 8-3; 2 and 5 are those of the 4:2:2 Profile as FFmpeg numbers them.
  mpeg2video: level => mpeg2Levels[level] ?? `level ${level}`,
}
const mpeg2Levels: Readonly<Record<number, string>> = {
  2: 'high',
  4: 'high',
  5: 'main',
  6: 'high-1440',
  8: 'main',
  10: 'low',
}

async function ofPicture(path: string, stream: Stream, grid: string): Promise<Facts> {
  const entries = ['-show_frames', '-show_packets', '-show_entries', pictureEntries]
  const answer = JSON.parse(
    await tool('ffprobe', '-v', 'error', '-of', 'json', '-select_streams', String(stream.index), ...entries, path),
  ) as { packets_and_frames: Entry[] }
  const frames = answer.packets_and_frames.filter(({ type }) => type === 'frame')
  const packets = answer.packets_and_frames.filter(({ type }) => type === 'packet')
  const name = String(stream.codec_name)
  const profile = profiles[`${name} ${stream.profile}`]
  const level = Number(stream.level)
  const tag = String(stream.codec_tag_string)
  // The `j` of old names says full range a second time.
  const pixel = String(stream.pix_fmt).replace('yuvj', 'yuv')
  return {
    ...stated({
      codec: codecs[name] ?? name,
      profile,
      level: level > 0 ? levels[name]?.(level) : undefined,
      tag: tag.includes('[') ? undefined : tag,
      pixelFormat: pixel,
      width: stream.width as number,
      height: stream.height as number,
      sampleAspectRatio: (stream.sample_aspect_ratio as string | undefined)?.replace(':', '/'),
      frameRate: String(stream.r_frame_rate),
      frameRateDecimal: ratio(stream.r_frame_rate),
      ...samplingOf(pixel),
      ...colorOf(stream),
      rotation: rotationOf(stream),
      dispositions: disposed(stream).join(),
      scan: scanOf(frames),
    }),
    ...timing(stream, grid, frames, packets),
    ...hdrOf(frames[0]?.side_data_list),
    ...under('container', hdrOf(stream.side_data_list)),
  }
}

/** Chroma and depth as the name of the pixel format says. */
export function samplingOf(pixel: string): { chroma: string | undefined; bitDepth: number } {
  const chroma = /^gray/.test(pixel)
    ? '4:0:0'
    : /^(gbr|rgb|bgr)/.test(pixel)
      ? 'rgb'
      : /4(?:20|22|44|11|10)/.exec(pixel)?.[0].split('').join(':')
  const depth = /p(9|1[0-6])|(?:gray)(9|1[0-6])/.exec(pixel)
  return { chroma, bitDepth: Number(depth?.[1] ?? depth?.[2] ?? 8) }
}

const known = (value: unknown): string | undefined =>
  value === undefined || value === 'unknown' || value === 'unspecified' || value === 'reserved'
    ? undefined
    : String(value)

/** Color as ffprobe names it; an untagged stream answers with empty texts, for that it is silent is a fact. */
export function colorOf(stream: Json): Record<string, string | undefined> {
  return {
    primaries: known(stream.color_primaries) ?? '',
    transfer: known(stream.color_transfer) ?? '',
    matrix: known(stream.color_space) ?? '',
    range: known(stream.color_range) ?? '',
    chromaLocation: known(stream.chroma_location),
  }
}

function rotationOf(stream: Json): number {
  const list = (stream.side_data_list ?? []) as Json[]
  const matrix = list.find(each => each.side_data_type === 'Display Matrix')
  // ffprobe counts anticlockwise.
  return matrix ? ((-Number(matrix.rotation) % 360) + 360) % 360 : 0
}

function scanOf(frames: readonly Json[]): string {
  const kinds = new Set(
    frames.map(each => (each.interlaced_frame === 1 ? (each.top_field_first === 1 ? 'tff' : 'bff') : 'progressive')),
  )
  return [...kinds].toSorted().join(' and ')
}

/** Times against the exact grid of a rate: a frame is on it when it is less than a tick of the container away. */
function timing(stream: Stream, grid: string, frames: readonly Json[], packets: readonly Json[]): Facts {
  const [num, den] = String(stream.time_base).split('/').map(Number) as [number, number]
  const [rate, scale] = grid.split('/').map(Number) as [number, number]
  const at = frames.map(each => Number(each.pts ?? each.best_effort_timestamp)).toSorted((a, b) => a - b)
  const start = at[0] ?? 0
  const tick = num / den
  const off = at.filter((pts, n) => Math.abs((pts - start) * tick - (n * scale) / rate) > tick * 1.001)
  const shown = packets.map(({ pts, duration }) => Number(pts) + Number(duration ?? 0))
  const times = packets.map(({ pts }) => Number(pts))
  const ordered = times.toSorted((a, b) => a - b)
  const keys = packets.flatMap(({ flags, pts }, place) =>
    String(flags).startsWith('K') ? [{ frame: ordered.indexOf(Number(pts)), place, pts: Number(pts) }] : [],
  )
  // Pictures that follow a key frame in the file and come before it on the screen may look back over it.
  const leading = keys.filter(key => times.slice(key.place).some(pts => pts < key.pts)).length
  return {
    frames: frames.length,
    packets: packets.length,
    startTime: start * tick,
    duration: (Math.max(...shown) - start) * tick,
    offGrid: off.length,
    frameRateMode: off.length === 0 ? 'constant' : 'variable',
    keyFrames: keys.map(({ frame }) => frame).join(),
    leadingPictures: leading,
    // Pictures of type I at the key frames: what the container flags is what was coded.
    keysWithoutIntra: keys.filter(({ pts }) => !frames.some(each => each.pts === pts && each.pict_type === 'I')).length,
  }
}

const ratio = (text: unknown): number => {
  const [num, den] = String(text).split('/').map(Number) as [number, number]
  return num / den
}

/** HDR metadata out of a list of side data. */
export function hdrOf(list: unknown): Facts {
  const all = (list ?? []) as Json[]
  const display = all.find(each => each.side_data_type === 'Mastering display metadata')
  const light = all.find(each => each.side_data_type === 'Content light level metadata')
  const dolby = all.find(each => each.side_data_type === 'DOVI configuration record')
  const point = (name: string): [number, number] => [ratio(display?.[`${name}_x`]), ratio(display?.[`${name}_y`])]
  return stated({
    masteringDisplay:
      display &&
      formatMastering({
        red: point('red'),
        green: point('green'),
        blue: point('blue'),
        whitePoint: point('white_point'),
        minLuminance: ratio(display.min_luminance),
        maxLuminance: ratio(display.max_luminance),
      }),
    contentLight: light && `${light.max_content},${light.max_average}`,
    hdr10Plus: all.some(each => /2094-40/.test(String(each.side_data_type))) ? 'true' : undefined,
    dolbyVision:
      dolby &&
      formatDolby({
        profile: Number(dolby.dv_profile),
        level: Number(dolby.dv_level),
        compatibilityId: Number(dolby.dv_bl_signal_compatibility_id),
        rpu: dolby.rpu_present_flag === 1,
        enhancementLayer: dolby.el_present_flag === 1,
        baseLayer: dolby.bl_present_flag === 1,
      }),
  })
}

function ofSound(stream: Stream): Facts {
  const name = String(stream.codec_name)
  return stated({
    codec: name.startsWith('pcm_') ? 'pcm' : name,
    channels: stream.channels as number,
    layout: stream.channel_layout as string | undefined,
    sampleRate: Number(stream.sample_rate),
    ...languagesOf(stream),
    default: String(disposed(stream).includes('default')),
  })
}

const ofText = (stream: Stream): Facts =>
  stated({
    codec: String(stream.codec_name),
    ...languagesOf(stream),
    default: String(disposed(stream).includes('default')),
  })

function languagesOf({ tags }: Json): Record<string, string> {
  const tagged = (tags as Json | undefined)?.language
  const language = tagged === undefined || tagged === 'und' ? '' : String(tagged)
  return { language, languageShort: shortLanguage(language) }
}
