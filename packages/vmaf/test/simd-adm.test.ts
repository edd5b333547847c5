// ADM in SIMD against the reference, bit for bit: pictures of all sizes and depths, among them those that drive every band to
// the largest value it can have, so that no overflow hides. The module is compiled from its source.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { compileWasm } from '../scripts/build-wasm.ts'
import { compileFile, createSharedMemory, type Kernels, openKernels } from './golden/kernels.ts'
import { createRandom, type Paint, rasterize, remembered, type Size } from './pictures.ts'

const GUARD = 64
const GARBAGE = 0xa5
const CANARY_BYTES = 128

describe('SIMD ADM equals the reference', { skip: reasonToSkip() }, () => {
  let scalar: object
  let simd: object
  before(async () => {
    scalar = await compileFile(join(import.meta.dirname, '../wasm/scalar.wasm'))
    simd = await compileBytes(await compileWasm('assembly/simd/adm.ts'))
  })

  const check = (size: Size, ref: Paint, dis: Paint, what: string): void => {
    const pictures = [ref, dis].map(paint => rasterize(size, paint)) as [Uint8Array, Uint8Array]
    const wanted = sums(scalar, size, pictures)
    assert.deepEqual(sums(simd, size, pictures), wanted, `${what}, ${size.w}x${size.h}, ${size.bits} bit`)
  }

  for (const bits of [8, 9, 10, 12, 16]) {
    test(`random pictures at ${bits} bit`, () => {
      const random = createRandom(bits)
      for (let i = 0; i < 12; i++) {
        const size = { w: 96 + Math.floor(random() * 310), h: 80 + Math.floor(random() * 230), bits }
        const noise = random() * 0.1
        const gain = 0.5 + random()
        const ref = remembered(size, (x, y) => 0.5 + 0.3 * Math.sin(x / 9 + y / 14) + 0.4 * (random() - 0.5))
        check(
          size,
          ref,
          (x, y) => 0.5 + gain * (ref(x, y) - 0.5) + noise * (random() - 0.5),
          `gain ${gain}, noise ${noise}`,
        )
        check(size, ref, ref, 'equal')
        check(size, random, random, 'white noise')
      }
    })

    test(`extreme pictures at ${bits} bit`, () => {
      const random = createRandom(1000 + bits)
      const paints: readonly Paint[] = [
        () => 0,
        () => 1,
        (x, y) => (x + y) & 1,
        x => x & 1,
        (_, y) => y & 1,
        (x, y) => ((x >> 1) + (y >> 1)) & 1,
        (x, y) => ((x >> 2) ^ (y >> 3)) & 1,
        () => Math.round(random()),
      ]
      for (const ref of paints) {
        for (const dis of paints) {
          check(
            { w: 97 + Math.floor(random() * 60), h: 80 + Math.floor(random() * 60), bits },
            ref,
            dis,
            `${ref} and ${dis}`,
          )
        }
      }
    })
  }

  test('every width and height modulo 16, and the smallest regions', () => {
    const random = createRandom(7)
    for (let i = 0; i < 17; i++) check({ w: 96 + i, h: 112 - i, bits: 8 }, random, random, 'noise')
    for (const [w, h] of [
      [96, 80],
      [96, 300],
      [400, 80],
      [233, 241],
      [255, 257],
    ] as const)
      check({ w, h, bits: 10 }, random, random, 'noise')
  })

  for (const bits of [8, 16]) {
    test(`largest values of every band at ${bits} bit`, () => {
      const size = { w: 256, h: 240, bits }
      for (let scale = 0; scale < 4; scale++) {
        for (const [name, high] of Object.entries({ h: [false, true], v: [true, false], d: [true, true] })) {
          const peak = peakAt(size, scale, high[0]!, high[1]!)
          const valley: Paint = (x, y) => 1 - peak(x, y)
          const what = `${name} of scale ${scale}`
          check(size, peak, peak, `${what}, equal`)
          check(size, peak, valley, `${what}, opposite`)
          check(size, valley, peak, `${what}, opposite of the lowest`)
          check(size, () => 0.5, peak, `${what}, all added`)
          check(size, (x, y) => 0.5 + (peak(x, y) - 0.5) / 50, peak, `${what}, fifty times stronger`)
          check(size, peak, (x, y) => 0.5 + (peak(x, y) - 0.5) * 0.99, `${what}, a little weaker`)
        }
      }
    })
  }

  for (const bits of [8, 12, 16]) {
    test(`directions about one degree off, among opposite ones, at ${bits} bit`, () => {
      const random = createRandom(50 + bits)
      for (let i = 0; i < 8; i++) {
        const size = { w: 224 + i, h: 200 + i, bits }
        const columns = Array.from({ length: size.w }, () => random() - 0.5)
        const turn = Array.from({ length: size.h }, () => 0.08 * (random() - 0.5))
        const checks: Paint = (x, y) => 0.1 * (((x + y) & 1) - 0.5)
        const ref: Paint = (x, y) => 0.5 + 0.4 * columns[x]! + checks(x, y)
        // Every second group of columns is inverted, but not its diagonal band: there the sign decides what is restored.
        const sign: Paint = x => ((x >> (3 + (i & 3))) & 1 ? -1 : 1)
        const dis: Paint = (x, y) => 0.5 + 0.4 * (sign(x, y) * columns[x]! + turn[y]!) + 1.5 * checks(x, y)
        check(size, ref, dis, 'columns, slightly turned')
      }
    })
  }

  test('neither stride nor what lies around and in the scratch matters', () => {
    const random = createRandom(3)
    for (const bits of [8, 10]) {
      const size = { w: 131, h: 99, bits }
      const pictures = [rasterize(size, random), rasterize(size, random)] as const
      const wanted = sums(scalar, size, pictures)
      for (const garbage of [0, 0x7f, 0xff]) assert.deepEqual(sums(simd, size, pictures, 48, garbage), wanted)
    }
  })
})

