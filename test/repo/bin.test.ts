// The `headend` command under the Nodes that users have: too old, new enough, and none to be found.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { root } from './source-tree.ts'

const run = promisify(execFile)
let folder: string
let old: string | null
let version: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headend-bin-test-'))
  await mkdir(join(folder, 'bin'))
  for (const name of ['headend.js', 'node24.js']) await cp(join(root, 'bin', name), join(folder, 'bin', name))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  old = await findOldNode()
  version = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')).version
})
after(() => rm(folder, { recursive: true, force: true }))

/** A Node on PATH that is older than 24; null when there is none, as on a machine that has only a new one. */
async function findOldNode(): Promise<string | null> {
  for (const dir of (process.env.PATH ?? '').split(':')) {
    const node = join(dir, 'node')
    const version = await run(node, ['--version']).catch(() => null)
    if (version && Number.parseInt(version.stdout.slice(1), 10) < 24) return node
  }
  return null
}

const skipped = 'no Node older than 24 on PATH'

test('a Node that is too old hands over to the one in node_modules', async t => {
  if (!old) return t.skip(skipped)
  const { stdout } = await run(old, [join(root, 'bin/headend.js'), '--version'])
  assert.equal(stdout.trim(), version)
})

test('npx in the clone finds the command', async () => {
  const { stdout } = await run('npx', ['headend', '--version'], { cwd: root })
  assert.equal(stdout.trim(), version)
})

test('without a Node 24 there is a sentence and a hint, no stack', async t => {
  if (!old) return t.skip(skipped)
  const failure = await run(old, [join(folder, 'bin/headend.js')]).catch(error => error)
  assert.equal(failure.code, 2)
  assert.match(failure.stderr, /^error: Headend needs Node 24 or newer; this is v[^\n]+\nhint: [^\n]+\n$/)
})

test('exit code, arguments and signals pass through the hand-over', async t => {
  if (!old) return t.skip(skipped)
  const platform = `node-${process.platform}-${process.arch}`
  await mkdir(join(folder, 'node_modules', platform, 'bin'), { recursive: true })
  await writeFile(join(folder, 'node_modules', platform, 'package.json'), '{}')
  await symlink(process.execPath, join(folder, 'node_modules', platform, 'bin/node'))
  await writeFile(join(folder, 'exit.js'), 'process.exit(Number(process.argv[2]))')
  const failure = await run(old, [join(folder, 'bin/node24.js'), join(folder, 'exit.js'), '7']).catch(error => error)
  assert.equal(failure.code, 7)

  await writeFile(
    join(folder, 'wait.js'),
    `process.on('SIGTERM', () => process.exit(42)); setInterval(() => {}, 1000); console.log('ready')`,
  )
  const child = spawn(old, [join(folder, 'bin/node24.js'), join(folder, 'wait.js')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  child.stdout.once('data', () => child.kill('SIGTERM'))
  const code = await new Promise(resolve => child.on('exit', resolve))
  assert.equal(code, 42)
})
