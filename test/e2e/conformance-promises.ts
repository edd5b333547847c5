// An EncodePlan of one file → every fact that the file must show. Not a test itself.
import { parseRational, toNumber } from '../../src/core/index.ts'
import type { AudioRendition, EncodePlan, FileOutput, VideoPlan, VideoRendition } from '../../src/model/index.ts'
import { shortString } from './conformance-codec-strings.ts'
import { formatDolby, formatMastering, type Promised, shortLanguage } from './conformance-facts.ts'
import { samplingOf } from './conformance-ffprobe.ts'

/** Formats that have no place for a fact, so that no file can show it. */
const unsayable: readonly { readonly of: readonly string[]; readonly fact: RegExp; readonly because: string }[] = [
  { of: ['vp9'], fact: /^(container\.)?level$/, because: 'VP9 has no level in its stream, Matroska none for it' },
  { of: ['prores', 'dnxhr', 'ffv1'], fact: /^(level|tier)$/, because: 'codecs without levels' },
  { of: ['prores'], fact: /^range$/, because: 'ProRes is always limited range; QuickTime’s nclc has no range either' },
  { of: ['mpeg2', 'h264', 'vp9'], fact: /tier$/, because: 'codecs without tiers' },
  { of: ['mpeg2'], fact: /^bitstream\.(range|chromaLocation)$/, because: 'MPEG-2 is always limited, sited left' },
  { of: ['vp9'], fact: /^bitstream\.(primaries|transfer)$/, because: 'VP9 codes the matrix and the range only' },
  { of: ['vp9', 'av1', 'prores', 'dnxhr', 'ffv1'], fact: /chromaLocation$/, because: 'no words for all six places' },
  { of: ['flv'], fact: /^startTime$/, because: 'FLV has no negative times: B-frames move the beginning' },
  { of: ['mov'], fact: /^container\.range$/, because: 'QuickTime’s nclc ends before the range' },
  { of: ['mpegts', 'flv', 'mxf'], fact: /^container\./, because: 'no color, aspect or codec string in the container' },
  { of: ['matroska', 'webm'], fact: /^container\.codecString$/, because: 'read from the stream itself instead' },
  {
    of: ['matroska', 'webm'],
    fact: /^frameRate$/,
    because: 'times in milliseconds: offGrid judges them on the exact grid',
  },
  {
    of: ['matroska', 'webm', 'mpegts', 'flv', 'mxf'],
    fact: /^(tag|fastStart|fragmented)$/,
    because: 'not an ISO file',
  },
]

/** Profiles that ffprobe and mediainfo call by one name, `Rext` and `Format Range`; their bits tell them apart. */
const nameless = ({ codec, profile }: VideoRendition): boolean => codec === 'hevc' && !/^main(10)?$/.test(profile)

const iso = (container: string): boolean => ['mp4', 'mov', 'cmaf'].includes(container)

/** Codecs in which every picture is a key frame. */
const intra = new Set(['prores', 'dnxhr', 'ffv1'])
/** Codecs whose bare stream is read. */
const looked = new Set(['h264', 'hevc', 'av1', 'vp9', 'mpeg2'])

/** @throws for a plan of a package */
export function promisesOf(plan: EncodePlan): readonly Promised[] {
  const { output, video } = plan
  if (output.kind !== 'file') throw new Error('only files are read back')
  const codec = video?.renditions[0]?.codec
  const all = [
    ...ofFile(plan, output),
    ...(video ? ofPicture(video, output) : []),
    ...plan.audio.flatMap((track, i) => ofSound(track, i, output)),
  ]
  const silent = unsayable.filter(({ of }) => of.includes(output.container) || (codec && of.includes(codec)))
  return all.filter(({ fact }) => !silent.some(each => each.fact.test(fact)))
}

function ofFile(plan: EncodePlan, { container, muxer, chapters, subtitles }: FileOutput): Promised[] {
  const flags = String(muxer.options.movflags ?? '')
  const fragmented = /frag_|cmaf|empty_moov/.test(flags)
  return [
    { fact: 'container', value: container === 'cmaf' ? 'mp4' : container },
    { fact: 'fragmented', value: String(fragmented) },
    // A player begins before the end has arrived: in MP4 always, whatever the flags are called.
    { fact: 'fastStart', value: String(fragmented || container === 'mp4' || flags.includes('faststart')) },
    { fact: 'chapters', value: chapters.length },
    { fact: 'audioTracks', value: plan.audio.length },
    { fact: 'subtitleTracks', value: subtitles.length },
  ]
}