/** Runs `adm` of a module once, in a new memory full of garbage. */
function sums(
  code: object,
  { w, h, bits }: Size,
  [ref, dis]: readonly [Uint8Array, Uint8Array],
  spareBytes = 0,
  garbage = GARBAGE,
): readonly number[] {
  const memory = createSharedMemory()
  memory.grow(160)
  const kernels: Kernels = openKernels(code, memory)
  const bytes = new Uint8Array(memory.buffer)
  const rowBytes = bits > 8 ? 2 * w : w
  const stride = align(rowBytes) + spareBytes
  let next = 65536
  const allocate = (size: number): number => {
    const at = next
    next += align(size)
    assert.ok(next <= bytes.length, 'the memory of this test is too small')
    return at
  }
  const tables = allocate(kernels.admTablesBytes())
  const planes = [ref, dis].map(raw => ({ raw, at: allocate(stride * h + 2 * GUARD) + GUARD }))
  const below = allocate(CANARY_BYTES)
  const scratch = allocate(kernels.admScratchBytes(w, h))
  const above = allocate(CANARY_BYTES)
  const out = allocate(96)
  bytes.fill(garbage, tables, next)
  for (const { raw, at } of planes)
    for (let y = 0; y < h; y++) bytes.set(raw.subarray(y * rowBytes, (y + 1) * rowBytes), at + y * stride)
  kernels.initAdmTables(tables)
  kernels.adm(planes[0]!.at, planes[1]!.at, w, h, stride, bits, tables, scratch, out)
  for (const at of [below, above])
    assert.ok(
      bytes.subarray(at, at + CANARY_BYTES).every(byte => byte === garbage),
      'wrote beyond its scratch',
    )
  return [...new Float64Array(memory.buffer, out, 12)]
}

/**
 * The picture that drives the value in the middle of a band to its maximum: white where the chain of filters weighs a pixel
 * positively, black elsewhere.
 */
function peakAt({ w, h }: Size, scale: number, highX: boolean, highY: boolean): Paint {
  const columns = weights(Math.floor(w / 2 ** (scale + 2)), scale, highX)
  const rows = weights(Math.floor(h / 2 ** (scale + 2)), scale, highY)
  return (x, y) => ((columns.get(x) ?? 0) * (rows.get(y) ?? 0) > 0 ? 1 : 0)
}

/** What each input sample weighs in output `index` after `scale` low-pass filters and a last one (notes/vmaf-spec.md §4.1). */
function weights(index: number, scale: number, high: boolean): ReadonlyMap<number, number> {
  const low = [15826, 27411, 7345, -4240]
  const last = high ? [-4240, -7345, 27411, -15826] : low
  let level = new Map([[index, 1]])
  for (let k = scale; k >= 0; k--) {
    const inputs = new Map<number, number>()
    for (const [i, weight] of level)
      for (const [j, tap] of (k === scale ? last : low).entries()) {
        const at = 2 * i - 1 + j
        inputs.set(at, (inputs.get(at) ?? 0) + weight * tap)
      }
    level = inputs
  }
  return level
}

function align(value: number): number {
  return Math.ceil(value / 64) * 64
}

function reasonToSkip(): string | false {
  try {
    import.meta.resolve('assemblyscript/asc')
    return false
  } catch {
    return 'needs assemblyscript (a development dependency)'
  }
}

/** Node's own types leave WebAssembly to those of the browser. */
function compileBytes(bytes: Uint8Array): Promise<object> {
  const { WebAssembly } = globalThis as unknown as { WebAssembly: { compile(bytes: Uint8Array): Promise<object> } }
  return WebAssembly.compile(bytes)
}
