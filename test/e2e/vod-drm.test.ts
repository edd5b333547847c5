// `headend vod --drm` whole, with the most talkative log: what is verified is what is delivered, and no key is seen by anybody.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { silentLog } from '../../src/core/index.ts'
import { createCencDecryptor, parseKeyId } from '../../src/drm/index.ts'
import { parseMedia } from '../../src/manifest/index.ts'
import { Report } from '../../src/model/index.ts'
import { KeyStore } from '../../src/protection/index.ts'
import { makeClip } from '../media/make-media.ts'

const { signal } = new AbortController()
const cli = join(import.meta.dirname, '../../bin/headend.js')

let dir: string
const at = (name: string): string => join(dir, name)
const seen: Buffer[] = []
let report: Report
const keys = new Map<string, Buffer>()

/** Arguments, environment and temporary files of everything that runs below `pid`. */
async function spy(pid: number, temp: string): Promise<void> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
  for (const name of ['cmdline', 'environ'])
    seen.push(await readFile(`/proc/${pid}/${name}`).catch(() => Buffer.alloc(0)))
  for (const child of children.split(' ').filter(Boolean)) await spy(Number(child), temp)
}

async function spyFiles(temp: string): Promise<void> {
  // A FIFO would be emptied by reading.
  for (const entry of await readdir(temp, { recursive: true, withFileTypes: true }).catch(() => []))
    if (entry.isFile()) seen.push(await readFile(join(entry.parentPath, entry.name)).catch(() => Buffer.alloc(0)))
}

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-vod-drm-'))
  await mkdir(at('tmp'))
  await makeClip(at('master.mp4'), {
    video: 'testsrc2=s=640x360:r=25:d=4,format=yuv420p',
    audio: [{ graph: 'sine=f=440:r=48000:d=4,aformat=channel_layouts=stereo:sample_fmts=fltp' }],
  })
  const args = [
    'vod',
    at('master.mp4'),
    '-o',
    at('out'),
    '--ladder',
    'fixed',
    '--max-rungs',
    '2',
    '--preset',
    'ultrafast',
  ]
  const drm = [
    '--drm',
    'widevine,playready,fairplay,clearkey',
    '--store',
    at('keys.json'),
    '--log-level',
    'trace',
    '--json',
  ]
  const child = spawn(process.execPath, [cli, ...args, ...drm], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: at('tmp') },
  })
  const out: Buffer[] = []
  child.stdout.on('data', part => out.push(part))
  child.stderr.on('data', part => seen.push(part))
  let running = true
  const ended = new Promise<number | null>(resolve => child.on('close', resolve)).finally(() => {
    running = false
  })
  while (running) {
    await spy(child.pid!, at('tmp'))
    await spyFiles(at('tmp'))
    await new Promise(resolve => setTimeout(resolve, 30))
  }
  assert.equal(await ended, 0, Buffer.concat(seen).toString('utf8').slice(-2000))
  const text = Buffer.concat(out)
  seen.push(text)
  report = Report.parse(JSON.parse(text.toString()).report)
  const store = new KeyStore({ path: at('keys.json'), kek: { file: at('keys.json.kek') }, log: silentLog })
  for (const { kid } of await store.list()) {
    using key = await store.find(parseKeyId(kid), { signal })
    keys.set(
      kid,
      key!.use(bytes => Buffer.from(bytes)),
    )
  }
})
after(() => rm(dir, { recursive: true, force: true }))

describe('headend vod --drm', () => {
  it('says which keys protect what, and passes', () => {
    assert.notEqual(
      report.verdict.status,
      'fail',
      JSON.stringify(report.verdict.checks.filter(({ status }) => status === 'fail')),
    )
    const named = new Set(report.protection!.keys.map(({ kid }) => kid))
    assert.deepEqual([...named].toSorted(), [...keys.keys()].toSorted())
    assert.equal(keys.size, 2, 'SD and AUDIO')
  })

  it('is encrypted throughout, and decrypts to pictures and sound', async () => {
    for (const track of new Set(report.protection!.keys.map(each => each.track))) {
      const { segments } = parseMedia(await readFile(at(`out/${track}/media.m3u8`), 'utf8'))
      const init = await readFile(at(`out/${track}/${segments[0]!.map!.uri}`))
      assert.ok(init.includes('sinf') && init.includes('cbcs'), track)
      const decryptor = createCencDecryptor(init, kid => keys.get(kid))
      for (const { uri } of segments) {
        const bytes = await readFile(at(`out/${track}/${uri}`))
        assert.ok(bytes.includes('senc'), uri)
        assert.ok(!Buffer.from(decryptor.segment(bytes)).includes('senc'), uri)
      }
    }
  })

  it('no form of a key was in an argument, a variable, a temporary file, a log, the report or the package', async () => {
    for (const entry of await readdir(at('out'), { recursive: true, withFileTypes: true }))
      if (entry.isFile()) seen.push(await readFile(join(entry.parentPath, entry.name)))
    assert.ok(seen.length > 20)
    const all = Buffer.concat(seen)
    assert.ok(all.includes('packager') && all.includes([...keys.keys()][0]!), 'something was looked at')
    for (const key of keys.values())
      for (const form of [
        key,
        Buffer.from(key.toString('hex')),
        Buffer.from(key.toString('hex').toUpperCase()),
        Buffer.from(key.toString('base64').replace(/=+$/, '')),
        Buffer.from(key.toString('base64url')),
      ])
        assert.equal(all.indexOf(form), -1)
  })
})
