// The drop folder of `headend qc --watch`: what is taken and when, what is told, and what a restart remembers.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { appendFile, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { Secret, silentLog } from '../../src/core/index.ts'
import { type Inspected, loadProfile, parseWebhook, type WatchOptions, watchFolder } from '../../src/qc/index.ts'
import { makeClip } from '../media/make-media.ts'

const KEY = Buffer.from('a secret of some length, which nobody may see')
type Told = { readonly headers: IncomingMessage['headers']; readonly body: string }

let dir: string
let black: string
let inbox: string
let outbox: string
let n = 0
const told: Told[] = []
/** Statuses of the next answers; 204 when there is none. */
const answers: number[] = []
const server = createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', part => parts.push(part))
  request.on('end', () => {
    told.push({ headers: request.headers, body: Buffer.concat(parts).toString() })
    response.writeHead(answers.shift() ?? 204).end()
  })
})
let url: string

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-watch-'))
  black = await makeClip(join(dir, 'black.mp4'), { video: 'color=black:s=160x90:r=25:d=3,format=yuv420p' })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
})
after(async () => {
  server.close()
  await rm(dir, { recursive: true, force: true })
})
beforeEach(async () => {
  inbox = join(dir, `in-${++n}`)
  outbox = join(dir, `out-${n}`)
  await mkdir(inbox)
  await mkdir(outbox)
  told.length = 0
  answers.length = 0
})

/** Watches until `enough` of what was done; then stops, and waits for the end. */
async function watch(
  enough: (done: readonly Inspected[]) => boolean,
  more: Partial<WatchOptions> = {},
): Promise<Inspected[]> {
  const done: Inspected[] = []
  const stop = new AbortController()
  const options: WatchOptions = {
    ...{ signal: stop.signal, log: silentLog, profile: await loadProfile('broadcast') },
    ...{ outDir: outbox, settleS: 0.3, webhook: null, strict: false, pollMs: 50 },
    onDone: each => done.push(each),
    ...more,
  }
  const running = watchFolder(inbox, options)
  const limit = AbortSignal.timeout(60_000)
  while (!enough(done) && !limit.aborted) await new Promise(resolve => setTimeout(resolve, 25))
  // What was told last is on its way.
  await new Promise(resolve => setTimeout(resolve, 150))
  stop.abort(new Error('stopped'))
  await running
  assert.ok(enough(done), JSON.stringify(done))
  return done
}

