// The one test command: Node's own runner over every *.test.ts; types and lint are tests too (test/repo/code.test.ts).
// Run: npm test [-- <folder or file> …], npm run check, npm run golden (rewrites what golden tests compare with).
import { spawn } from 'node:child_process'
import { glob, stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
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
  { cwd: root, stdio: 'inherit', env: values.golden ? { ...process.env, HEADEND_GOLDEN: '1' } : process.env },
)
// The runner gets Ctrl-C from the terminal itself; this process waits for its summary.
process.on('SIGINT', () => {})
runner.on('exit', code => {
  process.exitCode = code ?? 1
})
