// Runs the kernels of a module over a clip on one thread, the way a host must: tables once, guarded planes, own scratch. Every
// byte that the kernels must not depend on is garbage, every byte that they must not touch is checked afterwards.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { type Features, featuresOf } from '../../src/predict.ts'
import type { PlaneShape } from './planes.ts'

/** The exports of a module of kernels; all pointers are byte offsets in the imported memory. */
export type Kernels = {
  vifTablesBytes(): number
  initVifTables(tables: number): void
  vifScratchBytes(w: number, h: number): number
  vif: SumKernel
  admTablesBytes(): number
  initAdmTables(tables: number): void
  admScratchBytes(w: number, h: number): number
  adm: SumKernel
  motionScratchBytes(w: number, h: number): number
  motionSad(
    previous: number,
    current: number,
    w: number,
    h: number,
    stride: number,
    bits: number,
    scratch: number,
  ): number
}
type SumKernel = (
  ref: number,
  dis: number,
  w: number,
  h: number,
  stride: number,
  bits: number,
  tables: number,
  scratch: number,
  out: number,
) => void

/** Shared memory that kernels work in, as far as it is used here. */
export type SharedMemory = { readonly buffer: SharedArrayBuffer; grow(pages: number): number }

// Node's own types leave WebAssembly to those of the browser, which would let a program use all of its names.
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Memory: new (shape: { initial: number; maximum: number; shared: true }) => SharedMemory
    readonly Instance: new (code: object, imports: object) => { readonly exports: unknown }
    compile(bytes: Uint8Array): Promise<object>
  }
}

/** Two clips of equal shape, raw planes one after the other. */
export type Pair = PlaneShape & { readonly ref: Uint8Array; readonly dis: Uint8Array }

/** What the kernels say about one frame. */
export type MeasuredFrame = {
  readonly features: Features
  /** Motion to the frame before; 0 on the first. */
  readonly sad: number
  /** The 12 sums of `vif` and of `adm`. */
  readonly vif: Float64Array
  readonly adm: Float64Array
}

/** Readable bytes that the host guarantees before and after each plane. */
const GUARD = 64
const GARBAGE = 0xa5
const CANARY = 0x3c

/** Compiles a module; what {@link measurePair} and {@link openKernels} take. */
export async function compileFile(file: string): Promise<object> {
  return WebAssembly.compile(await readFile(file))
}

/** Features of every frame of a pair by the kernels of `code`. `spareBytes` (a multiple of 16) widens the stride. */
export function measurePair(code: object, pair: Pair, spareBytes = 0): readonly MeasuredFrame[] {
  const { width, height, bits } = pair
  const rowBytes = width * (bits > 8 ? 2 : 1)
  const stride = align(rowBytes, 16) + spareBytes
  const memory = createSharedMemory()
  const kernels = openKernels(code, memory)
  const allocate = createAllocator(memory)
  const plane = (): number => allocate(stride * height + 2 * GUARD, GARBAGE) + GUARD
  const vifTables = allocate(kernels.vifTablesBytes(), GARBAGE)
  const admTables = allocate(kernels.admTablesBytes(), GARBAGE)
  const refs = [plane(), plane()] as const
  const dis = plane()
  const scratchBytes = Math.max(
    kernels.vifScratchBytes(width, height),
    kernels.admScratchBytes(width, height),
    kernels.motionScratchBytes(width, height),
  )
  const scratch = allocate(scratchBytes, GARBAGE)
  const canaries = allocate(256, CANARY)
  const vifOut = allocate(96, GARBAGE)
  const admOut = allocate(96, GARBAGE)
  kernels.initVifTables(vifTables)
  kernels.initAdmTables(admTables)

  const bytes = new Uint8Array(memory.buffer)
  const load = (raw: Uint8Array, index: number, to: number): void => {
    for (let y = 0; y < height; y++) {
      const at = (index * height + y) * rowBytes
      bytes.set(raw.subarray(at, at + rowBytes), to + y * stride)
    }
  }
  const sumsAt = (out: number): Float64Array => new Float64Array(memory.buffer, out, 12).slice()

  const count = pair.ref.length / (rowBytes * height)
  assert.ok(Number.isInteger(count) && count > 0 && pair.dis.length === pair.ref.length, 'planes do not fit the shape')
  const frames: { sad: number; vif: Float64Array; adm: Float64Array }[] = []
  for (let i = 0; i < count; i++) {
    const ref = refs[i % 2 === 0 ? 0 : 1]
    const before = refs[i % 2 === 0 ? 1 : 0]
    load(pair.ref, i, ref)
    load(pair.dis, i, dis)
    kernels.vif(ref, dis, width, height, stride, bits, vifTables, scratch, vifOut)
    kernels.adm(ref, dis, width, height, stride, bits, admTables, scratch, admOut)
    const sad = i === 0 ? 0 : kernels.motionSad(before, ref, width, height, stride, bits, scratch)
    frames.push({ sad, vif: sumsAt(vifOut), adm: sumsAt(admOut) })
  }
  const touched = bytes.subarray(canaries, canaries + 256).findIndex(byte => byte !== CANARY)
  assert.equal(touched, -1, 'a kernel wrote beyond its scratch')
  return frames.map(({ sad, vif, adm }, i) => {
    const motion2 = i === 0 ? 0 : Math.min(sad, frames[i + 1]?.sad ?? sad)
    return { features: featuresOf(vif, adm, motion2), sad, vif, adm }
  })
}

/** Creates a shared memory of one page. */
export function createSharedMemory(): SharedMemory {
  return new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true })
}

/** An instance of a module of kernels over a memory. */
export function openKernels(code: object, memory: SharedMemory): Kernels {
  const abort = (): never => {
    throw new Error('the module aborted')
  }
  return new WebAssembly.Instance(code, { env: { memory, abort } }).exports as Kernels
}

/** Hands out areas on 64-byte borders, each filled with one value; grows the memory as needed. */
function createAllocator(memory: SharedMemory): (bytes: number, fill: number) => number {
  // The first page belongs to the module's constants.
  let next = 65536
  return (bytes, fill) => {
    const at = next
    next = align(at + bytes, 64)
    const missing = Math.ceil(next / 65536) - memory.buffer.byteLength / 65536
    if (missing > 0) memory.grow(missing)
    new Uint8Array(memory.buffer, at, next - at).fill(fill)
    return at
  }
}

function align(value: number, to: number): number {
  return Math.ceil(value / to) * to
}
