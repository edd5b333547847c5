// docs/qc.md against the registry of checks; and what every check must have.
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { checks, heldBy, profileNames } from '../../src/qc/index.ts'
import { root } from './source-tree.ts'

const path = join(root, 'docs/qc.md')
const pattern = /(<!-- checks -->\n)[\s\S]*?(<!-- \/checks -->)/

const held = profileNames.map(name => new Map(heldBy(name).map(each => [each.check.id, each])))
const cell = (text: string): string => text.replace(/\s+/g, ' ').replaceAll('|', '\\|')
const limits = (id: string): string => {
  const [first, ...others] = held.map(profile => profile.get(id)!.limits as Readonly<Record<string, unknown>>)
  return Object.keys(first!)
    .map(name => {
      const values = [first!, ...others].map(each => JSON.stringify(each[name] ?? null))
      return `\`${name}\` ${new Set(values).size === 1 ? values[0] : values.join(' / ')}`
    })
    .join(', ')
}

const table = [
  '| check | finds | limits (broadcast / ott / ugc) | severity | source |',
  '|---|---|---|---|---|',
  ...checks.map(({ id, finds, source }) => {
    const severities = held.map(profile => profile.get(id)!.severity)
    const severity = new Set(severities).size === 1 ? severities[0]! : severities.join(' / ')
    return `| \`${id}\` | ${cell(finds)} | ${cell(limits(id)) || 'none'} | ${severity} | ${cell(source)} |`
  }),
].join('\n')

test('docs/qc.md lists every check with its limits', async () => {
  const text = await readFile(path, 'utf8')
  const wanted = text.replace(pattern, (_, head, end) => `${head}${table}\n${end}`)
  if (process.env.HEADEND_GOLDEN === '1') await writeFile(path, wanted)
  else assert.equal(text, wanted, 'npm run golden rewrites it')
})

test('every check has an id of its own, a sentence, a source, and words for each limit', () => {
  assert.equal(new Set(checks.map(({ id }) => id)).size, checks.length)
  assert.ok(checks.length >= 40, `${checks.length} checks`)
  for (const { id, finds, source, title } of checks) {
    assert.match(id, /^(wrapper|bitstream|picture|sound|captions|cross)\.[a-z0-9-]+$/)
    assert.match(finds, /\.$/, id)
    assert.ok(source.length > 5 && title.length > 2, id)
  }
})
