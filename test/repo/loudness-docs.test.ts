// docs/loudness.md against the code: every standard with its figures and where they come from.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { loudnessStandards } from '../../src/audio/index.ts'
import { outputKinds } from '../../src/loudness/index.ts'
import { root } from './source-tree.ts'

test('docs/loudness.md lists every loudness standard as it is', async () => {
  const text = await readFile(join(root, 'docs/loudness.md'), 'utf8')
  const rows = Object.entries(loudnessStandards).flatMap(([name, row]) =>
    row.targetLufs === null
      ? []
      : [`| \`${name}\` | ${row.targetLufs} | ${row.toleranceLu} | ${row.maxTruePeakDbtp} | ${row.source} |`],
  )
  const listed = [...text.matchAll(/^\| `[a-z0-9-]+` \| -.*$/gm)].map(([line]) => line)
  assert.deepEqual(listed, rows)
  assert.ok(rows.length > 10)
})

test('docs/loudness.md names every kind of file that normalize writes', async () => {
  const text = await readFile(join(root, 'docs/loudness.md'), 'utf8')
  const sentence = /Files that are written: ([^.]*)\./.exec(text.replace(/\s+/g, ' '))?.[1] ?? ''
  const labels = [...new Set(Object.values(outputKinds).map(({ label }) => label))]
  const names: Readonly<Record<string, string>> = {
    QuickTime: 'MOV',
    Matroska: 'MKV',
    'MPEG transport stream': 'MPEG-TS',
    'MXF OP1a': 'MXF',
  }
  for (const label of labels) assert.ok(sentence.includes(names[label] ?? label), label)
})
