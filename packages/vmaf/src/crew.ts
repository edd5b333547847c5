// Who does the tasks: worker threads over one memory, or the caller's own thread.
import { Worker } from 'node:worker_threads'
import { VmafError } from './errors.ts'
import { type Layout, SUMS } from './layout.ts'
import { type Bench, openBench, type Task } from './task.ts'

/** What a task comes to. The sums are those of the kernels; null when the frame was not scored. */
export type Outcome = { readonly motion: number; readonly vif: Float64Array | null; readonly adm: Float64Array | null }

export interface Crew {
  run(task: Task): Promise<Outcome>
  close(): Promise<void>
}

export type CrewOptions = Omit<Bench, 'desk' | 'layout'> & { readonly layout: Layout; readonly workers: number }

const outcomeAt = ({ memory }: Layout, out: number, task: Task, motion: number): Outcome => {
  if (task.dis === null) return { motion, vif: null, adm: null }
  const sums = (at: number): Float64Array => new Float64Array(memory.buffer, at, SUMS).slice()
  return { motion, vif: sums(out), adm: sums(out + SUMS * 8) }
}

/** `onDeath` hears of a worker that ended by itself; `workers` 0 works in this thread. */
export function createCrew(options: CrewOptions, onDeath: (error: VmafError) => void): Crew {
  return options.workers === 0 ? createOwnThread(options) : new WorkerCrew(options, onDeath)
}

function createOwnThread({ code, shape, layout, fast }: CrewOptions): Crew {
  const desk = layout.desks[0]!
  const run = openBench({ code, shape, layout, desk, fast })
  return { run: async task => outcomeAt(layout, desk.out, task, run(task)), close: async () => {} }
}

type Job = { readonly task: Task; readonly resolve: (outcome: Outcome) => void }
type Seat = { readonly worker: Worker; readonly out: number; job: Job | null }

class WorkerCrew implements Crew {
  readonly #layout: Layout
  readonly #seats: readonly Seat[]
  readonly #waiting: Job[] = []
  #closing = false

  constructor({ code, shape, layout, fast }: CrewOptions, onDeath: (error: VmafError) => void) {
    this.#layout = layout
    const { memory, stride, vifTables, admTables } = layout
    // The sources run as they are; what is published has been compiled beside them.
    const file = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)
    this.#seats = layout.desks.map(desk => {
      const workerData: Bench = { code, shape, layout: { memory, stride, vifTables, admTables }, desk, fast }
      // Options of the program's own start are not for it: --input-type=module, say, would keep it from starting.
      const worker = new Worker(file, { workerData, name: 'vmaf', execArgv: [] })
      const seat: Seat = { worker, out: desk.out, job: null }
      seat.worker.on('message', (motion: number) => this.#done(seat, motion))
      const died = (cause: unknown): void => {
        if (!this.#closing)
          onDeath(new VmafError('VMAF_WORKER', 'a worker of VMAF died', 'Please report it.', { cause }))
      }
      seat.worker.on('error', died)
      seat.worker.on('exit', code => died(new Error(`exit code ${code}`)))
      // A program that has nothing else to do may end: only tasks keep it alive. After the listeners, which keep it alive, too.
      seat.worker.unref()
      return seat
    })
  }

  run(task: Task): Promise<Outcome> {
    return new Promise(resolve => {
      this.#waiting.push({ task, resolve })
      const idle = this.#seats.find(({ job }) => job === null)
      if (idle) this.#start(idle)
    })
  }

  #start(seat: Seat): void {
    const job = this.#waiting.shift()
    if (!job) return
    seat.job = job
    seat.worker.ref()
    seat.worker.postMessage(job.task)
  }

  #done(seat: Seat, motion: number): void {
    const { task, resolve } = seat.job!
    seat.job = null
    seat.worker.unref()
    resolve(outcomeAt(this.#layout, seat.out, task, motion))
    this.#start(seat)
  }

  async close(): Promise<void> {
    this.#closing = true
    await Promise.all(this.#seats.map(({ worker }) => worker.terminate()))
  }
}
