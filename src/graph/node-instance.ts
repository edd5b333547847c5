// One run of one node, from its start until it settles or, aborted and deaf to it, is given up.
import type { Log } from '../core/index.ts'
import type { GraphNode, Input, NodeIo, Output } from './node.ts'

/** What an instance sees of the graph. */
export type NodeView = {
  readonly id: string
  readonly log: Log
  readonly draining: AbortSignal
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  openInput(port: string, signal: AbortSignal): Input
  openOutput(port: string, signal: AbortSignal): Output
  emit(type: string, data: unknown): void
}

/** How an instance finished; `abandoned` when it did not settle within the grace after its abort. */
export type Ending = { readonly type: 'ended' | 'abandoned' } | { readonly type: 'failed'; readonly error: unknown }

/** One call of `run`, with a signal of its own. */
export class NodeInstance {
  readonly #abortGraceMs: number
  readonly #controller = new AbortController()
  readonly #finished = Promise.withResolvers<Ending>()
  #over = false
  #graceTimer: NodeJS.Timeout | undefined

  constructor(node: GraphNode, view: NodeView, abortGraceMs: number) {
    this.#abortGraceMs = abortGraceMs
    const io = this.#io(view)
    const { signal } = this.#controller
    const run = async (): Promise<void> => {
      // Later, so that nothing of the node runs before the graph knows this instance and can abort it.
      await undefined
      signal.throwIfAborted()
      return node.run(io)
    }
    run().then(
      () => this.#finish({ type: 'ended' }),
      (error: unknown) => this.#finish({ type: 'failed', error }),
    )
  }

  /** Never rejects. */
  get finished(): Promise<Ending> {
    return this.#finished.promise
  }

  get aborted(): boolean {
    return this.#controller.signal.aborted
  }

  /** Asks the node to stop, and gives it up when it has not after the grace. */
  abort(reason: unknown): void {
    if (this.#over || this.aborted) return
    this.#graceTimer = setTimeout(() => this.#finish({ type: 'abandoned' }), this.#abortGraceMs)
    this.#controller.abort(reason)
  }

  #finish(ending: Ending): void {
    this.#over = true
    clearTimeout(this.#graceTimer)
    this.#finished.resolve(ending)
  }

  #io(view: NodeView): NodeIo {
    const { signal } = this.#controller
    const { id, log, draining, inputs, outputs } = view
    const openInputs = new Map<string, Input>()
    const openOutputs = new Map<string, Output>()
    return {
      id,
      signal,
      draining,
      log,
      inputs,
      outputs,
      input: port => remember(openInputs, port, () => view.openInput(port, signal)),
      output: port => remember(openOutputs, port, () => view.openOutput(port, signal)),
      emit: (type, data) => {
        if (!this.#over && !signal.aborted) view.emit(type, data)
      },
    }
  }
}

function remember<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
