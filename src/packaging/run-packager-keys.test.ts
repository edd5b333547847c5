// Where keys are and are not while the packager runs, ends, crashes or never asks for them.
import assert from 'node:assert/strict'
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type HeadendError, type Log, Secret } from '../core/index.ts'
import { formatKeyFlags, type LabelledKey } from './key-flags.ts'
import { runPackager } from './run-packager.ts'

const bytes = Buffer.from('a1b2c3d4e5f60718293a4b5c6d7e8f90', 'hex')
const forms = [bytes.toString('hex'), bytes.toString('base64'), bytes.toString('base64url')]
const holds = (text: string): boolean => forms.some(form => text.toLowerCase().includes(form.toLowerCase()))
const keys = (...labels: string[]): LabelledKey[] =>
  labels.map((label, i) => ({ label, kid: `${i}`.repeat(32), key: new Secret(bytes) }))

let dir: string
const lines: string[] = []
const log: Log = (() => {
  const write = (...parts: unknown[]): void => void lines.push(JSON.stringify(parts))
  const own = { trace: write, debug: write, info: write, warn: write, error: write, child: () => own } as unknown as Log
  return own
})()
const shared = async (): Promise<string[]> =>
  (await readdir('/dev/shm').catch(() => [])).filter(name => name.startsWith('headend-'))
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-test-'))
})
after(() => rm(dir, { recursive: true, force: true }))

/** A packager that behaves as `script` says; `$flags` is the path of its flag file. */
async function run(script: string, more: object = {}): Promise<void> {
  const path = join(dir, `fake-${(await readdir(dir)).length}`)
  await writeFile(path, `#!/bin/sh\nPATH=/usr/bin:/bin\nflags="\${1#--flagfile=}"\n${script}\n`)
  await chmod(path, 0o755)
  const { signal } = new AbortController()
  await runPackager(['in=x.mp4'], { signal, log, cwd: dir, expectedBytes: 0, path, keys: keys('SD', 'AUDIO'), ...more })
}

describe('keys for the packager', { skip: process.platform === 'win32' && 'there are no FIFOs on Windows' }, () => {
  it('come out of its flag file, once', async () => {
    const out = join(dir, 'seen')
    await run(
      `cat "$flags" > ${out}; echo "$*" > ${out}.args; env > ${out}.env; tr '\\0' ' ' < /proc/$PPID/cmdline > ${out}.parent`,
    )
    const hex = bytes.toString('hex')
    assert.equal(
      await readFile(out, 'utf8'),
      `--enable_raw_key_encryption\n--keys=label=SD:key_id=${'0'.repeat(32)}:key=${hex},label=AUDIO:key_id=${'1'.repeat(32)}:key=${hex}\n`,
    )
    for (const where of ['args', 'env', 'parent']) assert.ok(!holds(await readFile(`${out}.${where}`, 'utf8')), where)
    assert.match(await readFile(`${out}.args`, 'utf8'), /^--flagfile=\S+ in=x\.mp4$/m)
    assert.deepEqual(await shared(), [])
  })

  it('are in no log and no error, even where the packager prints them', async () => {
    const error: HeadendError = await run(
      'cat "$flags"; tr a-f A-F < /dev/null; echo "Failed to parse --keys label=SD:key=A1B2C3D4E5F60718293A4B5C6D7E8F90 error" >&2; exit 1',
    ).then(
      () => assert.fail('it ended well'),
      each => each,
    )
    assert.equal(error.code, 'HE_PACKAGER_FAILED')
    assert.ok(!holds(JSON.stringify(error) + error.stack))
    assert.ok((error.details.lastLines as string[]).includes('[secret]'))
    assert.ok(!holds(lines.join('\n')))
    assert.ok(lines.length > 0)
  })

  it('are taken back from a packager that crashes, ends early or never asks', async () => {
    for (const script of ['kill -9 $$', 'exit 3', 'head -c 3 "$flags"; exit 4', 'exec 3< "$flags"; kill -11 $$']) {
      const error: HeadendError = await run(script).then(
        () => assert.fail('it ended well'),
        each => each,
      )
      assert.equal(error.code, 'HE_PACKAGER_FAILED', script)
      assert.deepEqual(await shared(), [], script)
    }
  })

  it('are taken back when it is cancelled', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    setTimeout(() => controller.abort(reason), 100)
    await assert.rejects(run('exec sleep 60', { signal: controller.signal }), error => error === reason)
    assert.deepEqual(await shared(), [])
  })

  it('are refused before it starts when they are none', async () => {
    const [good] = keys('SD')
    const bad: [LabelledKey[], RegExp][] = [
      [[], /no key/],
      [keys('SD', 'SD'), /one label/],
      [[{ ...good!, label: 'a:b' }], /label/],
      [[{ ...good!, kid: 'xyz' }], /32 hex/],
      [[{ ...good!, key: new Secret(bytes.subarray(1)) }], /15 bytes/],
    ]
    for (const [given, words] of bad) {
      const error: HeadendError = await run('touch started', { keys: given }).then(
        () => assert.fail('it ended well'),
        each => each,
      )
      assert.equal(error.code, 'HE_KEY_INVALID')
      assert.match(error.message, words)
      assert.ok(!holds(JSON.stringify(error)))
    }
    assert.ok(!(await readdir(dir)).includes('started'))
  })

  it('leave the caller’s secrets as they are', () => {
    const [key] = keys('SD')
    formatKeyFlags([key!]).fill(0)
    assert.ok(key!.key.use(held => bytes.equals(held)))
  })
})
