// Decides before the decoder which units it is given. A unit there is worth what it is predicted from: without one
// reference all that follows is damaged up to the next key frame, so what goes is leaves or whole tails, never a reference
// in the middle. Nothing here ever stops sound or a key frame.
import { isKey, type MediaUnit } from './media-unit.ts'
import type { DecodeLevel } from './pressure.data.ts'

/**
 * Why a unit does not pass. `leaf`: pressure, nothing depends on it. `tail`: pressure, the rest of its GOP goes too. `orphan`: what it
 * is predicted from is missing. `leading`: shown before its key frame, predicted from the GOP before, which is missing.
 */
export type GateReason = 'leaf' | 'tail' | 'orphan' | 'leading'

/** One per video stream; begins closed, until the first key frame. */
export class DecodeGate {
  #broken = true
  /** PTS of the key frame after a broken GOP: open GOPs have pictures that are decoded after it and shown before it. */
  #leadBefore: bigint | undefined
  #position = 0
  #gopLength: number | undefined
  readonly #counts: Record<GateReason, number> = { leaf: 0, tail: 0, orphan: 0, leading: 0 }

  get counts(): Readonly<Record<GateReason, number>> {
    return { ...this.#counts }
  }

  /** Whether the decoder waits for a key frame; then the sender may be asked for one (PLI). */
  get broken(): boolean {
    return this.#broken
  }

  /** A reference was lost on the way here. */
  lost(): void {
    this.#broken = true
  }

  /** Undefined when the unit passes. In decoding order. */
  check(unit: Pick<MediaUnit, 'importance' | 'pts'>, level: DecodeLevel): GateReason | undefined {
    const reason = unit.importance === 'audio' ? undefined : this.#judge(unit, level)
    if (reason) this.#counts[reason]++
    return reason
  }

  #judge(unit: Pick<MediaUnit, 'importance' | 'pts'>, level: DecodeLevel): GateReason | undefined {
    if (isKey(unit)) {
      if (this.#position > 0) this.#gopLength = this.#position
      this.#leadBefore = this.#broken ? unit.pts : undefined
      this.#broken = false
      this.#position = 1
      return undefined
    }
    this.#position++
    if (this.#broken) return 'orphan'
    if (this.#leadBefore !== undefined && unit.pts < this.#leadBefore) return 'leading'
    if (unit.importance === 'non-reference') {
      if (level !== 'all') return 'leaf'
      return undefined
    }
    const cuts = level === 'keys' || (level === 'heads' && this.#position > (this.#gopLength ?? Infinity) / 2)
    if (!cuts) return undefined
    this.#broken = true
    return 'tail'
  }
}
