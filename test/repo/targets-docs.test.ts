// docs/targets.md against the code: the table, and every console block against what the command prints.
import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { shortText } from '../../src/cli/format-targets.ts'
import { main } from '../../src/cli/main.ts'
import { listTargets } from '../../src/codecs/index.ts'
import { root } from './source-tree.ts'

const path = join(root, 'docs/targets.md')

const rows = listTargets().map(({ name, title, video, hdr, audio, containers, provenance }) =>
  [
    `\`${name}\``,
    title,
    video.map(shortText).join(', '),
    hdr.join(', ') || 'none',
    audio.map(({ codec }) => codec).join(', '),
    containers.join(', '),
    provenance,
  ].join(' | '),
)
const table = rows.map(row => `| ${row} |\n`).join('')
const tablePattern = /(\| target \|[^\n]*\n\|[-|]+\|\n)((?:\| `[^\n]*\n)*)/
const consolePattern = /(```console\n\$ headend ([^\n]*)\n)([\s\S]*?)(```)/g

async function output(line: string): Promise<string> {
  const written: string[] = []
  const stream = { isTTY: false, columns: 80, write: (text: string) => written.push(text) }
  const io = { stdout: stream, stderr: stream, env: {}, cwd: tmpdir(), signals: new EventEmitter(), quit: () => {} }
  await main(line.split(' '), io)
  return written.join('')
}

let text = ''
before(async () => {
  text = await readFile(path, 'utf8')
  if (process.env.HEADEND_GOLDEN !== '1') return
  const lines = new Map<string, string>()
  for (const [, , line] of text.matchAll(consolePattern)) lines.set(line!, await output(line!))
  text = text
    .replace(tablePattern, (_, head) => head + table)
    .replace(consolePattern, (_, head, line, _old, end) => head + lines.get(line)! + end)
  await writeFile(path, text)
})

test('docs/targets.md lists every target as it is', () => {
  assert.equal(tablePattern.exec(text)?.[2], table, 'run `npm run golden`')
})

test('docs/targets.md shows what the command prints', async () => {
  const blocks = [...text.matchAll(consolePattern)]
  assert.ok(blocks.length >= 2)
  for (const [, , line, shown] of blocks) assert.equal(shown, await output(line!), `${line}: run \`npm run golden\``)
})
