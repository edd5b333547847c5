// `headend check`, from the command line to its exit code.
import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { ConformanceReport } from '../model/index.ts'
import { main } from './main.ts'

let dir: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-check-cli-'))
  const lines = ['#EXTM3U', '#EXT-X-VERSION:6', '#EXT-X-TARGETDURATION:6', '#EXT-X-PLAYLIST-TYPE:VOD']
  const segment = ['#EXTINF:6.000000,', '00001.vtt']
  await writeFile(join(dir, 'text.m3u8'), [...lines, ...segment, '#EXT-X-ENDLIST', ''].join('\n'))
  await writeFile(join(dir, 'missing.m3u8'), [...lines, '#EXTINF:6,', 'not-there.m4s', '#EXT-X-ENDLIST', ''].join('\n'))
  await writeFile(join(dir, '00001.vtt'), 'WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n')
})
after(() => rm(dir, { recursive: true, force: true }))

async function run(...args: string[]): Promise<{ exit: number; out: string; err: string }> {
  const out: string[] = []
  const err: string[] = []
  const exit = await main(['check', ...args, '--quiet'], {
    stdout: { write: text => out.push(text) },
    stderr: { isTTY: false, columns: 80, write: text => err.push(text) },
    env: {},
    cwd: dir,
    signals: new EventEmitter(),
    quit: () => {},
  })
  return { exit, out: out.join(''), err: err.join('') }
}

test('nothing broken is exit 0', async () => {
  const { exit, out } = await run(join(dir, 'text.m3u8'))
  assert.equal(exit, 0)
  assert.match(out, /^PASS .*text\.m3u8 {2}\(HLS, 1 tracks, 1 segments read, \d+ rules\)/)
  assert.match(out, /nothing to say against it/)
})

test('a broken rule is exit 1, with the rule, its source and the place', async () => {
  const { exit, out } = await run(join(dir, 'missing.m3u8'))
  assert.equal(exit, 1)
  assert.match(
    out,
    /FAIL {2}hls-reachable: everything that is listed exists and can be read \(RFC 8216 6\.2\.1\)\n.*not-there\.m4s/,
  )
  const json = await run(join(dir, 'missing.m3u8'), '--json')
  assert.equal(json.exit, 1)
  assert.ok(ConformanceReport.parse(JSON.parse(json.out)).findings.length > 0)
})

test('no manifest, and what is none, is exit 2', async () => {
  assert.match((await run(join(dir, 'none.m3u8'))).err, /HE_INPUT_NOT_FOUND/)
  assert.match((await run(join(dir, '00001.vtt'))).err, /HE_INPUT_NOT_MEDIA/)
  assert.equal((await run('gopher://x/a.mpd')).exit, 2)
  assert.equal((await run('--first', '0', join(dir, 'text.m3u8'))).exit, 2)
})
