// The compiled kernels: found beside the package, compiled once, opened over a shared memory by whoever runs them.
import { readFile } from 'node:fs/promises'
import { VmafError } from './errors.ts'
import { takeIdleMemory } from './memory-pool.ts'

type SumKernel = (
  ref: number,
  dis: number,
  width: number,
  height: number,
  stride: number,
  bits: number,
  tables: number,
  scratch: number,
  out: number,
) => void

/** Exports of the modules. Pointers are byte offsets in the imported memory, strides are bytes. */
export type Kernels = {
  vifTablesBytes(): number
  initVifTables(tables: number): void
  vifScratchBytes(width: number, height: number): number
  /** Writes 12 doubles: numerator, numerator of NEG, denominator of each scale. */
  readonly vif: SumKernel
  /** Products in place of sums of logarithms. The reference module has none. */
  readonly vifFast: SumKernel
  admTablesBytes(): number
  initAdmTables(tables: number): void
  admScratchBytes(width: number, height: number): number
  readonly adm: SumKernel
  motionScratchBytes(width: number, height: number): number
  motionSad(
    previous: number,
    current: number,
    width: number,
    height: number,
    stride: number,
    bits: number,
    scratch: number,
  ): number
}

/** A compiled module; it can be sent to workers. */
export type Code = object
/** A WebAssembly memory that threads share. */
export type SharedMemory = { readonly buffer: SharedArrayBuffer; grow(pages: number): number }

// Node's own types leave WebAssembly to those of the browser, which would let a program use all of their names.
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Memory: new (shape: { initial: number; maximum: number; shared: true }) => SharedMemory
    readonly Instance: new (code: Code, imports: object) => { readonly exports: unknown }
    compile(bytes: Uint8Array): Promise<Code>
    validate(bytes: Uint8Array): boolean
  }
}

/** Bytes of WebAssembly's page, and where a module's own constants end. */
export const PAGE = 65536

/** (module (func (result v128) i32.const 0 i8x16.splat)) */
const SIMD_PROBE = Uint8Array.from([
  ...[0, 97, 115, 109, 1, 0, 0, 0],
  ...[1, 5, 1, 96, 0, 1, 123],
  ...[3, 2, 1, 0],
  ...[10, 8, 1, 6, 0, 65, 0, 253, 15, 11],
])

/** @throws {VmafError} VMAF_NO_SIMD */
export function requireSimd(validate: (bytes: Uint8Array) => boolean = bytes => WebAssembly.validate(bytes)): void {
  if (!validate(SIMD_PROBE))
    throw new VmafError(
      'VMAF_NO_SIMD',
      'this JavaScript engine runs no WebAssembly SIMD',
      'Use Node 24 or later on x64 or arm64.',
    )
}

let compiled: Promise<Code> | undefined

/** The module that is used: compiled at first use. It lies beside `src` and beside what `src` is compiled to. */
export function loadCode(): Promise<Code> {
  compiled ??= compileFile(new URL('../wasm/vmaf.wasm', import.meta.url))
  // A file that could not be read may be there at the next call.
  compiled.catch(() => (compiled = undefined))
  return compiled
}

/** Compiles a module of kernels. */
export async function compileFile(file: URL): Promise<Code> {
  return await WebAssembly.compile(await readFile(file))
}

/**
 * A memory of at least so many bytes, which may hold anything: a closed meter's, or a new one.
 * @throws {VmafError} VMAF_MEMORY
 */
export function createMemory(bytes: number): SharedMemory {
  const pages = Math.ceil(bytes / PAGE)
  const tooMuch = (cause?: unknown): VmafError =>
    new VmafError(
      'VMAF_MEMORY',
      `${Math.ceil(bytes / 2 ** 20)} MiB of shared memory are not to be had`,
      'Use fewer workers or a smaller queue, or smaller pictures.',
      { cause },
    )
  if (pages > PAGE) throw tooMuch()
  try {
    return takeIdleMemory(pages * PAGE) ?? new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
  } catch (error) {
    throw tooMuch(error)
  }
}

/** An instance over a memory. Its constants lie in the first page, the same bytes for every instance of one module. */
export function openKernels(code: Code, memory: SharedMemory): Kernels {
  const abort = (): never => {
    throw new Error('the module aborted')
  }
  return new WebAssembly.Instance(code, { env: { memory, abort } }).exports as Kernels
}