describe('watchFolder', () => {
  it('takes a file when it has come to rest, not before, and leaves alone what is not finished or not its own', async () => {
    await copyFile(black, join(inbox, 'a.mp4'))
    await writeFile(join(inbox, 'b.mp4.part'), 'half')
    await writeFile(join(inbox, '.hidden.mp4'), 'x')
    await mkdir(join(inbox, 'folder.mp4'))
    const growing = setInterval(() => void appendFile(join(inbox, 'c.mp4'), 'more'), 40)
    const done = await watch(all => all.length > 0)
    clearInterval(growing)
    assert.deepEqual(
      done.map(({ file, verdict }) => [file, verdict]),
      [[join(inbox, 'a.mp4'), 'fail']],
    )
    assert.deepEqual((await readdir(outbox)).toSorted(), ['a.mp4.qc.html', 'a.mp4.qc.json'])
    const report = JSON.parse(await readFile(join(outbox, 'a.mp4.qc.json'), 'utf8'))
    assert.ok(report.findings.some(({ severity }: { severity: string }) => severity === 'fail'))
  })

  it('survives what cannot be inspected, and goes on', async () => {
    await writeFile(join(inbox, '1-garbage.mp4'), Buffer.alloc(5000, 3))
    await writeFile(join(inbox, '2-empty.mp4'), '')
    await copyFile(black, join(inbox, '3.mp4'))
    const done = await watch(all => all.length === 3)
    assert.deepEqual(done.map(({ verdict, error }) => [verdict, error?.code ?? null]).toSorted(), [
      ['error', 'HE_INPUT_EMPTY'],
      ['error', 'HE_INPUT_NOT_MEDIA'],
      ['fail', null],
    ])
  })

  it('remembers over a restart what was done, and looks again at a file that was replaced', async () => {
    await copyFile(black, join(inbox, 'a.mp4'))
    await watch(all => all.length === 1)
    await writeFile(join(inbox, 'b.mp4'), 'new')
    assert.deepEqual(
      (await watch(all => all.length === 1)).map(({ file }) => file),
      [join(inbox, 'b.mp4')],
    )
    await appendFile(join(inbox, 'a.mp4'), Buffer.alloc(10))
    assert.deepEqual(
      (await watch(all => all.length === 1)).map(({ file }) => file),
      [join(inbox, 'a.mp4')],
    )
  })

  it('tells a webhook, signed so that the other side can check it, and of failures alone', async () => {
    await copyFile(black, join(inbox, 'a.mp4'))
    using secret = new Secret(KEY)
    await watch(all => all.length === 1 && told.length === 1, { webhook: { url, secret } })
    const [{ headers, body }] = told as [Told]
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
    assert.equal(headers['webhook-signature'], `v1,${createHmac('sha256', KEY).update(signed).digest('base64')}`)
    assert.ok(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000) < 30)
    const { data } = JSON.parse(body)
    assert.deepEqual([data.type, data.file, data.verdict], ['qc.failed', join(inbox, 'a.mp4'), 'fail'])
    assert.deepEqual(
      (await readdir(outbox)).filter(name => name.endsWith('.alert')),
      [],
    )
    for (const name of await readdir(outbox))
      assert.ok(!(await readFile(join(outbox, name), 'utf8')).includes(KEY.toString()))
    const calm = await loadProfile('ugc')
    await copyFile(black, join(inbox, 'calm.mp4'))
    const off = calm.held.map(each => ({ ...each, severity: 'off' as const }))
    await watch(all => all.length === 1, { webhook: { url, secret: null }, profile: { name: 'calm', held: off } })
    assert.equal(told.length, 1)
  })

  it('keeps what was not taken, and tells it again after a restart with the same id', async () => {
    answers.push(503)
    await copyFile(black, join(inbox, 'a.mp4'))
    await watch(all => all.length === 1 && told.length === 1, { webhook: { url, secret: null } })
    assert.deepEqual(
      (await readdir(outbox)).filter(name => name.endsWith('.alert')),
      ['a.mp4.qc.alert'],
    )
    await watch(() => told.length === 2, { webhook: { url, secret: null } })
    assert.equal(told[0]!.headers['webhook-id'], told[1]!.headers['webhook-id'])
    assert.equal(told[0]!.body, told[1]!.body)
    assert.deepEqual(
      (await readdir(outbox)).filter(name => name.endsWith('.alert')),
      [],
    )
  })

  it('does not make files wait for a server that takes nothing', async () => {
    for (let i = 0; i < 20; i++)
      await writeFile(join(outbox, `old-${i}.mp4.qc.alert`), JSON.stringify({ id: `msg_${i}`, body: '{}' }))
    answers.push(...Array<number>(40).fill(503))
    await copyFile(black, join(inbox, 'a.mp4'))
    let attempts: number | undefined
    await watch(
      all => {
        if (all.length === 1) attempts ??= told.length
        return all.length === 1
      },
      { webhook: { url, secret: null }, pollMs: 400 },
    )
    // Two looks at the folder are enough to take the file: one attempt for each, not one for each alert.
    assert.ok(attempts! <= 5, `${attempts} attempts`)
  })

  it('takes names so long that its own would not fit, and tells them apart', async () => {
    // 249 and 250 bytes: room for .mp4, none for .qc.json.
    const names = ['x', 'xy'].map(end => `${'日本'.repeat(40)}${'-'.repeat(5)}${end}.mp4`)
    for (const name of names) await copyFile(black, join(inbox, name))
    const done = await watch(all => all.length === 2)
    assert.deepEqual(
      done.map(({ verdict }) => verdict),
      ['fail', 'fail'],
    )
    assert.equal((await readdir(outbox)).filter(name => name.endsWith('.qc.json')).length, 2)
    await writeFile(join(inbox, 'b.mp4'), 'new')
    const again = await watch(all => all.length === 1)
    assert.deepEqual(
      again.map(({ file }) => file),
      [join(inbox, 'b.mp4')],
      'a restart knows them',
    )
  })

  it('goes on where a report cannot be written, and leaves no part of one', async () => {
    await copyFile(black, join(inbox, 'a.mp4'))
    await copyFile(black, join(inbox, 'b.mp4'))
    // Stands where the page of a.mp4 belongs.
    await mkdir(join(outbox, 'a.mp4.qc.html'))
    const done = await watch(all => all.length === 1)
    assert.deepEqual(
      done.map(({ file }) => file),
      [join(inbox, 'b.mp4')],
    )
    assert.deepEqual((await readdir(outbox)).toSorted(), ['a.mp4.qc.html', 'b.mp4.qc.html', 'b.mp4.qc.json'])
  })

  it('follows no redirect, and takes addresses of http alone', async () => {
    answers.push(302)
    await copyFile(black, join(inbox, 'a.mp4'))
    await watch(all => all.length === 1 && told.length === 1, { webhook: { url, secret: null } })
    assert.ok((await readdir(outbox)).includes('a.mp4.qc.alert'))
    for (const bad of ['file:///etc/passwd', 'ftp://x/y', 'nothing', 'http://me:hunter2@127.0.0.1/hook'])
      assert.throws(
        () => parseWebhook(bad),
        (error: { code: string }) => error.code === 'HE_USAGE' && !String(error).includes('hunter2'),
      )
  })
})
