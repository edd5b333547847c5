// The jitter buffer of one stream: units in by arrival, out by DTS when the media clock says so. No timer: whoever owns
// it calls `due` and is told when to call again. Owns the units it holds; what it returns belongs to the caller.
import { AdaptiveDepth } from './adaptive-depth.ts'
import { type JitterOptions, jitterDefaults } from './jitter.data.ts'
import { isKey, isPrecious, type MediaUnit, ticksToUs } from './media-unit.ts'
import { WindowedMinimum } from './windowed-minimum.ts'

/**
 * `idle`: nothing came yet. `playing`: units leave on time. `underrun`: the last unit came after its time. `spilling`: full of
 * key frames and audio, which leave before their time because none of them may be dropped.
 */
export type JitterState = 'idle' | 'playing' | 'underrun' | 'spilling'

export type JitterCounts = {
  readonly received: number
  readonly released: number
  /** Came after a later unit had left; dropped, since order is strict. Depth rises. */
  readonly late: number
  /** Of those, key frames and audio. */
  readonly latePrecious: number
  readonly duplicate: number
  /** Came before an earlier unit did, and was put in its place. */
  readonly reordered: number
  /** Times the clock had to wait. */
  readonly underruns: number
  /** Units that left after their time. */
  readonly overdue: number
  /** Dropped because the buffer was full. Never a key frame, never audio. */
  readonly overflow: number
  /** Dropped because what they are predicted from was dropped. */
  readonly orphaned: number
  /** Left before their time because the buffer was full of what may not be dropped. */
  readonly spilled: number
  /** Left before their time because they had been held for the longest allowed delay. */
  readonly forced: number
  /** The sender's clock was lost (a pause longer than the largest depth) and found again. */
  readonly reanchored: number
}

export type PushOutcome = 'queued' | 'late' | 'duplicate' | 'overflow' | 'orphaned'
/** `dropped` are other units that had to go, `spilled` must be passed on now, in this order. */
export type Pushed<U> = {
  readonly outcome: PushOutcome
  readonly dropped: readonly U[]
  readonly spilled: readonly U[]
}
/** `nextAtUs` is when to ask again; undefined while the buffer is empty. A push may bring it forward. */
export type Due<U> = { readonly units: readonly U[]; readonly nextAtUs: number | undefined }

const zero = {
  received: 0,
  released: 0,
  late: 0,
  latePrecious: 0,
  duplicate: 0,
  reordered: 0,
  underruns: 0,
  overdue: 0,
  overflow: 0,
  orphaned: 0,
  spilled: 0,
  forced: 0,
  reanchored: 0,
} satisfies JitterCounts

/** Holds the units of one stream until they are due. */
export class JitterBuffer<U extends MediaUnit> {
  readonly #options: JitterOptions
  readonly #depth: AdaptiveDepth
  readonly #transit: WindowedMinimum
  readonly #counts = { ...zero }
  // By DTS. An array: hundreds of units at most, and nearly every unit belongs at its end.
  #units: U[] = []
  #bytes = 0
  #state: JitterState = 'idle'
  #lastOut: U | undefined
  #lastKeyOut: bigint | undefined
  /** DTS of the last reference that was dropped: nothing after it can be decoded before the next key frame. */
  #brokenAt: bigint | undefined
  /** An episode of lateness that no allowed depth could have covered does not raise the depth. */
  #hopeless = false
  #floorUs = 0

  constructor(options: Partial<JitterOptions> = {}) {
    this.#options = { ...jitterDefaults, ...options }
    this.#depth = new AdaptiveDepth(this.#options)
    this.#transit = new WindowedMinimum(this.#options.transitWindowUs, 10)
  }

  get state(): JitterState {
    return this.#state
  }

