// Writes the fixtures of this folder from the shared golden pairs: node packages/vmaf/test/golden/make-fixtures.ts. Only pairs
// that were made for Headend (synth) are committed; all their frames fit.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openShared, readLibvmaf } from '../golden.ts'
import { packPlanes } from './planes.ts'
import { formatResult } from './results.ts'

/** 10 bit; enhancement; odd sizes in the lower scales; tiny; cuts, static and flat pictures. */
const ids = ['g08', 'g09', 'g10', 'g11', 'g12']

for (const id of ids) {
  const pair = await openShared('synth', id)
  for (const part of ['ref', 'dis'] as const) {
    const packed = packPlanes(pair[part], pair)
    await writeFile(join(import.meta.dirname, `${id}.${part}.br`), packed)
    process.stdout.write(`${id}.${part}: ${packed.byteLength} bytes\n`)
  }
  await writeFile(join(import.meta.dirname, `${id}.json`), `${formatResult(await readLibvmaf('synth', id))}\n`)
}
