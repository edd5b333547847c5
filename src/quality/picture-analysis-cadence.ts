// How frames are made of fields, from what FFmpeg's idet saw: one moment, two moments, or film in 2:3 pull-down.
import type { FilterStep, MeasureResult, PictureAnalysis } from '../model/index.ts'
import { CYCLE, hasPulldownRhythm } from '../picture/index.ts'

export type Cadence = NonNullable<PictureAnalysis['cadence']>

/**
 * A field counts as repeated when it changed this much less than the other one. At idet's own 3 coding noise hides most of
 * them: 17, 4 and 0 of 20 in three stretches of x264 at crf 23, against 20, 20 and 17 here (measured).
 */
const REPEAT_RATIO = 1.15
export const cadenceChain: readonly FilterStep[] = [{ name: 'idet', args: { rep_thres: REPEAT_RATIO } }]
/** idet counts: each value is the number of frames so far. */
const KEYS = {
  progressive: 'lavfi.idet.multiple.progressive',
  tff: 'lavfi.idet.multiple.tff',
  bff: 'lavfi.idet.multiple.bff',
  undetermined: 'lavfi.idet.multiple.undetermined',
  /** Of the frame by itself: without motion there is nothing to see. */
  still: 'lavfi.idet.single.undetermined',
  topAgain: 'lavfi.idet.repeated.top',
  bottomAgain: 'lavfi.idet.repeated.bottom',
} as const
export const cadenceKeys: readonly string[] = Object.values(KEYS)

const WINDOW = 10 * CYCLE
const SHORTEST = 5 * CYCLE
/** Parts of the windows with motion. */
const ALL_FILM = 0.8
const SOME_FILM = 0.1
/** One field order, or none: where idet names both, it sees patterns and not fields. */
const ONE_ORDER = 4
/** Less of the frames comb by chance. */
const SOME_FIELDS = 0.1

/** Without a frame: progressive, all counts 0. */
export function readCadence({ series }: MeasureResult): Cadence {
  const total = (key: string): number => Math.round(series[key]?.at(-1) ?? 0)
  const progressive = total(KEYS.progressive)
  const tff = total(KEYS.tff)
  const bff = total(KEYS.bff)
  const counts = {
    progressive,
    tff,
    bff,
    undetermined: total(KEYS.undetermined),
    repeated: total(KEYS.topAgain) + total(KEYS.bottomAgain),
  }
  const [major, minor] = [Math.max(tff, bff), Math.min(tff, bff)]
  const fields = major >= ONE_ORDER * minor && major >= SOME_FIELDS * (progressive + tff + bff) && major > 0
  const film = filmPart(series)
  const kind = film >= ALL_FILM ? 'telecine' : film >= SOME_FILM ? 'mixed' : fields ? 'interlaced' : 'progressive'
  return { kind, ...counts }
}

/** How many of the windows in which something moves have the rhythm of pull-down. */
function filmPart(series: MeasureResult['series']): number {
  const steps = (key: string): number[] => (series[key] ?? []).map((value, i, all) => value - (all[i - 1] ?? 0))
  const [top, bottom, still] = [steps(KEYS.topAgain), steps(KEYS.bottomAgain), steps(KEYS.still)]
  const length = Math.min(WINDOW, top.length - (top.length % CYCLE))
  if (length < SHORTEST) return 0
  let [moving, film] = [0, 0]
  for (let start = 0; start + length <= top.length; start += length) {
    const window = (values: readonly number[]): readonly number[] => values.slice(start, start + length)
    const isFilm = hasPulldownRhythm(window(top), window(bottom))
    if (isFilm) film++
    if (isFilm || sum(window(still)) < length / 2) moving++
  }
  return moving === 0 ? 0 : film / moving
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
