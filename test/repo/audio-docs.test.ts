// docs/audio.md against the code: coefficients of the down-mixes, words for tracks, warnings.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { planDownmix, trackRoles } from '../../src/audio/index.ts'
import { readFiles, root } from './source-tree.ts'

const text = await readFile(join(root, 'docs/audio.md'), 'utf8')

/** Gain of the channel `at` in each output. */
function gains(to: 'stereo' | 'mono', matrix: 'standard' | 'ltrt', layout: string, at: number): number[] {
  const channels = layout === '7.1' ? 8 : 7
  const pan = String(planDownmix({ layout, channels }, to, { matrix, gain: 'unity' }).filters[0]?.args.args)
  return pan
    .split('|')
    .slice(1)
    .map(row => {
      const [, sign, gain] = new RegExp(`([=+-])(\\d\\.\\d+)\\*c${at}\\b`).exec(row) ?? []
      return Number(gain ?? 0) * (sign === '-' ? -1 : 1)
    })
}

test('the table of down-mixes is that of the code', () => {
  const rows = [...text.matchAll(/^\| ([A-Z]{2}) \|(.+)\|$/gm)]
  assert.equal(rows.length, 8)
  for (const [, name, cells] of rows) {
    const [layout, names] =
      name === 'BC'
        ? ['6.1', ['FL', 'FR', 'FC', 'LFE', 'BC', 'SL', 'SR']]
        : ['7.1', ['FL', 'FR', 'FC', 'LFE', 'BL', 'BR', 'SL', 'SR']]
    const at = (names as string[]).indexOf(name!)
    const of = (to: 'stereo' | 'mono', matrix: 'standard' | 'ltrt'): number[] => gains(to, matrix, layout as string, at)
    const found = [...of('stereo', 'standard'), ...of('stereo', 'ltrt'), ...of('mono', 'standard')]
    assert.deepEqual(
      cells!.split('|').map(cell => Number(cell.trim())),
      found.map(gain => Number(gain.toFixed(4))),
      name,
    )
  }
})

test('roles and warnings are named', async () => {
  for (const role of trackRoles) assert.ok(text.includes(`\`${role}\``), role)
  const code = await readFiles('src/plan', /\.ts$/)
  for (const warning of ['layout-assumed', 'objects-lost', 'not-aligned']) {
    assert.ok(text.includes(`\`${warning}\``), warning)
    assert.ok(
      code.some(file => file.text.includes(`'${warning}'`)),
      warning,
    )
  }
})
