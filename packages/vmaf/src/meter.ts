// The frame-level API: pairs of luma planes in, scores out in frame order, whatever the number of workers.
import { availableParallelism } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import { type Crew, createCrew, type Outcome } from './crew.ts'
import { VmafError } from './errors.ts'
import { createLayout, type Layout, type Shape } from './layout.ts'
import { putIdleMemory } from './memory-pool.ts'
import { fitWorkers } from './meter-fit.ts'
import { isModelName, type ModelName, modelNames } from './models.ts'
import { copyPlane, type Plane } from './plane.ts'
import { type Features, featuresOf, predict } from './predict.ts'
import { type Held, Ring } from './ring.ts'
import { ScoreQueue } from './score-queue.ts'
import { loadCode, requireSimd } from './wasm.ts'

/** What a frame scored. */
export type FrameScore = {
  /** Index of the pair, counted from 0 over all that were pushed. */
  readonly frame: number
  readonly features: Features
  readonly scores: Readonly<Partial<Record<ModelName, number>>>
}

export type MeterOptions = {
  /** At least 96. */
  readonly width: number
  /** At least 80. */
  readonly height: number
  readonly bitDepth: 8 | 10 | 12
  /** `vmaf_v0.6.1` when left out. Models share the features: further ones cost next to nothing. */
  readonly models?: readonly ModelName[]
  /**
   * Threads; 0 works in the caller's thread. As many as the machine has cores when left out. Fewer where the memory of all of
   * them would exceed what WebAssembly addresses.
   */
  readonly workers?: number
  /** `exact` follows libvmaf bit by bit; `fast` multiplies in VIF where libvmaf adds rounded logarithms. */
  readonly accuracy?: 'exact' | 'fast'
  /** Scores each n-th frame, the first one first; its motion is still that between neighbouring frames. */
  readonly every?: number
  /** Pairs that may wait beside those being worked on. One for each worker, and at least one, when left out. */
  readonly queue?: number
  /** Aborting it closes the meter; calls that wait reject with its reason. */
  readonly signal?: AbortSignal
}

const SMALLEST = { width: 96, height: 80 }
/** The kernels count bytes of their scratch in 31 bits, and ADM may take 15 for each sample. */
const MOST_SAMPLES = 2 ** 27

/** @throws {VmafError} VMAF_SIZE, VMAF_DEPTH, VMAF_MODEL, VMAF_OPTION, VMAF_NO_SIMD, VMAF_MEMORY */
export async function createMeter(options: MeterOptions): Promise<Meter> {
  const { width, height, bitDepth, models = ['vmaf_v0.6.1'], accuracy = 'exact', every = 1, signal } = options
  const workers = options.workers ?? availableParallelism()
  signal?.throwIfAborted()
  if (!(Number.isInteger(width) && Number.isInteger(height) && width >= SMALLEST.width && height >= SMALLEST.height))
    throw new VmafError(
      'VMAF_SIZE',
      `VMAF is not defined for ${width}x${height}`,
      `The smallest picture is ${SMALLEST.width}x${SMALLEST.height}; scale both up first.`,
    )
  if (width * height > MOST_SAMPLES)
    throw new VmafError(
      'VMAF_MEMORY',
      `${width}x${height} are ${width * height} samples`,
      `The kernels address up to ${MOST_SAMPLES}; measure at a smaller size.`,
    )
  if (![8, 10, 12].includes(bitDepth))
    throw new VmafError('VMAF_DEPTH', `no ${bitDepth} bit`, 'Convert both pictures to 8, 10 or 12 bit.')
  const unknown = models.find(name => !isModelName(name))
  if (unknown !== undefined || models.length === 0)
    throw new VmafError('VMAF_MODEL', `no model ${unknown ?? 'was named'}`, `There are ${modelNames.join(', ')}.`)
  if (accuracy !== 'exact' && accuracy !== 'fast')
    throw new VmafError('VMAF_OPTION', `accuracy cannot be ${accuracy}`, 'It is exact or fast.')
  for (const [name, value, least] of [
    ['workers', workers, 0],
    ['every', every, 1],
    ['queue', options.queue ?? 1, 1],
  ] as const)
    if (!(Number.isInteger(value) && value >= least))
      throw new VmafError('VMAF_OPTION', `${name} cannot be ${value}`, `It is a whole number from ${least}.`)
  requireSimd()
  const code = await loadCode()
  signal?.throwIfAborted()
  const shape: Shape = { width, height, bitDepth }
  const layout = fitWorkers(workers, count =>
    // One slot more holds the picture before, for motion.
    createLayout(code, shape, count, count + (options.queue ?? count) + 1),
  )
  return new Meter({ shape, layout, models, every, signal }, onDeath =>
    createCrew({ code, shape, layout, workers, fast: accuracy === 'fast' }, onDeath),
  )
}

type Setting = {
  readonly shape: Shape
  readonly layout: Layout
  readonly models: readonly ModelName[]
  readonly every: number
  readonly signal: AbortSignal | undefined
}

/**
 * Measures one pair of clips. Push pairs in order, read `scores` meanwhile or afterwards, `finish` after the last pair. Its
 * memory is `bytes` whatever the length; only scores that nobody reads pile up.
 */
