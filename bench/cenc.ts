// MB/s of our encryption on one thread, and of Shaka Packager on the same file: its start, demuxing and writing are part of its time.
// Run: node bench/cenc.ts clip.mp4 [runs]
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createCencEncryptor } from '../src/drm/index.ts'
import { ivs, packageClip, period } from '../test/e2e/cenc-kit.ts'

const [file, count = '5'] = process.argv.slice(2)
if (!file) throw new Error('node bench/cenc.ts clip.mp4 [runs]')
const source = resolve(file)
const dir = await mkdtemp(join(tmpdir(), 'headend-cenc-'))
try {
  const clear = await packageClip(source, join(dir, 'clear'), { sound: false, scheme: null })
  const bytes = clear.segments.reduce((sum, segment) => sum + segment.length, 0)
  console.log(`${(bytes / 1e6).toFixed(1)} MB in ${clear.segments.length} segments`)
  for (let round = 0; round < Number(count); round++)
    for (const scheme of ['cenc', 'cbcs'] as const) {
      let began = performance.now()
      const encryptor = createCencEncryptor(clear.init, { scheme, iv: ivs[scheme] })
      for (const segment of clear.segments) encryptor.segment(segment, period)
      const ours = performance.now() - began
      began = performance.now()
      await packageClip(source, join(dir, scheme), { sound: false, scheme })
      const theirs = performance.now() - began
      const rate = (ms: number): string => (bytes / 1e3 / ms).toFixed(0)
      console.log(`${scheme}: ${rate(ours)} MB/s, Shaka with files and start ${rate(theirs)} MB/s`)
    }
} finally {
  await rm(dir, { recursive: true, force: true })
}
