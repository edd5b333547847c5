// docs/hardware.md against the tables that it repeats.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { speedScales } from '../../src/codecs/encoders/speeds.data.ts'
import { encoderLimits, encodersFor, rateModes, speedNames } from '../../src/codecs/index.ts'
import { defaultBudgets, defaultOrder, families } from '../../src/hardware/index.ts'
import { videoCodecs } from '../../src/model/index.ts'
import { root } from './source-tree.ts'

const text = await readFile(join(root, 'docs/hardware.md'), 'utf8')
const rows = (chapter: string): string[][] =>
  (text.split(`\n## ${chapter}\n`)[1] ?? '')
    .split('\n## ')[0]!
    .split('\n')
    .filter(line => line.startsWith('| '))
    .map(line =>
      line
        .slice(1, -1)
        .split('|')
        .map(cell => cell.trim()),
    )

test('the table of encoders is the code’s', () => {
  const documented = rows('What each encoder does').filter(([name]) => name!.startsWith('`'))
  const expected = videoCodecs.flatMap(codec =>
    encodersFor(codec).map(({ name, family }) => {
      const { rates, holdsPeak, twoPass } = encoderLimits(name)!
      const modes = rateModes.map(mode => (!rates.includes(mode) ? '–' : holdsPeak.includes(mode) ? 'peak' : 'yes'))
      return [`\`${name}\``, codec, family, ...modes, twoPass ? 'yes' : '–']
    }),
  )
  assert.deepEqual(documented, expected)
})

test('the header of the table names the modes in their order', () =>
  assert.deepEqual(rows('What each encoder does')[0], [...['encoder', 'codec', 'family'], ...rateModes, 'two passes']))

test('the table of speeds is the code’s', () => {
  const scales = Object.entries(speedScales).filter(([name]) => name !== 'single')
  const expected = speedNames.map(name => [name, ...scales.map(([, scale]) => scale.names[name])])
  assert.deepEqual(rows('Speeds').slice(1), expected)
})

test('the order and the budgets are the code’s', () => {
  assert.ok(text.includes(`in the order ${defaultOrder.map(family => `\`${family}\``).join(', ')}.`))
  const documented = new Map(
    rows('Budgets').flatMap(([names, sessions, source]) =>
      [...names!.matchAll(/`(\w+)`/g)].map(([, family]) => [family, { sessions, source }]),
    ),
  )
  assert.deepEqual([...documented.keys()], [...families])
  for (const family of families) {
    const { sessions, source } = defaultBudgets[family]
    const row = documented.get(family)!
    assert.equal(sessions === null, /^no limit/.test(row.sessions!), family)
    if (sessions === null) continue
    assert.equal(row.sessions, String(sessions), family)
    assert.equal(row.source, source)
  }
})
