// Helpers around AbortSignal that leave no listener behind.

/** Resolves after `ms` milliseconds. @throws the signal's reason when it aborts first. */
export async function delay(ms: number, signal: AbortSignal): Promise<void> {
  // Never thrown at once: callers that catch it catch the promise.
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort)
      resolve()
    }, ms)
    const abort = (): void => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    signal.addEventListener('abort', abort, { once: true })
  })
}

/** Calls `fn` when `signal` aborts (at once if it has); dispose takes the listener away. */
export function onAbort(signal: AbortSignal, fn: () => void): Disposable {
  if (signal.aborted) {
    fn()
    return { [Symbol.dispose]: () => {} }
  }
  signal.addEventListener('abort', fn, { once: true })
  return { [Symbol.dispose]: () => signal.removeEventListener('abort', fn) }
}

/** Whether `error` is the reason for which `signal` was aborted, or an AbortError of the platform. */
export function isAbort(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted && (error === signal.reason || (error instanceof Error && error.name === 'AbortError'))
}
