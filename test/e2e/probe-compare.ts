// Asks Debian's ffprobe and mediainfo about a file and lays their answers beside ours. Not a test itself.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { parseRational, toNumber } from '../../src/core/index.ts'
import type { AudioStream, MediaFacts, VideoStream } from '../../src/model/index.ts'

const run = promisify(execFile)

/** One fact in both tongues, as text; equal means agreement. */
export type Outcome = { readonly tool: string; readonly fact: string; readonly ours: string; readonly theirs: string }

type Json = Readonly<Record<string, unknown>>
type Add = (fact: string, ours: unknown, theirs: unknown) => void

const collector = (
  tool: string,
): {
  outcomes: Outcome[]
  add: Add
  near: (fact: string, ours: number | null, theirs: unknown, by: number) => void
} => {
  const outcomes: Outcome[] = []
  const add: Add = (fact, ours, theirs) => {
    // A tool that is silent is no witness.
    if (theirs === undefined || theirs === null) return
    outcomes.push({ tool, fact, ours: String(ours ?? ''), theirs: String(theirs) })
  }
  return {
    outcomes,
    add,
    near(fact, ours, theirs, by) {
      const number = Number(theirs)
      if (theirs === undefined || Number.isNaN(number)) return
      const agree = ours !== null && Math.abs(ours - number) <= by
      add(fact, agree ? theirs : ours, theirs)
    },
  }
}

const seconds = (text: string | null): number | null => (text === null ? null : toNumber(parseRational(text)))
const orders: Json = { tt: 'tff', bb: 'bff', tb: 'bff', bt: 'tff', progressive: 'progressive' }

/** Everything that ffprobe states about streams, chapters and the container. */
export async function compareWithFfprobe(facts: MediaFacts): Promise<Outcome[]> {
  const shown = ['-show_format', '-show_streams', '-show_chapters', '-count_packets']
  const { stdout } = await run('ffprobe', ['-v', 'error', '-of', 'json', ...shown, facts.path])
  const answer = JSON.parse(stdout) as { format: Json; streams: Json[]; chapters: Json[] }
  const { outcomes, add, near } = collector('ffprobe')
  add('demuxer', facts.container.demuxer, answer.format.format_name)
  near('duration', seconds(facts.container.duration), answer.format.duration, 0.001)
  near(
    'startTime',
    seconds(facts.container.startTime),
    answer.format.start_time,
    facts.container.format === 'webm' ? 0.01 : 1e-5,
  )
  add('bytes', facts.sizeBytes, answer.format.size)
  add(
    'chapters',
    facts.chapters.map(each => [seconds(each.start), seconds(each.end), each.title]).join(),
    answer.chapters.map(each => [Number(each.start_time), Number(each.end_time), (each.tags as Json).title]).join(),
  )
  const streams = [...facts.video, ...facts.audio, ...facts.subtitles, ...facts.other]
  add('streams', streams.length, answer.streams.length)
  for (const ours of streams) {
    const theirs = answer.streams[ours.index] ?? {}
    const tags = (theirs.tags ?? {}) as Json
    const at = (name: string): string => `${ours.index}.${name}`
    add(at('codec'), ours.codec, theirs.codec_name)
    add(at('profile'), ours.profile, theirs.profile)
    add(at('timebase'), ours.timebase, theirs.time_base)
    add(at('language'), ours.language ?? 'und', tags.language)
    add(at('title'), ours.title, tags.title)
    const set = Object.entries(theirs.disposition ?? {}).filter(([, on]) => on === 1)
    add(at('dispositions'), ours.dispositions.join(), set.map(([name]) => name).join())
    near(at('duration'), seconds(ours.duration), theirs.duration, 0.001)
    // Packets of sound are cut as each version likes; those of pictures are frames.
    if (!/^pcm_/.test(ours.codec)) add(at('packets'), ours.packets, theirs.nb_read_packets)
    const { bit_rate: stated } = theirs
    if (!/^(mpegts|mpegps|avi|flv|mxf)$/.test(facts.container.format) && !facts.subtitles.includes(ours as never))
      near(at('bitrate'), ours.bitrateBps, stated, 1 + Number(stated) * 0.03)
    if (!String(theirs.codec_tag_string).includes('[')) add(at('codecTag'), ours.codecTag, theirs.codec_tag_string)
  }
  for (const video of facts.video) videoByFfprobe(video, answer.streams[video.index] ?? {}, add)
  for (const audio of facts.audio) audioByFfprobe(audio, answer.streams[audio.index] ?? {}, add)
  return outcomes
}

function videoByFfprobe(ours: VideoStream, theirs: Json, add: Add): void {
  const at = (name: string): string => `${ours.index}.${name}`
  const { effective } = ours.color
  add(at('size'), `${ours.codedWidth}x${ours.codedHeight}`, `${theirs.width}x${theirs.height}`)
  add(at('pixelFormat'), ours.pixelFormat, theirs.pix_fmt)
  if (Number(theirs.level) >= 0) add(at('level'), ours.level, theirs.level)
  add(at('frameRate'), ours.frameRate, theirs.r_frame_rate)
  add(at('frames'), ours.frameCount, theirs.nb_read_packets)
  add(at('aspect'), ours.sampleAspectRatio.replace('/', ':'), theirs.sample_aspect_ratio)
  add(at('primaries'), effective.primaries, theirs.color_primaries)
  add(at('transfer'), effective.transfer, theirs.color_transfer)
  add(at('matrix'), effective.matrix, theirs.color_space)
  add(at('range'), effective.range, theirs.color_range)
  if (theirs.chroma_location !== 'unspecified')
    add(at('chromaLocation'), effective.chromaLocation, theirs.chroma_location)
  add(at('fieldOrder'), ours.fieldOrder, orders[String(theirs.field_order)])
  add(at('bFrames'), ours.hasBFrames, Number(theirs.has_b_frames) > 0)
  add(at('timecode'), ours.timecode, (theirs.tags as Json | undefined)?.timecode)
}