  get counts(): JitterCounts {
    return { ...this.#counts }
  }

  get length(): number {
    return this.#units.length
  }

  get bytes(): number {
    return this.#bytes
  }

  get jitterUs(): number {
    return this.#depth.jitterUs
  }

  /** What the stream needs by itself. */
  get depthUs(): number {
    return this.#depth.us
  }

  /** Picture and sound of one source wait equally long: each gets the largest depth of them all as its floor. */
  alignTo(floorUs: number): void {
    this.#floorUs = Math.min(floorUs, this.#options.maxDepthUs)
  }

  push(unit: U): Pushed<U> {
    const nowUs = unit.arrivalUs
    const mediaUs = mediaTime(unit)
    this.#counts.received++
    if (this.#options.mode === 'adaptive') this.#clock(unit, mediaUs, nowUs)
    else if (this.#state === 'idle') this.#state = 'playing'
    const refused = this.#refuse(unit, mediaUs, nowUs)
    if (refused) return { outcome: refused, dropped: [], spilled: [] }

    const at = insertionPoint(this.#units, unit.dts)
    if (at < this.#units.length) this.#counts.reordered++
    this.#units.splice(at, 0, unit)
    this.#bytes += unit.sizeBytes
    const { dropped, spilled } = this.#makeRoom()
    return dropped.includes(unit)
      ? { outcome: 'overflow', dropped: dropped.filter(other => other !== unit), spilled }
      : { outcome: 'queued', dropped, spilled }
  }

  /** What is to be passed on now. */
  due(nowUs: number): Due<U> {
    const { maxDepthUs } = this.#options
    const overstayed = this.#units.findLastIndex(unit => unit.arrivalUs + maxDepthUs <= nowUs)
    let count = 0
    while (count < this.#units.length) {
      const dueUs = this.#dueUs(this.#units[count]!)
      if (dueUs > nowUs) {
        if (count > overstayed) break
        this.#counts.forced++
      }
      count++
    }
    const units = this.#units.splice(0, count)
    for (const unit of units) this.#left(unit)
    return { units, nextAtUs: this.#nextUs() }
  }

  /** Everything that is left, at once: the end of the stream. */
  drain(): readonly U[] {
    const units = this.#units.splice(0)
    for (const unit of units) this.#left(unit)
    return units
  }

  /** Moves the media clock by what the unit says about it, and sees whether it is late. */
  #clock(unit: U, mediaUs: number, nowUs: number): void {
    const transitUs = nowUs - mediaUs
    const baseUs = this.#transit.value
    // Against the depth that was promised, not the one that this unit is about to teach.
    const excessUs = baseUs === undefined ? 0 : transitUs - baseUs
    const lateUs = excessUs - this.#depthUs
    const behind = this.#lastOut !== undefined && unit.dts <= this.#lastOut.dts
    if (lateUs <= this.#options.maxDepthUs) this.#depth.arrived(mediaUs, nowUs, excessUs)
    else {
      // No depth could bridge this, so it teaches none. The sender paused: its clock is found anew. A burst after a stall of the
      // network looks the same at first, but its shorter transits bring the old clock back by themselves.
      this.#depth.rebase()
      if (!behind) {
        this.#transit.clear()
        this.#counts.reanchored++
        this.#hopeless = true
      }
    }
    this.#transit.add(transitUs, nowUs)
    if (lateUs <= 0) {
      if (!behind) this.#hopeless = false
      if (this.#state !== 'spilling') this.#state = 'playing'
      return
    }
    if (behind) return
    this.#counts.overdue++
    if (this.#state !== 'underrun') this.#counts.underruns++
    this.#state = 'underrun'
    if (!this.#hopeless) this.#depth.needed(excessUs, nowUs)
  }

  #refuse(unit: U, mediaUs: number, nowUs: number): PushOutcome | undefined {
    if (this.#lastOut !== undefined && unit.dts <= this.#lastOut.dts) {
      if (unit.dts === this.#lastOut.dts) {
        this.#counts.duplicate++
        return 'duplicate'
      }
      this.#counts.late++
      if (isPrecious(unit)) this.#counts.latePrecious++
      const excessUs = nowUs - mediaUs - (this.#transit.value ?? 0)
      // What no depth could have saved raises none.
      if (this.#options.mode === 'adaptive' && excessUs <= this.#options.maxDepthUs) this.#depth.needed(excessUs, nowUs)
      return 'late'
    }
    const at = insertionPoint(this.#units, unit.dts)
    if (at > 0 && this.#units[at - 1]!.dts === unit.dts) {
      this.#counts.duplicate++
      return 'duplicate'
    }
    if (!isPrecious(unit) && this.#isOrphan(unit.dts)) {
      this.#counts.orphaned++
      return 'orphaned'
    }
    return undefined
  }

  #isOrphan(dts: bigint): boolean {
    const broken = this.#brokenAt
    if (broken === undefined || dts < broken) return false
    if (this.#lastKeyOut !== undefined && this.#lastKeyOut > broken) return false
    return !this.#units.some(unit => isKey(unit) && unit.dts > broken && unit.dts < dts)
  }

  /** Drops what may be dropped, oldest first, then lets the rest leave early: memory is bounded whoever sleeps. */
  #makeRoom(): { dropped: U[]; spilled: U[] } {
    const dropped: U[] = []
    const spilled: U[] = []
    while (this.#units.length > this.#options.maxUnits || this.#bytes > this.#options.maxBytes) {
      // Nothing is predicted from a non-reference unit; with a reference goes all that follows up to the next key frame.
      const leaf = this.#units.findIndex(({ importance }) => importance === 'non-reference')
      const at = leaf >= 0 ? leaf : this.#units.findIndex(({ importance }) => importance === 'reference')
      if (at < 0) {
        spilled.push(this.#spill())
        continue
      }
      const [victim] = this.#remove(at, 1) as [U]
      dropped.push(victim)
      this.#counts.overflow++
      if (victim.importance !== 'reference') continue
      this.#brokenAt = victim.dts
      for (let next = at; next < this.#units.length && !isKey(this.#units[next]!); ) {
        if (isPrecious(this.#units[next]!)) next++
        else {
          dropped.push(...this.#remove(next, 1))
          this.#counts.orphaned++
        }
      }
    }
    if (spilled.length > 0) this.#state = 'spilling'
    else if (this.#state === 'spilling' && this.#units.length <= this.#options.maxUnits / 2) this.#state = 'playing'
    return { dropped, spilled }
  }

  #spill(): U {
    const unit = this.#units.shift()!
    this.#counts.spilled++
    this.#left(unit)
    return unit
  }

  #remove(at: number, count: number): U[] {
    const gone = this.#units.splice(at, count)
    for (const unit of gone) this.#bytes -= unit.sizeBytes
    return gone
  }

  #left(unit: U): void {
    this.#bytes -= unit.sizeBytes
    this.#counts.released++
    this.#lastOut = unit
    if (isKey(unit)) this.#lastKeyOut = unit.dts
  }

  get #depthUs(): number {
    return Math.max(this.#depth.us, this.#floorUs)
  }

  #dueUs(unit: U): number {
    if (this.#options.mode === 'pass-through') return unit.arrivalUs
    return mediaTime(unit) + (this.#transit.value ?? 0) + this.#depthUs
  }

  #nextUs(): number | undefined {
    const head = this.#units[0]
    if (head === undefined) return undefined
    let first = this.#dueUs(head)
    for (const { arrivalUs } of this.#units) first = Math.min(first, arrivalUs + this.#options.maxDepthUs)
    return first
  }
}

const mediaTime = (unit: MediaUnit): number => ticksToUs(unit.dts, unit.timescale)

/** Behind every unit whose DTS is not larger, by halving. */
function insertionPoint(units: readonly MediaUnit[], dts: bigint): number {
  let low = 0
  let high = units.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (units[middle]!.dts <= dts) low = middle + 1
    else high = middle
  }
  return low
}