function ofPicture(video: VideoPlan, output: FileOutput): Promised[] {
  const [rung] = video.renditions as [VideoRendition]
  const rate = parseRational(video.frameRate)
  const aspect = toNumber(parseRational(rung.sampleAspectRatio))
  // ProRes 4444 has 12 bit by definition: what was coded from 10 decodes as 12.
  const decoded = rung.codec === 'prores' ? rung.pixelFormat.replace(/444p10/, '444p12') : rung.pixelFormat
  const { chroma, bitDepth } = samplingOf(decoded)
  const tick =
    { mp4: 1e-6, mov: 1e-6, cmaf: 1e-6, matroska: 0.0011, webm: 0.0011 }[output.container as string] ?? 0.0011
  return [
    { fact: 'codec', value: rung.codec },
    ...coded(rung),
    ...(rung.tag && iso(output.container) ? [{ fact: 'tag', value: rung.tag }] : []),
    { fact: 'pixelFormat', value: decoded },
    ...(chroma ? [{ fact: 'chroma', value: chroma }] : []),
    { fact: 'bitDepth', value: bitDepth },
    { fact: 'width', value: rung.width },
    { fact: 'height', value: rung.height },
    { fact: 'sampleAspectRatio', value: rung.sampleAspectRatio },
    { fact: 'pixelAspect', value: aspect, within: 0.0006 },
    { fact: 'displayAspect', value: (rung.width * aspect) / rung.height, within: 0.002 },
    { fact: 'rotation', value: output.rotation },
    { fact: 'scan', value: rung.scan },
    { fact: 'frames', value: video.frames },
    { fact: 'packets', value: video.frames },
    { fact: 'frameRate', value: video.frameRate },
    { fact: 'frameRateDecimal', value: toNumber(rate), within: 0.001 },
    { fact: 'offGrid', value: 0 },
    // The container's clock is the transport stream's own.
    { fact: 'duration', value: video.frames / toNumber(rate), within: tick },
    ...(output.container === 'mpegts' ? [] : [{ fact: 'startTime', value: 0, within: tick }]),
    ...groups(rung, video),
    ...colors(rung, video, output),
    ...hdr(rung, video, output),
    ...(iso(output.container) ? [{ fact: 'container.entries', value: 1 }] : []),
  ]
}

function coded(rung: VideoRendition): Promised[] {
  const { codec, profile, level, tier, codecString } = rung
  const numbered = level === null ? null : /^\d+$/.test(level) ? `${level}.0` : level.toLowerCase()
  const inStream = looked.has(codec)
  return [
    ...(nameless(rung) ? [] : [{ fact: 'profile', value: profile }]),
    ...(inStream ? [{ fact: 'bitstream.profile', value: profile }] : []),
    ...(numbered === null ? [] : [{ fact: 'level', value: numbered }]),
    ...(numbered === null || !inStream || codec === 'vp9' ? [] : [{ fact: 'bitstream.level', value: numbered }]),
    ...(tier === null ? [] : [{ fact: 'bitstream.tier', value: tier }]),
    ...(codecString === null || codec === 'mpeg2'
      ? []
      : [
          { fact: 'container.codecString', value: shortString(codecString) },
          ...(codec === 'vp9' ? [] : [{ fact: 'bitstream.codecString', value: shortString(codecString) }]),
        ]),
  ]
}

/** Key frames exactly on the grid, each beginning a group that needs nothing before it. */
function groups({ codec }: VideoRendition, { frames, gopFrames }: VideoPlan): Promised[] {
  const every = intra.has(codec) ? 1 : gopFrames
  const keys = Array.from({ length: Math.ceil(frames / every) }, (_, i) => i * every)
  return [
    { fact: 'keyFrames', value: keys.join() },
    { fact: 'leadingPictures', value: 0 },
    { fact: 'keysWithoutIntra', value: 0 },
    ...(looked.has(codec) ? [{ fact: 'closedGops', value: keys.length }] : []),
  ]
}

function colors({ codec, pixelFormat }: VideoRendition, { color }: VideoPlan, { container }: FileOutput): Promised[] {
  const facts = ['primaries', 'transfer', 'matrix', 'range'] as const
  const places = ['', ...(looked.has(codec) ? ['bitstream.'] : []), ...(iso(container) ? ['container.'] : [])]
  const sited = samplingOf(pixelFormat).chroma === '4:2:0' && looked.has(codec)
  return [
    ...places.flatMap(place => facts.map(fact => ({ fact: `${place}${fact}`, value: color[fact] }))),
    ...(sited ? [{ fact: 'bitstream.chromaLocation', value: color.chromaLocation }] : []),
  ]
}

/** Where nothing is planned nothing may stand: metadata of another picture is worse than none. */
function hdr({ codec }: VideoRendition, { hdr: planned }: VideoPlan, { container }: FileOutput): Promised[] {
  const { masteringDisplay, contentLight, hdr10Plus, dolbyVision } = planned
  const display = masteringDisplay ? formatMastering(masteringDisplay) : ''
  const light = contentLight ? `${contentLight.maxCll},${contentLight.maxFall}` : ''
  const boxed = iso(container) || container === 'matroska' || container === 'webm'
  const coded = ['h264', 'hevc', 'av1'].includes(codec)
  const places = [...(coded ? ['', 'bitstream.'] : []), ...(boxed ? ['container.'] : [])]
  return [
    ...places.flatMap(place => [
      { fact: `${place}masteringDisplay`, value: display },
      { fact: `${place}contentLight`, value: light },
    ]),
    { fact: 'masteringLuminance', value: display.split(' ')[4] ?? '' },
    { fact: 'hdr10Plus', value: hdr10Plus ? 'true' : '' },
    ...(boxed ? [{ fact: 'container.dolbyVision', value: dolbyVision ? formatDolby(dolbyVision) : '' }] : []),
  ]
}

function ofSound(track: AudioRendition, i: number, { container }: FileOutput): Promised[] {
  const { codec, channels, layout, sampleRateHz, language, dispositions } = track
  const at = (fact: string): string => `audio.${i}.${fact}`
  return [
    { fact: at('codec'), value: codec },
    { fact: at('channels'), value: channels },
    // MXF and transport streams of PCM carry a number of channels without their places.
    ...(codec === 'pcm' ? [] : [{ fact: at('layout'), value: layout }]),
    { fact: at('sampleRate'), value: sampleRateHz },
    ...(container === 'mxf' || container === 'flv'
      ? []
      : [{ fact: at('languageShort'), value: shortLanguage(language) }]),
    ...(iso(container) || container === 'matroska' || container === 'webm'
      ? [{ fact: at('default'), value: String(dispositions.includes('default')) }]
      : []),
  ]
}
