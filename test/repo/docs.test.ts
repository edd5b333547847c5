// Documentation against code, both ways: error codes, help texts, dependencies, the public API, the README's commands.
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { optionTable } from '../../src/cli/option-table.data.ts'
import { createProgram } from '../../src/cli/program.ts'
import { errorTable } from '../../src/core/index.ts'
import { root } from './source-tree.ts'

const read = (path: string): Promise<string> => readFile(join(root, path), 'utf8')
const chapters = (text: string): string[] => [...text.matchAll(/^#{2,3} `?([\w.-]+)`?$/gm)].map(match => match[1]!)

test('every error code has a chapter in docs/errors.md, and every chapter a code', async () => {
  const text = await read('docs/errors.md')
  const listed = chapters(text).filter(name => name.startsWith('HE_'))
  assert.deepEqual(listed.toSorted(), Object.keys(errorTable).toSorted())
  for (const [code, { exit }] of Object.entries(errorTable)) {
    const chapter = text.slice(text.indexOf(`### \`${code}\``)).split('\n### ')[0]!
    assert.match(chapter, new RegExp(`Exit ${exit}\\b`), `${code}: the chapter must state exit code ${exit}`)
  }
})

test('docs/cli.md shows the help of every command as it is', async () => {
  const program = createProgram({ version: '0.0.0', run: async () => {}, write: () => {} })
  const helps = new Map([['headend', program.helpInformation()]])
  for (const command of program.commands) {
    helps.set(`headend ${command.name()}`, command.helpInformation())
    for (const part of command.commands) helps.set(`headend ${command.name()} ${part.name()}`, part.helpInformation())
  }

  const text = await read('docs/cli.md')
  const block = /(^## `(headend[ a-z]*)`\n[\s\S]*?```text\n)([\s\S]*?)(```)/gm
  if (process.env.HEADEND_GOLDEN === '1') {
    const rewritten = text.replace(block, (_, before, name, old, after) => before + (helps.get(name) ?? old) + after)
    await writeFile(join(root, 'docs/cli.md'), rewritten)
    return
  }
  const documented = new Map([...text.matchAll(block)].map(([, , name, help]) => [name!, help!]))
  assert.deepEqual([...documented.keys()].toSorted(), [...helps.keys()].toSorted())
  for (const [name, help] of helps) assert.equal(documented.get(name), help, `${name}: run \`npm run golden\``)
})

test('docs/cli.md lists every setting with its flag', async () => {
  const rows = [...(await read('docs/cli.md')).matchAll(/^\| `([a-z]+\.\w+)` \| `([^`]+)` \|/gm)].map(row => [
    row[1],
    row[2],
  ])
  assert.deepEqual(
    rows,
    optionTable.map(({ key, flags }) => [key, flags]),
  )
})

test('docs/dependencies.md names every direct dependency with its version and licence', async () => {
  const text = await read('docs/dependencies.md')
  const manifest = JSON.parse(await read('package.json')) as Record<string, Record<string, string>>
  const { dependencies, devDependencies, optionalDependencies } = manifest
  const direct = { ...dependencies, ...devDependencies, ...optionalDependencies }
  const rows = new Map(
    [...text.matchAll(/^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)].map(row => [row[1]!, row]),
  )
  assert.deepEqual([...rows.keys()].toSorted(), Object.keys(direct).toSorted())
  for (const [name, version] of Object.entries(direct)) {
    assert.equal(rows.get(name)![2], version, name)
    const installed = await read(`node_modules/${name}/package.json`).catch(() => null)
    const licence = installed && (JSON.parse(installed) as { license: string }).license
    if (licence && licence !== 'See LICENSE') assert.equal(rows.get(name)![3], licence, name)
  }
})

test('docs/library.md names everything that the public doors export', async () => {
  const text = await read('docs/library.md')
  const doors = await Promise.all(['src/index.ts', 'src/door-plan.ts'].map(read))
  const names = doors.flatMap(door =>
    [...door.matchAll(/export (?:type )?\{([^}]+)\}/g)].flatMap(([, list]) =>
      list!
        .split(',')
        .map(name => name.replace(/\btype\b/, '').trim())
        .filter(Boolean),
    ),
  )
  assert.ok(names.length > 20)
  assert.deepEqual(
    [...new Set(names)].filter(name => !text.includes(`\`${name}\``)),
    [],
  )
})

test("the README's two commands exist, and CI runs the second", async () => {
  const readme = await read('README.md')
  const { scripts } = JSON.parse(await read('package.json')) as { scripts: Record<string, string> }
  assert.match(readme, /^npm ci && npm run demo$/m)
  assert.match(readme, /^npm ci && npm test$/m)
  assert.ok(scripts.demo && scripts.test)
  assert.match(await read('.ci/run'), /^npm ci && npm test$/m)
  const mentioned = [
    ...readme.matchAll(/npm run ([a-z]+)/g),
    ...(await read('CONTRIBUTING.md')).matchAll(/npm run ([a-z]+)/g),
  ]
  for (const [command, name] of mentioned) assert.ok(scripts[name!], `${command}: no such script`)
})

test('the changelog has a chapter for the version of package.json', async () => {
  const { version } = JSON.parse(await read('package.json')) as { version: string }
  assert.match(await read('CHANGELOG.md'), new RegExp(`^## ${version.replaceAll('.', '\\.')}`, 'm'))
})
