// Checks of ISO base media files: place of the index, fragments, edit lists, brands and sample entries.
import { z } from 'zod'
import type { IsoLayout, LayoutEdit } from '../model/index.ts'
import { defineCheck, type Found } from './check.ts'
import { overall } from './sound-finding.ts'
import { judgeIso, ms, secs, stretchesOf, times, trackSubject } from './wrapper-finding.ts'

const fastStart = defineCheck({
  id: 'wrapper.fast-start',
  layer: 'wrapper',
  title: 'Index before the media',
  finds: 'MP4 and QuickTime files whose index (moov) lies behind the media: a player has to fetch the end first.',
  source: 'ISO/IEC 14496-12 8.2.1 (moov stands in front or at the end): in front, as progressive download needs it',
  limits: z.object({}),
  profiles: { broadcast: 'off', ott: { severity: 'warn' }, ugc: { severity: 'info' } },
  judge: evidence =>
    judgeIso(evidence, ({ moovOffset, mdatOffset, fragments }) => {
      if (fragments) return { skipped: 'the file is fragmented' }
      if (moovOffset === null || mdatOffset === null || moovOffset < mdatOffset) return []
      return [
        overall('file', {
          measured: `moov at byte ${moovOffset}, media at byte ${mdatOffset}`,
          limit: 'moov before the media',
          message: 'The index lies behind the media: nothing plays before the end of the file has been fetched.',
        }),
      ]
    }),
})

const fragmentLimits = z.object({
  maxGapMs: z
    .number()
    .nonnegative()
    .default(1)
    .describe('A fragment may begin so far from the end of the one before it'),
})

const fragments = defineCheck<z.infer<typeof fragmentLimits>>({
  id: 'wrapper.fragments',
  layer: 'wrapper',
  title: 'Movie fragments',
  finds:
    'Fragments whose decoding time (tfdt) does not follow from the one before, that have none, or whose numbers do not rise; entries of sidx and mfra that name a place where no fragment begins.',
  source:
    'ISO/IEC 14496-12 8.8.5 (mfhd), 8.8.12 (tfdt), 8.16.3 (sidx), 8.8.10 (tfra); ISO/IEC 23000-19 (CMAF) wants tfdt',
  limits: fragmentLimits,
  profiles: { broadcast: { severity: 'fail' }, ott: { severity: 'fail' }, ugc: { severity: 'warn' } },
  judge: (evidence, { maxGapMs }) =>
    judgeIso(evidence, ({ fragments: all }) => {
      if (!all) return { skipped: 'the file has no fragments' }
      const { count, sequenceFaults, timeFaults, untimed, indexFaults } = all
      const found = stretchesOf('file', timeFaults, ({ worst }) => ({
        measured: `${ms(worst)} off`,
        limit: `within ${maxGapMs} ms`,
        message: 'The decoding time of a fragment is not where the one before it ends.',
      }))
      const say = (measured: string, limit: string, message: string): void => {
        found.push(overall('file', { measured, limit, message }))
      }
      if (untimed > 0)
        say(`${untimed} without tfdt, of ${count} fragments`, 'tfdt in each', 'Fragments do not say when they begin.')
      if (sequenceFaults > 0)
        say(`does not rise ${times(sequenceFaults)}`, 'rising numbers', 'The numbers of the fragments do not rise.')
      for (const fault of indexFaults) say(fault, 'offsets of fragments', 'An index of the fragments is wrong.')
      return found
    }),
})

const editLimits = z.object({
  maxHiddenS: z.number().positive().default(1).describe('So much of the media may be cut off at the front'),
  maxEmptyS: z.number().nonnegative().default(0.5).describe('So late may a track begin'),
  maxBeyondS: z.number().nonnegative().default(0.1).describe('An edit may reach so far beyond the media'),
})

const editList = defineCheck<z.infer<typeof editLimits>>({
  id: 'wrapper.edit-list',
  layer: 'wrapper',
  title: 'Edit lists',
  finds:
    'Edit lists that many players do not keep to: several edits of one track, a rate other than 1, long empty edits, much hidden media; and edits of media that are not there.',
  source: 'ISO/IEC 14496-12 8.6.6; CMAF (ISO/IEC 23000-19) takes one edit of rate 1 only; lengths: Headend',
  limits: editLimits,
  profiles: { broadcast: { severity: 'warn' }, ott: { severity: 'warn' }, ugc: { severity: 'info' } },
  judge: (evidence, held) =>
    judgeIso(evidence, iso =>
      iso.tracks.flatMap((track, i) => {
        const mediaS = track.shownS ?? track.mediaS
        return judgeEdits(track.edits, iso.fragments ? null : mediaS, held).map(text =>
          overall(trackSubject(iso, i), text),
        )
      }),
    ),
})

