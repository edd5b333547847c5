// What an origin has of one channel: the latest segments with their parts in memory, older ones as files. Waits on nobody; tells who waits.
import type {
  ProgramCue,
  ProgramEvent,
  ProgramPart,
  ProgramPosition,
  ProgramTiming,
  ProgramTrack,
} from '../live/index.ts'
import { CueList, type StoredCue } from './cue-list.ts'

export type StoredPart = {
  readonly index: number
  readonly independent: boolean
  readonly durationTicks: number
  readonly bytes: Buffer
}

export type StoredSegment = {
  readonly number: number
  /** Which program it belongs to: its init segment has the same number. */
  readonly version: number
  readonly decodeTicks: bigint
  durationTicks: number
  sizeBytes: number
  /** Parts in order; empty where only the file is left. */
  parts: StoredPart[]
  complete: boolean
  /** Where the whole segment lies; null while it does not. */
  file: string | null
}

export type StoredTrack = {
  readonly id: string
  /** By version. */
  readonly descriptions: Map<number, ProgramTrack & { readonly init: Uint8Array }>
  segments: StoredSegment[]
}

export type Program = {
  readonly version: number
  readonly timing: ProgramTiming
  readonly tracks: readonly string[]
}

export type StoreLimits = {
  /** What stays in memory of each track. */
  readonly memorySeconds: number
  /** How far back viewers may go. */
  readonly dvrSeconds: number
  /** Whether everything is kept, for a recording. */
  readonly keepAll: boolean
}

/** Told of what changed, so that it reaches the disk. */
export interface StoreKeeper {
  program(program: Program, tracks: readonly StoredTrack[]): void
  started(segmentNumber: number): void
  segment(track: string, segment: StoredSegment): void
  removed(track: string, segment: StoredSegment): void
  cues(all: readonly StoredCue[]): void
  ended(): void
}

type Waiter = { readonly isReady: () => boolean; readonly resolve: () => void }

export class ChannelStore {
  readonly name: string
  readonly #limits: StoreLimits
  readonly #keeper: StoreKeeper
  readonly tracks = new Map<string, StoredTrack>()
  readonly programs: Program[] = []
  readonly cues = new CueList()
  #ended = false
  #startNumber: number | null = null
  #waiters = new Set<Waiter>()
  /** Grows with every change: who made a text keeps it until then. */
  #revision = 0
  #ignored = 0

  constructor(name: string, limits: StoreLimits, keeper: StoreKeeper) {
    this.name = name
    this.#limits = limits
    this.#keeper = keeper
  }

  get program(): Program | null {
    return this.programs.at(-1) ?? null
  }

  /** The first segment that the presentation ever had: DASH counts from it. */
  get startNumber(): number | null {
    return this.#startNumber
  }

  get ended(): boolean {
    return this.#ended
  }

  get revision(): number {
    return this.#revision
  }

  /** Parts that were there already, or came from before the window. */
  get ignored(): number {
    return this.#ignored
  }

  /** Where each track stands. */
  get position(): ProgramPosition {
    const position: Record<string, { segment: number; index: number; endTicks: string }> = {}
    for (const id of this.program?.tracks ?? []) {
      const last = this.tracks.get(id)?.segments.at(-1)
      if (!last) continue
      const endTicks = String(last.decodeTicks + BigInt(last.durationTicks))
      position[id] = { segment: last.number, index: last.parts.at(-1)?.index ?? 0, endTicks }
    }
    return position
  }

  /** Puts back what was found on disk. */
  restore(
    programs: readonly Program[],
    tracks: readonly StoredTrack[],
    startNumber: number | null,
    ended: boolean,
    cues: readonly StoredCue[],
  ): void {
    this.#startNumber = startNumber
    this.cues.restore(cues)
    this.programs.push(...programs)
    for (const track of tracks) this.tracks.set(track.id, track)
    this.#ended = ended
    this.#revision++
  }

  take(event: ProgramEvent): void {
    if (event.type === 'program') this.#begin(event)
    else if (event.type === 'part') this.#add(event.part, event.bytes)
    else if (event.type === 'cue') this.#cue(event.cue)
    else this.end()
    this.#changed()
  }

  /** Nothing more comes: what there is becomes a recording. */
  end(): void {
    if (this.#ended) return
    this.#ended = true
    for (const [id, track] of this.tracks) {
      const last = track.segments.at(-1)
      if (last && !last.complete) this.#complete(id, last)
    }
    this.#keeper.ended()
    this.#changed()
  }

  /** Resolves when the condition holds, when the signal is aborted, or after so many milliseconds: true only for the first. */
  async until(isReady: () => boolean, ms: number, signal: AbortSignal): Promise<boolean> {
    if (isReady()) return true
    return new Promise<boolean>(resolve => {
      const finish = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', finish)
        this.#waiters.delete(waiter)
        resolve(isReady())
      }
      const timer = setTimeout(finish, ms)
      const waiter: Waiter = { isReady, resolve: finish }
      this.#waiters.add(waiter)
      signal.addEventListener('abort', finish, { once: true })
    })
  }

  get waiting(): number {
    return this.#waiters.size
  }

