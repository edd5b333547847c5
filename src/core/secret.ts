// A value that must never be printed. It shows as [secret] in logs, JSON, templates and the inspector.

const inspect = Symbol.for('nodejs.util.inspect.custom')

/** Holds secret bytes; only `use` sees them, `dispose` zeroes them. */
export class Secret implements Disposable {
  #bytes: Uint8Array

  /** Takes a copy of `bytes`; the caller keeps, and should zero, its own. */
  constructor(bytes: Uint8Array) {
    this.#bytes = Uint8Array.from(bytes)
  }

  get length(): number {
    return this.#bytes.length
  }

  /** Lends the bytes to `fn`; they are zeroed on dispose and must not be kept. @throws {Error} after dispose. */
  use<T>(fn: (bytes: Uint8Array) => T): T {
    if (this.#bytes.length === 0) throw new Error('secret used after it was disposed')
    return fn(this.#bytes)
  }

  [Symbol.dispose](): void {
    this.#bytes.fill(0)
    this.#bytes = new Uint8Array(0)
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [inspect](): string {
    return '[secret]'
  }
}