function audioByFfprobe(ours: AudioStream, theirs: Json, add: Add): void {
  const at = (name: string): string => `${ours.index}.${name}`
  add(at('sampleRate'), ours.sampleRateHz, theirs.sample_rate)
  add(at('channels'), ours.channels, theirs.channels)
  add(at('layout'), ours.layout, theirs.channel_layout)
  add(at('sampleFormat'), ours.sampleFormat, theirs.sample_fmt)
}

const infoPrimaries: Json = { bt709: 'BT.709', bt2020: 'BT.2020', smpte170m: 'BT.601 NTSC' }
const infoTransfers: Json = { bt709: 'BT.709', smpte2084: 'PQ', 'arib-std-b67': 'HLG', smpte170m: 'BT.601' }
const infoMatrices: Json = { bt709: 'BT.709', bt2020nc: 'BT.2020 non-constant', smpte170m: 'BT.601' }
const infoFormats: Json = {
  h264: 'AVC',
  hevc: 'HEVC',
  vp9: 'VP9',
  mpeg2video: 'MPEG Video',
  prores: 'ProRes',
  mjpeg: 'JPEG',
}

/** What mediainfo states about pictures by its own parsers: an opinion that shares no code with FFmpeg. */
export async function compareWithMediainfo(facts: MediaFacts): Promise<Outcome[]> {
  const { stdout } = await run('mediainfo', ['--Output=JSON', facts.path])
  const { media } = JSON.parse(stdout) as { media: { track: Record<string, string>[] } }
  const { outcomes, add, near } = collector('mediainfo')
  const of = (type: string): Record<string, string>[] => media.track.filter(track => track['@type'] === type)
  near('duration', seconds(facts.container.duration), of('General')[0]?.Duration, 0.045)
  add('tracks', [facts.video.length, facts.audio.length].join(), [of('Video').length, of('Audio').length].join())
  for (const [i, theirs] of of('Video').entries()) {
    const ours = facts.video[i]
    if (!ours) continue
    const at = (name: string): string => `${ours.index}.${name}`
    const { effective } = ours.color
    const named = (table: Json, name: string | null): unknown => (name === null ? '' : (table[name] ?? name))
    add(at('codec'), infoFormats[ours.codec] ?? theirs.Format, theirs.Format)
    add(
      at('size'),
      `${ours.codedWidth}x${ours.codedHeight}`,
      `${theirs.Sampled_Width ?? theirs.Width}x${theirs.Sampled_Height ?? theirs.Height}`,
    )
    near(at('frameRate'), seconds(ours.frameRate), theirs.FrameRate, 0.001)
    if (theirs.FrameRate_Mode)
      add(at('frameRateMode'), ours.frameRateMode === 'constant' ? 'CFR' : 'VFR', theirs.FrameRate_Mode)
    add(at('frames'), ours.frameCount, theirs.FrameCount)
    add(at('bitDepth'), ours.bitDepth, theirs.BitDepth)
    add(at('chroma'), ours.chroma, theirs.ChromaSubsampling)
    near(at('aspect'), seconds(ours.sampleAspectRatio), theirs.PixelAspectRatio, 0.001)
    near(at('displayAspect'), ours.displayWidth / ours.displayHeight, theirs.DisplayAspectRatio, 0.002)
    add(at('scan'), ours.scan, theirs.ScanType?.toLowerCase().replace('mbaff', 'interlaced'))
    add(at('fieldOrder'), ours.fieldOrder, theirs.ScanOrder?.toLowerCase())
    near(at('rotation'), ours.rotation, theirs.Rotation, 0.01)
    add(at('primaries'), named(infoPrimaries, effective.primaries), theirs.colour_primaries)
    add(at('transfer'), named(infoTransfers, effective.transfer), theirs.transfer_characteristics)
    add(at('matrix'), named(infoMatrices, effective.matrix), theirs.matrix_coefficients)
    add(at('range'), effective.range === 'pc' ? 'Full' : 'Limited', theirs.colour_range)
    const { masteringDisplay, contentLight } = ours.hdr
    add(
      at('luminance'),
      masteringDisplay &&
        `min: ${masteringDisplay.minLuminance.toFixed(4)} cd/m2, max: ${masteringDisplay.maxLuminance} cd/m2`,
      theirs.MasteringDisplay_Luminance,
    )
    add(at('maxCll'), contentLight && `${contentLight.maxCll} cd/m2`, theirs.MaxCLL)
    add(at('maxFall'), contentLight && `${contentLight.maxFall} cd/m2`, theirs.MaxFALL)
  }
  for (const [i, theirs] of of('Audio').entries()) {
    const ours = facts.audio[i]
    if (!ours) continue
    add(`${ours.index}.sampleRate`, ours.sampleRateHz, theirs.SamplingRate)
    add(`${ours.index}.channels`, ours.channels, theirs.Channels)
  }
  return outcomes
}
