// One frame's work, the same in a worker and in the caller's thread.
import type { Desk, Layout, Shape } from './layout.ts'
import { type Code, type Kernels, openKernels } from './wasm.ts'

/** Byte offsets of the planes that a frame needs. */
export type Task = {
  readonly frame: number
  readonly ref: number
  /** null when the frame itself is not scored. */
  readonly dis: number | null
  /** The reference of the frame before; null when its motion is not wanted. */
  readonly previous: number | null
}

/** What a worker is started with. */
export type Bench = {
  readonly code: Code
  readonly shape: Shape
  readonly layout: Pick<Layout, 'memory' | 'stride' | 'vifTables' | 'admTables'>
  readonly desk: Desk
  readonly fast: boolean
}

/** Runs tasks; the sums are left at the desk, the motion is returned: NaN when it was not wanted. */
export function openBench({ code, shape, layout, desk, fast }: Bench): (task: Task) => number {
  const { memory, stride, vifTables, admTables } = layout
  const { width, height, bitDepth } = shape
  const kernels: Kernels = openKernels(code, memory)
  const vif = fast ? kernels.vifFast : kernels.vif
  const { scratch, out } = desk
  return ({ ref, dis, previous }) => {
    if (dis !== null) {
      vif(ref, dis, width, height, stride, bitDepth, vifTables, scratch, out)
      kernels.adm(ref, dis, width, height, stride, bitDepth, admTables, scratch, out + 96)
    }
    return previous === null ? Number.NaN : kernels.motionSad(previous, ref, width, height, stride, bitDepth, scratch)
  }
}
