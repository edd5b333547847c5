// Where everything lies in the shared memory: tables, a scratch for each worker, a ring of slots for pictures.
import { type Code, createMemory, type Kernels, openKernels, PAGE, type SharedMemory } from './wasm.ts'

/** What kernels run on: one size and depth for a whole measurement. */
export type Shape = { readonly width: number; readonly height: number; readonly bitDepth: 8 | 10 | 12 }

/** Byte offsets. `ref` and `dis` are the first samples of the planes. */
export type Slot = { readonly ref: number; readonly dis: number }
/** Byte offsets of what one worker alone writes. */
export type Desk = { readonly scratch: number; readonly out: number }

export type Layout = {
  readonly memory: SharedMemory
  /** Bytes from row to row. */
  readonly stride: number
  readonly vifTables: number
  readonly admTables: number
  readonly desks: readonly Desk[]
  readonly slots: readonly Slot[]
}

/** Kernels read whole vectors and may read past a row's end: that many bytes around each plane are readable. */
const GUARD = 64
/** 12 doubles of VIF, then 12 of ADM. */
export const SUMS = 12
const OUT_BYTES = 2 * SUMS * 8

const align = (value: number, to: number): number => Math.ceil(value / to) * to
export const bytesPerSample = ({ bitDepth }: Shape): 1 | 2 => (bitDepth === 8 ? 1 : 2)

/** Lays out and fills the memory of one measurement. @throws {VmafError} VMAF_MEMORY */
export function createLayout(code: Code, shape: Shape, workers: number, slots: number): Layout {
  // Sizes are asked of an instance over a memory that holds nothing else.
  const sizes = openKernels(code, createMemory(PAGE))
  const { width, height } = shape
  const stride = align(width * bytesPerSample(shape), 16)
  let next = PAGE
  const take = (bytes: number): number => {
    const at = next
    next = align(at + bytes, 64)
    return at
  }
  const vifTables = take(sizes.vifTablesBytes())
  const admTables = take(sizes.admTablesBytes())
  const scratchBytes = Math.max(
    sizes.vifScratchBytes(width, height),
    sizes.admScratchBytes(width, height),
    sizes.motionScratchBytes(width, height),
  )
  const desks = Array.from({ length: workers }, () => ({ scratch: take(scratchBytes), out: take(OUT_BYTES) }))
  const plane = (): number => take(stride * height + 2 * GUARD) + GUARD
  const ring = Array.from({ length: slots }, () => ({ ref: plane(), dis: plane() }))
  const memory = createMemory(next)
  const kernels: Kernels = openKernels(code, memory)
  kernels.initVifTables(vifTables)
  kernels.initAdmTables(admTables)
  return { memory, stride, vifTables, admTables, desks, slots: ring }
}
