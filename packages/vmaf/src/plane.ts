// A plane of luma as the caller has it, and its one copy into the shared memory.
import { VmafError } from './errors.ts'
import { bytesPerSample, type Layout, type Shape } from './layout.ts'

/** Rows of luma, the top one first. */
export type Plane = {
  /** Bytes for 8 bit; for more, 16-bit words whose low bits hold the sample. */
  readonly data: Uint8Array | Uint16Array
  /** Samples from row to row; at least the width. */
  readonly stride: number
}

/** @throws {VmafError} VMAF_PLANE */
export function copyPlane({ data, stride }: Plane, layout: Layout, to: number, shape: Shape): void {
  const { width, height, bitDepth } = shape
  const bytes = bytesPerSample(shape)
  if (data.BYTES_PER_ELEMENT !== bytes)
    throw bad(`${bitDepth} bit takes a ${bytes === 1 ? 'Uint8Array' : 'Uint16Array'}`)
  if (!(Number.isInteger(stride) && stride >= width))
    throw bad(`a stride of ${stride} is less than the width, ${width}`)
  const needed = stride * (height - 1) + width
  if (data.length < needed) throw bad(`${data.length} samples are less than ${needed}`)
  const { buffer } = layout.memory
  const own = layout.stride / bytes
  const target = bytes === 1 ? new Uint8Array(buffer, to, own * height) : new Uint16Array(buffer, to, own * height)
  if (stride === own) {
    target.set(data.subarray(0, needed))
    return
  }
  for (let y = 0; y < height; y++) target.set(data.subarray(y * stride, y * stride + width), y * own)
}

const bad = (what: string): VmafError =>
  new VmafError('VMAF_PLANE', `a plane does not fit: ${what}`, 'Planes hold stride × height samples of luma.')
