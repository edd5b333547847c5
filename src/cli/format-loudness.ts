// Loudness as the terminal shows it.
import type { LoudnessReport, NormalizeReport, TrackLoudness } from '../model/index.ts'
import { quotePath } from './format-report.ts'
import { formatTable } from './table.ts'

export const decibels = (value: number | null, unit: string): string =>
  value === null ? 'none' : `${value.toFixed(1)} ${unit}`

export function formatLoudness(report: LoudnessReport, page: string | undefined): string {
  const { standard, files, verdict } = report
  const spoken = files.some(({ tracks }) => tracks.some(({ dialogue }) => dialogue))
  const head = ['', 'integrated', ...(spoken ? ['dialogue'] : []), 'range', 'short-term', 'momentary', 'true peak']
  const blocks = files.map(({ path, tracks }) => [
    path,
    ...formatTable([[...head, ''], ...tracks.map(track => formatTrack(track, spoken))], '  '),
    ...tracks.flatMap(({ track, checks }) =>
      checks
        .filter(({ status }) => status === 'fail')
        .map(({ promised, measured }) => `  track ${track}: ${measured}; asked for ${promised}`),
    ),
    ...tracks.flatMap(({ track, warnings }) => warnings.map(({ message }) => `  track ${track}: ${message}`)),
    '',
  ])
  const lines = [
    ...blocks.flat(),
    standard
      ? `${verdict === 'pass' ? 'PASS' : 'FAIL'}  ${standard.label}: ${standard.targetLufs} LUFS ± ${standard.toleranceLu} LU, at most ${standard.maxTruePeakDbtp} dBTP`
      : 'measured by ITU-R BS.1770-5; no standard was named (--standard)',
    ...(page ? ['', `page     ${quotePath(page)}`] : []),
  ]
  return lines.join('\n')
}

function formatTrack(track: TrackLoudness, spoken: boolean): string[] {
  const what = [track.codec, track.layout, track.language, track.title].filter(Boolean).join(' ')
  const share = track.dialogue ? ` (${(track.dialogue.share * 100).toFixed(0)} %)` : ''
  return [
    `${track.track} ${what}`,
    decibels(track.integratedLufs, 'LUFS'),
    ...(spoken ? [`${decibels(track.dialogue?.integratedLufs ?? null, 'LUFS')}${share}`] : []),
    decibels(track.loudnessRangeLu, 'LU'),
    decibels(track.shortTermMaxLufs, 'LUFS'),
    decibels(track.momentaryMaxLufs, 'LUFS'),
    decibels(track.truePeakDbtp, 'dBTP'),
    track.verdict ?? '',
  ]
}

export function formatNormalized({ standard, album, files, verdict }: NormalizeReport): string {
  const blocks = files.map(({ input, output, tracks, warnings }) => [
    `${input} → ${quotePath(output)}`,
    ...formatTable(
      [
        ['', 'before', 'after', 'true peak', 'gain', 'limited', 'sound'],
        ...tracks.map(({ track, before, after, gainDb, limitedDb, encoder }) => [
          String(track),
          decibels(before.integratedLufs, 'LUFS'),
          decibels(after.integratedLufs, 'LUFS'),
          decibels(after.truePeakDbtp, 'dBTP'),
          `${gainDb.toFixed(2)} dB`,
          limitedDb > 0 ? `${limitedDb.toFixed(1)} dB` : 'no',
          encoder,
        ]),
      ],
      '  ',
    ),
    ...tracks.flatMap(({ track, because, tags, checks, warnings: notes }) => [
      `  track ${track}: ${because}`,
      ...Object.entries(tags).map(([name, value]) => `    ${name} ${value}`),
      ...checks
        .filter(({ status }) => status === 'fail')
        .map(({ promised, measured }) => `  track ${track}: ${measured}; asked for ${promised}`),
      ...notes.map(({ message }) => `  track ${track}: ${message}`),
    ]),
    ...warnings.map(({ message }) => `  ${message}`),
    '',
  ])
  const aim = standard
    ? `${standard.label}: ${standard.targetLufs} LUFS ± ${standard.toleranceLu} LU, at most ${standard.maxTruePeakDbtp} dBTP`
    : 'the gain as metadata'
  return [
    ...blocks.flat(),
    ...(album ? [`album    ${decibels(album.before, 'LUFS')} → ${decibels(album.after, 'LUFS')}`] : []),
    `${verdict === 'pass' ? 'PASS' : 'FAIL'}  ${aim}`,
  ].join('\n')
}
