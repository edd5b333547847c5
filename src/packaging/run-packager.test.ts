import assert from 'node:assert/strict'
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { HeadendError, silentLog } from '../core/index.ts'
import { openPackager, packagerPath, packagerVersion } from './binary.ts'
import { runPackager } from './run-packager.ts'

let dir: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-test-'))
})
after(() => rm(dir, { recursive: true, force: true }))

/** A packager that behaves as `script` says. */
async function fake(script: string, mode = 0o755): Promise<string> {
  const path = join(dir, `fake-${(await readdir(dir)).length}`)
  await writeFile(path, `#!/bin/sh\n${script}\n`)
  await chmod(path, mode)
  return path
}
const { signal } = new AbortController()
const options = { signal, log: silentLog, cwd: tmpdir(), expectedBytes: 0 }
const failure = async (script: string, more: object = {}): Promise<HeadendError> => {
  const path = await fake(script)
  const error = await runPackager([], { ...options, path, ...more }).catch(each => each)
  assert.ok(error instanceof HeadendError, `${error}`)
  return error
}

describe('runPackager', () => {
  it('tells what it was told, in an empty environment', async () => {
    const error = await failure(
      'echo "PATH=$HOME"; echo "E1123 demuxer.cc:1] Packaging Error: 8 (PARSER_FAILURE): no" >&2; exit 2',
    )
    assert.equal(error.code, 'HE_PACKAGER_FAILED')
    assert.equal(error.message, 'Shaka Packager ended with code 2: Packaging Error: 8 (PARSER_FAILURE): no')
    assert.equal(error.details.code, 2)
    const lines = error.details.lastLines as string[]
    assert.deepEqual(lines.toSorted(), ['E1123 demuxer.cc:1] Packaging Error: 8 (PARSER_FAILURE): no', 'PATH='])
  })
  it('keeps the last lines only', async () => {
    const error = await failure('for i in $(seq 50); do echo $i; done; exit 1')
    assert.deepEqual((error.details.lastLines as string[]).slice(-2), ['49', '50'])
    assert.equal((error.details.lastLines as string[]).length, 20)
  })
  // What 3.4.2 says on a full tmpfs, measured.
  const full =
    'echo "Cannot close file v/00001.m4s, possibly file permission issue or running out of disk space." >&2; exit 2'
  it('knows a full disk from one that cannot be written', async () => {
    assert.equal((await failure(full, { expectedBytes: Number.MAX_SAFE_INTEGER })).code, 'HE_OUTPUT_FULL')
    assert.equal((await failure(full)).code, 'HE_OUTPUT_UNWRITABLE')
    assert.equal(
      (await failure('echo "Cannot open file for write /proc/v/init.mp4"; exit 2')).code,
      'HE_OUTPUT_UNWRITABLE',
    )
    assert.equal((await failure('echo "Cannot open file for reading x.mp4"; exit 2')).code, 'HE_PACKAGER_FAILED')
  })
  it('reports a packager that was killed', async () => {
    const error = await failure('kill -9 $$')
    assert.equal(error.code, 'HE_PACKAGER_FAILED')
    assert.equal(error.details.signal, 'SIGKILL')
  })
  it('rejects with the reason when aborted, after the packager has gone', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const pidFile = join(dir, 'pid')
    const path = await fake(`echo $$ > ${pidFile}.tmp; mv ${pidFile}.tmp ${pidFile}; echo ready; exec sleep 60`)
    const log = { ...silentLog, debug: () => controller.abort(reason) }
    await assert.rejects(
      runPackager([], { ...options, signal: controller.signal, log, path }),
      error => error === reason,
    )
    const pid = Number(await readFile(pidFile, 'utf8'))
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' })
  })
  it('does not start when aborted before', async () => {
    const reason = new Error('no')
    await assert.rejects(
      runPackager([], { ...options, signal: AbortSignal.abort(reason), path: '/nonexistent' }),
      error => error === reason,
    )
  })
  it('says when there is no packager, and when the file is not one', async () => {
    await assert.rejects(runPackager([], { ...options, path: join(dir, 'absent') }), { code: 'HE_PACKAGER_MISSING' })
    await assert.rejects(runPackager([], { ...options, path: null }), { code: 'HE_PACKAGER_MISSING' })
    // A folder: readable and executable, and no program.
    await assert.rejects(runPackager([], { ...options, path: dir }), { code: 'HE_PACKAGER_MISSING' })
  })
})

describe('the packager of npm', () => {
  it('is there and says its version', async () => {
    assert.match(packagerPath() ?? '', /shaka-packager/)
    assert.match((await packagerVersion({ signal })) ?? '', /^v3\.4\.2/)
  })
  it('runs from a private copy where it lost its executable bit', async () => {
    const path = await fake('exit 0', 0o644)
    let copy: string
    {
      await using packager = await openPackager(path)
      copy = packager.path
      assert.notEqual(copy, path)
    }
    await assert.rejects(readdir(join(copy, '..')), { code: 'ENOENT' })
    await runPackager([], { ...options, path })
  })
})
