// The cap of a rung: the least rate at which its measured bursts pass through the decoder's buffer unharmed. Pure.

export type Cap = { readonly maxrateBps: number; readonly bufsizeBits: number }

/** Seconds of the cap that the buffer holds. */
const BUFFER_S = 2
/** Room above what was measured: an encoder that meets its cap begins to save before it must. */
const ROOM = 1.15
/** A cap so near the average would bind everywhere. */
const LEAST_OVER_AVERAGE = 1.25
const STEP_BPS = 1000
const WIDER = 1.4

/**
 * `gopBits` are the bits of each GOP, `gopSeconds` their length. The buffer is full at the start, drained by each GOP at its
 * beginning and filled at the cap: the worst that a decoder can meet (H.264 Annex C, at the grain of GOPs).
 */
export function capOf(gopBits: readonly number[], gopSeconds: readonly number[]): Cap {
  const seconds = gopSeconds.reduce((a, b) => a + b, 0)
  const average = gopBits.reduce((a, b) => a + b, 0) / seconds
  let [low, high] = [average, Math.max(average, ...gopBits.map((bits, i) => bits / Math.min(BUFFER_S, gopSeconds[i]!)))]
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2
    if (holds(gopBits, gopSeconds, middle)) high = middle
    else low = middle
  }
  const maxrateBps = Math.ceil(Math.max(high * ROOM, average * LEAST_OVER_AVERAGE) / STEP_BPS) * STEP_BPS
  return { maxrateBps, bufsizeBits: maxrateBps * BUFFER_S }
}

/** A wider one, where what was measured did not pass through it unharmed after all. */
export function widen({ maxrateBps }: Cap): Cap {
  const wider = Math.ceil((maxrateBps * WIDER) / STEP_BPS) * STEP_BPS
  return { maxrateBps: wider, bufsizeBits: wider * BUFFER_S }
}

function holds(gopBits: readonly number[], gopSeconds: readonly number[], rate: number): boolean {
  const size = rate * BUFFER_S
  let level = size
  for (const [i, bits] of gopBits.entries()) {
    level = Math.min(size, level + rate * gopSeconds[i]!) - bits
    if (level < 0) return false
  }
  return true
}
