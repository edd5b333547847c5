// Film in video: the rhythm in which 2:3 pull-down repeats fields. Pure.

/** SMPTE RP 197: four frames of film lie in five of video, and two of the five repeat a field of the one before. */
export const CYCLE = 5
/** Of the two fields in five that repeat in film: video has by chance at most 8 of 20 in one rhythm (measured). */
const LEAST_FOUND = 0.5
/** Of all repeats that were seen. */
const IN_RHYTHM = 0.55

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** A top field repeats at one place of the cycle, a bottom field two or three places later, and nothing elsewhere. */
export function hasPulldownRhythm(top: readonly number[], bottom: readonly number[]): boolean {
  const at = (values: readonly number[], place: number): number =>
    sum(values.filter((_, i) => i % CYCLE === place % CYCLE))
  const found = Array.from({ length: CYCLE }, (_, place) => place).flatMap(place =>
    [2, 3].map(later => at(top, place) + at(bottom, place + later)),
  )
  const best = Math.max(...found)
  const ideal = (2 * top.length) / CYCLE
  return best >= LEAST_FOUND * ideal && best >= IN_RHYTHM * (sum(top) + sum(bottom))
}