function judgeEdits(
  edits: readonly LayoutEdit[],
  mediaS: number | null,
  { maxHiddenS, maxEmptyS, maxBeyondS }: z.infer<typeof editLimits>,
): Pick<Found, 'measured' | 'limit' | 'message'>[] {
  const found: Pick<Found, 'measured' | 'limit' | 'message'>[] = []
  const say = (measured: string, limit: string, message: string): number => found.push({ measured, limit, message })
  const shown = edits.filter((edit): edit is LayoutEdit & { mediaS: number } => edit.mediaS !== null)
  const leading = edits.findIndex(({ mediaS: start }) => start !== null)
  const emptyS = edits.slice(0, Math.max(0, leading)).reduce((sum, { durationS }) => sum + durationS, 0)
  const hiddenS = shown[0]?.mediaS ?? 0
  if (shown.length > 1)
    say(
      `${shown.length} edits`,
      'one edit',
      'The track is put together from several edits: most players show the first.',
    )
  if (edits.slice(leading).some(({ mediaS: start }) => start === null) && leading >= 0)
    say(
      'an empty edit after media',
      'empty edits at the front only',
      'The track has a hole that only its edit list tells of.',
    )
  const odd = shown.find(({ rate }) => rate !== 1)
  if (odd) say(`rate ${odd.rate}`, 'rate 1', 'An edit plays at another speed, or stands still.')
  if (emptyS > maxEmptyS)
    say(`begins ${secs(emptyS)} late`, `at most ${maxEmptyS} s`, 'A long empty edit precedes the track.')
  if (hiddenS > maxHiddenS)
    say(
      `${secs(hiddenS)} hidden`,
      `at most ${maxHiddenS} s`,
      'Media at the front are hidden by an edit: some players show them.',
    )
  const beyondS =
    mediaS === null ? 0 : Math.max(0, ...shown.map(({ mediaS: start, durationS }) => start + durationS - mediaS))
  if (beyondS > maxBeyondS)
    say(`${secs(beyondS)} beyond the media`, `at most ${maxBeyondS} s`, 'An edit shows media that are not there.')
  return found
}

const brandLimits = z.object({
  sampleEntries: z
    .record(z.string(), z.string())
    .default({ hev1: 'hvc1', dvhe: 'dvh1', avc3: 'avc1', dva1: 'dvav' })
    .describe('Sample entries that are not taken, and what should be there'),
})

/** Brands that allow no fragments or no tfdt (ISO/IEC 14496-12 Annex E): `isom` is the first edition. */
const olderThanTfdt = new Set(['isom', 'iso2', 'iso3', 'iso4', 'mp41', 'mp42', 'avc1', 'M4V ', 'M4A '])

const brand = defineCheck<z.infer<typeof brandLimits>>({
  id: 'wrapper.brand',
  layer: 'wrapper',
  title: 'Brands and sample entries',
  finds:
    'Files without a brand, a major brand that is missing from the compatible ones, fragments with only brands that know no tfdt, QuickTime that is called MP4; and sample entries that devices refuse, such as hev1.',
  source: 'ISO/IEC 14496-12 4.3 and Annex E; Apple HLS authoring specification (hvc1 and dvh1, not hev1 and dvhe)',
  limits: brandLimits,
  profiles: {
    broadcast: { severity: 'warn', limits: { sampleEntries: {} } },
    ott: { severity: 'warn' },
    ugc: { severity: 'info' },
  },
  judge: (evidence, { sampleEntries }) =>
    judgeIso(evidence, iso => [
      ...judgeBrands(iso, evidence.facts.path).map(text => overall('file', text)),
      ...iso.tracks.flatMap(({ fourCc, sampleEntries: entries }, i) => {
        const found: Found[] = []
        const better = fourCc === null ? undefined : sampleEntries[fourCc]
        if (better)
          found.push(
            overall(trackSubject(iso, i), {
              measured: `${fourCc}`,
              limit: better,
              message: `Parameter sets are in the stream (${fourCc}): Apple’s players want ${better}.`,
            }),
          )
        if (entries > 1)
          found.push(
            overall(trackSubject(iso, i), {
              measured: `${entries} sample entries`,
              limit: '1 sample entry',
              message: 'The track changes its codec or its settings half-way: many players follow the first only.',
            }),
          )
        return found
      }),
    ]),
})

function judgeBrands(
  { brands, fragments: all }: IsoLayout,
  path: string,
): Pick<Found, 'measured' | 'limit' | 'message'>[] {
  const isNamedMp4 = /\.(mp4|m4v|m4a)$/i.test(path)
  if (!brands) {
    // QuickTime files from before 2001 have none, and need none.
    if (!isNamedMp4) return []
    return [
      { measured: 'no ftyp', limit: 'ftyp first', message: 'The file does not say which specification it keeps to.' },
    ]
  }
  const { major, compatible } = brands
  const found: Pick<Found, 'measured' | 'limit' | 'message'>[] = []
  const listed = [major, ...compatible]
  if (!compatible.includes(major))
    found.push({
      measured: `${major} of ${compatible.join(', ') || 'none'}`,
      limit: 'the major brand among the compatible ones',
      message: 'The major brand is not among the compatible ones.',
    })
  if (all && listed.every(name => olderThanTfdt.has(name)))
    found.push({
      measured: listed.join(', '),
      limit: 'iso5 or later, or a brand of DASH or CMAF',
      message: 'The brands are of editions without fragments that can be found by time.',
    })
  if (isNamedMp4 && listed.every(name => name === 'qt  '))
    found.push({ measured: 'qt', limit: 'a brand of MP4', message: 'The file is called MP4 and is QuickTime.' })
  return found
}

export const isoChecks = [fastStart, fragments, editList, brand]
