// docs/live-timing.md against the tables that it repeats.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  audioDriftDefaults,
  failoverDefaults,
  jitterDefaults,
  outputOf,
  pressureRows,
  repairDefaults,
  senderClockDefaults,
  sourceDefaults,
} from '../../src/live/index.ts'
import { root } from './source-tree.ts'

const text = await readFile(join(root, 'docs/live-timing.md'), 'utf8')
const cellsOf = (line: string): string[] =>
  line
    .slice(1, -1)
    .split('|')
    .map(cell => cell.trim())
/** The rows of the table with this head. */
function rows(head: string): string[][] {
  const lines = text
    .slice(text.indexOf(`\n| ${head} |`))
    .trimStart()
    .split('\n')
  return lines
    .slice(
      2,
      lines.findIndex(line => !line.startsWith('|')),
    )
    .map(cellsOf)
}

const time = (us: number): string => (us >= 1_000_000 ? `${us / 1_000_000} s` : `${us / 1000} ms`)
const shown = (name: string, value: unknown): string =>
  name.endsWith('Us') && typeof value === 'number' ? time(value) : String(value)

const tables = {
  repair: repairDefaults,
  'jitter buffer': jitterDefaults,
  "sender's clock": senderClockDefaults,
  sound: audioDriftDefaults,
  source: sourceDefaults,
  failover: failoverDefaults,
}
for (const [head, defaults] of Object.entries(tables))
  test(`the defaults under "${head}" are the code's`, () => {
    assert.deepEqual(
      rows(`${head} | default`).map(([name, value]) => [name, value]),
      Object.entries(defaults).map(([name, value]) => [`\`${name}\``, shown(name, value)]),
    )
  })

test('the table of pressure is the code’s', () => {
  assert.deepEqual(
    rows('state | entered at'),
    pressureRows.map(({ state, enterLagUs, leaveLagUs, keep, decode, advice }) => [
      `\`${state}\``,
      `${enterLagUs / 1000} ms`,
      `${leaveLagUs / 1000} ms`,
      `${keep.frames} of ${keep.of}`,
      `\`${decode}\``,
      advice === null ? '–' : `\`${advice}\``,
    ]),
  )
})

test('the table of source states is the code’s', () => {
  assert.deepEqual(
    rows('state | the channel shows').map(([state, output]) => [state, output]),
    Object.entries(outputOf).map(([state, output]) => [`\`${state}\``, `\`${output}\``]),
  )
})
