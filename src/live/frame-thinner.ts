// Drops raw frames evenly before the encoder: there nothing depends on anything yet, so any frame may go but those that
// must be key frames, since all renditions cut there.

/** Keeps `frames` of every `of`, as evenly as it goes. */
export class FrameThinner {
  #credit = 0
  #dropped = 0

  get dropped(): number {
    return this.#dropped
  }

  /** Whether this frame goes on. `mustKeep`: it begins a GOP. */
  keeps(share: { readonly frames: number; readonly of: number }, mustKeep = false): boolean {
    if (share.frames >= share.of) {
      this.#credit = 0
      return true
    }
    this.#credit += share.frames / share.of
    // A little less than one, because thirds do not add up to it.
    if (this.#credit >= 1 - 1e-9) {
      this.#credit -= 1
      return true
    }
    if (mustKeep) {
      // On account of the next: the share stays what it is.
      this.#credit -= 1
      return true
    }
    this.#dropped++
    return false
  }
}
