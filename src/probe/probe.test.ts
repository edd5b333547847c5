import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type ErrorCode, HeadendError, silentLog } from '../core/index.ts'
import { probe } from './probe.ts'

let dir: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-probe-'))
})
after(() => rm(dir, { recursive: true, force: true }))

async function refused(name: string, content: string | Uint8Array | null, code: ErrorCode): Promise<void> {
  const path = join(dir, name)
  if (content !== null) await writeFile(path, content)
  await assert.rejects(probe(path, { signal: new AbortController().signal, log: silentLog }), (error: unknown) => {
    assert.ok(error instanceof HeadendError)
    assert.equal(error.code, code, error.message)
    assert.equal(error.exitCode, 2)
    return true
  })
}

const playlist = '#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n/etc/hostname\n#EXT-X-ENDLIST\n'
// A box of type mdat, and nothing else: what a recorder leaves that was switched off.
const mdatOnly = Buffer.concat([Buffer.from('\0\0\0\x10ftypmp42\0\0\0\0\0\0\x10\0mdat', 'latin1'), Buffer.alloc(4088)])

describe('files that are refused', () => {
  it('missing', () => refused('none.mp4', null, 'HE_INPUT_NOT_FOUND'))
  it('below a file', () => refused('text.txt/none.mp4', null, 'HE_INPUT_NOT_FOUND'))
  it('a directory', () => refused('.', null, 'HE_INPUT_UNREADABLE'))
  it('empty', () => refused('empty.mp4', '', 'HE_INPUT_EMPTY'))
  for (const name of ['letter.mp4', 'letter.mp3', 'letter.h264'])
    it(`a letter called ${name}`, () => refused(name, 'A letter, not a film.\n'.repeat(80), 'HE_INPUT_NOT_MEDIA'))
  it('nothing but zeros', () => refused('zero.mp4', new Uint8Array(50_000), 'HE_INPUT_NOT_MEDIA'))
  it('a playlist', () => refused('list.m3u8', playlist, 'HE_INPUT_NOT_MEDIA'))
  it('a list of files', () => refused('a.ffconcat', 'ffconcat version 1.0\nfile x.mp4\n', 'HE_INPUT_NOT_MEDIA'))
  it('subtitles', () => refused('a.srt', '1\n00:00:00,000 --> 00:00:01,000\nhello\n\n', 'HE_INPUT_NOT_MEDIA'))
  it('a URL, which is taken for a name', () => refused('http://127.0.0.1/x.mp4', null, 'HE_INPUT_NOT_FOUND'))
  it('an MP4 without moov', () => refused('no-moov.mp4', mdatOnly, 'HE_INPUT_TRUNCATED'))
})

it('rejects with the reason when it is aborted', async () => {
  const reason = new Error('stop')
  await assert.rejects(probe(dir, { signal: AbortSignal.abort(reason), log: silentLog }), reason)
})
