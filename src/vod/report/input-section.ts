// What went in: the facts that probe read, and the color description traced from the source to the delivery.

import { parseRational, toNumber } from '../../core/index.ts'
import type { AudioStream, ColorTags, MediaFacts, Report, VideoStream } from '../../model/index.ts'
import {
  type Fact,
  factTable,
  formatBitrate,
  formatBytes,
  formatClock,
  formatCount,
  formatDuration,
  formatFixed,
  formatFrameRate,
  formatLevel,
  type Html,
  html,
  orDash,
  plural,
  scrollTable,
  section,
} from '../../pages/index.ts'

const yesNo = (value: boolean | null): string => (value === null ? 'does not apply' : value ? 'yes' : 'no')

const join = (parts: readonly (string | null | undefined | false)[]): string => parts.filter(Boolean).join(', ')

function fileFacts(facts: MediaFacts): Fact[] {
  const { container } = facts
  return [
    ['Path', html`<code class="path">${facts.path}</code>`],
    ['Size', `${formatBytes(facts.sizeBytes)} (${formatCount(facts.sizeBytes)} bytes)`],
    ['Container', join([container.longName, container.majorBrand && `brand ${container.majorBrand.trim()}`])],
    ['Duration', orDash(container.duration && formatDuration(container.duration))],
    ['Bit rate', orDash(container.bitrateBps && formatBitrate(container.bitrateBps))],
    ['Fast start', yesNo(container.fastStart)],
    ['Fragmented', yesNo(container.fragmented)],
    ['Timecode', orDash(facts.timecode)],
    ['Chapters', facts.chapters.length === 0 ? orDash(null) : formatCount(facts.chapters.length)],
    [
      'Subtitles',
      facts.subtitles.length === 0 ? orDash(null) : facts.subtitles.map(s => join([s.codec, s.language])).join('; '),
    ],
    ['Read', facts.scan === 'full' ? 'every packet' : 'only the beginning'],
    ...(facts.truncated ? ([['Truncated', 'yes: the file ends before its own index does']] as const) : []),
  ]
}

const hdrName: Readonly<Record<VideoStream['hdr']['format'], string>> = {
  sdr: 'SDR',
  hdr10: 'HDR10',
  hdr10plus: 'HDR10+',
  hlg: 'HLG',
  pq: 'PQ without static metadata',
  'dolby-vision': 'Dolby Vision',
}

function hdrText({ hdr }: VideoStream): string {
  const { dolbyVision: dv, contentLight: light, masteringDisplay: mastering } = hdr
  return join([
    hdrName[hdr.format],
    dv &&
      `profile ${dv.profile} level ${dv.level}, compatibility ${dv.compatibilityId}, ${dv.enhancementLayer ? 'with' : 'without'} enhancement layer`,
    hdr.hdr10Plus && hdr.format !== 'hdr10plus' && 'HDR10+ metadata',
    mastering && `mastered at ${mastering.minLuminance}–${formatCount(mastering.maxLuminance)} cd/m²`,
    light && `MaxCLL ${light.maxCll}, MaxFALL ${light.maxFall} cd/m²`,
  ])
}

function videoFacts(video: VideoStream): Fact[] {
  const anamorphic = video.sampleAspectRatio !== '1/1'
  const scan = video.scan === 'progressive' ? 'progressive' : `interlaced, ${video.fieldOrder}`
  return [
    [
      'Codec',
      join([
        video.codec,
        video.profile,
        video.level !== null && `level ${formatLevel(video.codec, video.level)}`,
        video.codecString ?? video.codecTag,
      ]),
    ],
    [
      'Size',
      join([
        `${video.displayWidth}×${video.displayHeight}`,
        (video.codedWidth !== video.displayWidth || video.codedHeight !== video.displayHeight) &&
          `coded ${video.codedWidth}×${video.codedHeight}`,
        anamorphic ? `sample aspect ${video.sampleAspectRatio.replace('/', ':')}` : 'square pixels',
        video.rotation !== 0 && `rotated ${video.rotation}°`,
      ]),
    ],
    [
      'Frame rate',
      join([video.frameRate ? `${formatFrameRate(video.frameRate)} fps` : 'unknown', video.frameRateMode]),
    ],
    ['Frames', orDash(video.frameCount === null ? null : formatCount(video.frameCount))],
    ['Scan', scan],
    ['Sampling', join([`${video.chroma} ${video.bitDepth} bit`, video.pixelFormat, video.hasAlpha && 'with alpha'])],
    ['Dynamic range', hdrText(video)],
    ['Bit rate', orDash(video.bitrateBps && formatBitrate(video.bitrateBps))],
    ['Language', orDash(video.language)],
  ]
}