  segment(track: string, number: number): StoredSegment | undefined {
    const segments = this.tracks.get(track)?.segments
    if (!segments || segments.length === 0) return undefined
    // Numbers rise by one but for holes.
    const guess = segments[number - segments[0]!.number]
    return guess?.number === number ? guess : segments.find(segment => segment.number === number)
  }

  #begin({ timing, tracks }: Extract<ProgramEvent, { type: 'program' }>): void {
    if (this.#ended) this.#startOver()
    const before = this.program
    if (before && this.#isSame(before, timing, tracks)) return
    const version = (before?.version ?? -1) + 1
    for (const description of tracks) {
      const track = this.tracks.get(description.id) ?? { id: description.id, descriptions: new Map(), segments: [] }
      track.descriptions.set(version, description)
      this.tracks.set(track.id, track)
      const last = track.segments.at(-1)
      if (last && !last.complete) this.#complete(track.id, last)
    }
    const program = { version, timing, tracks: tracks.map(({ id }) => id) }
    this.programs.push(program)
    this.#keeper.program(program, [...this.tracks.values()])
  }

  /** Somebody publishes again under the name of what ended: that was another presentation. */
  #startOver(): void {
    for (const [id, track] of this.tracks) for (const segment of track.segments) this.#keeper.removed(id, segment)
    this.tracks.clear()
    this.programs.length = 0
    this.cues.restore([])
    this.#startNumber = null
    this.#ended = false
  }

  #isSame(before: Program, timing: ProgramTiming, tracks: readonly (ProgramTrack & { init: Uint8Array })[]): boolean {
    return (
      JSON.stringify(before.timing) === JSON.stringify(timing) &&
      before.tracks.length === tracks.length &&
      tracks.every(({ id, init, ...rest }) => {
        const known = this.tracks.get(id)?.descriptions.get(before.version)
        if (!known) return false
        const { init: knownInit, id: _id, ...knownRest } = known
        return (
          Buffer.compare(knownInit, init) === 0 && JSON.stringify(sorted(knownRest)) === JSON.stringify(sorted(rest))
        )
      })
    )
  }

  #add(part: ProgramPart, bytes: Uint8Array): void {
    const track = this.tracks.get(part.track)
    const program = this.program
    if (!track || !program?.tracks.includes(part.track)) throw new RangeError(`no track ${part.track}`)
    const last = track.segments.at(-1)
    const isNew = !last || part.segment > last.number
    if (!isNew && (part.segment < last.number || last.complete || part.index <= (last.parts.at(-1)?.index ?? -1))) {
      this.#ignored++
      return
    }
    if (isNew && last && !last.complete) this.#complete(part.track, last)
    const segment: StoredSegment = isNew
      ? {
          number: part.segment,
          version: program.version,
          decodeTicks: part.decodeTicks,
          durationTicks: 0,
          sizeBytes: 0,
          parts: [],
          complete: false,
          file: null,
        }
      : last
    if (isNew) track.segments.push(segment)
    if (this.#startNumber === null) {
      this.#startNumber = part.segment
      this.#keeper.started(part.segment)
    }
    const { index, independent, durationTicks } = part
    segment.parts.push({ index, independent, durationTicks, bytes: Buffer.from(bytes) })
    segment.durationTicks = Number(part.decodeTicks - segment.decodeTicks) + durationTicks
    segment.sizeBytes += bytes.length
    if (part.last) this.#complete(part.track, segment)
  }

  #complete(id: string, segment: StoredSegment): void {
    segment.complete = true
    this.#keeper.segment(id, segment)
    this.#forget(id)
  }

  /** Out of memory what is on disk and older than it has to be; out of the window what is older than that. */
  #forget(id: string): void {
    const track = this.tracks.get(id)!
    const last = track.segments.at(-1)!
    const timing = this.program!.timing
    const seconds = (timing.framesPerSegment * timing.frameRate.den) / timing.frameRate.num
    const inMemory = last.number - Math.ceil(this.#limits.memorySeconds / seconds)
    const inWindow = last.number - Math.ceil(this.#limits.dvrSeconds / seconds)
    for (const segment of track.segments) if (segment.number < inMemory && segment.file) segment.parts = []
    // A disk that takes nothing must not fill the memory instead.
    const lost = inMemory - 4 * Math.ceil(this.#limits.memorySeconds / seconds)
    const [kept, gone] = [
      track.segments.filter(segment => segment.file !== null || segment.number >= lost),
      track.segments.filter(segment => segment.file === null && segment.number < lost),
    ]
    track.segments = kept
    for (const segment of gone) this.#keeper.removed(id, segment)
    if (this.#limits.keepAll) return
    while (track.segments.length > 1 && track.segments[0]!.number < inWindow)
      this.#keeper.removed(id, track.segments.shift()!)
  }

  #cue(cue: ProgramCue): void {
    this.cues.take(cue)
    if (!this.#limits.keepAll) this.cues.forget(Date.now() * 1000 - this.#limits.dvrSeconds * 1e6)
    this.#keeper.cues(this.cues.all)
  }

  #changed(): void {
    this.#revision++
    for (const waiter of this.#waiters) if (waiter.isReady()) waiter.resolve()
  }
}

const sorted = (value: object): object => Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