export class Meter implements AsyncDisposable {
  /** In frame order; ends after `finish`. For one reader. */
  readonly scores: AsyncIterableIterator<FrameScore>
  /** Bytes of the memory that pictures, tables and scratches share. */
  readonly bytes: number
  readonly #setting: Setting
  readonly #crew: Crew
  readonly #ring: Ring
  readonly #queue = new ScoreQueue<FrameScore>()
  /** What is known of frames whose score is not out yet. */
  readonly #outcomes = new Map<number, Outcome>()
  /** Pushes are taken one after the other, in the order of the calls. */
  #tail: Promise<void> = Promise.resolve()
  #accepted = 0
  #total = Number.POSITIVE_INFINITY
  /** The next frame to report. */
  #head = 0
  #previous: Held | null = null
  #failure: { readonly error: unknown } | null = null
  #closed = false
  #givenUp = false
  readonly #over = Promise.withResolvers<void>()
  readonly #onAbort = (): void => this.#fail(this.#setting.signal!.reason)

  /** Use {@link createMeter}. */
  constructor(setting: Setting, hire: (onDeath: (error: VmafError) => void) => Crew) {
    this.#setting = setting
    this.scores = this.#queue
    this.bytes = setting.layout.memory.buffer.byteLength
    this.#ring = new Ring(setting.layout.slots)
    this.#crew = hire(error => this.#fail(error))
    this.#over.promise.catch(() => {})
    setting.signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  /**
   * Hands over the next pair; resolves when both planes have been copied, so waits while no slot is free. The planes must not
   * change before. @throws {VmafError} VMAF_PLANE, VMAF_WORKER, VMAF_CLOSED; the reason of an abort
   */
  push(reference: Plane, distorted: Plane): Promise<void> {
    const taken = this.#tail.then(() => this.#accept(reference, distorted))
    this.#tail = taken.catch(() => {})
    return taken
  }

  /** Waits until every score is out. @throws as `push` */
  async finish(): Promise<void> {
    await this.#tail
    this.#requireOpen()
    this.#total = this.#accepted
    this.#dropPrevious()
    this.#report()
    await this.#over.promise
    await this.close()
  }

  /** Ends the workers, whatever is left; further calls fail. */
  async close(): Promise<void> {
    this.#closed = true
    const error = closed()
    this.#ring.fail(error)
    this.#over.reject(error)
    this.#queue.end(Number.isFinite(this.#total) && this.#head >= this.#total ? {} : { error })
    this.#setting.signal?.removeEventListener('abort', this.#onAbort)
    await this.#crew.close()
    // No thread works on the memory any more, and nothing is copied into it after #closed. Once: the next meter may have it.
    if (!this.#givenUp) putIdleMemory(this.#setting.layout.memory)
    this.#givenUp = true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #requireOpen(): void {
    if (this.#failure) throw this.#failure.error
    if (this.#closed || Number.isFinite(this.#total)) throw closed()
  }

  async #accept(reference: Plane, distorted: Plane): Promise<void> {
    // Where nothing else waits (frames that are passed over, work in this thread), timers, sockets and aborts get their turn here.
    await setImmediate()
    this.#requireOpen()
    const { layout, shape, every } = this.#setting
    const frame = this.#accepted
    const isScored = frame % every === 0
    const leadsToScored = (frame + 1) % every === 0
    const wantsMotion = frame > 0 && (isScored || (frame - 1) % every === 0)
    if (!isScored && !leadsToScored && !wantsMotion) {
      this.#accepted++
      this.#dropPrevious()
      return
    }
    // Claimed by its own task, and by the task of the next frame.
    const held = await this.#ring.take(2)
    try {
      this.#requireOpen()
      copyPlane(reference, layout, held.slot.ref, shape)
      if (isScored) copyPlane(distorted, layout, held.slot.dis, shape)
    } catch (error) {
      held.holders = 1
      this.#ring.release(held)
      throw error
    }
    this.#accepted++
    const previous = this.#previous
    this.#previous = held
    if (!isScored && !wantsMotion) {
      if (previous) this.#ring.release(previous)
      this.#ring.release(held)
      return
    }
    const { ref, dis } = held.slot
    const task = {
      frame,
      ref,
      dis: isScored ? dis : null,
      previous: wantsMotion && previous ? previous.slot.ref : null,
    }
    this.#crew.run(task).then(
      outcome => {
        if (previous) this.#ring.release(previous)
        this.#ring.release(held)
        this.#outcomes.set(frame, outcome)
        this.#report()
      },
      error => this.#fail(error),
    )
  }

  /** The picture before is of no use any more: a frame was passed over, or there is no next one. */
  #dropPrevious(): void {
    if (this.#previous) this.#ring.release(this.#previous)
    this.#previous = null
  }

  /** Puts out every score whose turn it is: the motion of a frame is known when the one after it is. */
  #report(): void {
    const { every, models } = this.#setting
    for (; this.#head < this.#total; this.#head += every) {
      const own = this.#outcomes.get(this.#head)
      const after = this.#outcomes.get(this.#head + 1)
      const isLast = this.#head + 1 >= this.#total
      if (!own?.vif || !own.adm || !(after || isLast)) return
      const motion2 = this.#head === 0 ? 0 : Math.min(own.motion, after?.motion ?? own.motion)
      const features = featuresOf(own.vif, own.adm, motion2)
      const scores = Object.fromEntries(models.map(name => [name, predict(name, features)]))
      this.#queue.put({ frame: this.#head, features, scores })
      this.#outcomes.delete(this.#head)
      if (every > 1) this.#outcomes.delete(this.#head + 1)
    }
    this.#queue.end()
    this.#over.resolve()
  }

  #fail(error: unknown): void {
    if (this.#failure || this.#closed) return
    this.#failure = { error }
    this.#ring.fail(error)
    this.#queue.end({ error })
    this.#over.reject(error)
    this.#setting.signal?.removeEventListener('abort', this.#onAbort)
    void this.#crew.close()
  }
}

const closed = (): VmafError =>
  new VmafError('VMAF_CLOSED', 'the meter is closed', 'A meter measures one pair of clips; create another.')