function audioFacts(audio: AudioStream, report: Report): Fact[] {
  const measured = report.plan.audio.find(rendition => rendition.stream === audio.index)?.loudness.measured
  return [
    ['Codec', join([audio.codec, audio.profile, audio.codecString ?? audio.codecTag])],
    ['Channels', `${audio.layout} (${audio.channels})`],
    ['Sample rate', `${formatCount(audio.sampleRateHz)} Hz, ${audio.sampleFormat}`],
    ['Bit rate', orDash(audio.bitrateBps && formatBitrate(audio.bitrateBps))],
    ['Encoder delay', plural(audio.initialPaddingSamples, 'sample')],
    ['Language', orDash(audio.language)],
    [
      'Loudness',
      measured?.integratedLufs == null ? 'not measured' : `${formatFixed(measured.integratedLufs, 1)} LUFS before gain`,
    ],
  ]
}

const colorFields = [
  ['primaries', 'Primaries'],
  ['transfer', 'Transfer'],
  ['matrix', 'Matrix'],
  ['range', 'Range'],
  ['chromaLocation', 'Chroma location'],
] as const

const rangeText: Readonly<Record<string, string>> = { tv: 'limited (tv)', pc: 'full (pc)' }

function tag(tags: ColorTags, field: keyof ColorTags): Html {
  const value = tags[field]
  return value === null ? html`<td class="none">absent</td>` : html`<td>${rangeText[value] ?? value}</td>`
}

/** Where each color tag came from and what became of it, for the stream that the plan uses. */
function colorTable(report: Report): Html | false {
  const plan = report.plan.video
  const stream = plan && report.input.video.find(video => video.index === plan.stream)
  if (!plan || !stream) return false
  const { container, bitstream, contradictions } = stream.color
  const rows = colorFields.map(([field, label]) => {
    const note = [
      contradictions.includes(field) && 'container and bitstream disagree',
      plan.sourceColor.assumed.includes(field) && 'assumed',
      plan.sourceColor.used[field] !== plan.color[field] && 'converted',
    ].filter(Boolean)
    return html`<tr><th scope="row">${label}</th>${tag(container, field)}${tag(bitstream, field)}${tag(plan.sourceColor.used, field)}${tag(plan.color, field)}<td>${note.join('; ')}</td></tr>`
  })
  const head = html`<tr><th scope="col">Color</th><th scope="col">Container says</th><th scope="col">Bitstream says</th><th scope="col">Taken as</th><th scope="col">Delivered as</th><th scope="col">Note</th></tr>`
  return html`<h3>Color description, stream ${stream.index}</h3>${scrollTable('Color description', head, rows)}`
}

function chapterList(facts: MediaFacts): Html | false {
  if (facts.chapters.length === 0) return false
  const items = facts.chapters.map(
    chapter =>
      html`<li><span class="num">${formatClock(toNumber(parseRational(chapter.start)))}</span> ${chapter.title ?? 'untitled'}</li>`,
  )
  return html`<details><summary>${plural(facts.chapters.length, 'chapter')}</summary><ul class="plain">${items}</ul></details>`
}

export function inputSection(report: Report): Html {
  const { input } = report
  const tables = [
    factTable('File', fileFacts(input)),
    ...input.video.map(video => factTable(`Video, stream ${video.index}`, videoFacts(video))),
    ...input.audio.map(audio => factTable(`Audio, stream ${audio.index}`, audioFacts(audio, report))),
  ]
  const intro = 'Read from the container and from the bitstream; nothing is guessed.'
  return section(
    'input',
    'What went in',
    intro,
    html`<div class="cards">${tables}</div>${colorTable(report)}${chapterList(input)}`,
  )
}
