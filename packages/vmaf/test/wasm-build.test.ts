// The committed modules are what the sources give with the pinned compiler: neither can change without the other.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { compileWasm, wasmModules } from '../scripts/build-wasm.ts'

const root = join(import.meta.dirname, '..')

for (const { source, artifact } of wasmModules) {
  const parts = { source: existsSync(join(root, source)), artifact: existsSync(join(root, artifact)) }
  test(`${artifact} comes from ${source}`, { skip: reasonToSkip(parts.source || parts.artifact, source) }, async () => {
    assert.ok(parts.source, `${artifact} has no source`)
    assert.ok(parts.artifact, `${artifact} is not built: npm run build:wasm --workspace packages/vmaf`)
    const built = Buffer.from(await compileWasm(source))
    const committed = await readFile(join(root, artifact))
    assert.ok(
      built.equals(committed),
      `${artifact} (${committed.length} bytes) is not what its sources give (${built.length}): ` +
        'npm run build:wasm --workspace packages/vmaf',
    )
  })
}

test('a source with a fault is an error that says where', { skip: reasonToSkip(true, '') }, async () => {
  await assert.rejects(compileWasm('assembly/no-such-folder/index.ts'), /no-such-folder/)
})

function reasonToSkip(exists: boolean, source: string): string | false {
  if (!exists) return `${source} does not exist yet`
  try {
    import.meta.resolve('assemblyscript/asc')
    return false
  } catch {
    return 'needs assemblyscript (a development dependency)'
  }
}
