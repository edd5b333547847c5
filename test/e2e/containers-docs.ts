// Tables of docs/containers.md, for the tests that prove them.
import { readFile } from 'node:fs/promises'

/** What docs/containers.md says of a container, by the heads of the table's columns. */
export async function documented(heading: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const doc = await readFile(new URL('../../docs/containers.md', import.meta.url), 'utf8')
  const lines = doc.slice(doc.indexOf(`## ${heading}`)).split('\n')
  const rows = lines.slice(lines.findIndex(line => line.startsWith('|')))
  const table = rows.slice(
    0,
    rows.findIndex(line => !line.startsWith('|')),
  )
  return new Map(
    table.slice(2).map(row => {
      const [, name, ...cells] = row.split('|').map(cell => cell.replaceAll('`', '').trim())
      return [name!, cells.slice(0, -1)]
    }),
  )
}
