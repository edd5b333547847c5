// docs/color.md against the code: assumed color, tone curves, warnings, and the values of the options.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { describeSourceColor, toneCurves } from '../../src/color/index.ts'
import type { VideoStream } from '../../src/model/index.ts'
import { toneCurves as formulas, WHITE } from '../e2e/color-math.ts'
import { videoFacts } from '../media/sample-facts.ts'
import { readFiles, root } from './source-tree.ts'

const text = await readFile(join(root, 'docs/color.md'), 'utf8')

/** Cells of the rows below the heading row that begins with `first`. */
function table(first: string): string[][] {
  const lines = text.split('\n')
  const at = lines.findIndex(line => line.startsWith(`| ${first} |`))
  assert.ok(at >= 0, `docs/color.md has no table of ${first}`)
  const end = lines.findIndex((line, i) => i > at && !line.startsWith('|'))
  return lines.slice(at + 2, end).map(line =>
    line
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim()),
  )
}

test('untagged pictures are taken for what the table says', () => {
  const names: Readonly<Record<string, string>> = {
    bt709: 'BT.709',
    bt470bg: 'BT.601, 625 lines',
    smpte170m: 'BT.601, 525 lines',
  }
  const none = { primaries: null, transfer: null, matrix: null, range: null, chromaLocation: null }
  for (const [size, rate, family] of table('size')) {
    const [width, height] = size!.split('x').map(Number)
    const frameRate = (rate === 'any' ? '24/1' : rate!.includes('/') ? rate : `${rate}/1`) as VideoStream['frameRate']
    const shape = { codedWidth: width!, codedHeight: height!, displayWidth: width!, displayHeight: height! }
    const { used, assumed } = describeSourceColor(videoFacts({ ...shape, frameRate }, none))
    assert.equal(names[used.primaries], family, `${size} at ${rate}`)
    assert.equal(assumed.length, 5)
  }
})

test('every tone curve is listed, with what its formula gives', () => {
  const rows = table('curve')
  assert.deepEqual(rows.map(([name]) => name!.replaceAll('`', '')).toSorted(), [...toneCurves].toSorted())
  for (const [name, ...cells] of rows) {
    const shown = [1000, 4000].flatMap(peak =>
      [50, WHITE, 600].map(nits => {
        const light = formulas[name!.replaceAll('`', '')]!(nits, peak, WHITE)
        return (100 * (light / WHITE) ** (1 / 2.4)).toFixed(1)
      }),
    )
    assert.deepEqual(cells.slice(0, 6), shown, name)
  }
})

test('every warning of src/color is listed, and none besides', async () => {
  const sources = (await readFiles('src/color', /\.ts$/)).filter(({ path }) => !path.endsWith('.test.ts'))
  const codes = new Set(
    sources.flatMap(each => [...each.text.matchAll(/code: '([a-z0-9-]+)'/g)].map(([, code]) => code!)),
  )
  assert.ok(codes.size > 5)
  assert.deepEqual(
    table('code')
      .map(([code]) => code!.replaceAll('`', ''))
      .toSorted(),
    [...codes].toSorted(),
  )
})
