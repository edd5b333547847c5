// Groups of pictures as they come: how long, whether closed, and of which kinds of pictures.
import type { PictureFacts } from '../codecs/index.ts'
import type { GopResult, PictureKinds } from '../model/index.ts'
import { StretchList } from './packets-stretches.ts'

export type GroupedPicture = {
  readonly showS: number
  readonly isKey: boolean
  readonly facts: PictureFacts | null
}

type Group = {
  readonly startS: number
  readonly closed: boolean
  pictures: number
  /** Shown before its first picture, decoded after it. */
  leading: number
}

/** More lengths than this are no pattern: the rest is counted with the longest. */
const MAX_LENGTHS = 500

export class PacketGops {
  readonly #maxGopS: number
  readonly #tooLong = new StretchList(0)
  readonly #open = new StretchList(0)
  readonly #lengths = new Map<number, number>()
  #beginsWithKey: boolean | null = null
  #group: Group | null = null
  #keys = 0
  #shortestS: number | null = null
  #longestS = 0
  #longestPictures = 0
  #longestAtS = 0
  #endS = Number.NEGATIVE_INFINITY
  #kinds = { I: 0, P: 0, B: 0, mostB: 0, mostBAtS: 0, referenceB: 0 }
  #run = 0
  #runAtS = 0

  constructor(maxGopS = Number.POSITIVE_INFINITY) {
    this.#maxGopS = maxGopS
  }

  add({ showS, isKey, facts }: GroupedPicture): void {
    const entry = facts ? facts.entry : isKey ? 'closed' : null
    const begins = entry !== null || isKey
    this.#beginsWithKey ??= begins
    if (begins) {
      this.#endGroup(showS, false)
      this.#keys++
      this.#group = { startS: showS, closed: entry === 'closed', pictures: 0, leading: 0 }
    }
    const group = this.#group
    if (group) {
      group.pictures++
      if (showS < group.startS) group.leading++
    }
    this.#endS = Math.max(this.#endS, showS)
    if (facts) this.#count(facts, showS)
  }

  /** `endS` is where the last picture ends. */
  finish(endS: number): { gops: GopResult; kinds: PictureKinds | null } {
    this.#endGroup(Math.max(endS, this.#endS), true)
    const lengths = [...this.#lengths].sort((a, b) => b[1] - a[1] || a[0] - b[0])
    return {
      gops: {
        keys: this.#keys,
        beginsWithKey: this.#beginsWithKey ?? false,
        shortestS: this.#shortestS,
        longestS: this.#longestS,
        longestPictures: this.#longestPictures,
        longestAtS: this.#longestAtS,
        lengths: lengths.slice(0, 8),
        tooLong: this.#tooLong.read(),
        open: this.#open.read(),
      },
      kinds: this.#kinds.I + this.#kinds.P + this.#kinds.B > 0 ? this.#kinds : null,
    }
  }

  #endGroup(endS: number, last: boolean): void {
    const group = this.#group
    if (!group) return
    const lengthS = endS - group.startS
    if (lengthS > this.#longestS)
      [this.#longestS, this.#longestPictures, this.#longestAtS] = [lengthS, group.pictures, group.startS]
    if (lengthS > this.#maxGopS) this.#tooLong.add(group.startS, endS, lengthS)
    if (!group.closed && group.leading > 0) this.#open.add(group.startS, group.startS, group.leading)
    // The end of the file cuts the last group off where it pleases.
    if (last) return
    if (this.#shortestS === null || lengthS < this.#shortestS) this.#shortestS = lengthS
    if (this.#lengths.has(group.pictures) || this.#lengths.size < MAX_LENGTHS)
      this.#lengths.set(group.pictures, (this.#lengths.get(group.pictures) ?? 0) + 1)
  }

  #count({ kind, isReference }: PictureFacts, showS: number): void {
    if (kind === null) return
    this.#kinds[kind]++
    if (kind !== 'B') {
      this.#run = 0
      return
    }
    if (isReference) this.#kinds.referenceB++
    if (this.#run++ === 0) this.#runAtS = showS
    if (this.#run > this.#kinds.mostB) {
      this.#kinds.mostB = this.#run
      this.#kinds.mostBAtS = this.#runAtS
    }
  }
}
