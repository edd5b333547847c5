// Import order, doors and purity (STYLE §1), of the real tree and of samples that must be caught.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { doors, floors } from './floors.data.ts'
import { checkFloor } from './floors.ts'
import { readFiles, root } from './source-tree.ts'

test('every import goes up the floors, through index.ts, and through the right door', async () => {
  const files = await readFiles('src', /\.ts$/)
  assert.ok(files.length > 50, `only ${files.length} files found`)
  assert.deepEqual(files.flatMap(checkFloor), [])
})

test('the linter catches what it is there for', () => {
  const bad: [string, string][] = [
    ['src/plan/x.ts', `import { probe } from '../probe/index.ts'`],
    ['src/plan/x.ts', `import { x } from '../codecs/levels.ts'`],
    ['src/plan/x.ts', `import { readFile } from 'node:fs'`],
    ['src/plan/x.ts', `const now = Date.now()`],
    ['src/probe/x.ts', `import { Demuxer } from 'node-av/api'`],
    ['src/vod/x.ts', `const path = import.meta.resolve('hls.js/dist/hls.min.js')`],
    ['src/vod/x.ts', `const cli = await import('../cli/index.ts')`],
    ['src/utils/x.ts', ''],
    ['src/engine/x.ts', `export { a } from '../../scripts/a.ts'`],
  ]
  for (const [path, text] of bad) assert.equal(checkFloor({ path, text }).length > 0, true, `${path}: ${text}`)
  const good: [string, string][] = [
    ['src/plan/x.ts', `import { createHash } from 'node:crypto'\nimport { z } from 'zod'\n// Date.now() in a comment`],
    [
      'src/engine/x.ts',
      `import { Demuxer } from 'node-av/api'\nimport type { Log } from '../core/index.ts'\nimport { y } from './y.ts'`,
    ],
    ['src/vod/report/x.ts', `import { y } from '../y.ts'\nimport type { Plan } from '../../model/index.ts'`],
    ['src/index.ts', `export { runVod } from './vod/index.ts'\nimport './api.ts'`],
  ]
  for (const [path, text] of good) assert.deepEqual(checkFloor({ path, text }), [])
})

test('every runtime dependency has a door', async () => {
  const { dependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { dependencies: object }
  assert.deepEqual(Object.keys(dependencies).toSorted(), [...Object.keys(doors), 'zod'].toSorted())
})

test('ARCHITECTURE.md lists the floors in their order', async () => {
  const text = await readFile(join(root, 'ARCHITECTURE.md'), 'utf8')
  const listed = [...text.matchAll(/^\| `([a-z-]+)` \|/gm)].map(match => match[1]!)
  assert.deepEqual(
    listed,
    (floors as readonly string[]).filter(name => listed.includes(name)),
  )
  const folders = new Set(
    (await readFiles('src', /\.ts$/)).flatMap(({ path }) => /^src\/([^/]+)\//.exec(path)?.[1] ?? []),
  )
  assert.deepEqual(
    [...folders].filter(name => !listed.includes(name)),
    [],
    'folders that ARCHITECTURE.md does not list',
  )
})
