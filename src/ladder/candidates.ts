// What a search may choose from: picture sizes up to the source's, and half the frames where there are many. Pure.
import { planFixedLadder } from './fixed-ladder.ts'
import type { Candidate } from './search.ts'

export type SizedCandidate = Candidate & { readonly halved: boolean; readonly because: string }

export type CandidateRequest = {
  /** Display size of the prepared picture in square pixels. */
  readonly width: number
  readonly height: number
  readonly fps: number
  readonly maxHeight?: number | undefined
  /** Whether every second frame may be left out. */
  readonly mayHalve: boolean
  readonly fits: (width: number, height: number) => boolean
}

/** More sizes than any ladder has rungs: neighbours still differ by a quarter per side. */
const ALL = 12
/** Half the frames are worth it only where bits are few: at half of the source's pixels or less. */
const HALVED_AREA = 1 / 2

/** From the largest to the smallest; at least one. The whole frame rate comes before half of it. */
export function ladderCandidates({ mayHalve, ...request }: CandidateRequest): SizedCandidate[] {
  const sizes = planFixedLadder({ ...request, maxRungs: ALL })
  const top = sizes[0]!.width * sizes[0]!.height
  return sizes.flatMap(({ width, height, because }) => {
    const whole = { id: `${width}x${height}`, width, height, halved: false, because }
    const small = width * height <= top * HALVED_AREA
    return mayHalve && small ? [whole, { ...whole, id: `${whole.id}h`, halved: true }] : [whole]
  })
}
