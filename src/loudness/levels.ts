// Which gain, and which ceiling of the limiter, brings tracks to a loudness; and what to change after a look at the result. Pure.
import type { LoudnessAim } from '../model/index.ts'

/** What a track is before its gain, and whether its encoder hands back the peaks it was given. */
export type TrackBefore = { readonly truePeakDbtp: number | null; readonly lossless: boolean }

/** Tracks that get one gain. */
export type Level = {
  readonly gainDb: number
  /** Part of the gain that makes up for what limiter and codec take away. */
  readonly makeUpDb: number
  /** Of each track's limiter, dBTP; null without one. */
  readonly ceilings: readonly (number | null)[]
  /** The gain was lowered because a peak may not be limited: the target is out of reach. */
  readonly heldByPeak: boolean
}

export type Mode = 'gain' | 'limit' | 'auto'

export type LevelRequest = {
  readonly aim: LoudnessAim
  readonly mode: Mode
  /** Of all tracks together; null where there is no loudness. */
  readonly lufs: number | null
  readonly tracks: readonly TrackBefore[]
}

/**
 * How far below the promise the first attempt stays: coarse codecs hand back peaks above those they were given (see the plan
 * of `vod`), and bringing the limiter's fourfold rate down moves peaks by hundredths. What is still too high is seen afterwards.
 */
const MARGIN_DB = { lossless: 0.05, lossy: 0.4 }
const marginOf = ({ lossless }: TrackBefore): number => (lossless ? MARGIN_DB.lossless : MARGIN_DB.lossy)

/** Closer than half of a meter's own tolerance is close enough (EBU Tech 3341: ±0.1 LU). */
const CLOSE_LU = 0.05
/** More than this is not what a limiter is for: the programme would be crushed, and the verdict says that it is too quiet. */
const MOST_MAKE_UP_DB = 4
const STEP_DB = 0.05

const rounded = (db: number): number => Math.round(db * 1000) / 1000

/** null where nothing is to be done: no loudness, or the loudness and the peaks that are asked for. */
export function planLevel({ aim, mode, lufs, tracks }: LevelRequest): Level | null {
  if (lufs === null) return null
  const wanted = rounded(aim.targetLufs - lufs)
  const peaks = tracks.map(track => track.truePeakDbtp ?? Number.NEGATIVE_INFINITY)
  const tooHigh = peaks.some(peak => peak > aim.maxTruePeakDbtp)
  if (Math.abs(wanted) <= CLOSE_LU && !tooHigh && mode !== 'limit') return null
  const tops = tracks.map(track => aim.maxTruePeakDbtp - marginOf(track))
  const room = Math.min(...tracks.map((_, i) => tops[i]! - peaks[i]!))
  if (mode === 'gain')
    return {
      gainDb: rounded(Math.min(wanted, room)),
      makeUpDb: 0,
      ceilings: tracks.map(() => null),
      heldByPeak: room < wanted,
    }
  const ceilings = tracks.map((_, i) => (mode === 'limit' || peaks[i]! + wanted > tops[i]! ? rounded(tops[i]!) : null))
  return { gainDb: wanted, makeUpDb: 0, ceilings, heldByPeak: false }
}

/** What a finished attempt was measured to be. */
export type Attempt = { readonly lufs: number | null; readonly truePeaksDbtp: readonly (number | null)[] }

/** The level of the next attempt; null where the finished one stands. */
export function correctLevel(level: Level, attempt: Attempt, { aim, mode, tracks }: LevelRequest): Level | null {
  const over = attempt.truePeaksDbtp.map(peak => Math.max(0, (peak ?? Number.NEGATIVE_INFINITY) - aim.maxTruePeakDbtp))
  const most = Math.max(...over)
  if (mode === 'gain') {
    if (most === 0) return null
    return { ...level, gainDb: rounded(level.gainDb - most - STEP_DB), heldByPeak: true }
  }
  const ceilings = level.ceilings.map((ceiling, i) => {
    if (over[i] === 0) return ceiling
    const before = ceiling ?? (tracks[i]!.truePeakDbtp ?? 0) + level.gainDb
    return rounded(before - over[i]! - STEP_DB)
  })
  const error = attempt.lufs === null ? 0 : aim.targetLufs - attempt.lufs
  const makeUpDb =
    Math.abs(error) <= CLOSE_LU
      ? level.makeUpDb
      : rounded(Math.min(MOST_MAKE_UP_DB, Math.max(-MOST_MAKE_UP_DB, level.makeUpDb + error)))
  if (most === 0 && makeUpDb === level.makeUpDb) return null
  const gainDb = rounded(level.gainDb + makeUpDb - level.makeUpDb)
  // What is raised may now need a limiter that the plain gain did not.
  const raised = ceilings.map((ceiling, i) => {
    const track = tracks[i]!
    const top = aim.maxTruePeakDbtp - marginOf(track)
    return ceiling ?? ((track.truePeakDbtp ?? Number.NEGATIVE_INFINITY) + gainDb > top ? rounded(top) : null)
  })
  return { ...level, gainDb, makeUpDb, ceilings: raised }
}

/** dB that the limiter took off the highest peak. */
export const limitedBy = (track: TrackBefore, gainDb: number, ceiling: number | null): number =>
  ceiling === null || track.truePeakDbtp === null ? 0 : rounded(Math.max(0, track.truePeakDbtp + gainDb - ceiling))
