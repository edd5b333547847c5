// Types and lint as tests, so that one summary counts everything.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { root } from './source-tree.ts'

/** Runs a tool of node_modules in the repository; its output, or null when it found nothing. */
function complaints(args: readonly string[]): Promise<string | null> {
  return new Promise(resolve => {
    execFile(process.execPath, args, { cwd: root, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      resolve(error ? stdout + stderr : null)
    })
  })
}

test('types: tsc finds nothing', async () => {
  for (const project of ['.', 'packages/vmaf'])
    assert.equal(await complaints(['node_modules/typescript/bin/tsc', '-p', project]), null)
})

test('format and lint: biome finds nothing', async () => {
  const biome = 'node_modules/@biomejs/biome/bin/biome'
  assert.equal(await complaints([biome, 'check', '--colors=off', '--error-on-warnings', '.']), null)
})
