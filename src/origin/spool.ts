// A channel on disk: its programs, init segments, and a file for each whole segment whose name says what it holds. Written beside and
// renamed; what is torn is not found again.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Log } from '../core/index.ts'
import type { ProgramTrack } from '../live/index.ts'
import type { ChannelStore, Program, StoredSegment, StoredTrack, StoreKeeper } from './channel-store.ts'
import type { StoredCue } from './cue-list.ts'

/** Bytes in JSON. */
const section = z
  .string()
  .nullable()
  .transform(text => (text === null ? null : new Uint8Array(Buffer.from(text, 'base64'))))
const encode = (bytes: Uint8Array | null): string | null => bytes && Buffer.from(bytes).toString('base64')

const State = z.object({
  ended: z.boolean(),
  startNumber: z.number().nullable(),
  programs: z.array(
    z.object({
      version: z.number(),
      timing: z.object({
        frameRate: z.object({ num: z.number(), den: z.number() }),
        framesPerSegment: z.number(),
        framesPerPart: z.number(),
      }),
      tracks: z.array(z.string()),
    }),
  ),
  cues: z
    .array(
      z.object({
        id: z.string(),
        kind: z.enum(['out', 'in', 'other']),
        startUs: z.number(),
        plannedUs: z.number().nullable(),
        endUs: z.number().nullable(),
        begin: section,
        end: section,
      }),
    )
    .default([]),
  tracks: z.array(z.object({ id: z.string(), descriptions: z.array(z.tuple([z.number(), z.looseObject({})])) })),
})

/** number-version-decode-duration-size.m4s */
const fileName = /^(\d+)-(\d+)-(\d+)-(\d+)-(\d+)\.m4s$/

export class Spool implements StoreKeeper {
  readonly #dir: string
  readonly #log: Log
  #programs: Program[] = []
  #tracks: readonly StoredTrack[] = []
  #cues: readonly StoredCue[] = []
  #ended = false
  #startNumber: number | null = null
  /** Writes follow one another; how many wait. */
  #queue: Promise<void> = Promise.resolve()
  #pending = 0
  #failed = 0

  constructor(dir: string, log: Log) {
    this.#dir = dir
    this.#log = log
    mkdirSync(dir, { recursive: true })
  }

  get stats(): { readonly pending: number; readonly failed: number } {
    return { pending: this.#pending, failed: this.#failed }
  }

  /** Resolves when everything is written. */
  get settled(): Promise<void> {
    return this.#queue
  }

  /** Puts into the store what a process before this one left. */
  restore(store: ChannelStore): void {
    const statePath = join(this.#dir, 'state.json')
    try {
      const state = State.parse(JSON.parse(readFileSync(statePath, 'utf8')))
      const tracks = state.tracks.map(
        ({ id, descriptions }): StoredTrack => ({
          id,
          descriptions: new Map(
            descriptions.map(([version, description]) => [
              version,
              {
                ...description,
                init: readFileSync(join(this.#dir, id, `init-${version}.mp4`)),
              } as unknown as ProgramTrack & {
                init: Uint8Array
              },
            ]),
          ),
          segments: this.#findSegments(id),
        }),
      )
      this.#programs = state.programs
      this.#tracks = tracks
      this.#cues = state.cues
      this.#ended = state.ended
      this.#startNumber = state.startNumber
      store.restore(state.programs, tracks, state.startNumber, state.ended, state.cues)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        this.#log.warn(
          { dir: this.#dir, error: String(error) },
          'what is on disk of a channel cannot be read; it begins anew',
        )
      rmSync(this.#dir, { recursive: true, force: true })
      mkdirSync(this.#dir, { recursive: true })
    }
  }

  #findSegments(id: string): StoredSegment[] {
    const dir = join(this.#dir, id)
    const segments: StoredSegment[] = []
    for (const name of readdirSync(dir)) {
      const match = fileName.exec(name)
      const path = join(dir, name)
      if (!match) {
        if (!name.startsWith('init-')) rmSync(path, { force: true })
        continue
      }
      const [number, version, decode, duration, size] = match.slice(1) as [string, string, string, string, string]
      // Power that failed between rename and write-back leaves files that are too short.
      if (statSync(path).size !== Number(size)) {
        rmSync(path, { force: true })
        continue
      }
      segments.push({
        number: Number(number),
        version: Number(version),
        decodeTicks: BigInt(decode),
        durationTicks: Number(duration),
        sizeBytes: Number(size),
        parts: [],
        complete: true,
        file: path,
      })
    }
    return segments.sort((a, b) => a.number - b.number)
  }

  program(program: Program, tracks: readonly StoredTrack[]): void {
    // A presentation that begins again has nothing of the one before.
    if (program.version === 0) {
      this.#programs = []
      this.#cues = []
      this.#startNumber = null
    }
    this.#programs.push(program)
    this.#tracks = tracks
    this.#ended = false
    this.#attempt(() => {
      for (const { id, descriptions } of tracks) {
        mkdirSync(join(this.#dir, id), { recursive: true })
        for (const [version, { init }] of descriptions) writeFileSync(join(this.#dir, id, `init-${version}.mp4`), init)
      }
      this.#writeState()
    })
  }

  started(segmentNumber: number): void {
    this.#startNumber = segmentNumber
    this.#attempt(() => this.#writeState())
  }

  segment(track: string, segment: StoredSegment): void {
    const { number, version, decodeTicks, durationTicks, sizeBytes } = segment
    const path = join(this.#dir, track, `${number}-${version}-${decodeTicks}-${durationTicks}-${sizeBytes}.m4s`)
    const bytes = segment.parts.map(part => part.bytes)
    this.#later(async () => {
      const beside = `${path}.partial`
      try {
        await writeFile(beside, bytes)
        await rename(beside, path)
        segment.file = path
      } catch (error) {
        await rm(beside, { force: true }).catch(() => {})
        throw error
      }
    })
  }

  removed(_track: string, segment: StoredSegment): void {
    this.#later(async () => {
      if (segment.file) await rm(segment.file, { force: true })
    })
  }

  cues(all: readonly StoredCue[]): void {
    this.#cues = all
    this.#attempt(() => this.#writeState())
  }

  ended(): void {
    this.#ended = true
    this.#attempt(() => this.#writeState())
  }

  #writeState(): void {
    const tracks = this.#tracks.map(({ id, descriptions }) => ({
      id,
      descriptions: [...descriptions].map(([version, { init: _init, ...description }]) => [version, description]),
    }))
    const cues = this.#cues.map(({ begin, end, ...cue }) => ({ ...cue, begin: encode(begin), end: encode(end) }))
    const path = join(this.#dir, 'state.json')
    writeFileSync(
      `${path}.partial`,
      JSON.stringify({ ended: this.#ended, startNumber: this.#startNumber, programs: this.#programs, cues, tracks }),
    )
    renameSync(`${path}.partial`, path)
  }

  #later(work: () => Promise<void>): void {
    this.#pending++
    this.#queue = this.#queue
      .then(work)
      .catch((error: unknown) => this.#failure(error))
      .finally(() => {
        this.#pending--
      })
  }

  #attempt(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#failure(error)
    }
  }

  /** The channel goes on from memory; what is older than that is lost. */
  #failure(error: unknown): void {
    this.#failed++
    if (this.#failed === 1 || this.#failed % 100 === 0)
      this.#log.error(
        { dir: this.#dir, failed: this.#failed, error: String(error) },
        'the disk does not take a channel',
      )
  }
}
