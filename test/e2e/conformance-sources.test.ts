// The sources of the conformance matrix are what their recipes promise, by Debian's ffprobe and mediainfo.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { conformanceSources, makeSource } from '../media/conformance-sources.ts'
import { compare, formatReadings, readBack } from './read-back.ts'
import { hasTool } from './tools.ts'

const missing = ['ffmpeg', 'ffprobe', 'mediainfo'].filter(tool => !hasTool(tool))

describe('sources of the conformance matrix', {
  skip: missing.length > 0 && `${missing.join(', ')} missing`,
  concurrency: 2,
}, () => {
  let dir: string
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'headend-sources-'))
  })
  after(() => rm(dir, { recursive: true, force: true }))

  for (const source of conformanceSources) {
    it(source.id, async t => {
      const path = await makeSource(dir, source, t.signal)
      const { frameRate: grid } = source.video
      const readings = await readBack(path, grid ? { grid } : {})
      const promises = Object.entries(source.promises).map(([fact, value]) => ({ fact, value, within: 0.001 }))
      const wrong = compare(promises, readings)
      assert.deepEqual(
        wrong,
        [],
        formatReadings(
          readings,
          wrong.map(({ fact }) => fact),
        ),
      )
    })
  }
})
