// Rules about files: size, header, names, and what must not stand in any of them.
import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { readFiles, root, stripComments } from './source-tree.ts'

const MAX_LINES = 400
/** A file this short is its own header. */
const SHORT_LINES = 12

const lineCount = (text: string): number => text.split('\n').length - 1

test('no file is longer than 400 lines, tables in *.data.ts and what scripts wrote excepted', async () => {
  const files = (await readFiles('.', /\.(ts|js)$/)).filter(({ text }) => !text.startsWith('// Made by scripts/'))
  const long = files.filter(({ path, text }) => !path.endsWith('.data.ts') && lineCount(text) > MAX_LINES)
  assert.deepEqual(
    long.map(({ path, text }) => `${path}: ${lineCount(text)} lines`),
    [],
  )
})

test('every source file opens with a comment that says what it does', async () => {
  const files = (await readFiles('src', /\.ts$/)).filter(
    ({ path }) => !path.endsWith('/index.ts') && !path.endsWith('.test.ts'),
  )
  const silent = files.filter(({ text }) => lineCount(text) > SHORT_LINES && !/^(\/\/|\/\*)/.test(text))
  assert.deepEqual(
    silent.map(({ path }) => path),
    [],
  )
})

test('no file or folder is a drawer for everything', async () => {
  const files = await readFiles('src', /\.ts$/)
  const drawers = files.filter(({ path }) => /(^|\/)(utils?|helpers?|misc|common|types)(\/|\.ts$)/.test(path))
  assert.deepEqual(
    drawers.map(({ path }) => path),
    [],
  )
})

test('the engine calls no synchronous function of node-av', async () => {
  // Encoder and decoder *Sync with options crash the process when they are collected (node-av 6.1.1, measured).
  // An entry here names the call and why it is safe.
  // Those of node:fs in the read callback: FFmpeg waits for it on the thread pool that asynchronous reads would need.
  const why = 'node:fs in a callback that must not wait for the thread pool'
  const allowed: Readonly<Record<string, string>> = Object.fromEntries(
    ['statSync', 'closeSync', 'openSync', 'readSync'].map(name => [`src/engine/input.ts: ${name}(`, why]),
  )
  const files = (await readFiles('src/engine', /\.ts$/)).filter(({ path }) => !path.endsWith('.test.ts'))
  const calls = files.flatMap(({ path, text }) =>
    [...stripComments(text).matchAll(/[\w.]+Sync\(/g)].map(([call]) => `${path}: ${call}`),
  )
  assert.deepEqual(
    calls.filter(call => !(call in allowed)),
    [],
  )
  assert.deepEqual(
    Object.keys(allowed).filter(call => !calls.includes(call)),
    [],
    'entries that nothing needs',
  )
})

test('nothing is logged by console outside the CLI', async () => {
  const files = (await readFiles('src', /\.ts$/)).filter(
    ({ path }) => !path.startsWith('src/cli/') && !path.endsWith('.test.ts'),
  )
  const talkers = files.filter(
    ({ path, text }) => !path.endsWith('.data.ts') && /\bconsole\./.test(stripComments(text)),
  )
  assert.deepEqual(
    talkers.map(({ path }) => path),
    [],
  )
})

test('no path of one machine stands in a file', async () => {
  const files = await readFiles('.', /\.(ts|js|json|md|html|sh)$|^(run|LICENSE|NOTICE)$/)
  const found = files.flatMap(({ path, text }) =>
    [...text.matchAll(/(?<![\w.~-])\/(?:work|root|home\/\w+|Users\/\w+)\/[^\s'"`)]*/g)].map(
      ([hit]) => `${path}: ${hit}`,
    ),
  )
  assert.deepEqual(found, [])
})

test('the lock file names no registry host, and dependencies are exact', async () => {
  const [lock] = await readFiles('.', /^package-lock\.json$/)
  assert.doesNotMatch(lock!.text, /"resolved": *"http/)
  const [manifest] = await readFiles('.', /^package\.json$/)
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(manifest!.text) as Record<
    string,
    Record<string, string>
  >
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }))
    assert.match(version, /^\d+\.\d+\.\d+$/, `${name} is not pinned`)
})

test('every relative link in a Markdown file leads somewhere', async () => {
  const broken: string[] = []
  for (const { path, text } of await readFiles('.', /\.md$/)) {
    for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target!) || target!.startsWith('#')) continue
      const file = join(root, dirname(path), target!.split('#')[0]!)
      if (!(await stat(file).catch(() => null))) broken.push(`${path}: ${target}`)
    }
  }
  assert.deepEqual(broken, [])
})
