// Scores on their way to the reader: an async iterable that one reader takes from, in the order in which they were put.

export class ScoreQueue<T> implements AsyncIterableIterator<T> {
  readonly #ready: T[] = []
  #end: { readonly error?: unknown } | null = null
  #wake: (() => void) | null = null

  put(value: T): void {
    this.#ready.push(value)
    this.#wake?.()
  }

  /** After what is ready the reader sees the end, or the error. */
  end(failure: { readonly error?: unknown } = {}): void {
    this.#end ??= failure
    this.#wake?.()
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    for (;;) {
      const value = this.#ready.shift()
      if (value !== undefined) return { done: false, value }
      if (this.#end) {
        if ('error' in this.#end) throw this.#end.error
        return { done: true, value: undefined }
      }
      await new Promise<void>(resolve => (this.#wake = resolve))
    }
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
