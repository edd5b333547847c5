// The module beside the package, its memory, and the probe for SIMD.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileFile, createMemory, type Kernels, loadCode, openKernels, PAGE, requireSimd } from './wasm.ts'

const names: readonly (keyof Kernels)[] = [
  ...(['vif', 'vifFast', 'vifScratchBytes', 'vifTablesBytes', 'initVifTables'] as const),
  ...(['adm', 'admScratchBytes', 'admTablesBytes', 'initAdmTables', 'motionSad', 'motionScratchBytes'] as const),
]

test('the module has every kernel, and what it asks of the host is positive', async () => {
  const kernels = openKernels(await loadCode(), createMemory(PAGE))
  for (const name of names) assert.equal(typeof kernels[name], 'function', name)
  for (const bytes of ['vifScratchBytes', 'admScratchBytes', 'motionScratchBytes'] as const)
    for (const [width, height] of [
      [96, 80],
      [97, 81],
      [7680, 4320],
      // The most samples that a meter takes: sizes are 31 bits.
      [16384, 8192],
      [1398101, 96],
    ] as const)
      assert.ok(kernels[bytes](width, height) > 0, `${bytes} of ${width}x${height}`)
  assert.ok(kernels.vifTablesBytes() > 0 && kernels.admTablesBytes() > 0)
})

test('the module is compiled once', async () => {
  assert.equal(await loadCode(), await loadCode())
  await assert.rejects(compileFile(new URL('./no-such.wasm', import.meta.url)), { code: 'ENOENT' })
})

test('more memory than WebAssembly addresses is refused with its size', () => {
  assert.throws(() => createMemory(2 ** 32 + 1), { code: 'VMAF_MEMORY', message: /^4097 MiB/ })
})

test('an engine without SIMD is refused; the probe is a module of SIMD', () => {
  requireSimd()
  assert.throws(() => requireSimd(() => false), { code: 'VMAF_NO_SIMD' })
  requireSimd(bytes => {
    // i8x16.splat: the prefix of SIMD, then its number.
    assert.deepEqual([...bytes.slice(-3, -1)], [253, 15])
    return true
  })
})
