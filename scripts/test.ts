// The one test command: types, lint, then Node's own runner over every *.test.ts, whose summary comes last.
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
const env = values.golden ? { ...process.env, HEADEND_GOLDEN: '1' } : process.env

/** Runs Node on `args` with this terminal; resolves to the exit code. */
function runNode(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: 'inherit' })
  return new Promise((done, fail) => {
    child.on('error', fail)
    child.on('exit', code => done(code ?? 1))
  })
}

async function testFiles(): Promise<string[]> {
  const patterns: string[] = []
  for (const place of positionals.length > 0 ? positionals : ['src', 'test']) {
    const path = resolve(place)
    const found = await stat(path).catch(() => null)
    if (!found) throw new Error(`no such test file or folder: ${place}`)
    patterns.push(found.isDirectory() ? join(path, '**/*.test.ts') : path)
  }
  return (await Array.fromAsync(glob(patterns))).toSorted()
}

/** Prints what it does and how it went; a failed step does not keep the tests from running, but fails the run. */
async function step(name: string, args: readonly string[]): Promise<boolean> {
  const started = performance.now()
  const ok = (await runNode(args)) === 0
  console.log(`${ok ? '✔' : '✖'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`)
  return ok
}

const files = await testFiles()
const types = await step('types: tsc', ['node_modules/typescript/bin/tsc', '-p', '.'])
const lint = await step('lint: biome', ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'])
const tests = await runNode([
  '--test',
  `--test-concurrency=${availableParallelism()}`,
  // A test that hangs must fail the run, not the patience of whoever waits for it.
  '--test-timeout=300000',
  '--test-reporter=spec',
  `--import=${join(root, 'test/repo/fail-on-warning.ts')}`,
  ...files,
])
if (!types || !lint)
  console.error(`✖ failed before the tests: ${[!types && 'types', !lint && 'lint'].filter(Boolean).join(', ')}`)
process.exitCode = types && lint ? tests : 1
