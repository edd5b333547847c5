// How often one session may ask: a bucket of tokens for each, of which only the latest are remembered.

export type RateLimit = {
  /** Requests that may come at once. */
  readonly burst: number
  /** Requests per minute that it comes back to. */
  readonly perMinute: number
}

/** So many buckets at most; the one that was not used for longest goes first. */
const MOST = 100_000

export class RateLimiter {
  readonly #limit: RateLimit
  readonly #buckets = new Map<string, { tokens: number; atMs: number }>()

  constructor(limit: RateLimit) {
    this.#limit = limit
  }

  /** Seconds to wait; 0 when this request may pass. `nowMs` never goes back. */
  take(key: string, nowMs: number): number {
    const { burst, perMinute } = this.#limit
    const before = this.#buckets.get(key) ?? { tokens: burst, atMs: nowMs }
    const tokens = Math.min(burst, before.tokens + ((nowMs - before.atMs) / 60_000) * perMinute)
    this.#buckets.delete(key)
    this.#buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, atMs: nowMs })
    if (this.#buckets.size > MOST) this.#buckets.delete(this.#buckets.keys().next().value!)
    return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) / perMinute) * 60)
  }
}
