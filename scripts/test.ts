// The one test command: Node's own runner over every *.test.ts; types and lint are tests too (test/repo/code.test.ts).
// Run: npm test [-- <folder or file> …], npm run check, npm run golden (rewrites what golden tests compare with).
import { spawn } from 'node:child_process'
import { glob, mkdtemp, rm, stat } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

const root = resolve(import.meta.dirname, '..')
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { golden: { type: 'boolean', default: false } },
})

const patterns: string[] = []
for (const place of positionals.length > 0 ? positionals : ['src', 'test', 'packages/vmaf/src', 'packages/vmaf/test']) {
  const path = resolve(place)
  const found = await stat(path).catch(() => null)
  if (!found) {
    console.error(`no such test file or folder: ${place}`)
    process.exit(2)
  }
  patterns.push(found.isDirectory() ? join(path, '**/*.test.ts') : path)
}
const files = (await Array.fromAsync(glob(patterns))).toSorted()

// What tests try for ladders is not the user's, and must not come from an earlier run.
const cache = await mkdtemp(join(tmpdir(), 'headend-test-cache-'))
const runner = spawn(
  process.execPath,
  [
    '--test',
    `--test-concurrency=${availableParallelism()}`,
    // A test that hangs must fail the run, not the patience of whoever waits for it.
    '--test-timeout=300000',
    '--test-reporter=spec',
    `--import=${join(root, 'test/repo/fail-on-warning.ts')}`,
    ...files,
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, XDG_CACHE_HOME: cache, ...(values.golden ? { HEADEND_GOLDEN: '1' } : {}) },
  },
)
// The runner gets Ctrl-C from the terminal itself; this process waits for its summary.
process.on('SIGINT', () => {})
runner.on('exit', async code => {
  process.exitCode = code ?? 1
  await rm(cache, { recursive: true, force: true })
})
