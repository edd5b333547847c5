// Memories of closed meters, for the next ones. A garbage collector does not see how large a shared memory is and lets dozens
// lie (measured: 1.3 GB after 56 meters of 1080p, one after the other), so a new meter takes what an old one left.
import type { SharedMemory } from './wasm.ts'

/** Weak: a program that measures no more may have its memory collected. */
let idle: readonly WeakRef<SharedMemory>[] = []

/** A memory that nobody uses, at least as large and at most twice as large; it holds whatever was left in it. */
export function takeIdleMemory(bytes: number): SharedMemory | null {
  for (const ref of idle) {
    const memory = ref.deref()
    const size = memory?.buffer.byteLength ?? 0
    if (!memory || size < bytes || size > 2 * bytes) continue
    idle = idle.filter(other => other !== ref)
    return memory
  }
  return null
}

/** Gives a memory up, once: no thread may use it any more. */
export function putIdleMemory(memory: SharedMemory): void {
  idle = [...idle.filter(ref => ref.deref()), new WeakRef(memory)]
}
